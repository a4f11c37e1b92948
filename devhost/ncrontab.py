"""NCRONTAB, the schedule language of timer triggers (https://github.com/atifaziz/NCrontab), on wall-clock times.

Six fields: second, minute, hour, day, month, day of week; five leave out the seconds. A field is a list of ``*``,
values and ranges, each with a step after ``/`` if need be; ``a/n`` goes from a to the end of the field. Months and
weekdays have names, which any beginning abbreviates; Sunday is 0 and nothing is 7. Day and day of week must both match,
where cron asks for one of them.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise, product

# Within 400 years the calendar has shown every date on every weekday that it will ever have.
CALENDAR_CYCLE = 400

_ITEM = re.compile(r"(?P<first>\w+|\*)(?:-(?P<last>\w+))?(?:/(?P<step>[0-9]+))?")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Field:
    """One of the fields: its bounds, both included, and the names of its values from ``least`` on."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()


MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
FIELDS = (
    Field("second", 0, 59),
    Field("minute", 0, 59),
    Field("hour", 0, 23),
    Field("day", 1, 31),
    Field("month", 1, 12, MONTHS),
    Field("day of week", 0, 6, WEEKDAYS),
)

Values = tuple[int, ...]


@dataclass(frozen=True)
class Ncrontab:
    """A schedule: per field, the values that match, in order."""

    seconds: Values
    minutes: Values
    hours: Values
    days: Values
    months: Values
    weekdays: Values

    @property
    def is_interval(self) -> bool:
        """Say whether it names stretches of the clock rather than single points: two neighbours in a time field.

        The host tells them apart by the normalised text, where neighbours are written with ``*`` or ``-``.
        """
        return any(
            later - earlier == 1
            for values in (self.seconds, self.minutes, self.hours)
            for earlier, later in pairwise(values)
        )

    def next_after(self, wall: datetime) -> datetime | None:
        """Return the first match later than a naive wall-clock time, None if there is none (the 31st of February)."""
        first = wall.replace(microsecond=0) + timedelta(seconds=1)
        for day in self._dates_from(first.date()):
            found = self._first_time(first.time() if day == first.date() else time.min)
            if found:
                return datetime.combine(day, found)
        return None

    def _dates_from(self, first: date) -> Iterator[date]:
        years = range(first.year, first.year + CALENDAR_CYCLE)
        for year, month, day in product(years, self.months, self.days):
            if (year, month, day) < (first.year, first.month, first.day) or day > monthrange(year, month)[1]:
                continue
            found = date(year, month, day)
            if found.isoweekday() % 7 in self.weekdays:
                yield found

    def _first_time(self, least: time) -> time | None:
        hour, minute, second = least.hour, least.minute, least.second
        return next(
            (
                time(h, m, s)
                for h in self.hours
                if h >= hour
                for m in self.minutes
                if (h, m) >= (hour, minute)
                for s in self.seconds
                if (h, m, s) >= (hour, minute, second)
            ),
            None,
        )


def parse_ncrontab(text: str) -> Ncrontab:
    """Read a schedule of five or six fields.

    Raises:
        ValueError: it is none; the text says which field is wrong and why.
    """
    parts = text.split()
    if len(parts) == len(FIELDS) - 1:
        parts = ["0", *parts]
    if len(parts) != len(FIELDS):
        raise ValueError(f"it has {len(parts)} fields; NCRONTAB has 6: {', '.join(field.name for field in FIELDS)}")
    return Ncrontab(*(_read_field(field, part) for field, part in zip(FIELDS, parts, strict=True)))


def _read_field(field: Field, text: str) -> Values:
    try:
        return tuple(sorted({value for item in text.split(",") for value in _read_item(field, item)}))
    except ValueError as error:
        raise ValueError(f"'{text}' is not valid as {field.name}: {error}") from error


def _read_item(field: Field, text: str) -> range:
    found = _ITEM.fullmatch(text)
    if not found or (found["first"] == "*" and found["last"]):
        raise ValueError(f"'{text}' is no value, range or step")
    # A step of 0 counts as 1, as in the original.
    step = max(1, int(found["step"] or 1))
    if found["first"] == "*":
        return range(field.least, field.most + 1, step)
    first = _read_value(field, found["first"])
    if found["last"]:
        first, last = sorted((first, _read_value(field, found["last"])))
    else:
        last = field.most if found["step"] else first
    return range(first, last + 1, step)


def _read_value(field: Field, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        return _read_word(field, text)
    if not field.least <= int(text) <= field.most:
        raise ValueError(f"{text} is not between {field.least} and {field.most}")
    return int(text)


def _read_word(field: Field, text: str) -> int:
    for value, word in enumerate(field.words, start=field.least):
        if word.startswith(text.lower()):
            return value
    raise ValueError(f"'{text}' is not a number" + (f" or one of {', '.join(field.words)}" if field.words else ""))
