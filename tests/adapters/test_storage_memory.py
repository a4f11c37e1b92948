"""What only the storages in memory do; all else is in tests/contract."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from shared.adapters.storage import Insert, Row, rows_between
from shared.adapters.storage_memory import MemoryQueues, MemoryTables
from tests.world import SteeredClock

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


async def _with_rows(tables: MemoryTables, *keys: str) -> MemoryTables:
    await tables.commit("rows", [Insert(Row("p", key)) for key in keys])
    return tables


async def test_puts_an_empty_page_before_every_page_if_told_to() -> None:
    tables = await _with_rows(MemoryTables(SteeredClock(), empty_pages=True), "a", "b", "c")
    found: list[list[str]] = []
    continuation: str | None = None
    while not found or continuation:
        page = await tables.page("rows", "p", "a", "z", limit=2, continuation=continuation)
        found.append([row.key for row in page.rows])
        continuation = page.continuation
    assert found == [[], ["a", "b"], [], ["c"]]


async def test_walks_through_empty_pages() -> None:
    tables = await _with_rows(MemoryTables(SteeredClock(), empty_pages=True), "a", "b:1", "c")
    assert [row.key async for row in rows_between(tables, "rows", "p", "b", "z")] == ["b:1", "c"]


async def test_gives_no_empty_page_unless_told_to() -> None:
    tables = await _with_rows(MemoryTables(SteeredClock()), "a", "b")
    page = await tables.page("rows", "p", "a", "z")
    assert ([row.key for row in page.rows], page.continuation) == (["a", "b"], None)


async def _lets_others_run(action: Awaitable[object]) -> bool:
    ran = asyncio.Event()
    asyncio.get_running_loop().call_soon(ran.set)
    await action
    return ran.is_set()


async def test_lets_other_tasks_run_before_tables_act() -> None:
    tables = MemoryTables(SteeredClock())
    assert await _lets_others_run(tables.get("rows", "p", "a"))
    assert await _lets_others_run(tables.page("rows", "p", "a", "b"))
    assert await _lets_others_run(tables.commit("rows", [Insert(Row("p", "a"))]))


async def test_lets_other_tasks_run_before_queues_act() -> None:
    queues = MemoryQueues(lambda: NOON)
    sent = await queues.send("steps", "m")
    assert await _lets_others_run(queues.send("steps", "n"))
    assert await _lets_others_run(queues.release(sent))
    assert await _lets_others_run(queues.receive("steps"))
    assert await _lets_others_run(queues.delete(sent))


async def test_measures_leases_by_the_clock_it_was_given() -> None:
    clock = [NOON]
    queues = MemoryQueues(lambda: clock[0])
    await queues.send("steps", "m")
    await queues.receive("steps", visibility_seconds=30)
    clock[0] += timedelta(seconds=29)
    assert await queues.receive("steps") == []
    clock[0] += timedelta(seconds=1)
    assert [message.dequeue_count for message in await queues.receive("steps")] == [2]
