"""The desk's work list over memory and over Azurite, also where the storage answers with small or empty pages."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.adapters.case_store import CaseStore
from shared.adapters.storage_memory import MemoryTables
from shared.domain.case import Attention
from shared.domain.dossier import ListedCase
from shared.domain.lifecycle import State
from shared.domain.work_list import ALL, ATTENTION, WorkFilters, WorkQuery
from tests.adapters.test_case_store import SMALL, SmallPages, numbered, put_in_index
from tests.builders import NOON, a_contact, a_form, money
from tests.contract.storages import Storage
from tests.world import SteeredClock

FLAG = Attention(reason="a step failed", since=NOON)


@pytest.fixture
def store(storage: Storage) -> CaseStore:
    return CaseStore(SmallPages(storage.tables, storage.table))


@pytest.fixture
def gapped() -> CaseStore:
    return CaseStore(SmallPages(MemoryTables(SteeredClock(), empty_pages=True), "t"))


async def walked(store: CaseStore, query: WorkQuery) -> AsyncIterator[ListedCase]:
    """Every case of a query, page by page."""
    after: str | None = query.after
    while after is not None:
        page = await store.work(replace(query, after=after))
        assert len(page.cases) <= query.limit
        for case in page.cases:
            yield case
        after = page.after


async def found(store: CaseStore, tab: str = ALL, limit: int = 50, **filters: Any) -> list[int]:
    """The numbers of the cases in a tab, in order."""
    query = WorkQuery(tab, limit=limit, filters=WorkFilters(**filters))
    return [int(str(case.summary["caseId"])[33:], 16) for case in [case async for case in walked(store, query)]]


async def stock(store: CaseStore) -> None:
    """Seven open cases, each in its own way, and one that is closed."""
    await put_in_index(
        store,
        numbered(1, since=NOON + timedelta(days=1), assignee="ada"),
        numbered(2, request=a_form(company_name="Zoë & Søn", credit_needed=money("9000.50", "USD"))),
        numbered(3, State.ACTION_REQUIRED, attention=FLAG, assignee="ada"),
        numbered(4, State.INFORMATION_DUE, since=NOON - timedelta(days=99)),
        numbered(5, request=a_form(contact=a_contact(preferred_method="phone", phone="+31 20 123 4567"))),
        numbered(6, State.DECLINED, wait=None, attention=FLAG),
        numbered(7, State.CHECKING_CREDIT, wait=None),
    )


async def test_a_tab_is_in_order_of_urgency_and_goes_on_page_by_page(store: CaseStore) -> None:
    await stock(store)
    assert await found(store) == [3, 7, 4, *sorted([2, 5], key=lambda n: numbered(n).id), 1]
    assert await found(store, limit=2) == await found(store)
    assert await found(store, ATTENTION) in ([3, 6], [6, 3])
    assert await found(store, "declined") == [6]
    assert await found(store, "switched") == []


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"assignee": "ada"}, {1, 3}),
        ({"least_amount": Decimal("2500")}, {1, 2, 3, 4, 5, 7}),
        ({"least_amount": Decimal("2500.01")}, {2}),
        ({"overdue_at": NOON}, {4}),
        ({"to_call": True}, {5}),
        ({"country": "NL"}, {1, 2, 3, 4, 5, 7}),
        ({"country": "BE"}, set()),
        ({"text": "zoe"}, {2}),
        ({"text": "contoso", "assignee": "ada"}, {1, 3}),
        ({"text": "nobody"}, set()),
    ],
)
async def test_a_tab_is_narrowed_down(store: CaseStore, filters: dict[str, Any], wanted: set[int]) -> None:
    await stock(store)
    assert set(await found(store, **filters)) == wanted


async def test_a_case_is_found_by_the_beginning_of_its_id(store: CaseStore) -> None:
    await stock(store)
    assert await found(store, text=numbered(4).id[:12]) == [4]


@pytest.mark.parametrize("text", ["", "contoso"])
async def test_no_case_is_left_out_between_pages(gapped: CaseStore, text: str) -> None:
    await put_in_index(gapped, *[numbered(n) for n in range(1, 9)])
    assert sorted(await found(gapped, limit=2, text=text)) == list(range(1, 9))


async def test_more_finds_than_a_page_takes_go_on_after_the_last_one(storage: Storage) -> None:
    store = CaseStore(SmallPages(storage.tables, storage.table, most=1000))
    await put_in_index(store, *[numbered(n, since=NOON + timedelta(days=n)) for n in range(1, 8)])
    query = WorkQuery("approved", limit=2, filters=WorkFilters(text="contoso", country="NL"))
    page = await store.work(query)
    assert [case.key for case in page.cases] == sorted(case.key for case in page.cases)
    assert page.after == f"after:{page.cases[-1].key}"
    assert len([case async for case in walked(store, query)]) == 7


async def test_a_page_costs_one_request_even_if_it_finds_nothing(store: CaseStore) -> None:
    await put_in_index(store, *[numbered(n) for n in range(1, 2 * SMALL)])
    page = await store.work(WorkQuery(ALL, filters=WorkFilters(text="nobody")))
    assert page.cases == ()
    assert page.after is not None


async def test_a_case_leaves_the_tabs_it_is_no_longer_in(store: CaseStore) -> None:
    flagged = numbered(1, attention=FLAG)
    calm = flagged.model_copy(update={"attention": None, "side_events": 1})
    closed = calm.model_copy(update={"state": State.WITHDRAWN, "seq": 5, "wait": None})
    tabs = (ALL, ATTENTION, "approved", "withdrawn")
    for case, wanted in ((flagged, (1, 1, 1, 0)), (calm, (1, 0, 1, 0)), (closed, (0, 0, 0, 1))):
        await put_in_index(store, case)
        assert tuple([len(await found(store, tab)) for tab in tabs]) == wanted


async def test_rows_that_others_deleted_keep_no_case_from_its_tabs(store: CaseStore) -> None:
    case = numbered(1, attention=FLAG)
    await store.settle(case, None)
    entry = await store.entry(case.id)
    assert entry is not None
    gone = replace(entry, list_key="list|gone", work_keys=(*entry.work_keys, "work|all|gone", "work|approved|gone"))
    await store.settle(case.model_copy(update={"attention": None, "side_events": 1}), gone)
    assert await found(store, ATTENTION) == []
    assert await found(store) == [1]


async def test_the_index_does_not_agree_while_a_tab_is_missing(store: CaseStore) -> None:
    case = numbered(1)
    await store.settle(case, None)
    entry = await store.entry(case.id)
    assert entry is not None
    assert await store.agrees(case, entry)
    assert not await store.agrees(case, replace(entry, work_keys=()))
    assert not await store.agrees(case.model_copy(update={"attention": FLAG}), entry)
