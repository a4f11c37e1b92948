"""What may be done to a case at any time."""

from dataclasses import replace

import pytest

from shared.domain.errors import (
    CaseBusyError,
    CaseNotFoundError,
    IllegalMoveError,
    NoticeRefusedError,
    RowChangedError,
    StorageUnavailableError,
)
from shared.domain.lifecycle import State
from shared.domain.notices import NoticeState
from shared.workflow import actions
from shared.workflow.protocol import TRIES, flag_case
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import OFFICER, OTHER, Fault, World, asked


async def test_an_open_case_is_withdrawn_and_leaves_room_for_another(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    case_id = await settled(world)
    moved = await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    assert moved.answer.state is State.WITHDRAWN
    assert world.mailbox.kinds[-1] == "withdrawn"
    assert await world.submit() != case_id


async def test_a_case_in_a_step_is_withdrawn_and_its_step_finds_nothing_to_do(world: World) -> None:
    case_id = await world.submit()
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    assert (await world.case(case_id)).state is State.WITHDRAWN


async def test_a_case_that_is_over_cannot_be_withdrawn(world: World) -> None:
    case_id = await world.submit()
    await actions.withdraw(world.services, asked(case_id))
    with pytest.raises(IllegalMoveError, match="nothing"):
        await actions.withdraw(world.services, asked(case_id))


async def test_another_clients_case_is_not_there(world: World) -> None:
    case_id = await settled(world)
    for act in (actions.withdraw, actions.recheck):
        with pytest.raises(CaseNotFoundError):
            await act(world.services, asked(case_id, OTHER))
    with pytest.raises(CaseNotFoundError):
        await actions.write_to_desk(world.services, asked(case_id, OTHER), "hello")
    assert (await world.case(case_id)).messages == ()


async def test_what_cannot_be_a_case_id_is_not_there(world: World) -> None:
    for act in (actions.withdraw, actions.resume):
        with pytest.raises(CaseNotFoundError):
            await act(world.services, asked("no/id", OFFICER))


async def test_a_held_up_case_is_checked_again_on_request(world: World) -> None:
    case_id = await settled(world)
    await actions.recheck(world.services, asked(case_id))
    assert (await world.case(case_id)).state is State.CHECKING_ELIGIBILITY


async def test_a_message_reaches_the_desks_list_at_once(world: World) -> None:
    case_id = await settled(world)
    before = await world.case(case_id)
    await actions.write_to_desk(world.services, asked(case_id), "need help")
    case = await world.case(case_id)
    assert [message.text for message in case.messages] == ["need help"]
    assert (case.seq, case.content_revision) == (before.seq, before.content_revision + 1)
    (listed,) = await world.store.listed(None, "", 10)
    assert listed.summary["messages"] == 1


async def test_old_messages_make_room_but_stay_in_the_history(world: World) -> None:
    case_id = await settled(world)
    for number in range(22):
        await actions.write_to_desk(world.services, asked(case_id), f"message {number}")
    assert len((await world.case(case_id)).messages) == 20
    events = await world.store.history(case_id)
    assert len([event for event in events if event.note == "message from the applicant"]) == 22


async def test_resuming_takes_the_flag_off_the_desks_list(world: World) -> None:
    case_id = await settled(world)
    await flag_case(world.services, case_id, "stuck")
    await actions.resume(world.services, asked(case_id, OFFICER))
    (listed,) = await world.store.listed(None, "", 10)
    assert listed.summary["attention"] == ""


async def test_writing_to_the_desk_sends_no_message(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    await actions.write_to_desk(world.services, asked(case_id), "hello")
    assert world.messages() == []


async def test_a_message_that_others_keep_from_being_listed_is_listed_by_a_look_at_its_case(world: World) -> None:
    case_id = await settled(world)
    first = Fault("commit", RowChangedError())
    world.storage.faults += [replace(first, skip=1), *[first] * (TRIES - 1)]
    with pytest.raises(CaseBusyError):
        await actions.write_to_desk(world.services, asked(case_id), "hello")
    world.clock.move(minutes=5)
    await world.drain()
    (listed,) = await world.store.listed(None, "", 10)
    assert listed.summary["messages"] == 1


LOST = [
    [Fault("commit", StorageUnavailableError(), after=True), Fault("get", StorageUnavailableError())],
    [Fault("get", StorageUnavailableError())],
]
"""Nobody knows of the commit; it is known, and not listed."""


@pytest.mark.parametrize("faults", LOST, ids=["commit", "row"])
async def test_a_message_in_doubt_is_listed_by_a_look_at_its_case(world: World, faults: list[Fault]) -> None:
    case_id = await settled(world)
    world.storage.faults += faults
    with pytest.raises(StorageUnavailableError):
        await actions.write_to_desk(world.services, asked(case_id), "hello")
    world.clock.move(minutes=5)
    await world.drain()
    (listed,) = await world.store.listed(None, "", 10)
    assert (listed.summary["messages"], world.messages()) == (1, [])


async def test_a_flag_is_listed_by_a_look_at_its_case_whoever_raised_it_died(world: World) -> None:
    case_id = await settled(world)
    await flag_case(world.services, case_id, "stuck")
    world.clock.move(minutes=5)
    await world.drain()
    (listed,) = await world.store.listed(None, "", 10)
    assert (listed.summary["attention"], world.messages()) == ("stuck", [])


async def refused(world: World) -> str:
    """An approved case whose instructions the mail system would not take."""
    await world.portal_reports()
    world.mailbox.troubles.append(NoticeRefusedError("554 not now"))
    return await settled(world)


async def test_a_notice_that_was_refused_goes_out_once_the_desk_resumes(world: World) -> None:
    case_id = await refused(world)
    await actions.resume(world.services, asked(case_id, OFFICER))
    await world.drain()
    assert (world.mailbox.kinds, (await world.dossier()).notices) == (["instructions"], ())
    world.clock.move(minutes=5)
    await world.drain()
    assert (len(world.mailbox.letters), (await world.case(case_id)).attention) == (1, None)


async def test_a_refused_notice_that_no_longer_holds_is_not_sent_when_the_desk_resumes(world: World) -> None:
    case_id = await refused(world)
    await world.portal_reports(resources=[SENDGRID])
    await world.drain()
    await actions.resume(world.services, asked(case_id, OFFICER))
    await world.drain()
    assert (world.mailbox.kinds, (await world.dossier()).notices) == (["blocked"], ())


async def test_a_refused_notice_goes_out_though_the_message_after_the_resumption_was_lost(world: World) -> None:
    case_id = await refused(world)
    world.storage.faults.append(Fault("send", StorageUnavailableError(), skip=1))
    with pytest.raises(StorageUnavailableError):
        await actions.resume(world.services, asked(case_id, OFFICER))
    world.clock.move(minutes=5)
    await world.drain()
    assert world.mailbox.kinds == ["instructions"]


async def test_resuming_leaves_a_reminder_that_may_have_arrived(world: World) -> None:
    case_id = await refused(world)
    ((stored),) = (await world.dossier()).notices
    await world.store.mark(stored.value.model_copy(update={"state": NoticeState.IN_DOUBT}), stored.tag)
    await actions.resume(world.services, asked(case_id, OFFICER))
    await world.drain()
    assert world.mailbox.kinds == []
