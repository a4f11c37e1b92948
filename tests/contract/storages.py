"""What the contract tests share: the storage under test, and builders of rows."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.adapters.storage import Delivery, Insert, Queues, Row, Tables, Value

PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Storage:
    """Tables and queues under names no other test uses, and how time passes for them.

    `let_pass` moves the clock of a storage that has its own; where time is real it does nothing,
    and the tests wait for the effect.
    """

    tables: Tables
    queues: Queues
    table: str
    queue: str
    let_pass: Callable[[int], None]

    async def row(self, key: str, partition: str = "p") -> Row:
        row = await self.tables.get(self.table, partition, key)
        assert row is not None
        return row

    async def has(self, key: str, partition: str = "p") -> bool:
        return await self.tables.get(self.table, partition, key) is not None

    async def insert(self, *keys: str, partition: str = "p") -> None:
        await self.tables.commit(self.table, [Insert(a_row(key, partition)) for key in keys])

    async def keys(self, start: str, end: str, *, limit: int = 1000) -> list[str]:
        """Walk all pages of a range of partition p."""
        found: list[str] = []
        continuation: str | None = None
        while True:
            page = await self.tables.page(self.table, "p", start, end, limit=limit, continuation=continuation)
            assert len(page.rows) <= limit
            found += [row.key for row in page.rows]
            continuation = page.continuation
            if continuation is None:
                return found

    async def receive(self, *, limit: int = 1, visibility_seconds: int = 30) -> list[Delivery]:
        return await self.queues.receive(self.queue, limit=limit, visibility_seconds=visibility_seconds)

    async def receive_one(self, *, visibility_seconds: int = 30) -> Delivery:
        """Wait until a message is visible and lease it."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if found := await self.receive(visibility_seconds=visibility_seconds):
                    return found[0]
                await asyncio.sleep(0.05)


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self._now

    def move(self, seconds: int) -> None:
        self._now += timedelta(seconds=seconds)


def a_row(key: str = "a", partition: str = "p", tag: str = "", **values: Value) -> Row:
    return Row(partition, key, values, tag)
