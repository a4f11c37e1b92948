"""Tallies: what happens is counted once, folded or not, and drift is put right at night."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from shared.adapters.case_rows import INDEX, INDEX_PARTITION
from shared.adapters.storage import Delete, Put, Tables
from shared.adapters.tally_rows import movement_row
from shared.adapters.tally_store import TallyStore
from shared.domain.dossier import Stored
from shared.domain.errors import RowChangedError, RowExistsError, StorageUnavailableError
from shared.domain.lifecycle import Event, State
from shared.domain.movements import FunnelStep, Movement, Progress
from shared.domain.tallies import DayTally, Fold, Period, Totals, tab_counts
from shared.workflow import actions, tallies
from shared.workflow.notices import settle_index
from shared.workflow.protocol import flag_case
from shared.workflow.reconcile import reconcile
from tests.faults.checker import violations
from tests.workflow.test_credit import APPROVE, decide, in_review
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import OFFICER, START, Fault, World, asked

TODAY = START.date()
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


async def approved(world: World) -> str:
    """A case that was reviewed for three business days, and approved."""
    case_id = await in_review(world)
    world.clock.move(days=3)
    await decide(world, case_id, APPROVE)
    return case_id


async def many_moves(world: World) -> str:
    """A case that was checked anew every day for two weeks."""
    await world.portal_reports(resources=[SENDGRID])
    case_id = await settled(world)
    for _ in range(15):
        world.clock.move(days=1)
        await actions.recheck(world.services, asked(case_id))
        await world.drain()
    return case_id


async def test_totals_say_where_cases_stand_folded_or_not(world: World) -> None:
    case_id = await approved(world)
    before = await tallies.read_totals(world.services)
    assert (before.states, before.flagged, before.reviews) == ({State.APPROVED: 1}, 0, {})
    await flag_case(world.services, case_id, "for the desk")
    await settle_index(world.services, await world.case(case_id), anew=True)
    flagged = await tallies.read_totals(world.services)
    assert tab_counts(flagged) == {"all": 1, "attention": 1, "approved": 1}
    assert await tallies.fold(world.services, least=1) == 7
    assert await tallies.read_totals(world.services) == flagged.model_copy(update={"folds": 1})
    assert await violations(world) == []


async def test_days_say_what_happened_folded_or_not(world: World) -> None:
    await approved(world)
    before = await tallies.read_tallies(world.services, YEAR)
    await tallies.fold(world.services, least=1)
    after = await tallies.read_tallies(world.services, YEAR)
    assert [day.model_copy(update={"fold": 0}) for day in after.days] == list(before.days)
    first, last = after.days
    assert (first.day, last.day) == (TODAY, TODAY + timedelta(days=3))
    assert first.funnel == dict.fromkeys(list(FunnelStep)[:4], 1)
    assert last.stages == {State.CREDIT_REVIEW: {3: 1}}
    assert (before.complete, after.complete) == (True, True)


async def test_a_period_has_nothing_of_other_days(world: World) -> None:
    await approved(world)
    found = await tallies.read_tallies(world.services, Period(TODAY, TODAY))
    assert [day.day for day in found.days] == [TODAY]
    await tallies.fold(world.services, least=1)
    assert [day.day for day in (await tallies.read_tallies(world.services, Period(TODAY, TODAY))).days] == [TODAY]
    assert (await tallies.read_tallies(world.services, Period(date(2025, 1, 1), date(2025, 1, 1)))).days == ()


async def test_reading_takes_two_requests_and_the_totals_one(world: World) -> None:
    await approved(world)
    world.storage.calls.clear()
    await tallies.read_totals(world.services)
    assert world.storage.calls.total() == 1
    await tallies.read_tallies(world.services, YEAR)
    assert world.storage.calls.total() == 1 + 2


class FoldedBetween(TallyStore):
    """Tallies that others fold whenever their days are about to be read, so many times."""

    def __init__(self, world: World, times: int) -> None:
        super().__init__(world.storage)
        self._services, self._times = world.services, times

    async def days(self, period: Period) -> Sequence[Stored[DayTally]]:
        if self._times:
            self._times -= 1
            await tallies.fold(self._services, least=1)
        return await super().days(period)


async def test_what_is_folded_between_the_two_requests_is_counted_once(world: World) -> None:
    await approved(world)
    wanted = await tallies.read_tallies(world.services, YEAR)
    found = await tallies.read_tallies(replace(world.services, tallies=FoldedBetween(world, 1)), YEAR)
    assert [day.events for day in found.days] == [day.events for day in wanted.days]


async def test_a_fold_waits_until_there_is_enough(world: World) -> None:
    await approved(world)
    waiting = len((await world.services.tallies.waiting()).moved)
    assert await tallies.fold(world.services) == 0
    assert await tallies.fold(world.services, least=waiting + 1) == 0
    assert await tallies.fold(world.services, least=waiting) == waiting
    assert await tallies.fold(world.services, least=0) == 0


async def test_the_timer_folds_once_there_is_enough(world: World) -> None:
    case_id = await many_moves(world)
    waiting = 0
    while (folds := await folds_of(world)) == 0:
        waiting = len((await world.services.tallies.waiting()).moved)
        assert waiting < tallies.MOST_FOLDED
        await flag_case(world.services, case_id, "trouble")
        await settle_index(world.services, await world.case(case_id), anew=True)
        await actions.resume(world.services, asked(case_id, OFFICER))
        await world.tick()
    assert (folds, waiting + 2 >= tallies.MOST_FOLDED) == (1, True)
    assert await violations(world) == []


async def folds_of(world: World) -> int:
    return (await world.services.tallies.waiting()).totals.value.folds


async def test_a_day_that_is_always_ahead_is_read_as_it_is(world: World) -> None:
    ahead = DayTally(day=TODAY, fold=9, events={Event.REMIND: 1})
    await world.services.tallies.fold(Fold(Stored(Totals(folds=1), ""), (Stored(ahead, ""),)))
    assert (await tallies.read_tallies(world.services, YEAR)).days == (ahead,)


async def only_case(world: World) -> str:
    (case_id,) = (await world.dossier()).cases
    return case_id


async def test_days_far_apart_are_folded_in_turns(world: World) -> None:
    await many_moves(world)
    world.clock.move(days=800)
    await actions.withdraw(world.services, asked(await only_case(world)))
    await world.drain()
    waiting = len((await world.services.tallies.waiting()).moved)
    assert await tallies.fold(world.services, least=1) == waiting
    assert (await tallies.read_totals(world.services)).folds == 3, "nine days, the seven left, the one two years later"
    assert await violations(world) == []


@pytest.mark.parametrize("error", [RowChangedError(), RowExistsError()])
async def test_where_others_fold_too_they_go_on_with_it(world: World, error: Exception) -> None:
    await approved(world)
    world.storage.faults.append(Fault("commit", error))
    assert await tallies.fold(world.services, least=1) == 0
    assert await violations(world) == []


@pytest.mark.parametrize("after", [False, True])
async def test_a_fold_whose_answer_is_lost_counts_once(world: World, after: bool) -> None:
    await approved(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), after=after))
    with pytest.raises(StorageUnavailableError):
        await tallies.fold(world.services, least=1)
    await tallies.fold(world.services, least=1)
    assert await violations(world) == []


async def test_reading_says_when_more_waits_than_one_request_gives(world: World) -> None:
    await approved(world)
    (movement, *_) = [each.movement for each in (await world.services.tallies.waiting()).moved]
    rows = [movement_row(movement.model_copy(update={"side": number})) for number in range(1000)]
    for first in range(0, 1000, 100):
        await world.storage.tables.commit(INDEX, [Put(row) for row in rows[first : first + 100]])
    assert not (await tallies.read_tallies(world.services, YEAR)).complete


# --- a case from before anything was counted


async def test_a_case_that_forgot_its_passages_is_told_from_its_history(world: World) -> None:
    case_id = await many_moves(world)
    await forget_index(world, case_id)
    case = (await world.case(case_id)).model_copy(update={"recent": ()})
    await settle_index(world.services, case)
    (events,) = [day.events for day in (await tallies.read_tallies(world.services, Period(TODAY, TODAY))).days]
    assert events == {Event.SUBMIT: 1, Event.FIND_BLOCKED: 1}
    assert await violations(world) == []


async def forget_index(world: World, case_id: str) -> None:
    """Make the index as it is where this case was never seen."""
    page = await world.storage.page(INDEX, INDEX_PARTITION, "", "~")
    await world.storage.commit(INDEX, [Delete(INDEX_PARTITION, row.key) for row in page.rows])


# --- at night


async def test_the_night_folds_all_and_finds_no_drift(world: World) -> None:
    await approved(world)
    assert (await reconcile(world.services)).miscounted == 0
    assert (await world.services.tallies.waiting()).moved == ()
    assert await violations(world) == []


async def test_totals_that_are_wrong_are_counted_anew(world: World) -> None:
    await approved(world)
    wrong = Totals(states={State.APPROVED: 3, State.DECLINED: 1}, flagged=2)
    await world.services.tallies.fold(Fold(Stored(wrong, "")))
    assert (await reconcile(world.services)).miscounted > 0
    assert (await tallies.read_totals(world.services)).states == {State.APPROVED: 1}
    assert (await reconcile(world.services)).miscounted == 0


async def test_totals_that_others_change_meanwhile_are_counted_once_more(world: World) -> None:
    await approved(world)
    await tallies.fold(world.services, least=1)
    known = (await world.services.tallies.waiting()).totals
    await world.services.tallies.fold(Fold(Stored(Totals(folds=9), known.tag)))
    world.storage.faults.append(Fault("commit", RowChangedError()))
    assert await tallies.recount(world.services) == 1
    assert (await tallies.read_totals(world.services)).states == {State.APPROVED: 1}


class NeverAtRest(TallyStore):
    """Tallies of cases that move whenever they are counted."""

    def __init__(self, tables: Tables, movement: Movement) -> None:
        super().__init__(tables)
        self._movement = movement

    async def told(self) -> AsyncIterator[Progress]:
        async for progress in super().told():
            yield progress
        await self._tables.commit(INDEX, [Put(movement_row(self._movement))])


async def test_totals_are_not_counted_anew_while_cases_keep_moving(world: World) -> None:
    await approved(world)
    (each, *_) = (await world.services.tallies.waiting()).moved
    services = replace(world.services, tallies=NeverAtRest(world.storage, each.movement))
    assert await tallies.recount(services) == 0
