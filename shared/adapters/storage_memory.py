"""Tables and queues in memory, with the semantics of Azure Storage.

Every method lets other tasks run once before it acts, and then acts in one go.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from operator import eq, ge, lt
from typing import Any

from shared.adapters.sorted_keys import SortedKeys
from shared.adapters.storage import (
    LONGEST_DELAY_SECONDS,
    MOST_MESSAGES,
    MOST_ROWS,
    Comparison,
    Condition,
    Delete,
    Delivery,
    Insert,
    Operation,
    Page,
    Put,
    Replace,
    Row,
    Search,
    Touch,
    Value,
    check_body,
    check_key,
    check_search,
    check_transaction,
    check_within,
    place_of,
)
from shared.domain.errors import RowChangedError, RowExistsError

# What Azure Storage answers for a message without a time to live.
NEVER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_ROWS, _GAP = "rows:", "gap:"


@dataclass(slots=True)
class _Partition:
    rows: dict[str, Row] = field(default_factory=dict)
    keys: SortedKeys = field(default_factory=SortedKeys)
    written: dict[str, datetime] = field(default_factory=dict)

    def read(self, key: str, now: datetime) -> Row:
        row = self.rows[key]
        return replace(row, values=dict(row.values), age=now - self.written[key])

    def store(self, row: Row, now: datetime) -> None:
        if row.key not in self.rows:
            self.keys.add(row.key)
        self.rows[row.key] = row
        self.written[row.key] = now

    def remove(self, key: str) -> None:
        del self.rows[key], self.written[key]
        self.keys.remove(key)


class MemoryTables:
    """Tables in memory.

    `clock` tells when a row is written and read. `empty_pages` puts an empty page with a continuation before every
    page, which Azure may do at any time.
    """

    def __init__(self, clock: Callable[[], datetime], *, empty_pages: bool = False) -> None:
        self._clock = clock
        self._partitions: defaultdict[tuple[str, str], _Partition] = defaultdict(_Partition)
        self._versions = count(1)
        self._before_rows = _GAP if empty_pages else _ROWS

    async def get(self, table: str, partition: str, key: str) -> Row | None:
        """Read one row, or None where there is none."""
        check_key(partition)
        check_key(key)
        await asyncio.sleep(0)
        stored = self._partitions[table, partition]
        return stored.read(key, self._clock()) if key in stored.rows else None

    async def page(
        self,
        table: str,
        partition: str,
        start: str,
        end: str,
        *,
        limit: int = MOST_ROWS,
        continuation: str | None = None,
    ) -> Page:
        """Read the rows with start <= key < end, in key order, `limit` (1 to 1000) at most."""
        return await self.search(table, partition, Search(start, end, limit=limit), continuation=continuation)

    async def search(self, table: str, partition: str, search: Search, *, continuation: str | None = None) -> Page:
        """Read the rows that are wanted, in key order."""
        check_search(search)
        await asyncio.sleep(0)
        kind, _, position = (continuation or self._before_rows + search.start).partition(":")
        if kind + ":" == _GAP:
            return Page((), _ROWS + position)
        stored = self._partitions[table, partition]
        keys = stored.keys.between(max(search.start, position), search.end)
        met = (key for key in keys if all(_meets(stored.rows[key], each) for each in search.conditions))
        found = list(islice(met, search.limit + 1))
        now = self._clock()
        rows = tuple(stored.read(key, now) for key in found[: search.limit])
        return Page(rows, self._before_rows + found[search.limit] if len(found) > search.limit else None)

    async def scan(self, table: str, end: str, *, limit: int = MOST_ROWS, continuation: str | None = None) -> Page:
        """Read the rows of every partition with key < end, by partition and key, `limit` (1 to 1000) at most."""
        check_within("limit", limit, 1, MOST_ROWS)
        await asyncio.sleep(0)
        kind, _, position = (continuation or self._before_rows + "0").partition(":")
        if kind + ":" == _GAP:
            return Page((), _ROWS + position)
        now = self._clock()
        rows = [(stored, key) for stored, key in self._places_of(table) if key < end]
        first, after = int(position), int(position) + limit
        more = f"{self._before_rows}{after}" if rows[after:] else None
        return Page(tuple(stored.read(key, now) for stored, key in rows[first:after]), more)

    def _places_of(self, table: str) -> Iterator[tuple[_Partition, str]]:
        for name, partition in sorted(self._partitions):
            if name == table:
                stored = self._partitions[name, partition]
                yield from ((stored, key) for key in stored.keys)

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        """Carry out 1 to 100 operations on one partition, each row once, all or none."""
        check_transaction(operations)
        await asyncio.sleep(0)
        partition, _ = place_of(operations[0])
        stored = self._partitions[table, partition]
        # No row is named twice, so each operation can be checked before any is carried out.
        for index, operation in enumerate(operations):
            _check(operation, index, stored.rows)
        return tuple(self._apply(operation, stored) for operation in operations)

    def _apply(self, operation: Operation, stored: _Partition) -> str:
        match operation:
            case Insert(row) | Replace(row) | Put(row):
                written = self._new_version(row)
            case Touch(partition, key):
                written = self._new_version(stored.rows.get(key, Row(partition, key)))
            case Delete(_, key):
                stored.remove(key)
                return ""
        stored.store(written, self._clock())
        return written.tag

    def _new_version(self, row: Row) -> Row:
        return Row(row.partition, row.key, dict(row.values), f'W/"{next(self._versions)}"')


def _check(operation: Operation, index: int, rows: dict[str, Row]) -> None:
    _, key = place_of(operation)
    found = rows.get(key)
    if isinstance(operation, Insert) and found:
        raise RowExistsError(index)
    wanted = _wanted_version(operation)
    if wanted is not None and (found is None or wanted not in {"", found.tag}):
        raise RowChangedError(index)


def _wanted_version(operation: Operation) -> str | None:
    """Tell the tag the row must have; empty: any, if only the row exists; None: it need not exist."""
    match operation:
        case Replace(row):
            return row.tag
        case Touch(_, _, tag):
            return tag or None
        case Delete(_, _, tag):
            return tag
        case Insert() | Put():
            return None


_COMPARED: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUALS: eq,
    Comparison.LESS_THAN: lt,
    Comparison.AT_LEAST: ge,
}


def _meets(row: Row, condition: Condition) -> bool:
    found = row.values.get(condition.name)
    return found is not None and _COMPARED[condition.comparison](_ordered(found), _ordered(condition.value))


def _ordered(value: Value) -> int | bytes:
    """Strings as Azure orders them: by the code units of UTF-16."""
    return value.encode("utf-16-be") if isinstance(value, str) else value


@dataclass(slots=True)
class _Message:
    delivery: Delivery
    visible_at: datetime


class MemoryQueues:
    """Queues in memory; `clock` tells the time that visibility is measured by."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._queues: defaultdict[str, dict[str, _Message]] = defaultdict(dict)
        self._numbers = count(1)

    async def send(self, queue: str, body: str, *, delay_seconds: int = 0) -> Delivery:
        """Add a message, visible after `delay_seconds` (0 to 604,800). The answer's dequeue_count is 0."""
        check_body(body)
        check_within("delay_seconds", delay_seconds, 0, LONGEST_DELAY_SECONDS)
        await asyncio.sleep(0)
        sent = Delivery(queue, f"message-{next(self._numbers)}", self._new_receipt(), body, 0, NEVER)
        self._queues[queue][sent.message_id] = _Message(sent, self._in(delay_seconds))
        return sent

    async def receive(self, queue: str, *, limit: int = 1, visibility_seconds: int = 30) -> list[Delivery]:
        """Lease up to `limit` (1 to 32) visible messages for `visibility_seconds` (1 to 604,800)."""
        check_within("limit", limit, 1, MOST_MESSAGES)
        check_within("visibility_seconds", visibility_seconds, 1, LONGEST_DELAY_SECONDS)
        await asyncio.sleep(0)
        now = self._clock()
        visible = [message for message in self._queues[queue].values() if message.visible_at <= now]
        return [self._lease(message, visibility_seconds) for message in visible[:limit]]

    async def release(self, delivery: Delivery, *, visibility_seconds: int = 0) -> Delivery:
        """Give a leased message another visibility time-out (0 to 604,800); its pop receipt is new, too.

        RowChangedError where the message is gone or was leased by another.
        """
        check_within("visibility_seconds", visibility_seconds, 0, LONGEST_DELAY_SECONDS)
        await asyncio.sleep(0)
        message = self._leased(delivery)
        if message is None:
            raise RowChangedError
        message.delivery = replace(message.delivery, pop_receipt=self._new_receipt())
        message.visible_at = self._in(visibility_seconds)
        return message.delivery

    async def delete(self, delivery: Delivery) -> bool:
        """Delete a message under its current pop receipt; False where it is gone or was leased by another."""
        await asyncio.sleep(0)
        if self._leased(delivery) is None:
            return False
        del self._queues[delivery.queue][delivery.message_id]
        return True

    def _lease(self, message: _Message, visibility_seconds: int) -> Delivery:
        times = message.delivery.dequeue_count + 1
        message.delivery = replace(message.delivery, pop_receipt=self._new_receipt(), dequeue_count=times)
        message.visible_at = self._in(visibility_seconds)
        return message.delivery

    def _leased(self, delivery: Delivery) -> _Message | None:
        """Find the message if the receipt is its current one; that its time-out has ended does not matter."""
        message = self._queues[delivery.queue].get(delivery.message_id)
        return message if message and message.delivery.pop_receipt == delivery.pop_receipt else None

    def _new_receipt(self) -> str:
        return f"receipt-{next(self._numbers)}"

    def _in(self, seconds: int) -> datetime:
        return self._clock() + timedelta(seconds=seconds)
