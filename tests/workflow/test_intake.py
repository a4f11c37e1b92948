"""Intake: what a request must find in its way, and what it is told."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.examples import ADMINISTRATOR
from shared.domain.callers import PORTAL
from shared.domain.dossier import Change, Receipt, Slot, SlotChange, SlotStatus, Stored
from shared.domain.errors import (
    AlreadySwitchedError,
    CaseBusyError,
    CaseNotFoundError,
    ConsentOutdatedError,
    CoolingOffError,
    RepeatKeyReusedError,
    RequestOpenError,
    RowExistsError,
    StorageUnavailableError,
)
from shared.domain.lifecycle import Event, State
from shared.domain.policy import Policy
from shared.domain.waiting import Terms
from shared.workflow import intake
from shared.workflow.intake import PreCheckForm
from shared.workflow.repeats import Acceptance, KeyKind
from tests.world import CLIENT, OTHER, SHELF, SUBSCRIPTION, Fault, World, a_submission


def a_pre_check(email: str = ADMINISTRATOR, **more: object) -> PreCheckForm:
    return PreCheckForm.model_validate(
        {"subscriptionId": str(SUBSCRIPTION), "accountAdministratorEmail": email, **more}
    )


async def test_a_pre_check_holds_every_rule_and_makes_no_case(world: World) -> None:
    await world.portal_reports()
    found = await intake.pre_check(world.services, a_pre_check(creditNeeded={"amount": "20000", "currency": "EUR"}))
    assert (found.verdict, len(found.findings)) == ("eligible", 5)
    assert found.credit is not None
    assert found.credit.needed
    assert (await world.dossier()).cases == {}


async def test_a_pre_check_without_an_amount_says_nothing_of_credit(world: World) -> None:
    assert (await intake.pre_check(world.services, a_pre_check())).credit is None


async def test_a_pre_check_shows_nothing_to_who_does_not_name_the_administrator(world: World) -> None:
    await world.portal_reports(accountType="Individual")
    found = await intake.pre_check(world.services, a_pre_check("somebody@else.example"))
    assert found.verdict == "unknown"
    assert {finding.outcome for finding in found.findings} == {"unknown"}


async def test_a_submission_makes_a_case_with_its_first_message(world: World) -> None:
    case = await world.case(await world.submit())
    assert (case.state, case.seq, case.opened_by) == (State.CHECKING_ELIGIBILITY, 1, "client:demo")
    assert [(m.case_id, m.seq, m.kind) for m in world.messages()] == [(case.id, 1, "eligibility")]


async def test_the_submission_is_the_first_event_of_the_history(world: World) -> None:
    case_id = await world.submit()
    (event,) = await intake.read_history(world.services, case_id, CLIENT)
    assert (event.event, event.actor, event.previous_hash) == (Event.SUBMIT, "client:demo", "")


async def test_consent_to_another_text_is_refused_with_the_present_hash(world: World) -> None:
    with pytest.raises(ConsentOutdatedError) as refusal:
        await world.submit(consent={"accepted": True, "textSha256": "0" * 64})
    assert refusal.value.text_sha256 == a_submission().form.consent.text_sha256
    assert world.messages() == []


async def test_a_second_request_is_refused_and_names_the_first_to_its_owner_only(world: World) -> None:
    case_id = await world.submit()
    with pytest.raises(RequestOpenError) as own:
        await world.submit()
    with pytest.raises(RequestOpenError) as foreign:
        await world.submit(client=OTHER)
    assert (own.value.case_id, foreign.value.case_id) == (case_id, None)
    assert len(world.messages()) == 1, "the refused requests' messages were taken back"


async def test_the_same_key_gives_the_same_answer_and_one_case(world: World) -> None:
    first = await intake.submit(world.services, a_submission("key"))
    second = await intake.submit(world.services, a_submission("key"))
    assert (first.replayed, second.replayed) == (False, True)
    assert second.answer == first.answer
    assert len((await world.dossier()).cases) == 1


async def test_the_same_key_with_another_request_is_refused(world: World) -> None:
    await world.submit("key")
    with pytest.raises(RepeatKeyReusedError):
        await world.submit("key", companyName="Fabrikam B.V.")


async def test_the_same_key_of_another_client_is_another_key(world: World) -> None:
    await world.submit("key")
    with pytest.raises(RequestOpenError):
        await world.submit("key", client=OTHER)


async def test_a_key_is_new_again_after_its_receipt_expired(world: World) -> None:
    first = await world.submit("key")
    await world.portal_reports(accountType="Individual")
    await world.drain()
    world.clock.move(days=8)
    assert await world.submit("key") != first


async def test_simultaneous_submissions_with_one_key_make_one_case(world: World) -> None:
    ids = await asyncio.gather(*(world.submit("key") for _ in range(5)))
    assert len(set(ids)) == 1
    assert len((await world.dossier()).cases) == 1


async def test_a_case_that_is_over_leaves_room_for_a_new_request(world: World) -> None:
    await world.portal_reports(accountType="Individual")
    first = await world.submit()
    await world.drain()
    assert await world.submit() != first


async def occupy(world: World, status: SlotStatus, until_days: float | None = None) -> None:
    """Put a slot in the way, as an earlier case would have left it."""
    case = await world.case(await world.submit())
    slot = (await world.dossier()).slot
    assert slot is not None
    until = world.clock.now + timedelta(days=until_days) if until_days else None
    taken = Slot(case_id=case.id, owner=CLIENT.actor, status=status, since=world.clock.now, until=until)
    await world.store.commit(Change(scope=case.scope, slot=SlotChange(taken, slot.tag)))


async def test_a_switched_subscription_is_refused_with_the_date(world: World) -> None:
    await occupy(world, SlotStatus.SWITCHED)
    with pytest.raises(AlreadySwitchedError, match="2026-11-23"):
        await world.submit()


async def test_a_declined_company_may_apply_again_only_when_the_time_is_up(world: World) -> None:
    await occupy(world, SlotStatus.COOLING, until_days=180)
    with pytest.raises(CoolingOffError, match="2027-05-22"):
        await world.submit()
    world.clock.move(days=181)
    case = await world.case(await world.submit())
    assert case.state is State.CHECKING_ELIGIBILITY


async def test_a_cooling_slot_without_an_end_is_free(world: World) -> None:
    await occupy(world, SlotStatus.COOLING)
    assert await world.submit()


async def test_a_lost_answer_to_the_commit_is_recognised_as_ours(world: World) -> None:
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), after=True))
    case_id = await world.submit()
    assert (await world.case(case_id)).seq == 1
    assert len(world.messages()) == 1


async def test_the_sdks_own_retry_after_a_lost_answer_is_recognised_too(world: World) -> None:
    world.storage.faults.append(Fault("commit", RowExistsError(0), after=True))
    assert len((await world.dossier()).cases) == 0
    await world.submit("key")
    assert len((await world.dossier()).cases) == 1


async def test_an_outage_before_the_commit_is_told_and_leaves_no_case(world: World) -> None:
    world.storage.faults.append(Fault("commit", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await world.submit()
    assert (await world.dossier()).cases == {}
    assert len(world.messages()) == 1, "the commit might still have come, so its message stays"


async def test_a_message_that_cannot_be_taken_back_does_not_hide_the_refusal(world: World) -> None:
    await world.submit()
    world.storage.faults.append(Fault("delete", StorageUnavailableError()))
    with pytest.raises(RequestOpenError):
        await world.submit()


async def test_it_gives_up_when_others_are_always_first(world: World) -> None:
    world.storage.faults.extend(Fault("commit", RowExistsError(0)) for _ in range(6))
    with pytest.raises(CaseBusyError):
        await world.submit()


async def test_only_the_client_that_opened_a_case_can_read_it(world: World) -> None:
    case_id = await world.submit()
    assert (await intake.read_case(world.services, case_id, CLIENT)).id == case_id
    for reader, wanted in (
        (OTHER, case_id),
        (CLIENT, case_id[:-1] + "x"),
        (CLIENT, f"{case_id[:-1]}0"),
        (CLIENT, ""),
    ):
        with pytest.raises(CaseNotFoundError):
            await intake.read_case(world.services, wanted, reader)


async def test_a_void_case_is_not_there(world: World) -> None:
    case_id = f"{'0' * 32}-{'1' * 32}"
    await world.store.fence(case_id, "", world.clock.now)
    with pytest.raises(CaseNotFoundError):
        await intake.read_case(world.services, case_id, CLIENT)


async def test_a_commit_that_lands_late_is_answered_as_the_callers_own(world: World) -> None:
    async def lands_late() -> None:
        await world.submit("key")

    world.storage.meanwhile.append(lands_late)
    assert (await intake.submit(world.services, a_submission("key"))).replayed


@pytest.mark.parametrize("status", [SlotStatus.SWITCHED, SlotStatus.COOLING])
async def test_a_stranger_is_told_only_that_the_slot_is_taken(world: World, status: SlotStatus) -> None:
    await occupy(world, status, until_days=180)
    with pytest.raises(RequestOpenError) as refusal:
        await world.submit(client=OTHER)
    assert refusal.value.case_id is None


async def test_who_names_the_administrator_is_told_since_when_it_is_switched(world: World) -> None:
    await world.portal_reports()
    await occupy(world, SlotStatus.SWITCHED)
    with pytest.raises(AlreadySwitchedError):
        await world.submit(client=OTHER)


# --- one key, several subscriptions

ELSEWHERE = UUID("6f1d5e0c-41f8-4b52-9b8f-0d8a3c7d2a11")


def elsewhere(key: str | None = "key", **more: Any) -> intake.Submission:
    """The same request for another subscription."""
    return a_submission(key, subscriptionId=str(ELSEWHERE), **more)


async def the_key(world: World) -> Stored[Receipt]:
    (key,) = [key async for key in world.keys.all_keys()]
    return key


async def test_a_key_used_for_another_subscription_is_refused_before_anything_is_sent(world: World) -> None:
    await world.submit("key")
    with pytest.raises(RepeatKeyReusedError) as refusal:
        await intake.submit(world.services, elsewhere())
    assert refusal.value.kind == KeyKind.IDEMPOTENCY_KEY
    assert (await world.dossier(ELSEWHERE)).cases == {}
    assert len(world.messages()) == 1


async def test_one_key_for_two_subscriptions_at_once_is_taken_by_one(world: World) -> None:
    both = await asyncio.gather(
        intake.submit(world.services, a_submission("key")),
        intake.submit(world.services, elsewhere()),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in both) == ["Acceptance", "RepeatKeyReusedError"]
    assert len((await world.dossier()).cases) + len((await world.dossier(ELSEWHERE)).cases) == 1


async def test_a_submission_takes_three_requests_under_a_key_and_two_without(world: World) -> None:
    await world.submit("key")
    assert world.storage.calls == {"commit": 2, "send": 1}
    world.storage.calls.clear()
    await intake.submit(world.services, elsewhere(None))
    assert world.storage.calls == {"commit": 1, "send": 1}


async def test_a_submission_that_got_no_further_than_its_key_is_made_by_its_retry(world: World) -> None:
    world.storage.faults.append(Fault("send", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await world.submit("key")
    with pytest.raises(RepeatKeyReusedError):
        await intake.submit(world.services, elsewhere())
    accepted = await intake.submit(world.services, a_submission("key"))
    assert (accepted.replayed, len((await world.dossier()).cases)) == (False, 1)


async def test_a_key_whose_keeping_nobody_could_tell_is_recognised(world: World) -> None:
    world.storage.faults.append(Fault("commit", RowExistsError(), after=True))
    assert not (await intake.submit(world.services, a_submission("key"))).replayed
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), after=True))
    with pytest.raises(StorageUnavailableError):
        await intake.submit(world.services, elsewhere("other"))
    assert not (await intake.submit(world.services, elsewhere("other"))).replayed


async def test_an_expired_key_is_free_for_another_subscription(world: World) -> None:
    await world.submit("key")
    before = await the_key(world)
    world.clock.move(days=7)
    assert not (await intake.submit(world.services, elsewhere())).replayed
    after = await the_key(world)
    assert after.value.fingerprint != before.value.fingerprint
    assert after.value.expires_at == world.clock.now + timedelta(days=7)


async def test_a_key_that_expired_for_two_at_once_is_taken_by_one(world: World) -> None:
    await world.submit("key")
    world.clock.move(days=8)

    async def other_is_first() -> None:
        await intake.submit(world.services, elsewhere())

    world.storage.meanwhile += [nothing, other_is_first]
    with pytest.raises(RepeatKeyReusedError):
        await world.submit("key", companyName="Fabrikam B.V.")


async def nothing() -> None:
    """The first commit meets nobody."""


async def test_it_gives_up_where_a_key_is_always_replaced_first(world: World) -> None:
    world.storage.faults.extend(Fault("commit", RowExistsError(0)) for _ in range(6))
    with pytest.raises(CaseBusyError):
        await world.submit("key")
    assert world.messages() == []


async def test_the_portals_webhooks_need_no_key_across_subscriptions(world: World) -> None:
    await intake.submit(world.services, replace(a_submission("webhook"), principal=PORTAL))
    assert [key async for key in world.keys.all_keys()] == []


async def test_what_is_kept_of_a_key_is_neither_the_key_nor_the_request(world: World) -> None:
    await world.submit("the very key")
    kept = (await the_key(world)).value.model_dump_json()
    assert "the very key" not in kept
    assert "Contoso" not in kept


async def test_a_repeat_is_answered_though_the_consent_has_a_new_text_since(world: World) -> None:
    first = await intake.submit(world.services, a_submission("key"))
    stored = await world.services.shelf.policy(world.services.current_policy)
    text = stored.consent.model_copy(update={"text": "other words"})
    services = replace(world.services, shelf=OtherWords(stored.model_copy(update={"consent": text})))
    assert (await intake.submit(services, a_submission("key"))) == Acceptance(first.answer, replayed=True)
    with pytest.raises(ConsentOutdatedError):
        await intake.submit(services, a_submission("another key"))


@dataclass(frozen=True)
class OtherWords:
    """A shelf whose policy's consent has another text."""

    changed: Policy

    async def policy(self, policy_id: str) -> Policy:
        return self.changed

    async def terms(self, policy_id: str, country: str) -> Terms:
        return replace(await SHELF.terms(policy_id, country), policy=self.changed)
