"""The credit check: papers come in, the officer decides, the facts have the last word."""

from datetime import date
from typing import Any

import pytest

from shared.domain.case import Case
from shared.domain.credit_application import CreditApplication
from shared.domain.decisions import (
    Approve,
    AskInformation,
    AskSecurity,
    Decision,
    Decline,
    InformationReply,
    SecurityReceived,
)
from shared.domain.dossier import SlotStatus
from shared.domain.errors import (
    CaseNotFoundError,
    CoolingOffError,
    FactsBlockError,
    IllegalMoveError,
    PreconditionFailedError,
    RepeatKeyReusedError,
    WrongFieldError,
)
from shared.domain.lifecycle import Event, State
from shared.workflow import credit
from shared.workflow.repeats import Acceptance
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import OFFICER, OTHER, World, asked

APPLICATION = {
    "legalName": "Contoso B.V.",
    "registrationNumber": "12345678",
    "taxId": "NL004495445B01",
    "yearsInBusiness": 12,
    "currency": "EUR",
    "figuresYear": 2025,
    "annualRevenue": "4000000",
    "totalAssets": "2500000",
    "equity": "1200000",
    "currentAssets": "1500000",
    "currentLiabilities": "700000",
    "retainedEarnings": "800000",
    "operatingResult": "420000",
    "bankReference": "Woodgrove Bank, account manager J. Jansen",
    "requestedLimit": {"amount": "25000", "currency": "EUR"},
}
LIMIT = {"amount": "20000", "currency": "EUR"}


def an_application(**changes: Any) -> CreditApplication:
    return CreditApplication.model_validate({**APPLICATION, **changes})


async def application_due(world: World) -> str:
    """A case above the policy's amount that waits for its credit-check application."""
    await world.portal_reports()
    return await settled(world, creditNeeded={"amount": "25000", "currency": "EUR"})


async def in_review(world: World) -> str:
    case_id = await application_due(world)
    await credit.submit_application(world.services, asked(case_id), an_application())
    await world.drain()
    return case_id


async def decide(world: World, case_id: str, decision: Decision) -> Case:
    """The officer decides on the case as it is now."""
    revision = (await world.case(case_id)).content_revision
    await credit.decide(world.services, asked(case_id, OFFICER, seen=revision), decision)
    moved = await world.case(case_id)
    await world.drain()
    return moved


APPROVE = Approve.model_validate({"kind": "approve", "limit": LIMIT, "note": "solid"})
DECLINE = Decline.model_validate({"kind": "decline", "codes": ["new_company"], "note": "founded in May"})
ASK = AskInformation.model_validate(
    {"kind": "ask_information", "items": [{"item": "audited_statements"}], "note": "old"}
)
SECURE = AskSecurity.model_validate({"kind": "ask_security", "type": "deposit", "amount": LIMIT, "note": "thin"})
RECEIVED = SecurityReceived.model_validate(
    {"type": "deposit", "amount": LIMIT, "reference": "bank 1", "receivedOn": "2026-11-23"}
)
REPLY = InformationReply.model_validate({"answers": [{"item": "audited_statements", "answer": "sent by post"}]})


async def information_due(world: World) -> str:
    """A case that waits for what the officer asked."""
    case_id = await in_review(world)
    await decide(world, case_id, ASK)
    return case_id


async def security_due(world: World) -> str:
    """A case that waits for a security."""
    case_id = await in_review(world)
    await decide(world, case_id, SECURE)
    return case_id


async def test_a_returned_application_is_assessed_and_reviewed_by_the_desk(world: World) -> None:
    case = await world.case(await in_review(world))
    assert case.state is State.CREDIT_REVIEW
    assert case.assessment is not None
    assert case.assessment.score is not None
    assert case.review is not None
    assert (case.review.target_on, case.review.breach_on) == (date(2026, 11, 30), date(2026, 12, 2))


async def test_the_figures_lie_beside_the_history_not_in_it(world: World) -> None:
    case_id = await in_review(world)
    events = await world.store.history(case_id)
    (papers,) = [event for event in events if event.event == "submit_application"]
    assert papers.personal is not None
    assert papers.personal["legalName"] == "Contoso B.V."
    assert papers.commitment is not None


@pytest.mark.parametrize(
    ("changes", "pointer"), [({"taxId": "NL123"}, "/taxId"), ({"figuresYear": 2027}, "/figuresYear")]
)
async def test_what_only_the_workflow_can_tell_is_wrong_is_named(
    world: World, changes: dict[str, Any], pointer: str
) -> None:
    case_id = await application_due(world)
    with pytest.raises(WrongFieldError) as wrong:
        await credit.submit_application(world.services, asked(case_id), an_application(**changes))
    assert wrong.value.pointer == pointer


async def test_all_that_is_wrong_is_named_at_once(world: World) -> None:
    case_id = await application_due(world)
    application = an_application(taxId="NL123", figuresYear=2027)
    with pytest.raises(WrongFieldError) as wrong:
        await credit.submit_application(world.services, asked(case_id), application)
    assert [each.pointer for each in wrong.value.every] == ["/taxId", "/figuresYear"]


async def test_an_application_without_a_tax_id_is_taken(world: World) -> None:
    case_id = await application_due(world)
    moved = await credit.submit_application(world.services, asked(case_id), an_application(taxId=None))
    assert moved.answer.state is State.CHECKING_CREDIT


async def test_an_application_that_nobody_asked_for_is_refused(world: World) -> None:
    case_id = await world.submit()
    with pytest.raises(IllegalMoveError, match="submit_application"):
        await credit.submit_application(world.services, asked(case_id), an_application())


async def test_only_the_owner_returns_the_papers(world: World) -> None:
    case_id = await application_due(world)
    with pytest.raises(CaseNotFoundError):
        await credit.submit_application(world.services, asked(case_id, OTHER), an_application())


async def test_an_approval_sends_the_instructions_with_its_limit(world: World) -> None:
    case_id = await in_review(world)
    moved = await decide(world, case_id, APPROVE)
    assert (moved.state, moved.approved_limit) == (State.APPROVED, APPROVE.limit)
    assert world.mailbox.kinds[-1] == "instructions"


async def test_an_approval_that_the_facts_do_not_allow_is_refused_with_the_findings(world: World) -> None:
    case_id = await in_review(world)
    await world.portal_reports(resources=[SENDGRID])
    with pytest.raises(FactsBlockError) as refusal:
        await decide(world, case_id, APPROVE)
    assert any(getattr(finding, "code", "") == "third_party_resource" for finding in refusal.value.findings)
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_facts_that_come_during_an_approval_make_it_look_again(world: World) -> None:
    case_id = await in_review(world)

    async def portal_reports() -> None:
        await world.portal_reports(resources=[SENDGRID])

    world.storage.meanwhile.append(portal_reports)
    with pytest.raises(FactsBlockError):
        await decide(world, case_id, APPROVE)


async def test_a_decision_on_what_was_seen_before_is_refused(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(PreconditionFailedError) as refusal:
        await credit.decide(world.services, asked(case_id, OFFICER, seen=1), APPROVE)
    assert refusal.value.revision == (await world.case(case_id)).content_revision


@pytest.mark.parametrize("decision", [APPROVE, DECLINE, ASK, SECURE], ids=lambda decision: decision.kind)
async def test_a_preview_is_the_very_letter_and_does_nothing(world: World, decision: Decision) -> None:
    case_id = await in_review(world)
    before = await world.dossier()
    calls = world.storage.calls.total()
    letter = await credit.preview(world.services, asked(case_id, OFFICER), decision)
    assert world.storage.calls.total() - calls == 1
    assert await world.dossier() == before
    await decide(world, case_id, decision)
    await world.drain()
    assert world.mailbox.letters[-1].text == letter.text


async def test_a_preview_of_a_decision_on_what_was_seen_before_is_refused(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(PreconditionFailedError):
        await credit.preview(world.services, asked(case_id, OFFICER, seen=1), APPROVE)


async def test_a_decline_keeps_the_slot_closed_for_the_policys_months(world: World) -> None:
    case_id = await in_review(world)
    moved = await decide(world, case_id, DECLINE)
    assert moved.state is State.DECLINED
    slot = (await world.dossier()).slot
    assert slot is not None
    assert (slot.value.status, str(slot.value.until)[:10]) == (SlotStatus.COOLING, "2027-05-23")
    with pytest.raises(CoolingOffError):
        await world.submit()


async def test_a_block_found_after_the_application_pauses_the_clock_until_it_is_gone(world: World) -> None:
    case_id = await application_due(world)
    await world.portal_reports(resources=[SENDGRID])
    await credit.submit_application(world.services, asked(case_id), an_application())
    await world.drain()
    blocked = await world.case(case_id)
    assert (blocked.state, blocked.review and blocked.review.is_paused) == (State.ACTION_REQUIRED, True)
    world.clock.move(days=20)
    await world.portal_reports()
    await world.drain()
    case = await world.case(case_id)
    assert (case.state, case.review and case.review.is_paused) == (State.CREDIT_REVIEW, False)
    assert case.review is not None
    assert case.review.expected_on == date(2026, 12, 18)


async def test_a_block_found_after_the_approval_leaves_the_clock_alone(world: World) -> None:
    case_id = await in_review(world)
    approved = await decide(world, case_id, APPROVE)
    await world.portal_reports(resources=[SENDGRID])
    await world.drain()
    blocked = await world.case(case_id)
    assert (blocked.state, blocked.review) == (State.ACTION_REQUIRED, approved.review)


async def test_an_approval_is_revoked_by_declining_and_is_told_as_withdrawn(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, APPROVE)
    moved = await decide(world, case_id, DECLINE)
    assert (moved.state, moved.decline_codes, moved.approved_limit) == (State.DECLINED, DECLINE.codes, None)
    last = (await world.store.history(case_id))[-1]
    assert (last.event, last.reasons, last.personal) == (
        Event.REVOKE,
        ("new_company",),
        DECLINE.model_dump(mode="json"),
    )
    slot = (await world.dossier()).slot
    assert slot is not None
    assert (slot.value.status, moved.next_due_at) == (SlotStatus.COOLING, None)
    assert "withdrawn the approval" in world.mailbox.letters[-1].text


@pytest.mark.parametrize("facts", [None, {"resources": [SENDGRID]}], ids=["unknown", "blocked"])
async def test_what_is_held_up_can_be_declined_whosever_turn_it_is(world: World, facts: dict[str, Any] | None) -> None:
    if facts:
        await world.portal_reports(**facts)
    case_id = await settled(world)
    moved = await decide(world, case_id, DECLINE)
    assert (moved.state, moved.wait, moved.next_due_at) == (State.DECLINED, None, None)
    assert (await world.store.history(case_id))[-1].event is Event.DECLINE
    assert "looked into what holds up your request" in world.mailbox.letters[-1].text
    with pytest.raises(CoolingOffError):
        await world.submit()


async def test_facts_that_come_first_leave_nothing_to_decline(world: World) -> None:
    case_id = await settled(world)
    seen = (await world.case(case_id)).content_revision
    await world.portal_reports()
    with pytest.raises(PreconditionFailedError):
        await credit.decide(world.services, asked(case_id, OFFICER, seen=seen), DECLINE)
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_instructions_that_were_not_sent_yet_are_not_sent_once_the_approval_is_revoked(world: World) -> None:
    case_id = await in_review(world)
    for decision in (APPROVE, DECLINE):
        seen = (await world.case(case_id)).content_revision
        await credit.decide(world.services, asked(case_id, OFFICER, seen=seen), decision)
    await world.drain()
    assert world.mailbox.kinds[-1] == "declined"
    assert "instructions" not in world.mailbox.kinds


async def test_a_switch_that_was_shown_first_is_not_revoked(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, APPROVE)
    seen = (await world.case(case_id)).content_revision
    await world.portal_reports(paymentMethodFamily="CheckWire")
    with pytest.raises(PreconditionFailedError):
        await credit.decide(world.services, asked(case_id, OFFICER, seen=seen), DECLINE)
    with pytest.raises(IllegalMoveError):
        await decide(world, case_id, DECLINE)
    assert (await world.case(case_id)).state is State.SWITCHED


async def test_information_asked_for_pauses_the_clock_until_it_is_there(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, ASK)
    paused = await world.case(case_id)
    assert (paused.state, paused.next_due_at is not None) == (State.INFORMATION_DUE, True)
    world.clock.move(days=7)
    await credit.submit_information(world.services, asked(case_id), REPLY)
    await world.drain()
    case = await world.case(case_id)
    assert case.review is not None
    assert (case.state, case.review.target_on) == (State.CREDIT_REVIEW, date(2026, 12, 7))


async def test_information_that_leaves_something_unanswered_is_refused_and_names_it(world: World) -> None:
    case_id = await in_review(world)
    items = [{"item": "audited_statements"}, {"item": "other", "text": "the lease"}, {"item": "legal_document"}]
    await decide(world, case_id, AskInformation.model_validate({**ASK.model_dump(), "items": items}))
    with pytest.raises(WrongFieldError) as refused:
        await credit.submit_information(world.services, asked(case_id), REPLY)
    lacking = [f"lacks an answer to /informationAsked/items/{place} of the case: add one with the" for place in (1, 2)]
    assert [(each.pointer, each.code, each.detail) for each in refused.value.every] == [
        ("/answers", "missing", f"{lacking[0]} item other and the text 'the lease'"),
        ("/answers", "missing", f"{lacking[1]} item legal_document"),
    ]


async def test_security_asked_for_and_received_goes_on_with_the_review(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, SECURE)
    assert (await world.case(case_id)).state is State.SECURITY_DUE
    await credit.confirm_security(world.services, asked(case_id, OFFICER), RECEIVED)
    await world.drain()
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW
    assert world.mailbox.kinds[-1] == "security_received"


async def test_a_case_decided_before_is_approved_again_without_another_check(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, APPROVE)
    await world.portal_reports(resources=[SENDGRID])
    await world.drain()
    assert (await world.case(case_id)).state is State.ACTION_REQUIRED
    await world.portal_reports()
    await world.drain()
    case = await world.case(case_id)
    assert (case.state, case.approved_limit) == (State.APPROVED, APPROVE.limit)


async def test_security_asked_for_by_a_day_is_due_on_that_day(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, SECURE.model_copy(update={"by": date(2026, 11, 27)}))
    wait = (await world.case(case_id)).wait
    assert wait is not None
    assert (wait.last_day, wait.remind_on) == (date(2026, 11, 27), (date(2026, 11, 25),))


async def test_security_cannot_have_come_on_a_day_that_has_not(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, SECURE)
    tomorrow = RECEIVED.model_copy(update={"received_on": date(2026, 11, 25)})
    with pytest.raises(WrongFieldError, match="has not come yet") as refused:
        await credit.confirm_security(world.services, asked(case_id, OFFICER), tomorrow)
    assert refused.value.pointer == "/receivedOn"


async def test_security_cannot_be_asked_for_by_a_day_that_is_over(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(WrongFieldError) as wrong:
        await decide(world, case_id, SECURE.model_copy(update={"by": world.clock.now.date()}))
    assert wrong.value.pointer == "/by"


# --- the application, which is one thing however often it is put


async def test_the_same_application_again_is_answered_without_a_key_too(world: World) -> None:
    case_id = await application_due(world)
    first = await credit.submit_application(world.services, asked(case_id), an_application())
    events = len(await world.store.history(case_id))
    again = await credit.submit_application(world.services, asked(case_id), an_application())
    assert again == Acceptance(first.answer, replayed=True)
    assert len(await world.store.history(case_id)) == events
    await world.drain()
    reviewed = await credit.submit_application(world.services, asked(case_id, seen=1), an_application())
    assert (reviewed.replayed, reviewed.answer.state) == (True, State.CREDIT_REVIEW)


async def test_a_clock_that_runs_out_does_not_make_an_application_another(world: World) -> None:
    case_id = await in_review(world)
    world.clock.move(days=9)
    await world.tick()
    assert (await credit.submit_application(world.services, asked(case_id), an_application())).replayed


async def test_another_application_is_refused_as_ever(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(IllegalMoveError):
        await credit.submit_application(world.services, asked(case_id), an_application(yearsInBusiness=3))


async def test_the_same_application_of_another_caller_is_refused(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(IllegalMoveError):
        await credit.submit_application(world.services, asked(case_id, OFFICER), an_application())


async def test_an_application_that_something_was_done_about_is_not_the_last_word(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, ASK)
    await credit.submit_information(world.services, asked(case_id), REPLY)
    await world.drain()
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW
    with pytest.raises(IllegalMoveError):
        await credit.submit_application(world.services, asked(case_id), an_application())


async def test_an_application_under_its_key_is_answered_as_the_first_time(world: World) -> None:
    case_id = await application_due(world)
    first = await credit.submit_application(world.services, asked(case_id, key="key"), an_application())
    await world.drain()
    again = await credit.submit_application(world.services, asked(case_id, key="key"), an_application())
    assert again == Acceptance(first.answer, replayed=True)
    with pytest.raises(RepeatKeyReusedError):
        await credit.submit_application(world.services, asked(case_id, key="key"), an_application(yearsInBusiness=3))


async def test_the_applicant_agrees_to_the_security_and_the_case_waits_for_it(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, SECURE)
    before = await world.case(case_id)
    agreed = await credit.accept_security(world.services, asked(case_id))
    case = await world.case(case_id)
    assert (case.state, case.wait, case.seq) == (State.SECURITY_DUE, before.wait, before.seq)
    assert (case.security_accepted_at, agreed.answer.revision) == (world.clock.now, before.content_revision)
    assert (await world.store.history(case_id))[-1].note == "security accepted"


async def test_agreeing_twice_is_agreeing_once(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, SECURE)
    agreed_at = world.clock.now
    first = await credit.accept_security(world.services, asked(case_id))
    world.clock.move(hours=1)
    again = await credit.accept_security(world.services, asked(case_id))
    assert (again.answer, again.replayed) == (first.answer, True)
    assert (await world.case(case_id)).security_accepted_at == agreed_at


async def test_another_security_is_to_be_agreed_to_anew(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, SECURE)
    await credit.accept_security(world.services, asked(case_id))
    await credit.confirm_security(world.services, asked(case_id, OFFICER), RECEIVED)
    await world.drain()
    await decide(world, case_id, SECURE)
    assert (await world.case(case_id)).security_accepted_at is None


async def test_there_is_nothing_to_agree_to_where_no_security_is_asked_for(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(IllegalMoveError):
        await credit.accept_security(world.services, asked(case_id))
