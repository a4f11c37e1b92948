"""The time that timers go by: a clock that tests replace, and the time zone of the process."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Tells the time, with a time zone, and sleeps a number of seconds of it."""

    now: Callable[[], datetime] = _utc_now
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


_DAY = 86_400


def _offset_at(timestamp: float) -> timedelta:
    return datetime.fromtimestamp(timestamp, UTC).astimezone().utcoffset() or timedelta()


class ProcessZone(tzinfo):
    """The time zone of the process with all its changes of offset; ``TZ`` names it, else the system does.

    A ``datetime.timezone`` knows a single offset and a ``ZoneInfo`` has to be told its name, which nothing portable
    knows of the process's own zone.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset at a wall-clock time; ``fold`` says which of two equal ones is meant.

        A time that the clock skips has, as PEP 495 says, the offset from before the change. It is reckoned here,
        because Python's own answer for such a time differs between 3.11 and 3.13.
        """
        if moment is None:
            return None
        wall = moment.replace(tzinfo=UTC).timestamp()
        before, after = _offset_at(wall - _DAY), _offset_at(wall + _DAY)
        begins_new = _offset_at(wall - after.total_seconds()) == after
        stays_old = _offset_at(wall - before.total_seconds()) == before
        if (begins_new and stays_old) or not (begins_new or stays_old):
            return after if moment.fold else before
        return after if begins_new else before

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """Return None: the part of the offset that is daylight saving is not known."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """Return the name at a wall-clock time."""
        return moment.replace(tzinfo=None).astimezone().tzname() if moment else None

    def fromutc(self, moment: datetime) -> datetime:
        """Return a moment whose fields are UTC in this zone."""
        seconds = moment.replace(tzinfo=UTC).timestamp()
        return datetime.fromtimestamp(seconds).replace(tzinfo=self)  # noqa: DTZ006 - local time is what is asked for


LOCAL: tzinfo = ProcessZone()
