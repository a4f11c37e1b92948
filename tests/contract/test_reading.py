"""What `get` and `page` promise, of every storage."""

import asyncio
from datetime import timedelta

import pytest

from shared.adapters.storage import Delete, Insert, Put, Value, rows_between
from tests.contract.storages import PATIENCE_SECONDS, Storage, a_row

A_MINUTE = timedelta(minutes=1)


async def test_answers_none_for_a_missing_row(storage: Storage) -> None:
    await storage.insert("a")
    assert await storage.tables.get(storage.table, "p", "b") is None


async def test_makes_a_missing_table_to_read_a_row(storage: Storage) -> None:
    assert await storage.tables.get(storage.table, "p", "a") is None


async def test_makes_a_missing_table_to_read_a_page(storage: Storage) -> None:
    page = await storage.tables.page(storage.table, "p", "a", "z")
    assert (page.rows, page.continuation) == ((), None)


async def test_makes_a_missing_table_once_for_concurrent_writers(storage: Storage) -> None:
    await asyncio.gather(*[storage.insert(f"k{n}") for n in range(8)])
    assert len(await storage.keys("", "~")) == 8


VALUES: dict[str, Value] = {
    "empty": "",
    "text": "Zoë & Søn <b> \"quoted\" 'single' 100% + 日本語 😀",
    "lines": "one\r\ntwo\ttabbed\x00\x1f",
    "spaces": "  around  ",
    "longest": "日" * 32_768,
    "digits": "007",
    "boolean_word": "true",
    "true": True,
    "false": False,
    "zero": 0,
    "one": 1,
    "smallest": -(2**31),
    "largest": 2**31 - 1,
}


@pytest.mark.parametrize("name", list(VALUES))
async def test_gives_values_back_unchanged(storage: Storage, name: str) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row(value=VALUES[name]))])
    read = (await storage.row("a")).values["value"]
    paged = (await storage.tables.page(storage.table, "p", "a", "b")).rows[0].values["value"]
    assert (read, type(read)) == (VALUES[name], type(VALUES[name]))
    assert (paged, type(paged)) == (read, type(read))


@pytest.mark.parametrize("key", ["", "it's", "50%+1", "a b", "ü", "due|2026-11-02T09:00:00Z|x", "k" * 512])
async def test_takes_unusual_keys(storage: Storage, key: str) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row(key, partition=key, n=1))])
    row = await storage.row(key, partition=key)
    assert (row.partition, row.key, row.values) == (key, key, {"n": 1})


@pytest.mark.parametrize("key", ["a/b", "a\\b", "a#b", "a?b", "a\nb", "k" * 513])
async def test_refuses_to_look_up_impossible_keys(storage: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        await storage.tables.get(storage.table, "p", key)
    with pytest.raises(ValueError, match="key"):
        await storage.tables.get(storage.table, key, "a")


async def test_reads_the_same_row_and_version_by_key_and_by_range(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row("a", n=1))])
    page = await storage.tables.page(storage.table, "p", "a", "b")
    assert page.rows == (await storage.row("a"),)


async def test_keeps_what_a_caller_does_to_its_rows_apart(storage: Storage) -> None:
    row = a_row("a", n=1)
    await storage.tables.commit(storage.table, [Insert(row)])
    row.values.update(n=2)  # type: ignore[attr-defined]  # a careless caller, on purpose
    read = await storage.row("a")
    read.values.update(n=3)  # type: ignore[attr-defined]  # the same
    assert (await storage.row("a")).values == {"n": 1}


async def test_a_range_includes_its_start_and_excludes_its_end(storage: Storage) -> None:
    await storage.insert("a", "b", "b|1", "c", "c|0", "d")
    assert await storage.keys("b", "c") == ["b", "b|1"]


async def test_a_range_needs_no_row_at_its_bounds(storage: Storage) -> None:
    await storage.insert("a", "b|1", "b|2", "c")
    assert await storage.keys("b|", "b~") == ["b|1", "b|2"]


@pytest.mark.parametrize(("start", "end"), [("b", "b"), ("c", "b"), ("x", "z")])
async def test_a_range_may_be_empty(storage: Storage, start: str, end: str) -> None:
    await storage.insert("a", "b", "c")
    assert await storage.keys(start, end) == []


async def test_a_range_takes_quotes_in_its_bounds(storage: Storage) -> None:
    await storage.insert("o'a", "o'b", "p")
    assert await storage.keys("o'", "o'~") == ["o'a", "o'b"]
    assert await storage.keys("x' or RowKey ge '", "~") == []


async def test_gives_rows_in_the_order_of_their_keys(storage: Storage) -> None:
    await storage.insert("b", "B", "a10", "a9", "a", "~", "0", "|")
    assert await storage.keys("", "~~") == sorted(["b", "B", "a10", "a9", "a", "~", "0", "|"])


async def test_keeps_partitions_apart(storage: Storage) -> None:
    await storage.insert("a", "b", partition="p")
    await storage.insert("a", "c", partition="q")
    assert await storage.keys("", "~") == ["a", "b"]
    assert not await storage.has("c", "p")
    assert await storage.has("c", "q")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 1000])
async def test_walks_pages_of_any_size_without_gaps_or_repeats(storage: Storage, limit: int) -> None:
    keys = [f"k{n}" for n in range(7)]
    await storage.insert("before", *keys, "later")
    assert await storage.keys("k", "l", limit=limit) == keys


async def test_gives_a_continuation_while_rows_are_left(storage: Storage) -> None:
    await storage.insert("a", "b", "c")
    page = await storage.tables.page(storage.table, "p", "a", "z", limit=2)
    assert [row.key for row in page.rows] == ["a", "b"]
    assert page.continuation
    rest = await storage.tables.page(storage.table, "p", "a", "z", limit=2, continuation=page.continuation)
    assert [row.key for row in rest.rows] == ["c"]


async def test_walks_on_when_the_next_row_is_deleted_meanwhile(storage: Storage) -> None:
    await storage.insert("a", "b", "c")
    page = await storage.tables.page(storage.table, "p", "a", "z", limit=1)
    await storage.tables.commit(storage.table, [Delete("p", "b"), Put(a_row("c", late=True))])
    rest = await storage.tables.page(storage.table, "p", "a", "z", continuation=page.continuation)
    assert [(row.key, row.values) for row in rest.rows] == [("c", {"late": True})]


async def test_walks_more_than_a_thousand_rows(storage: Storage) -> None:
    keys = [f"k{n:04}" for n in range(1100)]
    for first in range(0, len(keys), 100):
        await storage.insert(*keys[first : first + 100])
    rows = rows_between(storage.tables, storage.table, "p", "k", "l")
    assert [row.key async for row in rows] == keys


@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_refuses_a_page_of_impossible_size(storage: Storage, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        await storage.tables.page(storage.table, "p", "a", "z", limit=limit)


async def scanned(storage: Storage, end: str, limit: int = 1000) -> list[tuple[str, str]]:
    """Walk all pages of a scan."""
    found: list[tuple[str, str]] = []
    continuation: str | None = None
    while True:
        page = await storage.tables.scan(storage.table, end, limit=limit, continuation=continuation)
        assert len(page.rows) <= limit
        found += [(row.partition, row.key) for row in page.rows]
        continuation = page.continuation
        if continuation is None:
            return found


async def test_makes_a_missing_table_to_scan_it(storage: Storage) -> None:
    assert await scanned(storage, "~") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 1000])
async def test_a_scan_goes_through_every_partition_in_order_up_to_its_end(storage: Storage, limit: int) -> None:
    for partition in ("q", "p", "it's"):
        await storage.insert("c", "a", "b", "b|1", partition=partition)
    wanted = [(partition, key) for partition in ("it's", "p", "q") for key in ("a", "b", "b|1")]
    assert await scanned(storage, "c", limit) == wanted


async def test_a_scan_gives_rows_as_they_are_stored(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row("a", n=1, text="Zoë"))])
    page = await storage.tables.scan(storage.table, "b")
    assert page.rows == (await storage.row("a"),)


async def test_a_scan_leaves_out_partitions_that_begin_after_its_end(storage: Storage) -> None:
    await storage.insert("x", "y", partition="p")
    await storage.insert("a", partition="q")
    assert await scanned(storage, "b", 1) == [("q", "a")]


@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_refuses_a_scan_of_impossible_size(storage: Storage, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        await storage.tables.scan(storage.table, "z", limit=limit)


async def test_tells_how_long_ago_a_row_was_written_by_its_own_clock(storage: Storage) -> None:
    await storage.insert("a", "b")
    assert timedelta() <= (await storage.row("a")).age < A_MINUTE
    await until_a_second_old(storage, "a")
    page = await storage.tables.page(storage.table, "p", "a", "c")
    assert all(timedelta(seconds=1) <= row.age < A_MINUTE for row in page.rows)


async def test_a_row_is_as_old_as_its_last_version(storage: Storage) -> None:
    await storage.insert("a", "b")
    await until_a_second_old(storage, "a")
    await storage.tables.commit(storage.table, [Put(a_row("a"))])
    page = await storage.tables.page(storage.table, "p", "a", "c")
    assert page.rows[0].age < page.rows[1].age


async def until_a_second_old(storage: Storage, key: str) -> None:
    storage.let_pass(2)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if (await storage.row(key)).age >= timedelta(seconds=1):
                return
            await asyncio.sleep(0.05)
