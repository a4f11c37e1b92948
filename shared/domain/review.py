"""The clock of the credit review: business days from the complete application, paused on the applicant's turn."""

from datetime import UTC, date, datetime
from typing import Final

from shared.domain.lifecycle import Event
from shared.domain.model import Model
from shared.domain.policy import WaitUnit
from shared.domain.waiting import Terms, add_days, over_at

_APPLICANTS_TURN: Final = frozenset({Event.ASK_INFORMATION, Event.ASK_SECURITY, Event.FIND_BLOCKED})
_DESKS_TURN: Final = frozenset({Event.SUBMIT_INFORMATION, Event.CONFIRM_SECURITY, Event.FIND_UNKNOWN, Event.ASSESS})


class Pause(Model):
    """Days on which the applicant owed something; the last is missing while it lasts."""

    from_on: date
    until_on: date | None = None


class ReviewClock(Model):
    """When a review is expected to end (`target_on`) and when its promise is broken (`breach_on`).

    `escalated` once the desk was told that the target is past; `breaches` counts the new dates that were promised.
    """

    started_on: date
    target_days: int
    target_on: date
    breach_on: date
    country: str
    pauses: tuple[Pause, ...] = ()
    escalated: bool = False
    breaches: int = 0

    @property
    def is_paused(self) -> bool:
        """Whether it is the applicant's turn."""
        return bool(self.pauses) and self.pauses[-1].until_on is None

    @property
    def expected_on(self) -> date:
        """The day that people are told: the target, and after a broken promise the day promised instead."""
        return self.breach_on if self.breaches else self.target_on

    @property
    def next_due_at(self) -> datetime | None:
        """When the desk, or after that the applicant, is to be told; None while it is paused."""
        if self.is_paused:
            return None
        return over_at(self.breach_on if self.escalated else self.target_on)


def start_review(now: datetime, country: str, terms: Terms) -> ReviewClock:
    """The clock of a complete application that came at this moment."""
    today, credit = _day(now), terms.policy.credit
    return ReviewClock(
        started_on=today,
        target_days=credit.review_target_business_days,
        target_on=_later(today, credit.review_target_business_days, terms),
        breach_on=_later(today, credit.review_breach_business_days, terms),
        country=country,
    )


def pause_review(clock: ReviewClock, now: datetime) -> ReviewClock:
    """The clock stands still: it is the applicant's turn."""
    if clock.is_paused:
        return clock
    return clock.model_copy(update={"pauses": (*clock.pauses, Pause(from_on=_day(now)))})


def resume_review(clock: ReviewClock, now: datetime, terms: Terms) -> ReviewClock:
    """The clock goes on: every business day of the pause is added to both days."""
    if not clock.is_paused:
        return clock
    today, pause = _day(now), clock.pauses[-1]
    lost = _business_days_after(pause.from_on, today, terms)
    return clock.model_copy(
        update={
            "pauses": (*clock.pauses[:-1], pause.model_copy(update={"until_on": today})),
            "target_on": _later(clock.target_on, lost, terms),
            "breach_on": _later(clock.breach_on, lost, terms),
        }
    )


def escalate_review(clock: ReviewClock) -> ReviewClock:
    """The desk is told that the target is past."""
    return clock.model_copy(update={"escalated": True})


def promise_anew(clock: ReviewClock, now: datetime, terms: Terms) -> ReviewClock:
    """The promise is broken: the applicant is told a new day, as many business days from now as at first."""
    breach_on = _later(_day(now), clock.target_days, terms)
    return clock.model_copy(update={"escalated": True, "breaches": clock.breaches + 1, "breach_on": breach_on})


def review_after(
    clock: ReviewClock | None, event: Event, now: datetime, country: str, terms: Terms
) -> ReviewClock | None:
    """The clock after an event of its case, as long as nothing is decided.

    Blocks are for the applicant to remove, unknown facts for the desk to look up, also after the application came.
    """
    if event is Event.SUBMIT_APPLICATION:
        return clock or start_review(now, country, terms)
    if clock is None:
        return None
    if event in _APPLICANTS_TURN:
        return pause_review(clock, now)
    if event in _DESKS_TURN:
        return resume_review(clock, now, terms)
    if event is Event.ESCALATE:
        return escalate_review(clock)
    return promise_anew(clock, now, terms) if event is Event.BREACH else clock


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _later(day: date, business_days: int, terms: Terms) -> date:
    return add_days(day, business_days, WaitUnit.BUSINESS_DAYS, terms.is_business_day)


def _business_days_after(first: date, last: date, terms: Terms) -> int:
    """Business days after the first day, up to and with the last."""
    days = range(first.toordinal() + 1, last.toordinal() + 1)
    return sum(terms.is_business_day(date.fromordinal(day)) for day in days)
