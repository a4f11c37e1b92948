"""Poison: the case is shown to the desk, nothing is lost, nothing fails on content."""

import pytest

from shared.domain.errors import CaseBusyError, CaseNotFoundError, RowChangedError, StorageUnavailableError
from shared.domain.lifecycle import FollowUp, State
from shared.domain.messages import ELIGIBILITY_CHECKS, CaseMessage
from shared.workflow.actions import resume
from shared.workflow.intake import read_history
from shared.workflow.poison import take_poison
from shared.workflow.protocol import flag_case
from tests.workflow.test_steps import settled
from tests.world import CLIENT, OFFICER, Fault, World, asked


async def poison(world: World, message: CaseMessage) -> None:
    await take_poison(world.services, ELIGIBILITY_CHECKS, "queue-id", message.model_dump_json(by_alias=True))


async def attention_rows(world: World) -> list[str]:
    page = await world.storage.page("index", "0", "list|", "list}")
    return [str(row.values["attention"]) for row in page.rows]


async def test_the_pending_step_that_failed_flags_its_case_at_once_in_the_work_list(world: World) -> None:
    case_id = await world.submit()
    (message,) = world.messages()
    await poison(world, message)
    case = await world.case(case_id)
    assert case.attention is not None
    assert (case.seq, case.state) == (1, State.CHECKING_ELIGIBILITY)
    assert await attention_rows(world) == ["the eligibility step of number 1 failed for good"]


async def test_the_flag_is_a_link_of_the_history(world: World) -> None:
    case_id = await world.submit()
    (message,) = world.messages()
    await poison(world, message)
    await poison(world, message)
    events = await read_history(world.services, case_id, CLIENT)
    assert [event.number for event in events] == ["000001", "000001.000001", "000001.000002"]


async def test_resume_runs_the_step_and_takes_the_flag_off(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    (message,) = world.messages()
    await poison(world, message)
    await resume(world.services, asked(case_id, OFFICER))
    await world.drain()
    case = await world.case(case_id)
    assert (case.state, case.attention) == (State.APPROVED, None)


async def test_resume_knows_no_case_that_is_not_there(world: World) -> None:
    with pytest.raises(CaseNotFoundError):
        await resume(world.services, asked(f"{'0' * 32}-{'0' * 32}", OFFICER))


async def test_an_old_message_is_dropped(world: World) -> None:
    case_id = await settled(world)
    before = await world.case(case_id)
    await poison(world, CaseMessage(message_id="old", case_id=case_id, seq=1, kind=FollowUp.ELIGIBILITY))
    assert await world.case(case_id) == before


async def test_a_message_that_committed_but_never_sent_the_next_one_sends_it_now(world: World) -> None:
    await world.portal_reports()
    await world.submit()
    (message,) = world.messages()
    world.storage.faults.append(Fault("send", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await world.handle(message)
    await poison(world, message)
    assert [m.seq for m in world.messages()] == [1, 2]


async def test_a_newer_message_fences_the_commit_it_ran_ahead_of(world: World) -> None:
    case_id = await settled(world)
    before = (await world.dossier()).cases[case_id]
    await poison(world, CaseMessage(message_id="early", case_id=case_id, seq=99, kind=FollowUp.CREDIT))
    after = (await world.dossier()).cases[case_id]
    assert after.value == before.value
    assert after.tag != before.tag


async def test_a_message_of_a_case_that_never_came_leaves_a_void_behind(world: World) -> None:
    case_id = f"{'0' * 32}-{'0' * 32}"
    message = CaseMessage(message_id="ghost", case_id=case_id, seq=1, kind=FollowUp.ELIGIBILITY)
    await poison(world, message)
    stored = (await world.store.read("0" * 32)).cases[case_id]
    assert stored.value is None
    await poison(world, message)


async def test_a_message_nobody_can_read_is_kept_whole(world: World) -> None:
    body = "no JSON " * 5000
    await take_poison(world.services, ELIGIBILITY_CHECKS, "queue-id", body)
    row = await world.storage.get("index", "0", "unreadable|queue-id")
    assert row is not None
    assert "".join(str(row.values[f"body{n}"]) for n in range(3)) == body
    assert row.values["queue"] == ELIGIBILITY_CHECKS


async def test_a_storage_fault_sends_the_message_back_to_its_own_queue(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    (message,) = world.messages()
    world.storage.faults.append(Fault("page", StorageUnavailableError()))
    await poison(world, message)
    assert world.messages() == [message, message]
    world.clock.move(minutes=10)
    await world.drain()
    assert (await world.case(case_id)).state is State.APPROVED


async def test_only_an_outage_of_everything_is_left_to_the_host(world: World) -> None:
    await world.submit()
    (message,) = world.messages()
    world.storage.faults.extend([Fault("page", StorageUnavailableError()), Fault("send", StorageUnavailableError())])
    with pytest.raises(StorageUnavailableError):
        await poison(world, message)


async def test_the_flag_is_raised_anew_when_others_were_first(world: World) -> None:
    case_id = await world.submit()
    (message,) = world.messages()
    world.storage.faults.append(Fault("commit", RowChangedError()))
    await poison(world, message)
    assert (await world.case(case_id)).attention is not None


async def test_it_gives_up_when_others_are_always_first(world: World) -> None:
    case_id = await world.submit()
    world.storage.faults.extend(Fault("commit", RowChangedError()) for _ in range(6))
    with pytest.raises(CaseBusyError):
        await flag_case(world.services, case_id, "stuck")


async def test_a_step_that_always_fails_ends_as_attention(world: World) -> None:
    case_id = await world.submit()
    for _ in range(10):
        world.storage.faults.append(Fault("page", StorageUnavailableError()))
        await world.drain()
        world.clock.move(seconds=30)
    assert (await world.case(case_id)).attention is not None
    assert len(world.failures) == 10


async def test_a_case_that_is_gone_cannot_be_flagged(world: World) -> None:
    with pytest.raises(CaseNotFoundError):
        await flag_case(world.services, f"{'0' * 32}-{'0' * 32}", "whatever")


async def test_the_desk_can_read_what_nobody_could(world: World) -> None:
    body = "no JSON " * 5000
    await take_poison(world.services, ELIGIBILITY_CHECKS, "queue-id", body)
    (kept,) = await world.store.unreadable(10)
    assert (kept.queue, kept.message_id, kept.body) == (ELIGIBILITY_CHECKS, "queue-id", body)


async def test_resume_leaves_a_flag_that_was_raised_since(world: World) -> None:
    case_id = await world.submit()
    await flag_case(world.services, case_id, "the first trouble")

    async def more_trouble() -> None:
        await flag_case(world.services, case_id, "more trouble")

    world.storage.meanwhile.append(more_trouble)
    await resume(world.services, asked(case_id, OFFICER))
    case = await world.case(case_id)
    assert case.attention is not None
    assert case.attention.reason == "more trouble"


async def test_a_look_that_always_fails_flags_its_case_once(world: World) -> None:
    case_id = await settled(world)
    for number in range(2):
        await poison(world, CaseMessage(message_id=f"look-{number}", case_id=case_id, seq=0, kind=FollowUp.WAKE))
    notes = [event.note for event in await world.store.history(case_id) if event.note]
    assert notes == ["attention: the wake step of number 0 failed for good"]
