"""The overview of the desk: what each of its charts shows, in codes and figures, made from tallies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shared.domain.lifecycle import FINAL, State
from shared.domain.movements import FunnelStep
from shared.domain.tallies import DayTally, Period, Totals, by_week, csv_rows, median_of, review_ages, summed

_SATURDAY: Final = 5

Line = tuple[str, tuple[float, ...]]
"""What is counted, in a code, and its figures."""


class Chart(StrEnum):
    """The charts, by the names in their addresses. Those of `NOW` show how cases stand, the others a period."""

    STATES = "states"
    REVIEWS = "reviews"
    FUNNEL = "funnel"
    ENDINGS = "endings"
    STAGES = "stages"
    ASKED_AGAIN = "asked-again"
    REASONS = "reasons"


NOW: Final = (Chart.STATES, Chart.REVIEWS)

EVERY_DAY: Final = "days"
"""The table of all figures of each day, which no chart shows."""

ENDINGS: Final = tuple(state for state in State if state in FINAL)
"""How a case can end, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Clock:
    """After how many business days a review should be decided, and after how many the promise is broken."""

    target: int
    breach: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How cases stand on a day, and the days of a period on which something happened.

    Not `complete` while some of what happened is not counted yet.
    """

    period: Period
    totals: Totals
    days: tuple[DayTally, ...]
    today: date
    clock: Clock
    complete: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in the period."""
        return not any(day.events for day in self.days)

    @property
    def whole(self) -> DayTally:
        """The sum of the period."""
        return summed(self.days, self.period.first)


def lines_of(overview: Overview, chart: Chart) -> Sequence[Line]:
    """What a chart shows, in its order."""
    return _LINES[chart](overview)


def table_of(overview: Overview, name: str) -> Sequence[Sequence[str | float]]:
    """The table of a chart, or of every day, its heading first. Raises ValueError for a name that is neither."""
    if name == EVERY_DAY:
        return csv_rows(overview.days)
    chart = Chart(name)
    rows: list[Sequence[str | float]] = [(code, *figures) for code, figures in lines_of(overview, chart)]
    return [HEADINGS[chart], *rows]


def _states(overview: Overview) -> Sequence[Line]:
    return [(state.value, (overview.totals.states.get(state, 0),)) for state in State]


def _reviews(overview: Overview) -> Sequence[Line]:
    """By business days since the clock began; days without a review up to the breach, too.

    Reviews of all countries are in one sum: every day from Monday to Friday counts, holidays as well.
    """
    ages = review_ages(overview.totals, overview.today, _is_weekday)
    return _every_number(ages, overview.clock.breach + 1) if ages else []


def _is_weekday(day: date) -> bool:
    return day.weekday() < _SATURDAY


def _every_number(histogram: Mapping[int, int], least: int) -> Sequence[Line]:
    """A line for every number from 0 up to the largest, or to that at the least."""
    return [(str(n), (histogram.get(n, 0),)) for n in range(max(*histogram, least) + 1)]


def _funnel(overview: Overview) -> Sequence[Line]:
    funnel = overview.whole.funnel
    return [(step.value, (funnel.get(step, 0),)) for step in FunnelStep] if funnel else []


def _endings(overview: Overview) -> Sequence[Line]:
    """By week, under its Monday; none at all where nothing ended."""
    weeks = by_week(overview.days, overview.period)
    lines = [(week.day.isoformat(), tuple(week.entered.get(state, 0) for state in ENDINGS)) for week in weeks]
    return lines if any(any(figures) for _, figures in lines) else []


def _stages(overview: Overview) -> Sequence[Line]:
    """Stages that ended, in the order of the states: the median of their business days, and how many ended."""
    stages = overview.whole.stages
    medians = [(state, median_of(stages.get(state, {})), sum(stages.get(state, {}).values())) for state in State]
    return [(state.value, (median, count)) for state, median, count in medians if median is not None]


def _asked_again(overview: Overview) -> Sequence[Line]:
    times = overview.whole.asked_again
    return _every_number(times, 1) if times else []


def _reasons(overview: Overview) -> Sequence[Line]:
    """The most frequent first."""
    reasons = overview.whole.reasons
    return [(code, (reasons[code],)) for code in sorted(reasons, key=lambda each: (-reasons[each], each))]


_LINES: Final[Mapping[Chart, Callable[[Overview], Sequence[Line]]]] = {
    Chart.STATES: _states,
    Chart.REVIEWS: _reviews,
    Chart.FUNNEL: _funnel,
    Chart.ENDINGS: _endings,
    Chart.STAGES: _stages,
    Chart.ASKED_AGAIN: _asked_again,
    Chart.REASONS: _reasons,
}

HEADINGS: Final[Mapping[Chart, tuple[str, ...]]] = {
    Chart.STATES: ("state", "requests"),
    Chart.REVIEWS: ("business_days", "requests"),
    Chart.FUNNEL: ("step", "requests"),
    Chart.ENDINGS: ("week", *(state.value for state in ENDINGS)),
    Chart.STAGES: ("stage", "median_business_days", "requests"),
    Chart.ASKED_AGAIN: ("times", "requests"),
    Chart.REASONS: ("reason", "requests"),
}
"""What the columns of a chart's table hold, in codes."""
