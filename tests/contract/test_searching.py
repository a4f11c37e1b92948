"""What `search` promises, of every storage."""

import pytest

from shared.adapters.storage import Comparison, Condition, Insert, Row, Search, Value
from tests.contract.storages import Storage, a_row

EQUALS, LESS_THAN, AT_LEAST = Comparison


async def found(storage: Storage, *conditions: Condition, limit: int = 1000) -> list[str]:
    """The keys of the rows of partition p that meet all conditions, through all pages."""
    keys: list[str] = []
    continuation: str | None = None
    while True:
        wanted = Search("a", "z", conditions, limit)
        page = await storage.tables.search(storage.table, "p", wanted, continuation=continuation)
        assert len(page.rows) <= limit
        keys += [row.key for row in page.rows]
        continuation = page.continuation
        if continuation is None:
            return keys


async def insert(storage: Storage, **values: Value | None) -> None:
    """Rows whose keys are the names, with that `value`, or without one."""
    rows = [Row("p", key, {} if value is None else {"value": value}) for key, value in values.items()]
    await storage.tables.commit(storage.table, [Insert(row) for row in rows])


async def test_makes_a_missing_table_to_search_it(storage: Storage) -> None:
    assert await found(storage, Condition("value", EQUALS, 1)) == []


@pytest.mark.parametrize(
    ("comparison", "value", "wanted"),
    [
        (EQUALS, "b", ["two"]),
        (LESS_THAN, "b", ["empty", "one"]),
        (AT_LEAST, "b", ["three", "two"]),
        (AT_LEAST, "", ["empty", "one", "three", "two"]),
        (EQUALS, "it's 'x' or true", []),
    ],
)
async def test_compares_strings(storage: Storage, comparison: Comparison, value: str, wanted: list[str]) -> None:
    await insert(storage, empty="", one="a", two="b", three="b1", without=None)
    assert await found(storage, Condition("value", comparison, value)) == wanted


@pytest.mark.parametrize(
    ("comparison", "value", "wanted"),
    [
        (EQUALS, 0, ["none"]),
        (EQUALS, 1, ["one"]),
        (EQUALS, 2**31 - 1, ["most"]),
        (LESS_THAN, 1, ["least", "none"]),
        (LESS_THAN, 10, ["least", "none", "one", "two"]),
        (AT_LEAST, 2, ["most", "ten", "two"]),
    ],
)
async def test_compares_numbers(storage: Storage, comparison: Comparison, value: int, wanted: list[str]) -> None:
    await insert(storage, least=-(2**31), none=0, one=1, two=2, ten=10, most=2**31 - 1, without=None)
    assert await found(storage, Condition("value", comparison, value)) == wanted


@pytest.mark.parametrize(("value", "wanted"), [(True, ["yes"]), (False, ["no"])])
async def test_tells_true_from_false(storage: Storage, value: bool, wanted: list[str]) -> None:
    await insert(storage, yes=True, no=False, without=None)
    assert await found(storage, Condition("value", EQUALS, value)) == wanted


@pytest.mark.parametrize("text", ["Zoë", "it's", "@value0", "a  b", "日本語", "' or PartitionKey ne '"])
async def test_takes_any_text_as_text(storage: Storage, text: str) -> None:
    await insert(storage, one=text, two="else")
    assert await found(storage, Condition("value", EQUALS, text)) == ["one"]


async def test_wants_every_condition_met(storage: Storage) -> None:
    rows = [a_row(f"k{n}", country="NL" if n % 2 else "BE", amount=n) for n in range(6)]
    await storage.tables.commit(storage.table, [Insert(row) for row in rows])
    conditions = (
        Condition("country", EQUALS, "NL"),
        Condition("amount", AT_LEAST, 2),
        Condition("amount", LESS_THAN, 5),
    )
    assert await found(storage, *conditions) == ["k3"]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
async def test_walks_what_it_finds_in_pages_of_any_size(storage: Storage, limit: int) -> None:
    rows = [a_row(f"k{n:02}", even=n % 2 == 0) for n in range(14)]
    await storage.tables.commit(storage.table, [Insert(row) for row in rows])
    assert await found(storage, Condition("even", EQUALS, True), limit=limit) == [f"k{n:02}" for n in range(0, 14, 2)]


async def test_keeps_to_its_range_and_its_partition(storage: Storage) -> None:
    for partition in ("p", "q"):
        rows = [a_row(key, partition, value=1) for key in ("A", "a", "m", "z")]
        await storage.tables.commit(storage.table, [Insert(row) for row in rows])
    assert await found(storage, Condition("value", EQUALS, 1)) == ["a", "m"]
    assert await found(storage) == ["a", "m"]


@pytest.mark.parametrize("name", ["", "a b", "1st", "x or true", "x'", "naïve"])
async def test_refuses_a_property_of_an_impossible_name(storage: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="name of letters and digits"):
        await storage.tables.search(storage.table, "p", Search("a", "z", (Condition(name, EQUALS, 1),)))


async def test_refuses_a_search_of_impossible_size_or_value(storage: Storage) -> None:
    with pytest.raises(ValueError, match="limit"):
        await storage.tables.search(storage.table, "p", Search("a", "z", limit=1001))
    with pytest.raises(ValueError, match="an integer"):
        await storage.tables.search(storage.table, "p", Search("a", "z", (Condition("value", EQUALS, 2**31),)))
