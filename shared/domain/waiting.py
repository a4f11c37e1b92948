"""Waits: whose turn it is, since when and until when, and when the case next needs attention."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from shared.domain.lifecycle import WAITS_FOR_APPLICANT, Event, State
from shared.domain.model import Instant, Model
from shared.domain.policy import Policy, WaitTerms, WaitUnit

IsBusinessDay = Callable[[date], bool]
"""Whether a date is a business day in the company's country."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a case is held to: its policy, and the business days of its company's country."""

    policy: Policy
    is_business_day: IsBusinessDay


class Party(StrEnum):
    """Who owes the next move."""

    APPLICANT = "applicant"
    DESK = "desk"


class Wait(Model):
    """A wait for somebody. Only the applicant's waits have reminders and a last day."""

    owed_by: Party
    since: Instant
    last_day: date | None = None
    remind_on: tuple[date, ...] = ()
    reminders: int = 0
    rescan_at: Instant | None = None

    @property
    def next_due_at(self) -> datetime | None:
        """The moment of the next reminder, check or expiry; None where nothing will happen by itself."""
        moments = (self._next_reminder_at, self._over_at, self.rescan_at)
        return min((moment for moment in moments if moment), default=None)

    @property
    def _next_reminder_at(self) -> datetime | None:
        return _reminder_at(self.remind_on[self.reminders]) if self.reminders < len(self.remind_on) else None

    @property
    def _over_at(self) -> datetime | None:
        return over_at(self.last_day) if self.last_day else None

    def due_event(self, now: datetime) -> Event | None:
        """What is due now, the weightiest first."""
        if self._over_at and self._over_at <= now:
            return Event.EXPIRE
        if self._next_reminder_at and self._next_reminder_at <= now:
            return Event.REMIND
        return Event.RESCAN if self.rescan_at and self.rescan_at <= now else None

    def reminded(self, now: datetime) -> "Wait":
        """The wait after a reminder; several that were due at once are one."""
        return self.model_copy(update={"reminders": sum(_reminder_at(day) <= now for day in self.remind_on)})


def _reminder_at(day: date) -> datetime:
    return datetime.combine(day, time(8), UTC)


def over_at(day: date) -> datetime:
    """The moment when a day has ended everywhere on Earth (UTC-12), so that no deadline falls earlier than promised."""
    return datetime.combine(day + timedelta(days=1), time(12), UTC)


def day_over_at(moment: datetime) -> date:
    """The day that has ended everywhere at such a moment."""
    return (moment.astimezone(UTC) - timedelta(days=1)).date()


def add_days(day: date, count: int, unit: WaitUnit, is_business_day: IsBusinessDay) -> date:
    """The day that is `count` days later; business days skip weekends and holidays, and count from the next day on."""
    if unit is WaitUnit.CALENDAR_DAYS:
        return day + timedelta(days=count)
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day)
    return day


def begin_wait(state: State, owed_by: Party, now: datetime, terms: Terms) -> Wait | None:
    """The wait that begins when a case comes to rest in a state; None in a state that waits for nobody."""
    if state is not State.CREDIT_REVIEW and state not in WAITS_FOR_APPLICANT:
        return None
    if state is State.CREDIT_REVIEW:
        return Wait(owed_by=Party.DESK, since=now)
    waits = terms.policy.waits[state]
    if owed_by is Party.DESK:
        return Wait(owed_by=Party.DESK, since=now, rescan_at=_rescan_at(waits, now))
    return _applicants_wait(waits, now, terms.is_business_day)


def until(wait: Wait, last_day: date) -> Wait:
    """The wait with a last day that somebody chose; reminders from that day on fall away."""
    return wait.model_copy(
        update={"last_day": last_day, "remind_on": tuple(day for day in wait.remind_on if day < last_day)}
    )


def rescanned(wait: Wait, state: State, now: datetime, terms: Terms) -> Wait:
    """The wait of a case that is checked anew now: the next check by itself is a whole period away."""
    return wait.model_copy(update={"rescan_at": _rescan_at(terms.policy.waits[state], now)})


def _rescan_at(terms: WaitTerms, now: datetime) -> datetime | None:
    # In UTC: in a zone whose clocks change meanwhile, Python adds the hours to what its clock shows.
    return now.astimezone(UTC) + timedelta(hours=terms.rescan_after_hours) if terms.rescan_after_hours else None


def _applicants_wait(terms: WaitTerms, now: datetime, is_business_day: IsBusinessDay) -> Wait:
    today = now.astimezone(UTC).date()
    return Wait(
        owed_by=Party.APPLICANT,
        since=now,
        rescan_at=_rescan_at(terms, now),
        last_day=add_days(today, terms.expire_after, terms.unit, is_business_day),
        remind_on=tuple(add_days(today, days, terms.unit, is_business_day) for days in terms.remind_after),
    )
