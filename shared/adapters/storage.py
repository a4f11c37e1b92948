"""What a storage offers: rows in partitions, changed by transactions, and queues.

`storage_azure` and `storage_memory` implement this alike; `tests/contract` holds them to it.
Requests that Azure Storage could never take are refused by both with ValueError before anything is sent.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

Value = str | int | bool
"""What a property of a row holds: a string of at most 32,768 UTF-16 units, a 32-bit integer, or a boolean."""


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row.

    `tag` is its version (ETag) as read, and empty on a row not read from storage. `age` is how long before it was read
    this version was written, both by the storage's own clock, to the second; it is no part of what the row holds.
    """

    partition: str
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    tag: str = ""
    age: timedelta = field(default=timedelta(), compare=False)


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a row that must not exist yet, else RowExistsError."""

    row: Row


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace a row whose version must still be `row.tag`, else RowChangedError."""

    row: Row


@dataclass(frozen=True, slots=True)
class Put:
    """Insert the row, or replace it whatever its version."""

    row: Row


@dataclass(frozen=True, slots=True)
class Touch:
    """Give the row a new version, its values unchanged; make it, empty, if it is missing.

    With a `tag`, the row must exist and still be that version, else RowChangedError.
    """

    partition: str
    key: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a row; with a `tag`, only that version. A missing row is RowChangedError."""

    partition: str
    key: str
    tag: str = ""


Write = Insert | Replace | Put
"""What says all that the row shall hold."""

Operation = Write | Touch | Delete


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to a range query. It may be empty and yet not the last: `continuation` is then not None."""

    rows: tuple[Row, ...]
    continuation: str | None = None


class Comparison(StrEnum):
    """How a property is held against a value: numbers by size, strings by the code units of UTF-16."""

    EQUALS = "eq"
    LESS_THAN = "lt"
    AT_LEAST = "ge"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a property of a row must be. A row without the property does not meet it.

    `name` begins with a letter, of letters and digits only. All rows that have the property must have the same type of
    value there: what a storage makes of another one is not promised.
    """

    name: str
    comparison: Comparison
    value: Value


@dataclass(frozen=True, slots=True)
class Search:
    """Which rows of a partition are wanted: start <= key < end, every condition met, `limit` (1 to 1000) at most."""

    start: str
    end: str
    conditions: tuple[Condition, ...] = ()
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as received: leased to its receiver until its visibility time-out ends."""

    queue: str
    message_id: str
    pop_receipt: str
    body: str
    dequeue_count: int
    expires_at: datetime | None = None


MOST_OPERATIONS = 100
MOST_ROWS = 1000
MOST_MESSAGES = 32
LONGEST_DELAY_SECONDS = 7 * 24 * 3600
LONGEST_KEY = 512
LONGEST_VALUE_BYTES = 64 * 1024
LONGEST_BODY_BYTES = 64 * 1024
LEAST_INT, MOST_INT = -(2**31), 2**31 - 1

# Azure answers these with 400, Azurite some of them with 500, which would look like an outage.
_PROPERTY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_REFUSED_IN_KEYS = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
# A message travels inside XML 1.0. Azurite takes a control character, then fails every receive that meets it.
_REFUSED_IN_BODIES = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check_within(name: str, number: int, least: int, most: int) -> None:
    """Raise ValueError unless least <= number <= most."""
    if not least <= number <= most:
        raise ValueError(f"{name} must be {least} to {most}, not {number}")


def check_key(key: str) -> None:
    """Raise ValueError for a partition or row key that Table Storage does not take."""
    check_within("the length of a key", len(key), 0, LONGEST_KEY)
    if _REFUSED_IN_KEYS.search(key):
        raise ValueError(f"a key must not contain / \\ # ? or control characters: {key!r}")


def check_search(search: Search) -> None:
    """Raise ValueError for a limit that is none, or a condition on a property that cannot be asked for."""
    check_within("limit", search.limit, 1, MOST_ROWS)
    for condition in search.conditions:
        if not _PROPERTY_NAME.fullmatch(condition.name):
            raise ValueError(f"a condition's property must have a name of letters and digits: {condition.name!r}")
        _check_value(condition.value)


def check_transaction(operations: Sequence[Operation]) -> None:
    """Raise ValueError unless these are 1 to 100 storable operations on one partition, each row once."""
    check_within("the number of operations", len(operations), 1, MOST_OPERATIONS)
    places = [place_of(operation) for operation in operations]
    if len({partition for partition, _ in places}) > 1:
        raise ValueError("a transaction must stay in one partition")
    if len(set(places)) < len(places):
        raise ValueError("a transaction must not name a row twice")
    for operation in operations:
        _check_operation(operation)


def place_of(operation: Operation) -> tuple[str, str]:
    """Tell the partition and the key of the row that an operation is about."""
    row = operation.row if isinstance(operation, Write) else operation
    return row.partition, row.key


def _check_operation(operation: Operation) -> None:
    for key in place_of(operation):
        check_key(key)
    if isinstance(operation, Replace) and not operation.row.tag:
        raise ValueError("replacing needs the tag of the row as read")
    if isinstance(operation, Write):
        for value in operation.row.values.values():
            _check_value(value)


def _check_value(value: Value) -> None:
    if isinstance(value, int):
        check_within("an integer", value, LEAST_INT, MOST_INT)
    else:
        check_within("the bytes of a string as UTF-16", len(value.encode("utf-16-le")), 0, LONGEST_VALUE_BYTES)


def check_body(body: str) -> None:
    """Raise ValueError for a message body over 64 KiB of UTF-8, or with characters XML 1.0 cannot carry.

    JSON as `json.dumps` writes it is always fine: it escapes control characters.
    """
    if refused := _REFUSED_IN_BODIES.search(body):
        raise ValueError(f"a message cannot carry the character {refused[0]!r}")
    check_within("the bytes of a message", len(body.encode()), 0, LONGEST_BODY_BYTES)


class Tables(Protocol):
    """Rows. StorageUnavailableError from any method: the outcome is unknown. Missing tables are made."""

    async def get(self, table: str, partition: str, key: str) -> Row | None:
        """Read one row, or None where there is none."""
        ...

    async def page(
        self,
        table: str,
        partition: str,
        start: str,
        end: str,
        *,
        limit: int = 1000,
        continuation: str | None = None,
    ) -> Page:
        """Read the rows with start <= key < end, in key order, `limit` (1 to 1000) at most."""
        ...

    async def search(self, table: str, partition: str, search: Search, *, continuation: str | None = None) -> Page:
        """Read the rows that are wanted, in key order: one request, which looks at every row of the range.

        A page may be short, or empty, because the storage looked at no more rows yet: its continuation goes on.
        """
        ...

    async def scan(self, table: str, end: str, *, limit: int = MOST_ROWS, continuation: str | None = None) -> Page:
        """Read the rows of every partition with key < end, by partition and key, `limit` (1 to 1000) at most.

        This reads the whole table: for the nightly pass only.
        """
        ...

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        """Carry out 1 to 100 operations on one partition, each row once, all or none: one request.

        Returns the tag of each operation's row, empty for a deleted one.
        """
        ...


class Queues(Protocol):
    """Messages, delivered at least once, in no promised order. They never expire; missing queues are made.

    StorageUnavailableError from any method: the outcome is unknown.
    """

    async def send(self, queue: str, body: str, *, delay_seconds: int = 0) -> Delivery:
        """Add a message, visible after `delay_seconds` (0 to 604,800). The answer's dequeue_count is 0."""
        ...

    async def receive(self, queue: str, *, limit: int = 1, visibility_seconds: int = 30) -> list[Delivery]:
        """Lease up to `limit` (1 to 32) visible messages for `visibility_seconds` (1 to 604,800)."""
        ...

    async def release(self, delivery: Delivery, *, visibility_seconds: int = 0) -> Delivery:
        """Give a leased message another visibility time-out (0 to 604,800); its pop receipt is new, too.

        RowChangedError where the message is gone or was leased by another.
        """
        ...

    async def delete(self, delivery: Delivery) -> bool:
        """Delete a message under its current pop receipt; False where it is gone or was leased by another."""
        ...


async def rows_between(tables: Tables, table: str, partition: str, start: str, end: str) -> AsyncIterator[Row]:
    """Walk the rows with start <= key < end through every page, empty ones too."""
    continuation: str | None = None
    while True:
        page = await tables.page(table, partition, start, end, continuation=continuation)
        for row in page.rows:
            yield row
        continuation = page.continuation
        if continuation is None:
            return
