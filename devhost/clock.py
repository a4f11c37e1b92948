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


class ProcessZone(tzinfo):
    """The time zone of the process with all its changes of offset; ``TZ`` names it, else the system does.

    A ``datetime.timezone`` knows a single offset and a ``ZoneInfo`` has to be told its name, which nothing portable
    knows of the process's own zone.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset at a wall-clock time; ``fold`` says which of two equal ones is meant."""
        return moment.replace(tzinfo=None).astimezone().utcoffset() if moment else None

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
