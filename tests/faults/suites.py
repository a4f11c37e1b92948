"""The suites: what each proves, how much of it is run, and how it falls into parts."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tests.faults import injection, outages, schedules
from tests.faults.ablations import ABLATIONS
from tests.faults.rest import Outcome
from tests.faults.runs import (
    ablation_of,
    dates_of,
    never_reached,
    outages_of,
    pairs_of,
    sampled_pairs,
    schedules_of,
    singles_of,
    stories_of,
)
from tests.faults.totals import Totals, Violation

CHUNK: Final = 250
"""Seeds that one processor takes at a time, of suites whose seeds are short."""


@dataclass(frozen=True)
class Extent:
    """How much is run: so many seeds from the first one on, for no longer than so many minutes, `long` or not."""

    start: int
    seeds: int
    minutes: float
    long: bool


Job = tuple[Callable[[Any], Totals], Sequence[Any]]
"""What is done with each of its parts."""


@dataclass(frozen=True)
class Suite:
    """A suite: what a run of it is, how many seeds it takes in short and at length, and the jobs of an extent.

    `workers` are the processes at most, if not one for each processor; one that `waits` most of its time is run beside
    the others. `lacks` finds what is wrong with all runs
    together, if they are not fewer than in short. `repeat` tells one run call by call, given what names it; it raises
    ValueError for what names none.
    """

    a_run: str
    seeds: int
    long_seeds: int
    jobs: Callable[[Extent], list[Job]]
    workers: int | None = None
    waits: bool = False
    lacks: Callable[[Totals], list[Violation]] = lambda _: []
    repeat: Callable[[str], Outcome] | None = None


def _each(extent: Extent) -> range:
    return range(extent.start, extent.start + extent.seeds)


def _chunks(extent: Extent) -> Iterator[tuple[int, int]]:
    seeds = _each(extent)
    for first in seeds[::CHUNK]:
        yield first, min(first + CHUNK, seeds.stop)


def _faults(extent: Extent) -> list[Job]:
    pairs: Job = (pairs_of, injection.plans()) if extent.long else (sampled_pairs, list(_chunks(extent)))
    return [(singles_of, injection.plans()), pairs]


def _schedules(extent: Extent) -> list[Job]:
    return [(schedules_of, list(_chunks(extent)))]


def _ablations(extent: Extent) -> list[Job]:
    return [(ablation_of, [(number, _each(extent), extent.long) for number in range(len(ABLATIONS))])]


def _model(extent: Extent) -> list[Job]:
    return [(stories_of, _each(extent))]


def _dates(extent: Extent) -> list[Job]:
    return [(dates_of, _each(extent))]


def _outages(extent: Extent) -> list[Job]:
    plan = outages.LONG if extent.long else outages.SHORT
    longest = extent.minutes * 60
    return [(outages_of, [replace(plan, seed=seed, longest=longest) for seed in _each(extent)])]


def _schedule_again(seed: str) -> Outcome:
    if not seed.isdecimal():
        raise ValueError(f"no seed: {seed!r}; a seed is a whole number")
    schedule = schedules.Schedule(int(seed), traces=True)
    outcome = schedule.play()
    what = f"{schedule.what}; {schedule.rate:.0%} of the calls go wrong, {schedule.mail_rate:.0%} of the letters"
    return replace(outcome, trace=[what, *outcome.trace])


def _plan_again(spec: str) -> Outcome:
    plan = injection.plan_of(spec)
    outcome, _ = injection.run(plan, traces=True)
    return replace(outcome, trace=[str(plan), *outcome.trace])


SUITES: Final[Mapping[str, Suite]] = {
    "faults": Suite("an errand with no fault, one, or two", 2_000, 2_000, _faults, repeat=_plan_again),
    "schedules": Suite("a random schedule", 20_000, 1_000_000, _schedules, repeat=_schedule_again),
    "ablations": Suite("a run without a safeguard, until one has violations", 6_000, 6_000, _ablations),
    "model": Suite("a story of 25 deeds", 2, 100, _model, lacks=never_reached),
    "dates": Suite("a moment in a country and a time zone", 4, 67, _dates),
    "outages": Suite("a request by HTTP", 1, 4, _outages, workers=1, waits=True),
}
"""Seeds of faults draw pairs; there are none where all pairs are run. A seed of outages is a whole plan."""

NO_LIMIT: Final = math.inf
