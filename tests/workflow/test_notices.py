"""Notices: each goes out once, or is in doubt and shown; the index speaks of the case as it is."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters import case_rows
from shared.adapters.storage import Insert
from shared.domain.errors import (
    CaseBusyError,
    NoticeInDoubtError,
    NoticeInFlightError,
    NoticeRefusedError,
    RowChangedError,
    StorageUnavailableError,
    TryAgainLaterError,
)
from shared.domain.lifecycle import FollowUp, NoticeKind, State
from shared.domain.messages import CREDIT_CHECKS, ELIGIBILITY_CHECKS, CaseMessage
from shared.domain.notices import Notice, NoticeState
from shared.workflow import actions, credit
from shared.workflow.notices import notify, settle_index
from shared.workflow.protocol import flag_case
from tests.workflow.test_credit import ASK, REPLY, decide, in_review
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import Fault, World, asked


async def approved_but_not_told(world: World) -> CaseMessage:
    """An approved case whose notify message is still to be run."""
    await world.portal_reports()
    await world.submit()
    await world.run_next(ELIGIBILITY_CHECKS)
    await world.run_next(CREDIT_CHECKS)
    (message,) = world.messages()
    assert message.kind is FollowUp.NOTIFY
    return message


async def the_notice(world: World) -> Notice:
    ((stored),) = (await world.dossier()).notices
    return stored.value


async def test_the_instructions_go_out_and_the_notice_is_done_with(world: World) -> None:
    await world.handle(await approved_but_not_told(world))
    assert world.mailbox.subjects == ["Your request to pay by invoice is approved: how to switch"]
    assert (await world.dossier()).notices == ()


async def test_a_message_delivered_twice_sends_once(world: World) -> None:
    message = await approved_but_not_told(world)
    await world.handle(message)
    await world.handle(message, 2)
    assert len(world.mailbox.letters) == 1


async def test_the_index_speaks_of_the_case(world: World) -> None:
    message = await approved_but_not_told(world)
    await world.handle(message)
    entry = await world.store.entry(message.case_id)
    assert entry is not None
    assert (entry.seq, entry.list_key.split("|")[1]) == (3, "approved")


async def test_the_index_follows_the_case_and_leaves_nothing_behind(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    await settled(world)
    await world.portal_reports()
    await world.drain()
    page = await world.storage.page("index", "0", "list|", "list}")
    assert [row.key.split("|")[1] for row in page.rows] == ["approved"]
    assert page.rows[0].values["owedBy"] == "applicant"


async def test_the_index_is_settled_again_when_another_was_first(world: World) -> None:
    message = await approved_but_not_told(world)
    world.storage.faults.append(Fault("commit", RowChangedError()))
    await world.handle(message)
    assert await world.store.entry(message.case_id)


async def test_an_index_that_others_always_settle_first_brings_the_message_back(world: World) -> None:
    message = await approved_but_not_told(world)
    world.storage.faults.extend(Fault("commit", RowChangedError()) for _ in range(6))
    with pytest.raises(CaseBusyError):
        await world.handle(message)


async def test_an_index_that_speaks_of_a_later_transition_is_left(world: World) -> None:
    message = await approved_but_not_told(world)
    await world.handle(message)
    case = await world.case(message.case_id)
    await settle_index(world.services, case.model_copy(update={"seq": 1, "state": State.DECLINED}), anew=True)
    entry = await world.store.entry(case.id)
    assert entry is not None
    assert entry.seq == 3


async def test_a_mail_system_that_is_away_gets_the_notice_later(world: World) -> None:
    message = await approved_but_not_told(world)
    world.mailbox.troubles.append(TryAgainLaterError("mail_away"))
    await world.drain()
    notice = await the_notice(world)
    assert (notice.state, notice.problem, world.mailbox.letters) == (NoticeState.PENDING, "mail_away", [])
    world.clock.move(minutes=1)
    await world.drain()
    assert len(world.mailbox.letters) == 1
    assert (await world.case(message.case_id)).attention is None


async def test_the_desk_is_told_when_the_mail_system_stays_away(world: World) -> None:
    message = await approved_but_not_told(world)
    world.mailbox.troubles.extend(TryAgainLaterError("mail_away") for _ in range(6))
    for _ in range(6):
        await world.drain()
        world.clock.move(hours=1)
    attention = (await world.case(message.case_id)).attention
    assert attention is not None
    assert "could not be sent 5 times: mail_away" in attention.reason
    await world.drain()
    assert len(world.mailbox.letters) == 1, "the attempts went on"


async def test_a_refused_notice_has_failed_and_is_shown_to_the_desk(world: World) -> None:
    message = await approved_but_not_told(world)
    world.mailbox.troubles.append(NoticeRefusedError("no such mailbox"))
    await world.drain()
    assert (await the_notice(world)).state is NoticeState.FAILED
    page = await world.storage.page("index", "0", "list|", "list}")
    assert "no such mailbox" in str(page.rows[0].values["attention"])
    await world.handle(message, 2)
    assert world.mailbox.letters == [], "a failed notice is not tried again by itself"


async def crash_after_sending(world: World, message: CaseMessage) -> None:
    """The letter went out, but the worker crashed before it was marked done."""
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), skip=2))
    with pytest.raises(StorageUnavailableError):
        await world.handle(message)
    with pytest.raises(NoticeInFlightError):
        await world.handle(message, 2)
    world.clock.move(seconds=61)


async def test_a_mailer_that_deduplicates_gets_a_doubtful_notice_again(world: World) -> None:
    message = await approved_but_not_told(world)
    await crash_after_sending(world, message)
    await world.handle(message, 2)
    assert len({letter.key for letter in world.mailbox.letters}) == 1
    assert (await world.dossier()).notices == ()


async def test_a_doubtful_decision_is_said_again_and_says_so() -> None:
    world = World(deduplicates=False)
    message = await approved_but_not_told(world)
    await crash_after_sending(world, message)
    await world.handle(message, 2)
    first, second = world.mailbox.letters
    assert "You may have received this message before" not in first.text
    assert "You may have received this message before" in second.text
    assert first.message_id == second.message_id


async def make_a_reminder(world: World, **changes: object) -> CaseMessage:
    """Turn the pending notice into a reminder, which goes out once at the most."""
    message = await approved_but_not_told(world)
    (stored,) = (await world.dossier()).notices
    await world.store.mark(stored.value.model_copy(update={"kind": NoticeKind.REMINDER, **changes}), stored.tag)
    return message


async def test_a_doubtful_reminder_is_left_in_doubt_and_shown_to_the_desk() -> None:
    world = World(deduplicates=False)
    message = await make_a_reminder(
        world, state=NoticeState.INFLIGHT, taken_by="a message that crashed", taken_at=world.clock.now
    )
    world.clock.move(seconds=61)
    await world.handle(message)
    assert (await the_notice(world)).state is NoticeState.IN_DOUBT
    attention = (await world.case(message.case_id)).attention
    assert attention is not None
    assert "in doubt" in attention.reason


async def test_a_reminder_of_an_earlier_number_is_superseded(world: World) -> None:
    message = await make_a_reminder(world)
    (stored,) = (await world.dossier()).notices
    await world.store.finish(stored.value, stored.tag)
    old = stored.value.model_copy(update={"seq": 1})
    await world.storage.commit("cases", [insert_of(old)])
    await world.handle(message)
    assert world.mailbox.letters == []
    assert (await world.dossier()).notices == ()


def insert_of(notice: Notice) -> Insert:
    return Insert(case_rows.row_of(notice.case_id.split("-")[0], case_rows.notice_key(notice), notice))


async def test_a_notice_that_another_message_has_in_hand_brings_this_one_back(world: World) -> None:
    message = await approved_but_not_told(world)
    (stored,) = (await world.dossier()).notices
    taken = {"state": NoticeState.INFLIGHT, "taken_by": "another", "taken_at": world.clock.now}
    await world.store.mark(stored.value.model_copy(update=taken), stored.tag)
    with pytest.raises(NoticeInFlightError):
        await world.handle(message)
    world.clock.move(seconds=61)
    await world.handle(message, 2)
    assert len(world.mailbox.letters) == 1


async def test_a_machine_whose_clock_is_ahead_waits_for_one_that_is_sending(world: World) -> None:
    message = await approved_but_not_told(world)
    (stored,) = (await world.dossier()).notices
    taken = {"state": NoticeState.INFLIGHT, "taken_by": "another", "taken_at": world.clock.now}
    await world.store.mark(stored.value.model_copy(update=taken), stored.tag)
    ahead = replace(world.services, now=lambda: world.clock.now + timedelta(minutes=10))
    with pytest.raises(NoticeInFlightError):
        await notify(ahead, message, 1)
    assert world.mailbox.letters == []


async def test_two_messages_at_once_send_one_letter(world: World) -> None:
    message = await approved_but_not_told(world)
    twin = message.model_copy(update={"message_id": "twin"})
    results = await asyncio.gather(world.handle(message), world.handle(twin), return_exceptions=True)
    assert len(world.mailbox.letters) == 1
    assert [type(r) for r in results if r] in ([], [NoticeInFlightError])


async def test_a_notice_whose_answer_was_lost_is_said_again_at_redelivery() -> None:
    world = World(deduplicates=False)
    message = await approved_but_not_told(world)
    world.mailbox.troubles.append(NoticeInDoubtError("no answer after the final dot"))
    await world.drain()
    assert world.mailbox.letters == []
    for _ in range(3):
        world.clock.move(seconds=31)
        await world.drain()
    (letter,) = world.mailbox.letters
    assert "may have received this message before" in letter.text
    assert (await world.case(message.case_id)).attention is None


async def test_a_later_notice_waits_for_an_earlier_one_that_cannot_go_out(world: World) -> None:
    message = await approved_but_not_told(world)
    world.mailbox.troubles.append(TryAgainLaterError("mail_away"))
    await world.handle(message)
    await actions.withdraw(world.services, asked(message.case_id))
    world.mailbox.troubles.append(TryAgainLaterError("mail_away"))
    await world.drain()
    assert world.mailbox.kinds == []
    world.clock.move(hours=2)
    await world.drain()
    assert world.mailbox.kinds == ["withdrawn"]


async def test_nobody_is_told_to_switch_when_the_case_was_blocked_since(world: World) -> None:
    message = await approved_but_not_told(world)
    world.mailbox.troubles.append(TryAgainLaterError("mail_away"))
    await world.handle(message)
    await world.portal_reports(resources=[SENDGRID])
    for _ in range(3):
        await world.drain()
        world.clock.move(hours=2)
    assert world.mailbox.kinds == ["blocked"]


async def test_one_message_is_sent_again_however_many_notices_wait(world: World) -> None:
    message = await in_review_but_not_told(world)
    world.mailbox.troubles.extend(TryAgainLaterError("mail_away") for _ in range(40))
    for _ in range(10):
        await world.drain()
        world.clock.move(hours=1)
    assert len([m for m in world.messages() if m.case_id == message.case_id]) <= 2


async def in_review_but_not_told(world: World) -> CaseMessage:
    """A case whose notices all wait: it is overdue for the desk and delayed for the applicant."""
    case_id = await in_review(world)
    world.mailbox.troubles.append(TryAgainLaterError("mail_away"))
    await decide(world, case_id, ASK)
    world.mailbox.troubles.append(TryAgainLaterError("mail_away"))
    await credit.submit_information(world.services, asked(case_id), REPLY)
    await world.drain()
    return world.messages()[-1]


async def test_a_notice_in_doubt_still_says_so_after_the_mail_system_was_away() -> None:
    world = World(deduplicates=False)
    message = await approved_but_not_told(world)
    await crash_after_sending(world, message)
    world.mailbox.troubles.append(TryAgainLaterError("mail_away"))
    await world.handle(message, 2)
    world.clock.move(hours=2)
    await world.drain()
    assert "may have received this message before" in world.mailbox.letters[-1].text


async def test_a_crash_while_a_refusal_is_kept_still_tells_the_desk(world: World) -> None:
    message = await approved_but_not_told(world)
    world.mailbox.troubles.extend([NoticeRefusedError("no such mailbox"), NoticeRefusedError("no such mailbox")])
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), skip=3))
    with pytest.raises(StorageUnavailableError):
        await world.handle(message)
    world.clock.move(seconds=61)
    await world.handle(message, 2)
    assert (await the_notice(world)).state is NoticeState.FAILED
    assert (await world.case(message.case_id)).attention is not None


async def test_an_older_view_of_a_case_does_not_hide_its_flag_in_the_index(world: World) -> None:
    message = await approved_but_not_told(world)
    await world.handle(message)
    before = await world.case(message.case_id)
    await settle_index(world.services, await flag_case(world.services, before.id, "stuck"), anew=True)
    await settle_index(world.services, before, anew=True)
    (listed,) = await world.store.listed(None, "", 10)
    assert listed.summary["attention"] == "stuck"


async def test_a_notice_of_a_later_case_than_was_read_is_left_to_its_own_message(world: World) -> None:
    message = await approved_but_not_told(world)
    (stored,) = (await world.dossier()).notices
    later = stored.value.model_copy(update={"seq": 4, "kind": NoticeKind.BLOCKED})
    await world.storage.commit("cases", [insert_of(later)])
    await world.handle(message)
    assert world.mailbox.kinds == ["instructions"]
    assert [left.value.seq for left in (await world.dossier()).notices] == [4]


async def test_a_notice_that_was_held_up_after_it_was_taken_is_not_sent_by_that_message(world: World) -> None:
    message = await approved_but_not_told(world)

    async def nothing() -> None:
        return

    async def hold_up() -> None:
        world.clock.move(seconds=40)

    world.storage.meanwhile.extend([nothing, hold_up])  # the index's commit, then the notice's
    with pytest.raises(NoticeInFlightError, match="held up"):
        await world.handle(message)
    world.clock.move(seconds=61)
    await world.handle(message, 2)
    assert world.mailbox.kinds == ["instructions"]


async def test_instructions_in_doubt_are_not_said_again_when_the_case_was_blocked_since() -> None:
    world = World(deduplicates=False)
    message = await approved_but_not_told(world)
    await crash_after_sending(world, message)
    await world.portal_reports(resources=[SENDGRID])
    world.clock.move(seconds=61)
    await world.drain()
    assert world.mailbox.kinds == ["instructions", "blocked"]


async def test_a_stale_notice_that_another_is_sending_holds_the_later_ones_up(world: World) -> None:
    message = await approved_but_not_told(world)
    await world.portal_reports(resources=[SENDGRID])
    stored = (await world.dossier()).notices[0]
    taken = stored.value.model_copy(update={"state": NoticeState.INFLIGHT, "taken_at": world.clock.now})

    async def nothing() -> None:
        return

    async def another_takes_it() -> None:
        await world.store.mark(taken, stored.tag)

    world.storage.meanwhile.extend([nothing, another_takes_it])  # the index's commit, then the notice's
    (blocked,) = [m for m in world.messages() if m.seq == message.seq + 1]
    with pytest.raises(NoticeInFlightError, match="taken by another"):
        await world.handle(blocked)
    assert world.mailbox.kinds == []
