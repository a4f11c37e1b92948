"""The portal's facts: kept if newer, acted on once, and moving the case that waits for them."""

from datetime import timedelta

import pytest

from local.sample import sample_request, sample_snapshot
from shared.domain.dossier import SlotStatus
from shared.domain.errors import (
    AlreadySwitchedError,
    CaseBusyError,
    RequestOpenError,
    RowChangedError,
    StorageUnavailableError,
    WrongFieldError,
)
from shared.domain.lifecycle import State
from shared.domain.messages import PaymentMethodChanged, SubscriptionUpdated, SupportRequestCreated
from shared.workflow import portal
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import SUBSCRIPTION, Fault, World


def snapshot_at(world: World, hours: float, **changes: object) -> SubscriptionUpdated:
    return SubscriptionUpdated.model_validate(
        {
            "type": "subscription.updated",
            "timestamp": (world.clock.now + timedelta(hours=hours)).isoformat(),
            "data": {**sample_snapshot(str(SUBSCRIPTION)), **changes},
        }
    )


async def test_facts_are_kept_before_there_is_a_case(world: World) -> None:
    await world.portal_reports(country="BE")
    assert (await world.facts()).country == "BE"


async def test_an_older_observation_is_ignored(world: World) -> None:
    await portal.subscription_updated(world.services, "new", snapshot_at(world, 0, country="BE"))
    await portal.subscription_updated(world.services, "old", snapshot_at(world, -1, country="DE"))
    assert (await world.facts()).country == "BE"


async def test_what_a_later_snapshot_leaves_out_is_unknown_again(world: World) -> None:
    await world.portal_reports()
    await world.portal_reports(country=None)
    assert (await world.facts()).country is None


async def test_the_same_webhook_again_changes_nothing(world: World) -> None:
    case_id = await settled(world)
    event = snapshot_at(world, 0, resources=[SENDGRID])
    await portal.subscription_updated(world.services, "once", event)
    moved = (await world.case(case_id)).seq
    await portal.subscription_updated(world.services, "once", event)
    assert (await world.case(case_id)).seq == moved


async def test_one_webhook_id_is_acted_on_once_even_with_another_content(world: World) -> None:
    await portal.subscription_updated(world.services, "once", snapshot_at(world, -1, country="BE"))
    await portal.subscription_updated(world.services, "once", snapshot_at(world, 0, country="DE"))
    assert (await world.facts()).country == "BE"


async def test_a_webhook_id_is_new_again_once_its_receipt_expired(world: World) -> None:
    await portal.subscription_updated(world.services, "once", snapshot_at(world, 0, country="BE"))
    world.clock.move(days=7)
    await portal.subscription_updated(world.services, "once", snapshot_at(world, 0, country="DE"))
    assert (await world.facts()).country == "DE"


async def test_an_expired_webhook_id_moves_the_case_that_its_facts_concern(world: World) -> None:
    await world.portal_reports("once", resources=[SENDGRID])
    case_id = await settled(world)
    world.clock.move(days=8)
    await world.portal_reports("once")
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_a_webhook_that_moved_a_case_is_acted_on_once_while_its_receipt_lasts(world: World) -> None:
    case_id = await settled(world)
    await world.portal_reports("once", resources=[SENDGRID])
    moved = (await world.case(case_id)).seq
    await world.drain()
    await world.portal_reports("once")
    assert (await world.facts()).resources != ()
    assert (await world.case(case_id)).seq == moved + 1, "its own step, and nothing more"


async def test_a_case_that_waits_for_facts_moves_on_by_itself(world: World) -> None:
    case_id = await settled(world)
    await world.portal_reports()
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_a_blocked_case_keeps_its_last_day_over_a_check_that_changes_nothing(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    case_id = await settled(world)
    before = (await world.case(case_id)).wait
    world.clock.move(days=5)
    await world.portal_reports(resources=[SENDGRID])
    await world.drain()
    after = (await world.case(case_id)).wait
    assert before is not None
    assert after is not None
    assert (after.since, after.last_day, after.remind_on) == (before.since, before.last_day, before.remind_on)
    assert len(world.mailbox.letters) == 1, "the findings are the same, so nobody is told again"


async def test_an_approved_case_is_blocked_by_new_third_party_resources(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    await world.portal_reports(resources=[SENDGRID])
    await world.drain()
    assert (await world.case(case_id)).state is State.ACTION_REQUIRED
    assert len(world.mailbox.letters) == 2


async def test_facts_that_block_nothing_leave_an_approved_case_alone(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    seq = (await world.case(case_id)).seq
    await world.portal_reports(country="BE")
    assert (await world.case(case_id)).seq == seq


async def test_payment_by_invoice_proves_the_switch_and_takes_the_slot_for_ever(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    await world.portal_reports(paymentMethodFamily="CheckWire")
    await world.drain()
    assert (await world.case(case_id)).state is State.SWITCHED
    slot = (await world.dossier()).slot
    assert slot is not None
    assert slot.value.status is SlotStatus.SWITCHED
    with pytest.raises(AlreadySwitchedError):
        await world.submit()


async def test_facts_after_the_end_are_kept_and_move_nothing(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    await world.portal_reports(paymentMethodFamily="CheckWire")
    await world.drain()
    await world.portal_reports(country="BE")
    assert (await world.facts()).country == "BE"
    assert (await world.case(case_id)).state is State.SWITCHED


async def test_a_case_in_a_step_is_left_to_its_step(world: World) -> None:
    case_id = await world.submit()
    await world.portal_reports()
    assert (await world.case(case_id)).seq == 1


async def test_it_decides_anew_when_a_step_was_first(world: World) -> None:
    case_id = await world.submit()
    (message,) = world.messages()
    world.storage.meanwhile.append(lambda: world.handle(message))
    await world.portal_reports()
    case = await world.case(case_id)
    assert (case.state, case.seq) == (State.CHECKING_ELIGIBILITY, 3), "found unknown, then sent to be checked again"


async def test_a_lost_answer_is_recognised_as_ours(world: World) -> None:
    case_id = await settled(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), after=True))
    await world.portal_reports()
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_an_outage_is_told_so_that_the_portal_sends_again(world: World) -> None:
    world.storage.faults.append(Fault("commit", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await world.portal_reports()


async def test_it_gives_up_when_others_are_always_first(world: World) -> None:
    world.storage.faults.extend(Fault("commit", RowChangedError()) for _ in range(6))
    with pytest.raises(CaseBusyError):
        await world.portal_reports()


async def test_a_payment_method_that_changed_proves_the_switch_in_any_open_state(world: World) -> None:
    case_id = await settled(world)
    await payment_method_changes(world, "CheckWire")
    await world.drain()
    assert (await world.case(case_id)).state is State.SWITCHED
    assert (await world.facts()).payment_method_family == "CheckWire"


async def payment_method_changes(world: World, family: str, webhook_id: str = "pm") -> None:
    event = PaymentMethodChanged.model_validate(
        {
            "type": "payment_method.changed",
            "timestamp": world.clock.now.isoformat(),
            "data": {"subscriptionId": str(SUBSCRIPTION), "paymentMethodFamily": family},
        }
    )
    await portal.take_event(world.services, webhook_id, event)


async def test_another_payment_method_is_kept_and_checks_a_waiting_case_anew(world: World) -> None:
    await world.portal_reports(paymentMethodFamily=None)
    case_id = await settled(world)
    world.clock.move(seconds=1)
    await payment_method_changes(world, "CreditCard")
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_a_payment_method_before_there_is_a_case_is_kept(world: World) -> None:
    await payment_method_changes(world, "DirectDebit")
    assert (await world.facts()).payment_method_family == "DirectDebit"


async def test_an_older_payment_method_is_ignored(world: World) -> None:
    await world.portal_reports()
    world.clock.move(hours=-1)
    await payment_method_changes(world, "CheckWire")
    assert (await world.facts()).payment_method_family == "CreditCard"


def support_request(world: World, **changes: object) -> SupportRequestCreated:
    return SupportRequestCreated.model_validate(
        {
            "type": "support_request.created",
            "timestamp": world.clock.now.isoformat(),
            "data": {**sample_request(str(SUBSCRIPTION)), **changes},
        }
    )


async def test_a_request_made_in_the_portal_opens_a_case_once(world: World) -> None:
    await world.portal_reports()
    for _ in range(2):
        await portal.take_event(world.services, "sr", support_request(world))
    await world.drain()
    (case_id,) = (await world.dossier()).cases
    case = await world.case(case_id)
    assert (case.state, case.opened_by) == (State.APPROVED, "portal")


async def test_a_request_made_in_the_portal_beside_an_open_one_is_refused(world: World) -> None:
    await world.submit()
    with pytest.raises(RequestOpenError):
        await portal.take_event(world.services, "sr", support_request(world))


async def test_a_snapshot_is_taken_as_an_event_too(world: World) -> None:
    await portal.take_event(world.services, "su", snapshot_at(world, 0, country="BE"))
    assert (await world.facts()).country == "BE"


async def test_facts_of_the_future_are_refused(world: World) -> None:
    with pytest.raises(WrongFieldError, match="lies in the future"):
        await portal.subscription_updated(world.services, "future", snapshot_at(world, 1))
    assert (await world.facts()).observed_at is None


async def test_a_snapshot_that_comes_late_adds_to_a_payment_method_seen_since(world: World) -> None:
    await payment_method_changes(world, "DirectDebit")
    await portal.subscription_updated(world.services, "late", snapshot_at(world, -1, resources=[SENDGRID]))
    facts = await world.facts()
    assert facts.resources is not None
    assert (facts.payment_method_family, facts.resources[0].name) == ("DirectDebit", "mail")


async def test_a_later_snapshot_replaces_the_payment_method_too(world: World) -> None:
    await payment_method_changes(world, "DirectDebit")
    await world.portal_reports()
    assert (await world.facts()).payment_method_family == "CreditCard"


async def test_a_switch_seen_while_the_case_was_blocked_is_a_switch(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    await world.portal_reports(resources=[SENDGRID])
    await world.drain()
    await world.portal_reports(resources=[SENDGRID], paymentMethodFamily="CheckWire")
    await world.drain()
    assert (await world.case(case_id)).state is State.SWITCHED


async def test_an_invoice_payer_whose_facts_come_after_the_request_is_ineligible(world: World) -> None:
    case_id = await settled(world)
    await world.portal_reports(paymentMethodFamily="CheckWire")
    await world.drain()
    assert (await world.case(case_id)).state is State.INELIGIBLE


async def test_an_approved_case_whose_account_turned_personal_is_ineligible_at_once(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    await world.portal_reports(accountType="Individual", outstandingBalance=None)
    await world.drain()
    assert (await world.case(case_id)).state is State.INELIGIBLE
    assert world.mailbox.kinds == ["instructions", "ineligible"]
    assert (await world.store.history(case_id))[-1].reasons == ("account_is_personal",)
