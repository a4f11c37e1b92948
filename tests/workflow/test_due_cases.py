"""Timers: what is due happens once, on its day; nothing else does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.domain.errors import CaseBusyError, RowChangedError, StorageUnavailableError
from shared.domain.lifecycle import Event, FollowUp, State
from shared.domain.messages import DUE_CASES, CaseMessage
from shared.workflow import actions, due_cases
from shared.workflow.poison import take_poison
from shared.workflow.protocol import flag_case
from tests.workflow.test_credit import ASK, application_due, decide, in_review
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import Fault, World, asked


async def events_of(world: World, case_id: str) -> list[str]:
    return [event.event or event.note for event in await world.store.history(case_id)]


async def days_until(world: World, last: date) -> dict[str, list[date]]:
    """Let the timer fire every hour until a day; which notices went out on which days."""
    told: dict[str, list[date]] = {}
    while world.clock.now.date() < last:
        before = len(world.mailbox.letters)
        await world.tick()
        for kind in world.mailbox.kinds[before:]:
            told.setdefault(kind, []).append(world.clock.now.date())
        world.clock.move(hours=1)
    return told


async def test_reminders_of_the_credit_application_fall_on_their_business_days_and_it_expires(world: World) -> None:
    case_id = await application_due(world)
    told = await days_until(world, date(2026, 12, 20))
    assert told["reminder"] == [date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 4)]
    assert told["expired"] == [date(2026, 12, 15)], "the 14th is the last day, and it ends at noon UTC of the 15th"
    assert (await world.case(case_id)).state is State.EXPIRED
    assert (await world.dossier()).slot is None


async def test_christmas_is_no_business_day(world: World) -> None:
    world.clock.now = datetime(2026, 12, 22, 9, tzinfo=UTC)
    await application_due(world)
    told = await days_until(world, date(2026, 12, 30))
    assert told["reminder"] == [date(2026, 12, 24)], "the 25th and 26th are holidays in the Netherlands"


async def test_a_held_up_case_is_checked_anew_every_day_and_nobody_is_told_twice(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    case_id = await settled(world)
    told = await days_until(world, date(2026, 11, 26))
    assert (await events_of(world, case_id)).count("rescan") == 2
    assert told == {}


async def test_an_approved_case_that_is_not_switched_is_reminded_and_expires(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    told = await days_until(world, date(2026, 12, 26))
    assert told["reminder"] == [date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 7)]
    assert (await world.case(case_id)).state is State.EXPIRED


async def test_a_review_past_its_target_tells_the_desk_and_past_its_promise_the_applicant(world: World) -> None:
    case_id = await in_review(world)
    told = await days_until(world, date(2026, 12, 12))
    assert told["review_overdue"] == [date(2026, 12, 1)]
    assert told["review_delayed"] == [date(2026, 12, 3), date(2026, 12, 11)], "each new promise that is broken is told"
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_a_paused_review_does_not_become_overdue(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, ASK)
    told = await days_until(world, date(2026, 12, 8))
    assert told.keys() == {"reminder"}


async def test_no_reminder_after_its_wait_has_ended(world: World) -> None:
    case_id = await application_due(world)
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    assert await days_until(world, date(2026, 12, 1)) == {}


async def test_reminders_missed_in_an_outage_are_one(world: World) -> None:
    await application_due(world)
    world.clock.move(days=12)
    await world.tick()
    assert world.mailbox.kinds.count("reminder") == 1
    assert await days_until(world, date(2026, 12, 10)) == {}


async def test_waiting_for_the_desk_has_no_reminders(world: World) -> None:
    case_id = await settled(world)
    assert (await days_until(world, date(2027, 1, 10))) == {}
    assert (await world.case(case_id)).state is State.ACTION_REQUIRED


async def test_a_tick_with_nothing_due_hands_on_nothing(world: World) -> None:
    await application_due(world)
    assert await world.tick() == 0


async def test_a_wake_that_comes_twice_does_its_work_once(world: World) -> None:
    case_id = await application_due(world)
    world.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    await due_cases.hand_on_due_cases(world.services)
    message = world.messages()[-1]
    await world.handle(message)
    await world.handle(message)
    await world.drain()
    assert (await events_of(world, case_id)).count("remind") == 1


async def test_a_wake_that_crashed_before_it_sent_sends_again(world: World) -> None:
    case_id = await application_due(world)
    world.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    await due_cases.hand_on_due_cases(world.services)
    world.storage.faults.append(Fault("send", StorageUnavailableError()))
    await world.drain()
    world.clock.move(seconds=31)
    await world.drain()
    assert world.mailbox.kinds.count("reminder") == 1
    assert (await events_of(world, case_id)).count("remind") == 1


async def test_an_early_wake_sets_its_row_again(world: World) -> None:
    case_id = await application_due(world)
    async for row in world.store.due(world.clock.now + timedelta(days=60)):
        await world.store.drop(row)
    await world.handle(CaseMessage(message_id="m", case_id=case_id, seq=0, kind=FollowUp.WAKE))
    assert [row.case_id async for row in world.store.due(world.clock.now + timedelta(days=60))] == [case_id]


async def test_a_wake_of_a_case_that_is_over_or_never_was_is_dropped(world: World) -> None:
    case_id = await world.submit()
    await actions.withdraw(world.services, asked(case_id))
    for wanted in (case_id, f"{'0' * 32}-{'0' * 32}"):
        await world.handle(CaseMessage(message_id="m", case_id=wanted, seq=0, kind=FollowUp.WAKE))
    assert (await world.case(case_id)).state is State.WITHDRAWN


async def test_one_case_that_cannot_be_handed_on_stops_no_other(world: World) -> None:
    case_id = await application_due(world)
    world.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    world.storage.faults.append(Fault("send", StorageUnavailableError()))
    assert await due_cases.hand_on_due_cases(world.services) == 0
    assert await world.tick() == 1
    assert (await events_of(world, case_id)).count("remind") == 1


async def test_a_wake_looks_again_when_others_were_first_and_gives_up_when_always(world: World) -> None:
    case_id = await application_due(world)
    world.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    message = CaseMessage(message_id="m", case_id=case_id, seq=0, kind=FollowUp.WAKE)
    world.storage.faults.extend(Fault("commit", RowChangedError()) for _ in range(6))
    with pytest.raises(CaseBusyError):
        await world.handle(message)
    await world.handle(message)
    assert (await events_of(world, case_id))[-1] == Event.REMIND


async def test_a_poisoned_wake_flags_an_open_case_and_sends_what_it_may_have_failed_to_send(world: World) -> None:
    case_id = await application_due(world)
    wake = CaseMessage(message_id="m", case_id=case_id, seq=0, kind=FollowUp.WAKE)
    await take_poison(world.services, DUE_CASES, "queue-id", wake.model_dump_json(by_alias=True))
    assert (await world.case(case_id)).attention is not None
    world.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    world.storage.faults.append(Fault("send", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await world.handle(wake)
    await take_poison(world.services, DUE_CASES, "queue-id", wake.model_dump_json(by_alias=True))
    await world.drain()
    assert world.mailbox.kinds.count("reminder") == 1


async def test_a_poisoned_wake_of_a_case_that_is_over_is_dropped(world: World) -> None:
    case_id = await world.submit()
    await actions.withdraw(world.services, asked(case_id))
    wake = CaseMessage(message_id="m", case_id=case_id, seq=0, kind=FollowUp.WAKE)
    await take_poison(world.services, DUE_CASES, "queue-id", wake.model_dump_json(by_alias=True))
    assert (await world.case(case_id)).attention is None


async def test_a_wake_has_no_number(world: World) -> None:
    await application_due(world)
    world.clock.now = datetime(2026, 11, 25, 9, tzinfo=UTC)
    await due_cases.hand_on_due_cases(world.services)
    assert [(message.kind, message.seq) for message in world.messages()] == [(FollowUp.WAKE, 0)]


async def test_a_look_at_a_case_that_is_over_lists_what_came_late(world: World) -> None:
    case_id = await settled(world)
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    await flag_case(world.services, case_id, "late")
    world.clock.move(minutes=5)
    await world.drain()
    (listed,) = await world.store.listed(State.WITHDRAWN, "", 10)
    assert listed.summary["attention"] == "late"
