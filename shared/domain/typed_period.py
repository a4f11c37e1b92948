"""A period as it was typed or chosen on a page: so many days up to today, or from a day to a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shared.domain.tallies import MOST_DAYS, Period

PRESETS: Final = (30, 90, 365)
"""Days up to today that are offered at once."""

USUAL: Final = 90
"""Days where nothing was chosen."""

_YEARS: Final = range(2000, 3000)
"""Other years are mistyped."""

_FIRST, _LAST = "from", "to"


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """The period, if what was typed makes one, and what is wrong by field, in codes."""

    period: Period | None
    mistakes: Mapping[str, str]


def read_period(typed: Mapping[str, str], today: date) -> PeriodReading:
    """Read `days` (one of the presets), or `from` and `to` (ISO 8601); a day that is missing is the usual one.

    Codes: `date` for what is no day, `order` for a last day before the first, `too_long` for more than 732 days.
    """
    days = next((each for each in PRESETS if typed.get("days") == str(each)), None)
    if days:
        return PeriodReading(_up_to(today, days), {})
    read = {name: _day(typed.get(name, "")) for name in (_FIRST, _LAST)}
    wrong = {name: "date" for name, day in read.items() if day is None and typed.get(name)}
    if wrong:
        return PeriodReading(None, wrong)
    last = read[_LAST] or today
    first = read[_FIRST] or _up_to(last, USUAL).first
    return _between(first, last)


def _between(first: date, last: date) -> PeriodReading:
    if last < first:
        return PeriodReading(None, {_LAST: "order"})
    if (last - first).days + 1 > MOST_DAYS:
        return PeriodReading(None, {_FIRST: "too_long"})
    return PeriodReading(Period(first, last), {})


def _up_to(last: date, days: int) -> Period:
    return Period(last - timedelta(days=days - 1), last)


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year in _YEARS else None
