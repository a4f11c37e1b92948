"""Drafts over the storages, in memory and in Azurite."""

import pytest

from shared.adapters.case_store import CaseStore
from shared.adapters.draft_store import DraftStore
from shared.domain.draft import CreditDraft, Draft, Step
from shared.domain.errors import RowChangedError, RowExistsError
from tests.adapters.test_case_store import SmallPages
from tests.builders import NOON
from tests.contract.storages import Storage

SCOPE = "5" * 32


@pytest.fixture
def store(storage: Storage) -> DraftStore:
    return DraftStore(SmallPages(storage.tables, storage.table))


def a_draft(city: str = "Schiphol \N{GRINNING FACE}\0") -> Draft:
    return Draft(id="1", step=Step.DETAILS, saved_at=NOON, values={"city": city, "line1": ""})


async def test_keeps_one_draft_of_a_scope_as_it_was_typed(store: DraftStore) -> None:
    assert await store.draft(SCOPE) is None
    await store.keep_draft(SCOPE, a_draft(), "")
    kept = await store.draft(SCOPE)
    assert kept is not None
    assert kept.value == a_draft()
    with pytest.raises(RowExistsError):
        await store.keep_draft(SCOPE, a_draft("Delft"), "")


async def test_replaces_a_draft_as_read_only(store: DraftStore) -> None:
    await store.keep_draft(SCOPE, a_draft(), "")
    read = await store.draft(SCOPE)
    assert read is not None
    await store.keep_draft(SCOPE, a_draft("x" * 60_000), read.tag)
    with pytest.raises(RowChangedError):
        await store.keep_draft(SCOPE, a_draft("Delft"), read.tag)


async def test_drops_a_draft_as_read_only_and_twice_does_no_harm(store: DraftStore) -> None:
    await store.keep_draft(SCOPE, a_draft(), "")
    old = await store.draft(SCOPE)
    assert old is not None
    await store.keep_draft(SCOPE, a_draft("Delft"), old.tag)
    await store.drop_draft(SCOPE, old.tag)
    new = await store.draft(SCOPE)
    assert new is not None, "somebody types again"
    for _ in range(2):
        await store.drop_draft(SCOPE, new.tag)
    assert await store.draft(SCOPE) is None


def a_credit_draft(equity: str = "(1.100.000)") -> CreditDraft:
    return CreditDraft(case_id="1", saved_at=NOON, values={"equity": equity, "tax_id": ""})


async def test_keeps_the_last_draft_of_a_credit_application_beside_that_of_a_request(store: DraftStore) -> None:
    await store.keep_draft(SCOPE, a_draft(), "")
    assert await store.credit_draft(SCOPE) is None
    for draft in (a_credit_draft("x"), a_credit_draft()):
        await store.keep_credit_draft(SCOPE, draft)
    kept, other = await store.credit_draft(SCOPE), await store.draft(SCOPE)
    assert kept is not None
    assert other is not None
    assert (kept.value, other.value) == (a_credit_draft(), a_draft())


async def test_drops_a_credit_draft_as_read_only_and_twice_does_no_harm(store: DraftStore) -> None:
    await store.keep_credit_draft(SCOPE, a_credit_draft("x"))
    old = await store.credit_draft(SCOPE)
    await store.keep_credit_draft(SCOPE, a_credit_draft())
    assert old is not None
    await store.drop_credit_draft(SCOPE, old.tag)
    new = await store.credit_draft(SCOPE)
    assert new is not None, "somebody types again"
    for _ in range(2):
        await store.drop_credit_draft(SCOPE, new.tag)
    assert await store.credit_draft(SCOPE) is None


async def test_the_nightly_pass_sees_drafts_and_a_read_of_the_scope_does_not(storage: Storage) -> None:
    tables = SmallPages(storage.tables, storage.table)
    await DraftStore(tables).keep_draft(SCOPE, a_draft(), "")
    await DraftStore(tables).keep_credit_draft(SCOPE, a_credit_draft())
    (record,) = [each async for each in CaseStore(tables).scopes()]
    assert record.draft is not None
    assert record.credit_draft is not None
    assert (record.draft.value, record.credit_draft.value) == (a_draft(), a_credit_draft())
    assert await CaseStore(tables).read(SCOPE) == record.dossier
