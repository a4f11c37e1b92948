"""Movements and tallies over memory and over Azurite, also where the storage answers with small or empty pages."""

from datetime import date, timedelta

import pytest

from shared.adapters.case_rows import INDEX, INDEX_PARTITION
from shared.adapters.case_store import CaseStore
from shared.adapters.index_rows import names_rows_of
from shared.adapters.storage import Put, Row
from shared.adapters.storage_memory import MemoryTables
from shared.adapters.tally_rows import movement_of
from shared.adapters.tally_store import TallyStore
from shared.domain.case import Attention, Case
from shared.domain.dossier import Stored
from shared.domain.errors import RowChangedError, RowExistsError
from shared.domain.lifecycle import Event, State
from shared.domain.passages import Passage
from shared.domain.tallies import DayTally, Fold, Period, Totals, Waiting
from tests.adapters.test_case_store import SmallPages, numbered, put_in_index
from tests.builders import NOON
from tests.contract.storages import Storage
from tests.world import SteeredClock

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
Stores = tuple[CaseStore, TallyStore]


@pytest.fixture
def stores(storage: Storage) -> Stores:
    tables = SmallPages(storage.tables, storage.table)
    return CaseStore(tables), TallyStore(tables)


def opened(number: int) -> Case:
    """A case just opened, so many minutes after noon."""
    at = NOON + timedelta(minutes=number)
    passage = Passage(seq=1, event=Event.SUBMIT, to_state=State.CHECKING_ELIGIBILITY, at=at)
    return numbered(number, State.CHECKING_ELIGIBILITY, recent=(passage,), wait=None, changed_at=at)


def numbers(waiting: Waiting) -> list[int]:
    return [int(each.movement.case_id[33:], 16) for each in waiting.moved]


async def test_what_is_settled_waits_to_be_counted_oldest_first(stores: Stores) -> None:
    cases, tallies = stores
    await put_in_index(cases, *[opened(n) for n in (4, 2, 5, 1, 3)])
    waiting = await tallies.waiting()
    assert (numbers(waiting), waiting.more, waiting.totals) == ([1, 2, 3, 4, 5], False, Stored(Totals(), ""))
    first = await tallies.waiting(3)
    assert (numbers(first), first.more) == ([1, 2, 3], True)
    assert (await tallies.waiting(5)).more is False


async def test_a_passage_is_told_once_however_often_its_case_is_settled(stores: Stores) -> None:
    cases, tallies = stores
    case = opened(1)
    flagged = case.model_copy(update={"attention": Attention(reason="x", since=NOON), "side_events": 1})
    await put_in_index(cases, case, case, flagged, flagged)
    assert [(each.movement.event, each.movement.flag) for each in (await tallies.waiting()).moved] == [
        (Event.SUBMIT, 0),
        (None, 1),
    ]


async def test_a_past_is_told_in_place_of_what_the_case_remembers(stores: Stores) -> None:
    cases, tallies = stores
    case = opened(1)
    await cases.settle(case.model_copy(update={"recent": ()}), None, case.recent)
    assert numbers(await tallies.waiting()) == [1]
    entry = await cases.entry(case.id)
    assert entry is not None
    assert names_rows_of(entry, case)
    assert not names_rows_of(entry, case.model_copy(update={"seq": 2}))


async def test_a_fold_puts_tallies_in_place_of_movements(stores: Stores) -> None:
    cases, tallies = stores
    await put_in_index(cases, *[opened(n) for n in range(1, 6)])
    waiting = await tallies.waiting()
    totals = Stored(Totals(folds=1, flagged=7), "")
    day = Stored(DayTally(day=NOON.date(), fold=1), "")
    await tallies.fold(Fold(totals, (day,), tuple(each.key for each in waiting.moved[:4])))
    after = await tallies.waiting()
    assert (numbers(after), after.totals.value) == ([5], totals.value)
    (kept,) = await tallies.days(YEAR)
    assert kept.value == day.value
    await tallies.fold(Fold(Stored(Totals(folds=2), after.totals.tag), (Stored(day.value, kept.tag),)))
    assert (await tallies.waiting()).totals.value == Totals(folds=2)


async def test_only_the_first_of_two_folds_counts(stores: Stores) -> None:
    cases, tallies = stores
    await put_in_index(cases, opened(1))
    (each,) = (await tallies.waiting()).moved
    fold = Fold(Stored(Totals(folds=1), ""), (), (each.key,))
    await tallies.fold(fold)
    with pytest.raises(RowExistsError):
        await tallies.fold(fold)
    current = (await tallies.waiting()).totals
    with pytest.raises(RowChangedError):
        await tallies.fold(Fold(current, (), (each.key,)))
    await tallies.fold(Fold(current))
    with pytest.raises(RowChangedError):
        await tallies.fold(Fold(current))


async def test_a_period_has_its_first_and_its_last_day(stores: Stores) -> None:
    _, tallies = stores
    days = [date(2026, 11, 1) + timedelta(days=n) for n in range(7)]
    await tallies.fold(Fold(Stored(Totals(), ""), tuple(Stored(DayTally(day=day), "") for day in days)))
    found = await tallies.days(Period(days[1], days[5]))
    assert [stored.value.day for stored in found] == days[1:6]


async def test_what_was_told_of_each_case_is_read(stores: Stores) -> None:
    cases, tallies = stores
    await put_in_index(cases, *[opened(n) for n in range(1, 6)])
    told = [progress async for progress in tallies.told()]
    assert [(each.told, each.state) for each in told] == [(1, State.CHECKING_ELIGIBILITY)] * 5


async def test_empty_pages_end_no_list() -> None:
    tables = SmallPages(MemoryTables(SteeredClock(), empty_pages=True), "t")
    await put_in_index(CaseStore(tables), *[opened(n) for n in range(1, 8)])
    waiting = await TallyStore(tables).waiting()
    assert (len(waiting.moved), waiting.more) == (7, False)


async def test_rows_that_lost_their_document_count_for_nothing_or_are_named() -> None:
    tables = MemoryTables(SteeredClock())
    rows = [Row(INDEX_PARTITION, key) for key in ("stat|0totals", "day|2026-11-02", "indexed|x")]
    await tables.commit(INDEX, [Put(row) for row in rows])
    store = TallyStore(tables)
    assert (await store.waiting()).totals.value == Totals()
    assert [day.value for day in await store.days(YEAR)] == [DayTally(day=NOON.date())]
    assert [progress.told async for progress in store.told()] == [0]
    with pytest.raises(ValueError, match="has lost its movement"):
        movement_of(Row(INDEX_PARTITION, "stat|1moved|x"))
