"""When a timer fires next: NCRONTAB in the time zone of the process, or a fixed interval."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from devhost.clock import LOCAL
from devhost.ncrontab import Ncrontab, parse_ncrontab
from devhost.time_spans import parse_time_span


class Schedule(Protocol):
    """Says when to fire."""

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first occurrence later than a moment with a time zone, in UTC; None if there is none."""


@dataclass(frozen=True)
class CronSchedule:
    """An NCRONTAB schedule on the wall clock of a zone.

    Where the clock goes forward, times that it skips happen as much later. Where it goes back, points in time happen
    once, the first time round, and intervals go on through both, counted with the offset of the moment before: that is
    what the host does (CronSchedule in azure-webjobs-sdk-extensions).
    """

    cron: Ncrontab
    zone: tzinfo = LOCAL

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the first occurrence later than a moment, in UTC."""
        local = moment.astimezone(self.zone)
        wall = self.cron.next_after(local.replace(tzinfo=None))
        if wall and self.cron.is_interval and _happens_twice(local):
            return (wall - (local.utcoffset() or timedelta())).replace(tzinfo=UTC)
        while wall:
            found = wall.replace(tzinfo=self.zone).astimezone(UTC)
            if found > moment:
                return found
            wall = self.cron.next_after(wall)
        return None


def _happens_twice(local: datetime) -> bool:
    once, again = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return once > again


@dataclass(frozen=True)
class FixedInterval:
    """Fires so long after the last time."""

    interval: timedelta

    def next_after(self, moment: datetime) -> datetime | None:
        """Return the moment one interval later, in UTC."""
        return moment.astimezone(UTC) + self.interval


def parse_schedule(text: str) -> Schedule:
    """Read the ``schedule`` of a timer trigger.

    Raises:
        ValueError: it is neither NCRONTAB nor a time span above zero; the text says what is wrong.
    """
    span = parse_time_span(text.strip())
    if span is None and len(text.split()) == 1:
        raise ValueError("it is neither NCRONTAB of 6 fields nor a time span like 00:05:00")
    if span is None:
        return CronSchedule(parse_ncrontab(text))
    if not span:
        raise ValueError("an interval must be longer than nothing")
    return FixedInterval(span)
