"""What the desk does beside deciding: colleagues see it, applicants do not."""

import pytest

from shared.domain.callers import Kind, Principal, Role
from shared.domain.dossier import place_of
from shared.domain.errors import CaseNotFoundError, PreconditionFailedError, RoleNeededError
from shared.domain.work_list import ALL, WorkQuery
from shared.workflow import actions, credit, desk
from shared.workflow.repeats import Asked
from tests.workflow.test_credit import APPROVE, in_review
from tests.workflow.test_steps import settled
from tests.world import CLIENT, OFFICER, World, asked

READER = Principal(Kind.DESK, "ben", frozenset({Role.READ}))


async def test_a_note_is_kept_with_its_writer(world: World) -> None:
    case_id = await settled(world)
    await desk.write_note(world.services, asked(case_id, READER), "the bank confirms")
    (note,) = (await world.case(case_id)).notes
    assert (note.by, note.text, note.at) == ("ben", "the bank confirms", world.clock.now)
    event = (await world.store.history(case_id))[-1]
    assert (event.note, event.actor, event.personal) == ("note of the desk", "desk:ben", {"text": "the bank confirms"})


async def test_a_note_sent_again_under_its_key_is_one(world: World) -> None:
    case_id = await settled(world)
    first = await desk.write_note(world.services, asked(case_id, READER, "key"), "once")
    again = await desk.write_note(world.services, asked(case_id, READER, "key"), "once")
    assert (again.answer, again.replayed) == (first.answer, True)
    assert len((await world.case(case_id)).notes) == 1


async def test_old_notes_make_room_but_stay_in_the_history(world: World) -> None:
    case_id = await settled(world)
    for number in range(22):
        await desk.write_note(world.services, asked(case_id, READER), f"note {number}")
    assert [note.text for note in (await world.case(case_id)).notes] == [f"note {n}" for n in range(2, 22)]
    events = await world.store.history(case_id)
    assert len([event for event in events if event.note == "note of the desk"]) == 22


async def test_what_the_desk_notes_does_not_make_an_applicants_version_stale(world: World) -> None:
    case_id = await settled(world)
    seen = (await world.case(case_id)).content_revision
    await desk.write_note(world.services, asked(case_id, READER), "hm")
    await desk.assign(world.services, asked(case_id, READER), "ben")
    await actions.withdraw(world.services, asked(case_id, seen=seen))


async def test_a_case_is_taken_handed_over_and_released_and_the_list_shows_it(world: World) -> None:
    case_id = await settled(world)
    for change in ("ben", "ada", None):
        asking = asked(case_id, READER)
        await (desk.assign(world.services, asking, change) if change else desk.release(world.services, asking))
        (listed,) = (await world.services.work_list.work(WorkQuery(ALL))).cases
        assert ((await world.case(case_id)).assignee, listed.summary.get("assignee")) == (change, change)
    notes = [event.note for event in await world.store.history(case_id)]
    assert notes[-3:] == ["assigned to ben", "assigned to ada", "released"]


async def test_who_has_a_case_already_takes_it_without_a_trace(world: World) -> None:
    case_id = await settled(world)
    await desk.assign(world.services, asked(case_id, READER), "ben")
    before = await world.case(case_id)
    again = await desk.assign(world.services, asked(case_id, READER), "ben")
    assert again.replayed
    assert await world.case(case_id) == before


async def test_the_second_of_two_who_take_a_case_at_once_is_told(world: World) -> None:
    case_id = await settled(world)
    seen = place_of(await world.case(case_id))
    await desk.assign(world.services, Asked(case_id, READER, seen_event=seen), "ben")
    with pytest.raises(PreconditionFailedError):
        await desk.assign(world.services, Asked(case_id, OFFICER, seen_event=seen), "ada")
    assert (await world.case(case_id)).assignee == "ben"


async def test_an_officer_who_has_not_seen_a_colleagues_note_does_not_decide(world: World) -> None:
    case_id = await in_review(world)
    case = await world.case(case_id)
    await desk.write_note(world.services, asked(case_id, READER), "wait for the bank")
    asking = Asked(case_id, OFFICER, seen=case.content_revision, seen_event=place_of(case))
    with pytest.raises(PreconditionFailedError):
        await credit.decide(world.services, asking, APPROVE)
    await credit.decide(world.services, asked(case_id, OFFICER, seen=case.content_revision), APPROVE)


async def test_what_happened_since_somebody_looked_is_told_in_order(world: World) -> None:
    case_id = await in_review(world)
    seen = place_of(await world.case(case_id))
    assert await desk.changes_since(world.services, case_id, seen, READER) == ()
    await desk.write_note(world.services, asked(case_id, OFFICER), "first")
    await credit.decide(world.services, asked(case_id, OFFICER), APPROVE)
    calls = world.storage.calls.total()
    since = await desk.changes_since(world.services, case_id, seen, READER)
    assert world.storage.calls.total() - calls == 1
    assert [event.note or event.event for event in since] == ["note of the desk", "approve"]


async def test_nothing_is_told_of_a_case_that_is_not_there(world: World) -> None:
    for case_id in ("no/id", f"{'0' * 32}-{'0' * 32}"):
        with pytest.raises(CaseNotFoundError):
            await desk.changes_since(world.services, case_id, (1, 0), READER)


async def test_a_client_does_none_of_it(world: World) -> None:
    case_id = await settled(world)
    asking = asked(case_id, CLIENT)
    with pytest.raises(RoleNeededError):
        await desk.write_note(world.services, asking, "hello")
    with pytest.raises(RoleNeededError):
        await desk.assign(world.services, asking, "ben")
    with pytest.raises(RoleNeededError):
        await desk.changes_since(world.services, case_id, (1, 0), CLIENT)
