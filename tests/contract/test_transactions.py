"""What `commit` promises, of every storage."""

import asyncio

import pytest

from shared.adapters.storage import Delete, Insert, Operation, Put, Replace, Row, Touch
from shared.domain.errors import RowChangedError, RowExistsError
from tests.contract.storages import Storage, a_row


async def test_inserts_a_row(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row(state="open", seq=3))])
    row = await storage.row("a")
    assert (row.partition, row.key, row.values) == ("p", "a", {"state": "open", "seq": 3})
    assert row.tag


async def test_refuses_a_second_insert_and_keeps_the_first(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row(seq=1))])
    with pytest.raises(RowExistsError) as refusal:
        await storage.tables.commit(storage.table, [Insert(a_row(seq=2))])
    assert refusal.value.index == 0
    assert (await storage.row("a")).values == {"seq": 1}


async def test_replaces_the_version_that_was_read(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row(seq=1, gone="soon"))])
    before = await storage.row("a")
    await storage.tables.commit(storage.table, [Replace(a_row(tag=before.tag, seq=2))])
    after = await storage.row("a")
    assert after.values == {"seq": 2}
    assert after.tag != before.tag


async def test_replaces_a_version_read_from_a_page(storage: Storage) -> None:
    await storage.insert("a")
    page = await storage.tables.page(storage.table, "p", "a", "b")
    await storage.tables.commit(storage.table, [Replace(a_row(tag=page.rows[0].tag, seq=2))])
    assert (await storage.row("a")).values == {"seq": 2}


async def test_refuses_to_replace_an_older_version(storage: Storage) -> None:
    await storage.insert("a")
    stale = await storage.row("a")
    await storage.tables.commit(storage.table, [Replace(a_row(tag=stale.tag, seq=2))])
    with pytest.raises(RowChangedError):
        await storage.tables.commit(storage.table, [Replace(a_row(tag=stale.tag, seq=3))])
    assert (await storage.row("a")).values == {"seq": 2}


async def test_refuses_to_replace_a_row_deleted_meanwhile(storage: Storage) -> None:
    await storage.insert("a")
    stale = await storage.row("a")
    await storage.tables.commit(storage.table, [Delete("p", "a")])
    with pytest.raises(RowChangedError):
        await storage.tables.commit(storage.table, [Replace(a_row(tag=stale.tag, seq=2))])
    assert not await storage.has("a")


async def test_refuses_the_version_of_a_row_made_again(storage: Storage) -> None:
    await storage.insert("a")
    first = await storage.row("a")
    await storage.tables.commit(storage.table, [Delete("p", "a")])
    await storage.insert("a")
    with pytest.raises(RowChangedError):
        await storage.tables.commit(storage.table, [Replace(a_row(tag=first.tag))])


async def test_puts_a_new_row(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Put(a_row(seq=1))])
    assert (await storage.row("a")).values == {"seq": 1}


async def test_puts_over_any_version_and_drops_its_old_values(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row(old=True))])
    before = await storage.row("a")
    await storage.tables.commit(storage.table, [Put(a_row(tag="ignored", new=True))])
    after = await storage.row("a")
    assert after.values == {"new": True}
    assert after.tag != before.tag


@pytest.mark.parametrize("with_tag", [False, True])
async def test_touch_keeps_the_values_and_moves_the_version(storage: Storage, with_tag: bool) -> None:
    await storage.tables.commit(storage.table, [Insert(a_row(seq=1, name="n"))])
    before = await storage.row("a")
    tag = before.tag if with_tag else ""
    await storage.tables.commit(storage.table, [Touch("p", "a", tag)])
    after = await storage.row("a")
    assert after.values == before.values
    assert after.tag != before.tag


async def test_a_touched_row_refuses_a_late_replace(storage: Storage) -> None:
    await storage.insert("a")
    stale = await storage.row("a")
    await storage.tables.commit(storage.table, [Touch("p", "a")])
    with pytest.raises(RowChangedError):
        await storage.tables.commit(storage.table, [Replace(a_row(tag=stale.tag, seq=2))])


async def test_touch_makes_a_missing_row_empty(storage: Storage) -> None:
    await storage.tables.commit(storage.table, [Touch("p", "a")])
    row = await storage.row("a")
    assert row.values == {}
    assert row.tag


async def test_touch_of_a_version_refuses_a_missing_row(storage: Storage) -> None:
    await storage.insert("a")
    stale = await storage.row("a")
    await storage.tables.commit(storage.table, [Delete("p", "a")])
    with pytest.raises(RowChangedError):
        await storage.tables.commit(storage.table, [Touch("p", "a", stale.tag)])
    assert not await storage.has("a")


async def test_touch_of_a_version_refuses_another_version(storage: Storage) -> None:
    await storage.insert("a")
    stale = await storage.row("a")
    await storage.tables.commit(storage.table, [Put(a_row(seq=2))])
    with pytest.raises(RowChangedError):
        await storage.tables.commit(storage.table, [Touch("p", "a", stale.tag)])


@pytest.mark.parametrize("with_tag", [False, True])
async def test_deletes_a_row(storage: Storage, with_tag: bool) -> None:
    await storage.insert("a")
    tag = (await storage.row("a")).tag if with_tag else ""
    await storage.tables.commit(storage.table, [Delete("p", "a", tag)])
    assert not await storage.has("a")


async def test_refuses_to_delete_an_older_version(storage: Storage) -> None:
    await storage.insert("a")
    stale = await storage.row("a")
    await storage.tables.commit(storage.table, [Touch("p", "a")])
    with pytest.raises(RowChangedError):
        await storage.tables.commit(storage.table, [Delete("p", "a", stale.tag)])
    assert await storage.has("a")


async def test_refuses_to_delete_a_missing_row(storage: Storage) -> None:
    await storage.insert("a")
    with pytest.raises(RowChangedError) as refusal:
        await storage.tables.commit(storage.table, [Delete("p", "b")])
    assert refusal.value.index == 0


async def test_carries_out_every_kind_of_operation_together(storage: Storage) -> None:
    await storage.insert("b", "d", "e")
    read = await storage.row("b")
    operations: list[Operation] = [
        Insert(a_row("a", n=1)),
        Replace(a_row("b", tag=read.tag, n=2)),
        Put(a_row("c", n=3)),
        Touch("p", "d"),
        Delete("p", "e"),
    ]
    await storage.tables.commit(storage.table, operations)
    rows = (await storage.tables.page(storage.table, "p", "a", "z")).rows
    assert {row.key: row.values for row in rows} == {"a": {"n": 1}, "b": {"n": 2}, "c": {"n": 3}, "d": {}}


def _failing(stale: Row) -> dict[str, Operation]:
    return {
        "insert": Insert(a_row("stays")),
        "replace": Replace(a_row("stays", tag=stale.tag)),
        "replace-missing": Replace(a_row("missing", tag=stale.tag)),
        "touch": Touch("p", "stays", stale.tag),
        "touch-missing": Touch("p", "missing", stale.tag),
        "delete": Delete("p", "stays", stale.tag),
        "delete-missing": Delete("p", "missing"),
    }


async def _a_stale_row(storage: Storage) -> Row:
    await storage.insert("stays")
    stale = await storage.row("stays")
    await storage.tables.commit(storage.table, [Put(a_row("stays", seq=2))])
    return stale


@pytest.mark.parametrize("position", [0, 1, 11])
@pytest.mark.parametrize("kind", list(_failing(a_row(tag="any"))))
async def test_names_the_failing_operation_and_undoes_the_rest(storage: Storage, kind: str, position: int) -> None:
    failing = _failing(await _a_stale_row(storage))[kind]
    operations: list[Operation] = [Insert(a_row(f"new{n:02}")) for n in range(11)]
    operations.insert(position, failing)
    refusal = await _refusal(storage, operations)
    assert isinstance(refusal, RowExistsError if kind == "insert" else RowChangedError)
    assert refusal.index == position
    assert await storage.keys("", "~") == ["stays"]
    assert (await storage.row("stays")).values == {"seq": 2}


async def test_names_the_first_of_several_failing_operations(storage: Storage) -> None:
    failing = _failing(await _a_stale_row(storage))
    operations = [Insert(a_row("new")), failing["delete-missing"], failing["insert"]]
    with pytest.raises(RowChangedError) as changed:
        await storage.tables.commit(storage.table, operations)
    with pytest.raises(RowExistsError) as exists:
        await storage.tables.commit(storage.table, operations[::-1])
    assert (changed.value.index, exists.value.index) == (1, 0)


async def test_a_refused_transaction_leaves_every_version(storage: Storage) -> None:
    await storage.insert("a", "b")
    before = await storage.row("a")
    with pytest.raises(RowExistsError):
        await storage.tables.commit(storage.table, [Touch("p", "a"), Insert(a_row("b"))])
    assert await storage.row("a") == before


async def test_takes_a_hundred_operations(storage: Storage) -> None:
    await storage.insert(*[f"k{n:03}" for n in range(100)])
    assert len(await storage.keys("", "~")) == 100


REFUSED: dict[str, list[Operation]] = {
    "nothing": [],
    "101 operations": [Insert(a_row(str(n))) for n in range(101)],
    "two partitions": [Insert(a_row("a", "p")), Insert(a_row("a", "q"))],
    "a row twice": [Insert(a_row("a")), Delete("p", "a")],
    "replace without a tag": [Replace(a_row("a"))],
    "slash in a key": [Insert(a_row("a/b"))],
    "control character in a key": [Touch("p", "a\n")],
    "question mark in a partition": [Delete("p?", "a")],
    "a key of 513 characters": [Insert(a_row("k" * 513))],
    "a string over 64 KiB": [Insert(a_row(text="x" * 32_769))],
    "a string over 64 KiB by surrogates": [Put(a_row(text="😀" * 16_385))],
    "an integer over 32 bits": [Insert(a_row(number=2**31))],
    "an integer under 32 bits": [Insert(a_row(number=-(2**31) - 1))],
}


@pytest.mark.parametrize("reason", list(REFUSED))
async def test_refuses_what_storage_cannot_take(storage: Storage, reason: str) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        await storage.tables.commit(storage.table, REFUSED[reason])
    assert await storage.keys("", "~") == []


async def _refusal(storage: Storage, operations: list[Operation]) -> RowExistsError | RowChangedError | None:
    try:
        await storage.tables.commit(storage.table, operations)
    except (RowExistsError, RowChangedError) as refusal:
        return refusal
    return None


async def _won(storage: Storage, operation: Operation) -> bool:
    return await _refusal(storage, [Touch("p", f"other-{id(operation)}"), operation]) is None


async def test_lets_one_of_many_concurrent_inserts_win(storage: Storage) -> None:
    inserts = [Insert(a_row("a", n=n)) for n in range(20)]
    won = await asyncio.gather(*[_won(storage, insert) for insert in inserts])
    assert sum(won) == 1
    assert (await storage.row("a")).values == {"n": won.index(True)}
    assert len(await storage.keys("other", "other~")) == 1


async def test_lets_one_of_many_concurrent_replaces_win(storage: Storage) -> None:
    await storage.insert("a")
    tag = (await storage.row("a")).tag
    replaces = [Replace(a_row("a", tag=tag, n=n)) for n in range(20)]
    won = await asyncio.gather(*[_won(storage, each) for each in replaces])
    assert sum(won) == 1
    assert (await storage.row("a")).values == {"n": won.index(True)}


async def test_tells_the_versions_it_wrote_in_order_and_none_for_a_deleted_row(storage: Storage) -> None:
    await storage.insert("d")
    tags = await storage.tables.commit(
        storage.table, [Insert(a_row("a")), Put(a_row("b")), Touch("p", "c"), Delete("p", "d")]
    )
    assert tags == ((await storage.row("a")).tag, (await storage.row("b")).tag, (await storage.row("c")).tag, "")
