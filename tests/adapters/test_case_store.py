"""Cases and their index over memory and over Azurite, also where the storage answers with small or empty pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.adapters.case_store import CaseStore
from shared.adapters.storage import Operation, Page, Row, Search, Tables
from shared.adapters.storage_memory import MemoryTables
from shared.domain.case import Case, case_id_in, scope_of
from shared.domain.dossier import (
    Change,
    FactsChange,
    Past,
    Receipt,
    ReceiptChange,
    ScopeRecord,
    SlotChange,
    UnreadableMessage,
)
from shared.domain.errors import RowChangedError, RowExistsError
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import NoticeKind, State
from shared.domain.notices import Notice, NoticeDetails, NoticeState
from shared.domain.waiting import Party, begin_wait
from tests.builders import NOON, a_case, a_form, a_slot, facts, terms
from tests.contract.storages import Storage
from tests.world import SteeredClock

SMALL = 3


@dataclass
class SmallPages:
    """Tables under names of one test's own, which answer with few rows at most, as Azure may."""

    tables: Tables
    prefix: str
    most: int = SMALL

    async def get(self, table: str, partition: str, key: str) -> Row | None:
        return await self.tables.get(self.prefix + table, partition, key)

    async def page(
        self, table: str, partition: str, start: str, end: str, *, limit: int = 1000, continuation: str | None = None
    ) -> Page:
        limit = min(limit, self.most)
        return await self.tables.page(
            self.prefix + table, partition, start, end, limit=limit, continuation=continuation
        )

    async def search(self, table: str, partition: str, search: Search, *, continuation: str | None = None) -> Page:
        small = replace(search, limit=min(search.limit, self.most))
        return await self.tables.search(self.prefix + table, partition, small, continuation=continuation)

    async def scan(self, table: str, end: str, *, limit: int = 1000, continuation: str | None = None) -> Page:
        return await self.tables.scan(self.prefix + table, end, limit=min(limit, self.most), continuation=continuation)

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        return await self.tables.commit(self.prefix + table, operations)


@pytest.fixture
def store(storage: Storage) -> CaseStore:
    return CaseStore(SmallPages(storage.tables, storage.table))


@pytest.fixture
def gapped() -> CaseStore:
    """A store over a storage that puts an empty page before every other."""
    return CaseStore(SmallPages(MemoryTables(SteeredClock(), empty_pages=True), "t"))


def numbered(number: int, state: State = State.APPROVED, since: datetime = NOON, **changes: Any) -> Case:
    """A case of a subscription of its own, waiting since then."""
    form = a_form(subscription_id=UUID(int=number))
    made: dict[str, Any] = {
        "id": case_id_in(scope_of(form.subscription_id), f"{number:032x}"),
        "request": form,
        "wait": begin_wait(state, Party.APPLICANT, since, terms()),
        "changed_at": since,
    }
    return a_case(state, **{**made, **changes})


async def put_in_index(store: CaseStore, *cases: Case) -> None:
    for case in cases:
        await store.settle(case, await store.entry(case.id))


async def due_ids(store: CaseStore, now: datetime) -> list[str]:
    return [row.case_id async for row in store.due(now)]


async def all_scopes(store: CaseStore) -> dict[str, ScopeRecord]:
    found = [record async for record in store.scopes()]
    by_scope = {record.dossier.scope: record for record in found}
    assert len(by_scope) == len(found), "a scope came in pieces"
    return by_scope


def due_at(case: Case) -> datetime:
    assert case.next_due_at is not None
    return case.next_due_at


# --- due rows


async def test_what_is_due_comes_in_order_its_own_second_included(store: CaseStore) -> None:
    cases = [numbered(n, since=NOON + timedelta(days=n)) for n in (4, 2, 5, 1, 3)]
    await put_in_index(store, *cases)
    ordered = sorted(cases, key=due_at)
    assert await due_ids(store, due_at(ordered[3])) == [case.id for case in ordered[:4]]
    assert await due_ids(store, due_at(ordered[3]) - timedelta(seconds=1)) == [case.id for case in ordered[:3]]


async def test_an_empty_table_has_nothing(store: CaseStore) -> None:
    assert (await due_ids(store, NOON), await store.listed(None, "", 1), await all_scopes(store)) == ([], [], {})


async def test_a_due_row_that_is_dropped_is_gone_and_twice_does_no_harm(store: CaseStore) -> None:
    cases = [numbered(n) for n in range(5)]
    await put_in_index(store, *cases)
    rows = [row async for row in store.due(NOON + timedelta(days=30))]
    for row in (rows[0], rows[0], rows[1]):
        await store.drop(row)
    assert await due_ids(store, NOON + timedelta(days=30)) == [row.case_id for row in rows[2:]]


async def test_rows_may_be_dropped_while_they_are_walked(store: CaseStore) -> None:
    await put_in_index(store, *[numbered(n) for n in range(8)])
    async for row in store.due(NOON + timedelta(days=30)):
        await store.drop(row)
    assert await due_ids(store, NOON + timedelta(days=30)) == []


async def test_empty_pages_end_neither_what_is_due_nor_the_list(gapped: CaseStore) -> None:
    await put_in_index(gapped, *[numbered(n) for n in range(7)])
    assert len(await due_ids(gapped, NOON + timedelta(days=30))) == 7
    assert len(await gapped.listed(None, "", 7)) == 7
    assert len(await gapped.listed(None, "", 5)) == 5


# --- the list


async def test_the_list_is_in_order_of_the_wait_and_goes_on_after_a_key(store: CaseStore) -> None:
    cases = [numbered(n, since=NOON + timedelta(minutes=n)) for n in (3, 1, 4, 2, 5)]
    await put_in_index(store, *cases, numbered(9, State.INFORMATION_DUE), numbered(8, State.ACTION_REQUIRED))
    wanted = [case.id for case in sorted(cases, key=lambda case: case.request.subscription_id.int)]
    found = await store.listed("approved", "", 4)
    assert [row.summary["caseId"] for row in found] == wanted[:4]
    rest = await store.listed("approved", found[-1].key, 4)
    assert [row.summary["caseId"] for row in rest] == wanted[4:]
    assert {row.state for row in await store.listed(None, "", 100)} == {
        "approved",
        "information_due",
        "action_required",
    }


@pytest.mark.parametrize("after", ["", "a", "due|", "indexed|", "list|", "list|a", "~", "x' or RowKey ge '"])
async def test_whatever_it_goes_on_after_it_lists_nothing_but_the_list(store: CaseStore, after: str) -> None:
    await put_in_index(store, numbered(1), numbered(2, State.ACTION_REQUIRED))
    await store.keep_unreadable("q", "m", "body", NOON)
    assert {row.state for row in await store.listed("approved", after, 10)} <= {"approved"}
    assert {row.key.split("|")[0] for row in await store.listed(None, after, 10)} <= {"list"}


# --- settling


async def test_only_the_first_of_two_first_writers_settles(store: CaseStore) -> None:
    case = numbered(1)
    await store.settle(case, None)
    with pytest.raises(RowExistsError):
        await store.settle(case, None)


async def test_a_writer_that_read_an_older_entry_changes_nothing(store: CaseStore) -> None:
    case = numbered(1)
    await store.settle(case, None)
    read = await store.entry(case.id)
    moved = case.model_copy(update={"state": State.WITHDRAWN, "seq": 5, "wait": None})
    await store.settle(moved, read)
    with pytest.raises(RowChangedError):
        await store.settle(case, read)
    assert [row.state for row in await store.listed(None, "", 10)] == ["withdrawn"]
    entry = await store.entry(case.id)
    assert entry is not None
    assert entry.seq == 5


async def test_the_same_state_again_refreshes_its_row(store: CaseStore) -> None:
    case = numbered(1)
    await put_in_index(store, case, case.model_copy(update={"seq": 5}))
    (row,) = await store.listed(None, "", 10)
    assert row.summary["seq"] == 5


async def test_the_index_agrees_when_it_has_the_rows_of_the_case(store: CaseStore) -> None:
    case = numbered(1)
    await store.settle(case, None)
    entry = await store.entry(case.id)
    assert entry is not None
    assert await store.agrees(case, entry)
    assert not await store.agrees(case.model_copy(update={"state": State.ACTION_REQUIRED}), entry)
    async for row in store.due(NOON + timedelta(days=30)):
        await store.drop(row)
    assert not await store.agrees(case, entry)


async def test_a_case_that_is_over_needs_no_due_row(store: CaseStore) -> None:
    case = numbered(1, State.WITHDRAWN, wait=None)
    await store.settle(case, None)
    entry = await store.entry(case.id)
    assert entry is not None
    assert await store.agrees(case, entry)


# --- scopes


def a_receipt(key: str = "k") -> Receipt:
    return Receipt(key=key, expires_at=NOON)


def an_event(case: Case) -> HistoryEvent:
    return HistoryEvent(
        case_id=case.id, seq=case.seq, at=NOON, to_state=case.state, actor="a", commit_id="commit-1", previous_hash=""
    )


def a_notice(case: Case) -> Notice:
    details = NoticeDetails()
    return Notice(case_id=case.id, seq=case.seq, kind=NoticeKind.INSTRUCTIONS, details=details, created_at=NOON)


def everything_of(case: Case, receipts: str = "k") -> Change:
    return Change(
        scope=case.scope,
        case=case,
        event=an_event(case),
        notices=(a_notice(case),),
        facts=FactsChange(facts(), ""),
        slot=SlotChange(a_slot(case_id=case.id), ""),
        receipt=ReceiptChange(a_receipt(receipts)),
    )


async def fill(store: CaseStore, *cases: Case) -> None:
    for case in cases:
        await store.commit(everything_of(case))
        for key in ("m", "n"):
            await store.commit(Change(case.scope, receipt=ReceiptChange(a_receipt(key))))


def check(found: dict[str, ScopeRecord], cases: list[Case]) -> None:
    assert found.keys() == {case.scope for case in cases}
    for case in cases:
        dossier, receipts = found[case.scope].dossier, found[case.scope].receipts
        assert dossier.cases[case.id].value == case
        assert (dossier.slot is None, dossier.facts is None, len(dossier.notices)) == (False, False, 1)
        assert sorted(receipt.value.key for receipt in receipts) == ["k", "m", "n"]


async def test_every_scope_comes_whole_however_small_the_pages(store: CaseStore) -> None:
    cases = [numbered(n) for n in range(4)]
    await fill(store, *cases)
    check(await all_scopes(store), cases)


async def test_empty_pages_end_no_scope(gapped: CaseStore) -> None:
    cases = [numbered(n) for n in range(3)]
    await fill(gapped, *cases)
    check(await all_scopes(gapped), cases)


async def test_a_void_case_is_in_its_scope_and_nothing_else(store: CaseStore) -> None:
    case = numbered(1)
    await store.fence(case.id, "", NOON)
    record = (await all_scopes(store))[case.scope]
    assert [stored.value for stored in record.dossier.cases.values()] == [None]
    with pytest.raises(RowExistsError):
        await store.commit(everything_of(case))


async def test_a_receipt_that_is_dropped_is_gone_and_twice_does_no_harm(store: CaseStore) -> None:
    case = numbered(1)
    await fill(store, case)
    receipt = await store.receipt(case.scope, "m")
    assert receipt is not None
    for _ in range(2):
        await store.drop_receipt(case.scope, receipt)
    (record,) = (await all_scopes(store)).values()
    assert sorted(receipt.value.key for receipt in record.receipts) == ["k", "n"]
    assert await store.receipt(case.scope, "m") is None


# --- what commits together


async def test_all_that_was_committed_is_read(store: CaseStore) -> None:
    case = numbered(1)
    await store.commit(everything_of(case))
    dossier = await store.read(case.scope)
    assert (dossier.cases[case.id].value, dossier.known_facts) == (case, facts())
    assert [event.commit_id for event in await store.history(case.id)] == ["commit-1"]
    event = an_event(case)
    assert await store.committed(event)
    for changes in ({"commit_id": "commit-2"}, {"seq": case.seq + 1}, {"side": 1}):
        assert not await store.committed(event.model_copy(update=changes))


async def test_a_receipt_that_was_replaced_meanwhile_is_not_dropped(store: CaseStore) -> None:
    case = numbered(1)
    await fill(store, case)
    expired = await store.receipt(case.scope, "m")
    assert expired is not None
    await store.commit(Change(case.scope, receipt=ReceiptChange(a_receipt("m"), expired.tag)))
    await store.drop_receipt(case.scope, expired)
    assert await store.receipt(case.scope, "m") is not None


async def test_nothing_of_a_change_is_kept_if_a_part_of_it_conflicts(store: CaseStore) -> None:
    case, other = numbered(1), numbered(1, id=case_id_in(numbered(1).scope, "f" * 32))
    await store.commit(everything_of(case))
    with pytest.raises(RowExistsError) as error:
        await store.commit(everything_of(other))
    assert error.value.index == 0, "the receipt comes first, so that a repeated request is known"
    with pytest.raises(RowExistsError):
        await store.commit(everything_of(other, "another"))
    assert (await store.read(case.scope)).cases.keys() == {case.id}
    assert await store.receipt(case.scope, "another") is None


async def test_a_fence_makes_a_late_commit_fail(store: CaseStore) -> None:
    case = numbered(1)
    await store.commit(everything_of(case))
    tag = (await store.read(case.scope)).cases[case.id].tag
    await store.fence(case.id, tag, NOON)
    with pytest.raises(RowChangedError):
        await store.commit(Change(case.scope, case.model_copy(update={"seq": 9}), tag))
    with pytest.raises(RowChangedError):
        await store.fence(case.id, tag, NOON)


async def test_slot_facts_and_receipt_are_replaced_as_read(store: CaseStore) -> None:
    case = numbered(1)
    await store.commit(everything_of(case))
    read, receipt = await store.read(case.scope), await store.receipt(case.scope, "k")
    assert read.slot is not None
    assert read.facts is not None
    assert receipt is not None
    change = Change(
        case.scope,
        facts=FactsChange(facts(country="BE"), read.facts.tag),
        slot=SlotChange(a_slot(owner="other"), read.slot.tag),
        receipt=ReceiptChange(a_receipt(), receipt.tag),
    )
    await store.commit(change)
    after = await store.read(case.scope)
    assert (after.known_facts.country, after.slot and after.slot.value.owner) == ("BE", "other")
    for part in ("facts", "slot", "receipt"):
        with pytest.raises(RowChangedError):
            await store.commit(replace(Change(case.scope), **{part: getattr(change, part)}))


async def test_a_slot_is_freed_and_facts_are_touched_as_read_only(store: CaseStore) -> None:
    case = numbered(1)
    await store.commit(everything_of(case))
    read = await store.read(case.scope)
    assert read.slot is not None
    assert read.facts is not None
    freed = Change(case.scope, facts=FactsChange(None, read.facts.tag), slot=SlotChange(None, read.slot.tag))
    await store.commit(freed)
    after = await store.read(case.scope)
    assert (after.slot, after.known_facts) == (None, facts())
    with pytest.raises(RowChangedError):
        await store.commit(freed)


async def test_a_notice_is_marked_as_read_and_finished_once(store: CaseStore) -> None:
    case = numbered(1)
    await store.commit(everything_of(case))
    (stored,) = (await store.read(case.scope)).notices
    taken = stored.value.model_copy(update={"state": NoticeState.INFLIGHT})
    tag = await store.mark(taken, stored.tag)
    with pytest.raises(RowChangedError):
        await store.mark(taken, stored.tag)
    (marked,) = (await store.read(case.scope)).notices
    assert (marked.value, marked.tag) == (taken, tag)
    await store.finish(taken, stored.tag)
    assert len((await store.read(case.scope)).notices) == 1, "somebody else has it in hand"
    for _ in range(2):
        await store.finish(taken, tag)
    assert (await store.read(case.scope)).notices == ()


async def past_of_three(store: CaseStore, *cases: Case) -> None:
    """Each case has an event and a notice that is done with; all are of one scope."""
    for case in cases:
        await store.commit(Change(case.scope, case, event=an_event(case), notices=(a_notice(case),)))
    for stored in (await store.read(cases[0].scope)).notices:
        await store.finish(stored.value, stored.tag)


async def test_the_past_is_that_of_one_case(store: CaseStore) -> None:
    cases = [numbered(1), *(numbered(1, id=case_id_in(numbered(1).scope, digit * 32)) for digit in "0f")]
    await past_of_three(store, *cases)
    for case in cases:
        assert await store.past(case.id) == Past((an_event(case),), (a_notice(case),))
    assert await store.past(case_id_in(cases[0].scope, "e" * 32)) == Past()


async def test_the_past_is_written_anew_and_twice_does_no_harm(store: CaseStore) -> None:
    case = numbered(1)
    await past_of_three(store, case)
    events = tuple(an_event(case).model_copy(update={"seq": seq, "note": "anew"}) for seq in range(1, 103))
    anew = Past(events, (a_notice(case).model_copy(update={"problem": "anew"}),))
    for _ in range(2):
        await store.rewrite_past(case.id, anew)
    assert (await store.past(case.id)).events == events
    assert (await store.past(case.id)).notices == anew.notices
    await store.rewrite_past(case.id, Past())


async def test_a_void_and_a_missing_list_row_are_no_obstacles(store: CaseStore) -> None:
    case = numbered(1)
    await store.fence(case.id, "", NOON)
    for _ in range(2):
        await store.drop_void(case.id)
    assert await all_scopes(store) == {}


async def test_an_old_list_row_that_is_gone_does_not_keep_a_case_from_being_listed(store: CaseStore) -> None:
    case = numbered(1)
    await store.settle(case, None)
    entry = await store.entry(case.id)
    assert entry is not None
    moved = case.model_copy(update={"seq": case.seq + 1, "state": State.WITHDRAWN})
    await store.settle(moved, replace(entry, list_key="list|approved|2026-01-01T00:00:00Z|gone"))
    assert "withdrawn" in {listed.state for listed in await store.listed(None, "", 10)}
    with pytest.raises(RowChangedError):
        await store.settle(moved, replace(entry, list_key="list|approved|2026-01-01T00:00:00Z|gone"))


async def test_an_unreadable_message_is_kept_whole_and_twice_does_no_harm(store: CaseStore) -> None:
    body = "\U0001f600" * 10_000 + "end"
    for _ in range(2):
        await store.keep_unreadable("notifications", "message-1", body, NOON)
    kept = UnreadableMessage("notifications", "message-1", "2026-11-02T12:00:00Z", body)
    assert await store.unreadable(10) == [kept]


async def test_unreadable_messages_are_shown_up_to_a_limit(store: CaseStore) -> None:
    for number in range(7):
        await store.keep_unreadable("q", f"m{number}", "", NOON)
    assert [(message.message_id, message.body) for message in await store.unreadable(5)] == [
        (f"m{number}", "") for number in range(5)
    ]
    assert len(await store.unreadable(7)) == len(await store.unreadable(100)) == 7
