"""Limits per client: calls counted in one process, submissions counted by all instances together."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.adapters.quotas import StoredQuotas
from shared.adapters.storage import Operation, Page
from shared.adapters.storage_memory import MemoryQueues, MemoryTables
from shared.domain.errors import RowChangedError, StorageUnavailableError
from shared.workflow.rate_limits import (
    CALLS,
    SUBMISSIONS,
    CallAllowance,
    Limit,
    Ruling,
    SubmissionAllowance,
    header_fields,
)
from tests.world import Fault, FaultyStorage, SteeredClock

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SMALL = Limit("small", 4, 60)
HOURLY = Limit("hourly", 30, 3600)
SHARE = 3

quick = settings(deadline=None, database=None, max_examples=100)
limits = st.builds(Limit, st.just("any"), st.integers(1, 50), st.integers(1, 100))


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.mark.parametrize(("quota", "seconds"), [(0, 60), (1, 0), (-1, 60)])
def test_refuses_a_limit_of_nothing(quota: int, seconds: int) -> None:
    with pytest.raises(ValueError, match="the limit 'none' needs a quota"):
        Limit("none", quota, seconds)


def test_tells_every_policy_and_what_is_left_of_it() -> None:
    rulings = [
        Ruling(CALLS, allowed=True, remaining=599, effective_seconds=60),
        Ruling(SUBMISSIONS, allowed=True, remaining=7, effective_seconds=12),
    ]
    assert header_fields(rulings) == {
        "RateLimit-Policy": '"calls";q=600;w=60, "submissions";q=120;w=3600',
        "RateLimit": '"calls";r=599;t=60, "submissions";r=7;t=12',
    }


def test_tells_a_refused_caller_when_to_come_back_and_of_no_longer_window() -> None:
    rulings = [
        Ruling(CALLS, allowed=True, remaining=599, effective_seconds=60),
        Ruling(SUBMISSIONS, allowed=False, remaining=0, effective_seconds=12),
    ]
    fields = header_fields(rulings)
    assert (fields["RateLimit"], fields["Retry-After"]) == ('"submissions";r=0;t=12', "12")
    assert '"calls"' in fields["RateLimit-Policy"]


def test_sends_a_caller_away_until_every_refusing_limit_lets_it_pass() -> None:
    refusals = [Ruling(CALLS, allowed=False, remaining=0, effective_seconds=s) for s in (3, 9, 5)]
    assert header_fields(refusals)["Retry-After"] == "9"


def calls_made(allowance: CallAllowance, count: int, now: datetime, client: str = "a") -> int:
    """How many of so many calls at one moment pass."""
    return sum(allowance.take(client, now).allowed for _ in range(count))


def test_lets_the_whole_quota_pass_at_once_and_no_more() -> None:
    allowance = CallAllowance(SMALL)
    assert [allowance.take("a", START) for _ in range(5)] == [
        Ruling(SMALL, allowed=True, remaining=3, effective_seconds=45),
        Ruling(SMALL, allowed=True, remaining=2, effective_seconds=30),
        Ruling(SMALL, allowed=True, remaining=1, effective_seconds=15),
        Ruling(SMALL, allowed=True, remaining=0, effective_seconds=15),
        Ruling(SMALL, allowed=False, remaining=0, effective_seconds=15),
    ]


def test_lets_calls_come_back_one_by_one() -> None:
    allowance = CallAllowance(SMALL)
    calls_made(allowance, 4, START)
    assert [calls_made(allowance, 2, after(s)) for s in (14, 15, 29, 30, 61)] == [0, 1, 0, 1, 2]


def test_lets_no_call_come_back_before_its_time_where_it_is_no_round_number() -> None:
    allowance = CallAllowance(Limit("odd", 7, 60))  # one in 8.5714285... seconds
    assert [calls_made(allowance, 9, after(s)) for s in (0, 8.571428, 8.571429)] == [7, 0, 1]


def test_counts_each_client_for_itself() -> None:
    allowance = CallAllowance(SMALL)
    assert [calls_made(allowance, 9, START, client) for client in ("a", "b")] == [4, 4]


def test_forgets_clients_that_are_back_to_full() -> None:
    allowance = CallAllowance(SMALL)
    for number in range(100):
        allowance.take(str(number), START)
    assert len(allowance) == 100
    calls_made(allowance, 50, after(60), "z")
    assert len(allowance) == 1


def test_a_clock_that_goes_far_back_costs_a_client_one_window_at_most() -> None:
    allowance = CallAllowance(SMALL)
    calls_made(allowance, 4, after(1_000_000))
    refused = allowance.take("a", START)
    assert refused.retry_after == 15
    assert calls_made(allowance, 9, after(60)) == 4


@quick
@given(limits, st.lists(st.floats(0, 30), max_size=200))
def test_never_lets_more_than_quota_and_what_came_back_pass(limit: Limit, pauses: list[float]) -> None:
    allowance, now, admitted = CallAllowance(limit), START, list[datetime]()
    for pause in pauses:
        now += timedelta(seconds=pause)
        if allowance.take("a", now).allowed:
            admitted.append(now)
    for index, first in enumerate(admitted):
        for count, last in enumerate(admitted[index:], start=1):
            assert (count - limit.quota) * limit.window <= (last - first) * limit.quota


@quick
@given(limits, st.lists(st.floats(0, 5), max_size=100))
def test_lets_a_caller_pass_that_waited_as_told(limit: Limit, pauses: list[float]) -> None:
    allowance, now = CallAllowance(limit), START
    for pause in pauses:
        now += timedelta(seconds=pause)
        wait = allowance.take("a", now).retry_after
        if wait is not None:
            now += timedelta(seconds=wait)
            assert allowance.take("a", now).allowed


@quick
@given(limits, st.lists(st.floats(0, 5), max_size=50), st.integers(0, 20))
def test_lets_a_caller_pass_that_spreads_what_remains(limit: Limit, pauses: list[float], burst: int) -> None:
    allowance, now = CallAllowance(limit), START
    calls_made(allowance, burst, now)
    for pause in pauses:
        now += timedelta(seconds=pause)
        ruling = allowance.take("a", now)
        for number in range(1, ruling.remaining + 1):
            then = now + timedelta(seconds=ruling.effective_seconds * number / ruling.remaining)
            assert allowance.take("a", then).allowed
        now += timedelta(seconds=ruling.effective_seconds)


@quick
@given(limits, st.lists(st.floats(-100, 100), max_size=100))
def test_keeps_what_it_tells_in_bounds_whatever_the_clock_does(limit: Limit, jumps: list[float]) -> None:
    allowance, now = CallAllowance(limit), START
    for jump in jumps:
        now += timedelta(seconds=jump)
        ruling = allowance.take("a", now)
        assert 0 <= ruling.remaining < limit.quota
        assert 1 <= ruling.effective_seconds <= limit.seconds + 1


class CountingTables(MemoryTables):
    """Counts its requests, and lets others go first as often as `hesitations` says in turn."""

    def __init__(self, hesitations: Sequence[int] = (0,)) -> None:
        super().__init__(SteeredClock())
        self.hesitations, self.requests = hesitations, 0

    async def _hesitate(self) -> None:
        self.requests += 1
        for _ in range(self.hesitations[self.requests % len(self.hesitations)]):
            await asyncio.sleep(0)

    async def page(self, *place: Any, **more: Any) -> Page:
        await self._hesitate()
        return await super().page(*place, **more)

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        await self._hesitate()
        return await super().commit(table, operations)


def instance_over(tables: CountingTables | FaultyStorage, limit: Limit = HOURLY) -> SubmissionAllowance:
    return SubmissionAllowance(limit, StoredQuotas(tables))


async def submitted(allowance: SubmissionAllowance, count: int, now: datetime = START, client: str = "a") -> int:
    """How many of so many submissions, one after the other, pass."""
    return sum([(await allowance.take(client, now)).allowed for _ in range(count)])


async def test_admits_a_share_without_asking_the_storage() -> None:
    tables = CountingTables()
    assert await submitted(instance_over(tables), SHARE) == SHARE
    assert tables.requests == 0


async def test_admits_exactly_the_quota_on_one_instance_for_two_requests_a_share() -> None:
    tables = CountingTables()
    assert await submitted(instance_over(tables), 100) == HOURLY.quota
    assert tables.requests == 2 * (HOURLY.quota // SHARE - 1)


async def test_tells_what_is_left_and_when_the_window_ends() -> None:
    allowance = instance_over(CountingTables())
    first = await allowance.take("a", after(600))
    await submitted(allowance, 29, after(700))
    last = await allowance.take("a", after(3599.5))
    assert first == Ruling(HOURLY, allowed=True, remaining=29, effective_seconds=3000)
    assert last == Ruling(HOURLY, allowed=False, remaining=0, effective_seconds=1)


async def test_refuses_without_asking_again_once_the_quota_is_known_to_be_spent() -> None:
    tables = CountingTables()
    one, other = instance_over(tables), instance_over(tables)
    await submitted(one, 100)
    assert await submitted(other, SHARE + 1) == SHARE
    asked = tables.requests
    assert await submitted(other, 50) == 0
    assert tables.requests == asked


async def test_counts_the_clients_of_all_instances_apart() -> None:
    allowance = instance_over(CountingTables())
    assert [await submitted(allowance, 100, client=client) for client in ("a", "b")] == [30, 30]


async def test_begins_anew_with_the_next_window() -> None:
    allowance = instance_over(CountingTables())
    assert [await submitted(allowance, 100, after(s)) for s in (0, 3599, 3600, 7200)] == [30, 0, 30, 30]


async def test_begins_its_windows_at_the_full_hour() -> None:
    allowance = instance_over(CountingTables())
    assert (await allowance.take("a", after(-1))).effective_seconds == 1
    assert (await allowance.take("a", after(0))).effective_seconds == 3600


async def test_does_not_begin_a_window_anew_when_the_clock_was_put_back_over_its_beginning() -> None:
    allowance = instance_over(CountingTables())
    assert [await submitted(allowance, 100, after(s)) for s in (1, -1, 1, -1)] == [30, 30, 0, 0]


async def test_a_clock_that_was_far_ahead_shuts_nobody_out() -> None:
    allowance = instance_over(CountingTables())
    assert await submitted(allowance, 100, after(100 * 3600)) == 30
    assert await submitted(allowance, 100, after(0)) == 30


async def test_forgets_clients_of_earlier_windows() -> None:
    allowance = instance_over(CountingTables())
    for number in range(100):
        await allowance.take(str(number), START)
    assert len(allowance) == 100
    await submitted(allowance, 50, after(3600), "z")
    assert len(allowance) == 1


async def test_does_not_forget_a_client_of_a_window_that_the_clock_may_come_back_to() -> None:
    allowance = instance_over(CountingTables())
    assert [await submitted(allowance, 100, after(s)) for s in (1, -1)] == [30, 30]
    await submitted(allowance, 1, after(1), "b")
    assert await submitted(allowance, 100, after(1)) == 0


async def test_admits_one_where_the_quota_is_one() -> None:
    tables = CountingTables()
    assert await submitted(instance_over(tables, Limit("one", 1, 60)), 5) == 1
    assert tables.requests == 0


async def test_fetches_one_lease_for_all_who_wait_for_it() -> None:
    tables = CountingTables()
    allowance = instance_over(tables)
    rulings = await asyncio.gather(*[allowance.take("a", START) for _ in range(2 * SHARE)])
    assert all(ruling.allowed for ruling in rulings)
    assert tables.requests == 2


async def test_waits_for_one_lease_after_another() -> None:
    allowance = instance_over(CountingTables(hesitations=[3]))
    rulings = await asyncio.gather(*[allowance.take("a", START) for _ in range(100)])
    assert sum(ruling.allowed for ruling in rulings) == HOURLY.quota


async def test_a_caller_that_goes_away_takes_the_lease_from_nobody() -> None:
    allowance = instance_over(CountingTables(hesitations=[5]))
    await submitted(allowance, SHARE)
    leaving, staying = (asyncio.ensure_future(allowance.take("a", START)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).allowed
    assert await submitted(allowance, 100) == HOURLY.quota - SHARE - 1


def away(*faults: Fault) -> FaultyStorage:
    return FaultyStorage(MemoryTables(SteeredClock()), MemoryQueues(SteeredClock()), [*faults])


async def test_admits_its_share_while_the_storage_is_away_and_raises_beyond() -> None:
    storage = away(Fault("page", StorageUnavailableError()))
    allowance = instance_over(storage)
    assert await submitted(allowance, SHARE) == SHARE
    with pytest.raises(StorageUnavailableError):
        await allowance.take("a", START)
    assert await submitted(allowance, 100) == HOURLY.quota - SHARE


async def test_all_who_wait_share_a_failure() -> None:
    allowance = instance_over(away(Fault("page", StorageUnavailableError())))
    await submitted(allowance, SHARE)
    answers = await asyncio.gather(*[allowance.take("a", START) for _ in range(5)], return_exceptions=True)
    assert [type(answer) for answer in answers] == [StorageUnavailableError] * 5
    assert await submitted(allowance, 1) == 1


async def test_a_lost_answer_costs_the_client_what_was_leased_and_never_admits_more() -> None:
    allowance = instance_over(away(Fault("commit", StorageUnavailableError(), after=True)))
    await submitted(allowance, SHARE)
    with pytest.raises(StorageUnavailableError):
        await allowance.take("a", START)
    assert SHARE + await submitted(allowance, 100) == HOURLY.quota - 2 * SHARE


@pytest.mark.parametrize(("counted", "left"), [(26, 1), (27, 0), (28, 0), (30, 0), (40, 0)])
async def test_leases_what_the_quota_still_holds(counted: int, left: int) -> None:
    quotas = StoredQuotas(CountingTables())
    await quotas.count("a", START, lambda _: counted)
    allowance = SubmissionAllowance(HOURLY, quotas)
    assert await submitted(allowance, 100) == SHARE + left
    assert (await allowance.take("a", START)).remaining == 0
    assert await quotas.count("a", START, lambda counted: counted) == (max(30, counted),) * 2


steps = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 0, 0, 40, 90, 3600])), min_size=1, max_size=120)


async def admitted_by_four(moves: list[tuple[int, float]], hesitations: list[int], limit: Limit) -> Counter[datetime]:
    """Let four instances over one storage take a client's submissions at once; how many passed, by window."""
    tables = CountingTables(hesitations=hesitations)
    instances = [instance_over(tables, limit) for _ in range(4)]
    now, taken, moments = START, [], []
    for instance, pause in moves:
        now += timedelta(seconds=pause)
        moments.append(now.replace(minute=0, second=0))
        taken.append(asyncio.ensure_future(instances[instance].take("a", now)))
        if pause:
            await asyncio.sleep(0)
    answers = await asyncio.gather(*taken, return_exceptions=True)
    assert {type(answer) for answer in answers} <= {Ruling, RowChangedError}
    return Counter(w for w, a in zip(moments, answers, strict=True) if isinstance(a, Ruling) and a.allowed)


@quick
@given(steps, st.lists(st.integers(0, 5), min_size=1, max_size=7), st.integers(1, 40))
def test_admits_at_most_quota_and_a_share_of_each_instance(
    moves: list[tuple[int, float]], hesitations: list[int], quota: int
) -> None:
    admitted = asyncio.run(admitted_by_four(moves, hesitations, Limit("any", quota, 3600)))
    assert max(admitted.values(), default=0) <= quota + 4 * max(1, quota // 10)


@quick
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1800)), max_size=150))
def test_lets_a_submitter_pass_that_waited_as_told(moves: list[tuple[int, int]]) -> None:
    async def play() -> None:
        tables, now = CountingTables(), START
        instances = [instance_over(tables, Limit("any", 7, 3600)) for _ in range(4)]
        for number, pause in moves:
            now += timedelta(seconds=pause / 10)
            wait = (await instances[number].take("a", now)).retry_after
            if wait is not None:
                now += timedelta(seconds=wait)
                assert (await instances[number].take("a", now)).allowed

    asyncio.run(play())


@quick
@given(st.lists(st.integers(0, 7199), max_size=200), st.integers(1, 12))
def test_a_clock_that_goes_back_and_forth_admits_no_more(moments: list[int], quota: int) -> None:
    async def play() -> None:
        allowance, admitted = instance_over(CountingTables(), Limit("any", quota, 3600)), [0, 0]
        for moment in moments:
            admitted[moment // 3600] += (await allowance.take("a", after(moment))).allowed
        assert max(admitted) <= quota + 1

    asyncio.run(play())
