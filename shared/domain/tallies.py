"""Tallies: movements added up, to totals of how cases stand now and to what happened on each day (UTC).

Pure sums, so that it does not matter in which order movements are added; each is to be added once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, Final

from pydantic import Field

from shared.domain.dossier import Stored
from shared.domain.lifecycle import FINAL, Event, State
from shared.domain.model import Model
from shared.domain.movements import FunnelStep, Movement, Progress
from shared.domain.waiting import IsBusinessDay
from shared.domain.work_list import ALL, ATTENTION

MOST_DAYS: Final = 2 * 366
"""Days of a period: their rows come with one request."""

LONGEST_STAGE: Final = 60
"""Business days; what took longer is counted here too."""


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A movement that is in no tally yet, and the key of its row."""

    key: str
    movement: Movement


@dataclass(frozen=True, slots=True)
class Waiting:
    """The totals, and movements that are not in them, oldest first; `more` of them may wait."""

    totals: Stored["Totals"]
    moved: tuple[Uncounted, ...]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """Tallies to keep, and the keys of the movements that were added to them."""

    totals: Stored["Totals"]
    days: tuple[Stored["DayTally"], ...] = ()
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted. Raises ValueError unless it has 1 to 732 days."""

    first: date
    last: date

    def __post_init__(self) -> None:
        days = (self.last - self.first).days + 1
        if not 1 <= days <= MOST_DAYS:
            raise ValueError(
                f"a period must have 1 to {MOST_DAYS} days, not {days}: choose its first and last day anew"
            )


class Totals(Model):
    """How cases stand now: by state, with an attention flag, and those in review by the day their clock began.

    `folds` numbers the additions that were stored.
    """

    folds: int = 0
    states: dict[State, int] = Field(default_factory=dict)
    flagged: int = 0
    reviews: dict[date, int] = Field(default_factory=dict)


class DayTally(Model):
    """What happened on a day. `fold` is the number of the last addition that was stored in it.

    `stages` are the stages that ended, by their business days; `asked_again` is counted of the cases that were closed,
    `reasons` of those refused, `countries` and `bands` of those opened.
    """

    day: date
    fold: int = 0
    events: dict[Event, int] = Field(default_factory=dict)
    entered: dict[State, int] = Field(default_factory=dict)
    funnel: dict[FunnelStep, int] = Field(default_factory=dict)
    stages: dict[State, dict[int, int]] = Field(default_factory=dict)
    asked_again: dict[int, int] = Field(default_factory=dict)
    reasons: dict[str, int] = Field(default_factory=dict)
    countries: dict[str, int] = Field(default_factory=dict)
    bands: dict[str, int] = Field(default_factory=dict)


_COUNTS: Final = ("events", "entered", "funnel", "asked_again", "reasons", "countries", "bands")

DaysOf = Callable[[Movement], int]
"""How many whole business days the stage took that a movement ended."""


def day_of(movement: Movement) -> date:
    """The day on which a movement is counted."""
    return movement.at.astimezone(UTC).date()


def business_days_in_stage(movement: Movement, is_business_day: IsBusinessDay) -> int:
    """Business days after the one on which a stage was entered, up to the one on which it ended; 60 at the most."""
    if movement.entered_at is None:
        return 0
    day, last, count = movement.entered_at.astimezone(UTC).date(), day_of(movement), 0
    while day < last and count < LONGEST_STAGE:
        day += timedelta(days=1)
        count += is_business_day(day)
    return count


def totals_after(totals: Totals, movements: Iterable[Movement]) -> Totals:
    """The totals with more movements added."""
    states, reviews, flagged = Counter(totals.states), Counter(totals.reviews), totals.flagged
    for movement in movements:
        flagged += movement.flag
        if movement.event is not None:
            states[movement.to_state] += 1
        if movement.from_state is not None:
            states[movement.from_state] -= 1
        if movement.review_on is not None:
            reviews[movement.review_on] += 1 if movement.to_state is State.CREDIT_REVIEW else -1
    return totals.model_copy(update={"states": _some(states), "flagged": flagged, "reviews": _some(reviews)})


def totals_of(told: Iterable[Progress]) -> Totals:
    """The totals, counted anew from what was told of each case."""
    states: Counter[State] = Counter()
    reviews: Counter[date] = Counter()
    flagged = 0
    for progress in told:
        flagged += progress.flagged
        states.update([progress.state] if progress.state else [])
        reviews.update([progress.review_on] if progress.review_on else [])
    return Totals(states=_some(states), flagged=flagged, reviews=_some(reviews))


def miscounted(totals: Totals, counted: Totals) -> int:
    """By how much totals are wrong, all differences together."""
    pairs: tuple[tuple[Mapping[Any, int], Mapping[Any, int]], ...] = (
        (totals.states, counted.states),
        (totals.reviews, counted.reviews),
        ({"flagged": totals.flagged}, {"flagged": counted.flagged}),
    )
    return sum(abs(ours.get(key, 0) - theirs.get(key, 0)) for ours, theirs in pairs for key in {*ours, *theirs})


def day_after(tally: DayTally, movements: Iterable[Movement], days_of: DaysOf) -> DayTally:
    """A day with more of its movements added."""
    counts: dict[str, Counter[Any]] = {name: Counter(getattr(tally, name)) for name in _COUNTS}
    stages = {stage: Counter(days) for stage, days in tally.stages.items()}
    for movement in movements:
        for name, keys in _counted(movement).items():
            counts[name].update(keys)
        if movement.stage is not None:
            stages.setdefault(movement.stage, Counter())[days_of(movement)] += 1
    update = {name: dict(count) for name, count in counts.items()}
    return tally.model_copy(update={**update, "stages": {stage: dict(days) for stage, days in stages.items()}})


def _counted(movement: Movement) -> dict[str, Iterable[object]]:
    """What a movement counts for, by what is counted."""
    if movement.event is None:
        return {}
    entered = [movement.to_state] if movement.to_state is not movement.from_state else []
    is_new = movement.event is Event.SUBMIT
    return {
        "events": [movement.event],
        "entered": entered,
        "funnel": movement.reached,
        "asked_again": [] if movement.asked_again is None else [movement.asked_again],
        "reasons": movement.reasons,
        "countries": [movement.country] if is_new else [],
        "bands": [movement.band] if is_new else [],
    }


def days_with(tallies: Iterable[DayTally], movements: Iterable[Movement], days_of: DaysOf) -> tuple[DayTally, ...]:
    """Days in order, with movements added to theirs; days come into being with their first one."""
    by_day: dict[date, list[Movement]] = {}
    for movement in movements:
        by_day.setdefault(day_of(movement), []).append(movement)
    known = {tally.day: tally for tally in tallies}
    for day, more in by_day.items():
        known[day] = day_after(known.get(day, DayTally(day=day)), more, days_of)
    return tuple(known[day] for day in sorted(known))


def summed(tallies: Iterable[DayTally], first: date) -> DayTally:
    """Several days as one, which has the date of the first."""
    counts: dict[str, Counter[Any]] = {name: Counter() for name in _COUNTS}
    stages: dict[State, Counter[int]] = {}
    for tally in tallies:
        for name, count in counts.items():
            count.update(getattr(tally, name))
        for stage, days in tally.stages.items():
            stages.setdefault(stage, Counter()).update(days)
    return DayTally(day=first, stages={stage: dict(days) for stage, days in stages.items()}, **counts)


def by_week(tallies: Iterable[DayTally], period: Period) -> tuple[DayTally, ...]:
    """A sum for every week (ISO 8601) of a period, each under its Monday; weeks without anything too."""
    weeks: dict[date, list[DayTally]] = {}
    monday = _monday_of(period.first)
    while monday <= period.last:
        weeks[monday] = []
        monday += timedelta(weeks=1)
    for tally in tallies:
        weeks[_monday_of(tally.day)].append(tally)
    return tuple(summed(days, monday) for monday, days in weeks.items())


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def median_of(histogram: Mapping[int, int]) -> float | None:
    """The median of what a histogram counts, its values by how often they came; None where it counts nothing."""
    total = sum(histogram.values())
    if not total:
        return None
    return (_value_at(histogram, (total - 1) // 2) + _value_at(histogram, total // 2)) / 2


def _value_at(histogram: Mapping[int, int], place: int) -> int:
    """The value at a place of the ordered values, from 0."""
    values = sorted(histogram)
    while place >= histogram[values[0]]:
        place -= histogram[values.pop(0)]
    return values[0]


def tab_counts(totals: Totals) -> dict[str, int]:
    """How many cases each tab of the work list has; a tab that is not named has none."""
    open_cases = sum(count for state, count in totals.states.items() if state not in FINAL)
    by_state = {state.value: count for state, count in totals.states.items()}
    return {ALL: open_cases, ATTENTION: totals.flagged, **by_state}


def review_ages(totals: Totals, today: date, is_business_day: IsBusinessDay) -> dict[int, int]:
    """How many reviews are under way by the business days since their clock began, 60 at the most; pauses count."""
    ages: Counter[int] = Counter()
    for began, count in totals.reviews.items():
        days = (began + timedelta(days=n) for n in range(1, (today - began).days + 1))
        ages[min(sum(map(is_business_day, days)), LONGEST_STAGE)] += count
    return dict(ages)


def csv_rows(tallies: Iterable[DayTally]) -> list[list[str]]:
    """A table with a line for each day: its heading first, then counts, and the median business days of each stage."""
    heading = ["day", *(f"event {each}" for each in Event), *(f"entered {each}" for each in State)]
    heading += [*(f"funnel {each}" for each in FunnelStep), *(f"median days {each}" for each in State)]
    return [heading, *(_csv_row(tally) for tally in tallies)]


def _csv_row(tally: DayTally) -> list[str]:
    counts = [*(tally.events.get(each, 0) for each in Event), *(tally.entered.get(each, 0) for each in State)]
    counts += [tally.funnel.get(each, 0) for each in FunnelStep]
    medians = [median_of(tally.stages.get(each, {})) for each in State]
    return [tally.day.isoformat(), *map(str, counts), *("" if m is None else f"{m:g}" for m in medians)]


def _some(counts: Mapping[Any, int]) -> dict[Any, int]:
    """Counts without those that are 0: as they were before anything was counted."""
    return {key: count for key, count in counts.items() if count}
