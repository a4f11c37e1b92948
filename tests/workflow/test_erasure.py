"""Erasing the personal data of a closed case: everywhere, once begun to its end, and the history stays whole."""

from contextlib import suppress
from typing import Any

import pytest

from shared.adapters.case_rows import CASES, FACTS, INDEX, notice_key
from shared.adapters.storage import Delete, Touch
from shared.domain.callers import Kind, Principal, Role
from shared.domain.case import scope_of
from shared.domain.decisions import AskInformation, AskSecurity, InformationReply, SecurityReceived
from shared.domain.documents import checked_file
from shared.domain.draft import CreditDraft
from shared.domain.errors import (
    CaseBusyError,
    IllegalMoveError,
    NoticeRefusedError,
    PreconditionFailedError,
    RoleNeededError,
    StorageUnavailableError,
)
from shared.domain.lifecycle import NoticeKind, State
from shared.domain.messages import NOTIFICATIONS
from shared.domain.notices import NoticeState
from shared.workflow import actions, credit, desk
from shared.workflow.audit import audit_case
from shared.workflow.erasure import erase, finish_erasure
from shared.workflow.intake import read_case
from shared.workflow.poison import take_poison
from shared.workflow.protocol import flag_case
from shared.workflow.reconcile import Drift, reconcile
from tests.document_files import a_png
from tests.faults.checker import violations
from tests.workflow.test_credit import an_application, decide
from tests.workflow.test_steps import settled
from tests.world import CLIENT, OFFICER, SUBSCRIPTION, Fault, World, asked

NAME = "zanarie"
"""Stands in every text that can tell of a person or a company; it is in nothing that the service itself writes."""

PHONE, FIGURE, AMOUNT = "7654321", "87654321", "34567.89"
SCOPE = scope_of(SUBSCRIPTION)
CANARIES = (NAME, PHONE, FIGURE, AMOUNT)
EMAIL = f"{NAME}@contoso.example"
MONEY = {"amount": AMOUNT, "currency": "EUR"}
ITEM = {"item": "other", "text": f"from {NAME}"}
REQUEST: dict[str, Any] = {
    "supportPlan": NAME,
    "companyName": NAME,
    "billingAddress": {
        **{name: f"{NAME} {name}" for name in ("line1", "line2", "city", "region", "postalCode")},
        "country": "NL",
    },
    "accountAdministratorEmail": EMAIL,
    "contact": {"name": NAME, "email": EMAIL, "phone": PHONE, "preferredMethod": "phone", "language": "nl"},
    "creditNeeded": MONEY,
}
FIGURES = ("annualRevenue", "totalAssets", "equity", "currentAssets", "currentLiabilities", "retainedEarnings")
APPLICATION: dict[str, Any] = {
    **dict.fromkeys(("legalName", "registrationNumber", "bankReference"), NAME),
    **dict.fromkeys(FIGURES, FIGURE),
    "operatingResult": FIGURE,
    "requestedLimit": MONEY,
}


class CrashError(Exception):
    """The process ends in the middle of a storage call."""


async def closed(world: World) -> str:
    """A case with canaries wherever something can be written, withdrawn; its letters failed, and wait to be sent."""
    await world.portal_reports(
        accountAdministratorEmail=EMAIL,
        resources=[{"id": f"/x/{NAME}", "name": NAME, "type": "Sendgrid.Email/accounts"}],
    )
    case_id = await settled(world, **REQUEST)
    await world.portal_reports(
        accountAdministratorEmail=EMAIL, resources=[{"id": NAME, "name": NAME, "type": "Microsoft.Web/sites"}]
    )
    await world.drain()
    await credit.submit_application(world.services, asked(case_id), an_application(**APPLICATION))
    await world.drain()
    ask = {"kind": "ask_information", "items": [ITEM], "note": NAME}
    await decide(world, case_id, AskInformation.model_validate(ask))
    reply = InformationReply.model_validate({"answers": [{**ITEM, "answer": NAME}]})
    await credit.submit_information(world.services, asked(case_id), reply)
    await world.drain()
    await secured(world, case_id)
    await actions.withdraw(world.services, asked(case_id))
    typed = CreditDraft(case_id=case_id, saved_at=world.clock.now, values={"legal_name": NAME})
    await world.services.drafts.keep_credit_draft(SCOPE, typed)
    return case_id


async def secured(world: World, case_id: str) -> None:
    asks = AskSecurity.model_validate({"kind": "ask_security", "type": "deposit", "amount": MONEY, "note": NAME})
    world.mailbox.troubles.append(NoticeRefusedError("no such mailbox"))
    await decide(world, case_id, asks)
    await credit.accept_security(world.services, asked(case_id))
    came = {"type": "deposit", "amount": MONEY, "reference": NAME, "receivedOn": "2026-11-23"}
    received = SecurityReceived.model_validate(came)
    await credit.confirm_security(world.services, asked(case_id, OFFICER), received)
    await actions.write_to_desk(world.services, asked(case_id), f"I am {NAME}")
    await desk.write_note(world.services, asked(case_id, OFFICER), f"{NAME} called")
    await world.drain()


async def found(world: World) -> set[str]:
    """The rows, by key, that hold a canary."""
    rows = [row for table in (CASES, INDEX, "keys") for row in (await world.storage.tables.scan(table, "~")).rows]
    assert len(rows) > 10, "hardly any rows: check this scan"
    return {row.key for row in rows if any(canary in f"{row.key} {row.values}" for canary in CANARIES)}


async def test_nothing_personal_is_left_in_any_row(world: World) -> None:
    case_id = await closed(world)
    planted = {"|".join(key.split("|")[:2]) for key in await found(world)}
    assert planted >= {"a|case", "a|0facts", "a|notice", "c|event", "c|notice", "list|credit_review"}
    await erase(world.services, asked(case_id, OFFICER))
    assert await found(world) == set()


async def test_what_happened_is_kept_and_the_history_is_whole(world: World) -> None:
    case_id = await closed(world)
    before = await world.case(case_id)
    await erase(world.services, asked(case_id, OFFICER))
    case = await world.case(case_id)
    assert (case.state, case.seq, case.erased_at, case.erasure_pending) == (
        State.WITHDRAWN,
        before.seq,
        world.clock.now,
        False,
    )
    assert (await audit_case(world.services, case_id)).is_whole
    last = (await world.store.history(case_id))[-2:]
    told = [(event.note, event.actor) for event in last]
    assert told == [("erasure of personal data begun", "desk:ada"), ("personal data erased", "system")]


async def test_the_app_goes_on_with_an_erased_case(world: World) -> None:
    case_id = await closed(world)
    letters = len(world.mailbox.letters)
    await erase(world.services, asked(case_id, OFFICER))
    await world.drain()
    world.clock.move(hours=2)
    assert await reconcile(world.services) == Drift(cases=1)
    assert (len(world.mailbox.letters), world.failures) == (letters, [])
    assert (await read_case(world.services, case_id, CLIENT)).request.company_name == "(erased)"
    assert await violations(world) == []


async def test_what_was_not_sent_is_not_sent_any_more(world: World) -> None:
    case_id = await closed(world)
    await erase(world.services, asked(case_id, OFFICER))
    assert (await world.dossier()).notices == ()
    notices = {notice.kind: notice.state for notice in (await world.store.past(case_id)).notices}
    assert notices[NoticeKind.WITHDRAWN] is NoticeState.SUPERSEDED
    assert notices[NoticeKind.SECURITY_ASKED] is NoticeState.FAILED


async def test_a_letter_is_not_sent_between_the_beginning_and_the_end_of_an_erasure(world: World) -> None:
    case_id = await closed(world)
    letters = len(world.mailbox.letters)
    world.storage.faults.append(Fault("commit", CrashError(), skip=1))
    with pytest.raises(CrashError):
        await erase(world.services, asked(case_id, OFFICER))
    await world.drain()
    assert len(world.mailbox.letters) == letters
    await finish_erasure(world.services, case_id)
    assert await found(world) == set()


@pytest.mark.parametrize("call", ["get", "page", "commit"])
@pytest.mark.parametrize(("error", "after"), [(CrashError, False), (CrashError, True), (StorageUnavailableError, True)])
async def test_an_erasure_cut_short_anywhere_is_finished(call: str, error: type[Exception], after: bool) -> None:
    for skip in range(await calls_of_an_erasure(call)):
        world = World()
        case_id = await closed(world)
        world.storage.faults.append(Fault(call, error(), after, skip))
        with suppress(CrashError, StorageUnavailableError):
            await erase(world.services, asked(case_id, OFFICER))
        assert world.storage.faults == []
        if (await world.case(case_id)).erased_at is None:
            await erase(world.services, asked(case_id, OFFICER))
        world.clock.move(hours=2)
        await reconcile(world.services)
        assert (await found(world), await violations(world)) == (set(), [])
        assert not (await world.case(case_id)).erasure_pending


async def calls_of_an_erasure(call: str) -> int:
    world = World()
    case_id = await closed(world)
    before = world.storage.calls[call]
    await erase(world.services, asked(case_id, OFFICER))
    return world.storage.calls[call] - before


async def test_the_nightly_pass_counts_what_it_finished_and_does_it_once(world: World) -> None:
    case_id = await closed(world)
    world.storage.faults.append(Fault("commit", CrashError(), skip=3))
    with pytest.raises(CrashError):
        await erase(world.services, asked(case_id, OFFICER))
    assert (await reconcile(world.services)).erased == 0, "it may be under way"
    world.clock.move(hours=2)
    assert (await reconcile(world.services)).erased == 1
    world.clock.move(hours=2)
    assert await reconcile(world.services) == Drift(cases=1)


async def test_erasing_again_finishes_and_adds_nothing(world: World) -> None:
    case_id = await closed(world)
    first = await erase(world.services, asked(case_id, OFFICER, "key"))
    events = await world.store.history(case_id)
    for key in ("key", None):
        again = await erase(world.services, asked(case_id, OFFICER, key))
        assert (again.answer, again.replayed) == (first.answer, True)
    assert await world.store.history(case_id) == events


async def test_an_open_case_is_not_erased(world: World) -> None:
    case_id = await settled(world)
    with pytest.raises(IllegalMoveError):
        await erase(world.services, asked(case_id, OFFICER))


async def test_only_who_may_decide_erases(world: World) -> None:
    case_id = await closed(world)
    for principal in (CLIENT, Principal(Kind.DESK, "ben", frozenset({Role.READ}))):
        with pytest.raises(RoleNeededError):
            await erase(world.services, asked(case_id, principal))


async def test_a_case_that_changed_since_it_was_seen_is_not_erased(world: World) -> None:
    case_id = await closed(world)
    with pytest.raises(PreconditionFailedError):
        await erase(world.services, asked(case_id, OFFICER, seen=1))


async def test_nothing_new_is_written_to_an_erased_case(world: World) -> None:
    case_id = await closed(world)
    await erase(world.services, asked(case_id, OFFICER))
    with pytest.raises(IllegalMoveError):
        await actions.write_to_desk(world.services, asked(case_id), NAME)
    with pytest.raises(IllegalMoveError):
        await desk.write_note(world.services, asked(case_id, OFFICER), NAME)
    assert await found(world) == set()


async def test_the_last_case_of_a_subscription_takes_the_facts_along(world: World) -> None:
    first = await closed(world)
    second = await settled(world)
    await actions.withdraw(world.services, asked(second))
    await erase(world.services, asked(first, OFFICER))
    assert (await world.facts()).account_administrator_email == EMAIL
    await erase(world.services, asked(second, OFFICER))
    assert (await world.facts()).account_administrator_email is None
    assert await found(world) == set()


async def test_a_case_without_facts_is_erased(world: World) -> None:
    case_id = await settled(world)
    await actions.withdraw(world.services, asked(case_id))
    await world.storage.tables.commit(CASES, [Delete(SCOPE, FACTS)])
    await erase(world.services, asked(case_id, OFFICER))
    assert (await world.dossier()).facts is None


async def test_a_notice_that_others_take_again_and_again_leaves_the_erasure_pending(world: World) -> None:
    case_id = await closed(world)

    async def take() -> None:
        for stored in (await world.dossier()).notices:
            await world.storage.tables.commit(CASES, [Touch(SCOPE, notice_key(stored.value))])

    world.storage.meanwhile += [take] * 30
    with pytest.raises(CaseBusyError):
        await erase(world.services, asked(case_id, OFFICER))
    world.clock.move(hours=2)
    assert (await reconcile(world.services)).failed == 1
    world.storage.meanwhile.clear()
    assert (await reconcile(world.services)).erased == 1
    assert await found(world) == set()


async def test_what_was_typed_for_another_request_stays(world: World) -> None:
    case_id = await closed(world)
    typed = CreditDraft(case_id="another", saved_at=world.clock.now)
    await world.services.drafts.keep_credit_draft(SCOPE, typed)
    await erase(world.services, asked(case_id, OFFICER))
    kept = await world.services.drafts.credit_draft(SCOPE)
    assert kept is not None
    assert kept.value == typed


async def test_erases_documents_also_those_that_were_taken_out(world: World) -> None:
    case_id = await closed(world)
    await world.documents.put(case_id, checked_file("extract.png", a_png()), a_png())
    await erase(world.services, asked(case_id, OFFICER))
    assert await world.documents.get(case_id, checked_file("extract.png", a_png()).sha256) is None


async def test_an_erased_case_leaves_the_desks_attention(world: World) -> None:
    case_id = await closed(world)
    assert (await world.case(case_id)).attention is not None
    await erase(world.services, asked(case_id, OFFICER))
    (listed,) = await world.store.listed(None, "", 10)
    page = await world.storage.page(INDEX, "0", "work|attention|", "work|attention}")
    assert (listed.summary["attention"], page.rows, await violations(world)) == ("", (), [])


async def test_nobody_flags_an_erased_case(world: World) -> None:
    case_id = await closed(world)
    await erase(world.services, asked(case_id, OFFICER))
    events = await world.store.history(case_id)
    for message in world.messages():
        await take_poison(world.services, NOTIFICATIONS, "queue-id", message.model_dump_json(by_alias=True))
    assert (await flag_case(world.services, case_id, "stuck")).attention is None
    assert await world.store.history(case_id) == events
