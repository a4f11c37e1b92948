"""The protocol: every place where a worker can stop, and every order in which messages can come."""

import itertools

import pytest

from shared.domain.dossier import Change, SlotChange
from shared.domain.errors import (
    CaseBusyError,
    MessageEarlyError,
    RowChangedError,
    RowExistsError,
    StorageUnavailableError,
)
from shared.domain.lifecycle import FollowUp, State
from shared.domain.messages import CaseMessage
from shared.workflow import actions
from shared.workflow.protocol import FENCE_FROM, PAUSES, look_again
from tests.workflow.test_steps import settled
from tests.world import Fault, World, asked


async def submitted(world: World) -> CaseMessage:
    """A new case of a business account; its first message."""
    await world.portal_reports()
    await world.submit()
    (message,) = world.messages()
    return message


def numbers(messages: list[CaseMessage]) -> list[int]:
    return sorted(message.seq for message in messages)


async def test_a_crash_between_commit_and_send_is_made_good_by_redelivery(world: World) -> None:
    message = await submitted(world)
    world.storage.faults.append(Fault("send", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await world.handle(message)
    assert numbers(world.messages()) == [1]
    await world.handle(message, 2)
    assert numbers(world.messages()) == [1, 2]


async def test_an_unknown_outcome_of_the_commit_is_seen_at_redelivery(world: World) -> None:
    message = await submitted(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), after=True))
    with pytest.raises(StorageUnavailableError):
        await world.handle(message)
    await world.handle(message, 2)
    assert (await world.case(message.case_id)).seq == 2
    assert numbers(world.messages()) == [1, 2]


async def test_a_conflict_of_its_own_making_is_seen_at_once(world: World) -> None:
    message = await submitted(world)
    world.storage.faults.append(Fault("commit", RowChangedError(), after=True))
    await world.handle(message)
    assert (await world.case(message.case_id)).seq == 2
    assert numbers(world.messages()) == [1, 2]


async def test_a_message_delivered_again_after_its_work_sends_one_spare_at_most(world: World) -> None:
    message = await submitted(world)
    await world.handle(message)
    await world.handle(message, 2)
    await world.drain()
    case = await world.case(message.case_id)
    assert (case.state, case.seq, len(world.mailbox.letters)) == (State.APPROVED, 3, 1)


async def test_a_twin_with_another_id_finds_nothing_to_do(world: World) -> None:
    message = await submitted(world)
    await world.handle(message)
    await world.handle(message.model_copy(update={"message_id": "twin"}))
    assert numbers(world.messages()) == [1, 2]


async def test_a_message_of_another_kind_with_the_right_number_is_dropped(world: World) -> None:
    message = await submitted(world)
    for kind in (FollowUp.CREDIT, FollowUp.NOTIFY):
        await world.handle(message.model_copy(update={"message_id": "other", "kind": kind}))
    assert (await world.case(message.case_id)).seq == 1


@pytest.mark.parametrize("kind", [FollowUp.CREDIT, FollowUp.NOTIFY])
async def test_an_early_message_looks_again_and_then_comes_back_later(world: World, kind: FollowUp) -> None:
    message = await submitted(world)
    early = message.model_copy(update={"seq": 2, "kind": kind})
    with pytest.raises(MessageEarlyError):
        await world.handle(early)
    assert world.pauses == [*PAUSES]


async def test_an_early_message_that_comes_back_is_looked_at_once(world: World) -> None:
    message = await submitted(world)
    early = message.model_copy(update={"seq": 2, "kind": FollowUp.CREDIT})
    with pytest.raises(MessageEarlyError):
        await world.handle(early, FENCE_FROM - 1)
    assert world.pauses == []


async def test_from_the_fourth_delivery_an_early_message_fences_and_is_dropped(world: World) -> None:
    message = await submitted(world)
    before = (await world.dossier()).cases[message.case_id]
    await world.handle(message.model_copy(update={"seq": 2, "kind": FollowUp.CREDIT}), FENCE_FROM)
    after = (await world.dossier()).cases[message.case_id]
    assert (after.value, after.tag == before.tag) == (before.value, False)


async def test_a_submission_that_was_fenced_off_is_made_anew_under_new_ids(world: World) -> None:
    async def ghost_is_fenced() -> None:
        (ghost,) = world.messages()
        await world.handle(ghost, FENCE_FROM)

    world.storage.meanwhile.append(ghost_is_fenced)
    case_id = await world.submit()
    cases = (await world.dossier()).cases
    assert len(cases) == 2
    assert [stored.value is None for key, stored in cases.items() if key != case_id] == [True]


async def test_a_commit_that_was_fenced_off_decides_anew(world: World) -> None:
    case_id = await settled(world)

    async def ghost_is_fenced() -> None:
        early = next(m for m in world.messages() if m.case_id == case_id)
        await world.handle(early, FENCE_FROM)

    world.storage.meanwhile.append(ghost_is_fenced)
    await world.portal_reports()
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_a_case_that_moves_while_it_is_fenced_brings_the_message_back(world: World) -> None:
    message = await submitted(world)
    world.storage.faults.append(Fault("commit", RowChangedError()))
    with pytest.raises(MessageEarlyError):
        await world.handle(message.model_copy(update={"seq": 2}), FENCE_FROM)


async def test_a_message_of_a_void_case_is_dropped(world: World) -> None:
    message = CaseMessage(message_id="m", case_id=f"{'0' * 32}-{'0' * 32}", seq=1, kind=FollowUp.ELIGIBILITY)
    await world.handle(message, FENCE_FROM)
    await world.handle(message)
    assert world.messages() == []


async def test_what_is_said_twice_cannot_be_told_from_its_commitments(world: World) -> None:
    case_id = await settled(world)
    for _ in range(2):
        await actions.write_to_desk(world.services, asked(case_id), "hello")
    one, other = [event for event in await world.store.history(case_id) if event.note == "message from the applicant"]
    assert one.personal == other.personal == {"text": "hello"}
    assert one.salt
    assert other.salt
    assert one.commitment != other.commitment


async def test_a_step_gives_up_when_others_are_always_first(world: World) -> None:
    message = await submitted(world)
    world.storage.faults.extend(Fault("commit", RowChangedError()) for _ in range(6))
    with pytest.raises(CaseBusyError):
        await world.handle(message)


async def test_facts_that_change_under_a_step_make_it_look_again(world: World) -> None:
    message = await submitted(world)

    async def portal_reports() -> None:
        await world.portal_reports(accountType="Individual")

    world.storage.meanwhile.append(portal_reports)
    await world.handle(message)
    assert (await world.case(message.case_id)).state is State.INELIGIBLE


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))])
async def test_messages_in_any_order_end_alike(world: World, order: tuple[int, ...]) -> None:
    await submitted(world)
    await world.drain()
    first = await world.case((await ids(world))[0])
    spare = [
        CaseMessage(message_id=f"late-{seq}", case_id=first.id, seq=seq, kind=kind)
        for seq, kind in ((1, FollowUp.ELIGIBILITY), (2, FollowUp.CREDIT), (3, FollowUp.NOTIFY))
    ]
    for place in order:
        await world.handle(spare[place])
        await world.handle(spare[place], 2)
    assert await world.case(first.id) == first
    assert len(world.mailbox.letters) == 1


async def ids(world: World) -> list[str]:
    return [*(await world.dossier()).cases]


FAULTS = [
    Fault(call, error(), after=after, skip=skip)
    for call in ("page", "commit", "send", "get")
    for error in (StorageUnavailableError, RowChangedError, RowExistsError)
    for after in (False, True)
    for skip in range(4)
    if error is StorageUnavailableError or call == "commit"
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.call}-{type(f.error).__name__}-{f.after}-{f.skip}")
async def test_one_fault_anywhere_loses_nothing_and_doubles_nothing(world: World, fault: Fault) -> None:
    message = await submitted(world)
    world.storage.faults.append(fault)
    for _ in range(20):
        await world.drain()
        world.clock.move(seconds=61)
    world.storage.faults.clear()
    case = await world.case(message.case_id)
    assert (case.state, case.attention, len(world.mailbox.subjects)) == (State.APPROVED, None, 1)
    assert world.messages() == []


async def test_looks_at_a_case_again_after_five_minutes(world: World) -> None:
    case_id = await settled(world)
    await look_again(world.services, case_id)
    (message,) = world.messages()
    assert (message.case_id, message.kind, message.seq) == (case_id, FollowUp.WAKE, 0)
    world.clock.move(seconds=299)
    await world.drain()
    assert world.messages() == [message]
    world.clock.move(seconds=1)
    await world.drain()
    assert world.messages() == []


async def test_a_case_whose_slot_is_gone_moves_all_the_same(world: World) -> None:
    message = await submitted(world)
    slot = (await world.dossier()).slot
    assert slot is not None
    await world.store.commit(Change(scope=message.case_id.split("-")[0], slot=SlotChange(None, slot.tag)))
    await world.drain()
    assert (await world.case(message.case_id)).state is State.APPROVED
