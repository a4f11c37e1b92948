"""The checker finds nothing in a sound world, and names what is wrong in a damaged one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.adapters.case_rows import CASES, INDEX, INDEX_PARTITION, SLOT, document_of, list_row, row_of
from shared.adapters.storage import Delete, Put, Row
from shared.adapters.tally_rows import movement_row
from shared.domain.case import scope_of
from shared.domain.errors import NoticeInDoubtError, NoticeRefusedError
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, FollowUp
from shared.domain.messages import CaseMessage
from shared.workflow import actions
from shared.workflow.repeats import gist_of
from tests.faults.checker import Acknowledged, Deed, Told, violations
from tests.workflow.test_credit import APPROVE, decide, in_review
from tests.workflow.test_steps import settled
from tests.world import CLIENT, OFFICER, START, SUBSCRIPTION, World, asked

SCOPE = scope_of(SUBSCRIPTION)


async def approved(world: World) -> str:
    await world.portal_reports()
    return await settled(world)


async def test_a_sound_world_has_none(world: World) -> None:
    await decide(world, await in_review(world), APPROVE)
    assert await violations(world) == []


async def test_deeds_and_facts_that_are_there_are_not_lost(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world, key="key")
    accepted = await actions.withdraw(world.services, asked(case_id, key="key"))
    await world.drain()
    deed = Deed(Event.WITHDRAW, CLIENT.actor, answers=[accepted.answer, accepted.answer])
    told = Told(SCOPE, START + timedelta(seconds=1))
    assert await violations(world, Acknowledged([deed], [told])) == []


async def test_a_deed_that_is_in_no_history_is_lost(world: World) -> None:
    case_id = await approved(world)
    answer = gist_of(await world.case(case_id))
    lost = Deed(Event.WITHDRAW, CLIENT.actor, answers=[answer])
    (problem,) = await violations(world, Acknowledged([lost]))
    assert "withdraw by client:demo was acknowledged 1 times, and is there 0" in problem


async def test_a_deed_that_is_done_twice_is_doubled(world: World) -> None:
    case_id = await approved(world)
    for _ in range(2):
        await actions.write_to_desk(world.services, asked(case_id), "hello")
    (problem,) = await violations(world, Acknowledged([Deed(None, CLIENT.actor)]))
    assert "asked for 1 times, and done 2" in problem
    assert await violations(world, Acknowledged([Deed(None, CLIENT.actor, keyed=False)])) == []


async def test_a_deed_that_is_answered_in_two_ways_is_named(world: World) -> None:
    case_id = await approved(world)
    first = gist_of(await world.case(case_id))
    deed = Deed(Event.WAIVE_CHECK, "system", answers=[first, first.model_copy(update={"revision": 9})])
    (problem,) = await violations(world, Acknowledged([deed]))
    assert "answered differently" in problem


async def test_facts_that_are_not_there_are_lost(world: World) -> None:
    await world.portal_reports()
    (problem,) = await violations(world, Acknowledged(told=[Told(SCOPE, START + timedelta(days=1))]))
    assert "are not there" in problem


async def test_a_message_that_failed_for_good_unseen_is_named(world: World) -> None:
    case = await world.case(await approved(world))
    failed = CaseMessage(message_id="x", case_id=case.id, seq=case.seq, kind=FollowUp.NOTIFY)
    (problem,) = await violations(world, Acknowledged(poisoned=[failed]))
    assert "nobody was shown" in problem


async def test_a_case_whose_step_was_lost_is_stuck(world: World) -> None:
    await world.submit()
    assert any("stuck in checking_eligibility" in problem for problem in await violations(world))


async def test_a_notice_that_nobody_sends_is_left(world: World) -> None:
    await world.portal_reports()
    world.mailbox.troubles.append(NoticeInDoubtError())
    await settled(world)
    assert any("is left inflight" in problem for problem in await violations(world))


async def test_a_letter_that_goes_out_twice_says_so(world: World) -> None:
    world.mailbox.deduplicates = False
    await approved(world)
    (letter,) = world.mailbox.letters
    world.mailbox.letters.append(letter)
    assert any("without saying so" in problem for problem in await violations(world))
    world.mailbox.letters[1] = replace(
        letter, text="You may have received this message before; nothing has changed since."
    )
    assert await violations(world) == []


async def no_slot(world: World, case_id: str) -> None:
    await world.storage.tables.commit(CASES, [Delete(SCOPE, SLOT)])


async def not_listed(world: World, case_id: str) -> None:
    listed = list_row(await world.case(case_id))
    await world.storage.tables.commit(INDEX, [Delete(INDEX_PARTITION, listed.key)])


async def listed_twice(world: World, case_id: str) -> None:
    await world.storage.tables.commit(INDEX, [Put(Row(INDEX_PARTITION, "list|x", {"caseId": case_id}))])


async def not_due(world: World, case_id: str) -> None:
    async for row in world.store.due(world.clock.now + timedelta(days=99)):
        await world.store.drop(row)


async def touched_history(world: World, case_id: str) -> None:
    row = await world.storage.tables.get(CASES, SCOPE, f"c|event|{case_id}|000002")
    event = document_of(row, HistoryEvent) if row else None
    assert row is not None
    assert event is not None
    forged = row_of(SCOPE, row.key, event.model_copy(update={"actor": "nobody"}))
    await world.storage.tables.commit(CASES, [Put(forged)])


async def shortened_history(world: World, case_id: str) -> None:
    await world.storage.tables.commit(CASES, [Delete(SCOPE, f"c|event|{case_id}|000003")])


async def no_notice(world: World, case_id: str) -> None:
    await world.storage.tables.commit(CASES, [Delete(SCOPE, f"c|notice|{case_id}|000003|0")])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (no_slot, "the slot says"),
        (not_listed, "its row in the work list is not"),
        (listed_twice, "it is listed 2 times"),
        (not_due, "no timer will know"),
        (touched_history, "its history does not hold at 000002"),
        (shortened_history, "its history does not end where the case says"),
        (no_notice, "the instructions notice of number 3 was never made"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_damage_is_named(world: World, damage: Callable[[World, str], Awaitable[None]], words: str) -> None:
    await damage(world, await approved(world))
    assert any(words in problem for problem in await violations(world))


async def told_out_of_turn(world: World, more: str) -> str:
    """The instructions were refused, a reminder went out, and `more` comes of the instructions then."""
    world.mailbox.troubles.append(NoticeRefusedError("554 not now"))
    case_id = await approved(world)
    world.clock.move(days=8)
    await world.tick()
    if more == "resumed":
        await actions.resume(world.services, asked(case_id, OFFICER))
        await world.drain()
    else:
        world.mailbox.letters.append(replace(world.mailbox.letters[0], key=f"{case_id}|000003|0"))
    assert [letter.key[-8:] for letter in world.mailbox.letters] == ["000004|0", "000003|0"]
    return case_id


async def test_a_letter_comes_out_of_its_turn_only_if_the_desk_says_so(world: World) -> None:
    await told_out_of_turn(world, "resumed")
    assert await violations(world) == []


async def test_a_letter_out_of_its_turn_is_named(world: World) -> None:
    await told_out_of_turn(world, "by itself")
    assert any("out of order" in problem for problem in await violations(world))


async def test_a_tab_that_a_case_has_left_is_named(world: World) -> None:
    case_id = await approved(world)
    left = Row(INDEX_PARTITION, f"work|attention|0|2026-11-23T09:00:00Z|{case_id}", {"caseId": case_id})
    await world.storage.tables.commit(INDEX, [Put(left)])
    assert any("it is still in tabs" in problem for problem in await violations(world))


async def not_told(world: World) -> None:
    first = (await world.services.tallies.waiting()).moved[0]
    await world.storage.tables.commit(INDEX, [Delete(INDEX_PARTITION, first.key)])


async def told_twice(world: World) -> None:
    last = (await world.services.tallies.waiting()).moved[-1].movement
    again = last.model_copy(update={"side": 1})
    await world.storage.tables.commit(INDEX, [Put(movement_row(again))])


@pytest.mark.parametrize("damage", [not_told, told_twice])
async def test_what_is_not_counted_once_is_named(world: World, damage: Callable[[World], Awaitable[None]]) -> None:
    await approved(world)
    await damage(world)
    found = await violations(world)
    assert any("the totals are" in problem for problem in found)
    assert any("and is counted" in problem for problem in found)
