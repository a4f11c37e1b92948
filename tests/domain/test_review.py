from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.case import Case
from shared.domain.lifecycle import Event, State
from shared.domain.review import (
    Pause,
    ReviewClock,
    pause_review,
    promise_anew,
    resume_review,
    review_after,
    start_review,
)
from shared.domain.waiting import over_at
from tests.builders import NOON, a_case, terms

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds


def at(day: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, 15, tzinfo=UTC)


def a_clock(now: datetime = NOON) -> ReviewClock:
    return start_review(now, "NL", terms())


def test_promises_five_business_days_and_breaks_its_promise_after_seven() -> None:
    clock = a_clock()
    assert (clock.started_on, clock.target_on, clock.breach_on) == (
        date(2026, 11, 2),
        date(2026, 11, 9),
        date(2026, 11, 11),
    )
    assert (clock.expected_on, clock.next_due_at) == (date(2026, 11, 9), over_at(date(2026, 11, 9)))


def test_stands_still_while_the_applicant_owes_something() -> None:
    clock = pause_review(a_clock(), at(4))
    assert (clock.is_paused, clock.next_due_at) == (True, None)
    assert pause_review(clock, at(5)) == clock


def test_adds_the_business_days_of_a_pause() -> None:
    clock = resume_review(pause_review(a_clock(), at(4)), at(10), terms())
    assert clock.pauses == (Pause(from_on=date(2026, 11, 4), until_on=date(2026, 11, 10)),)
    assert (clock.target_on, clock.breach_on, clock.is_paused) == (date(2026, 11, 13), date(2026, 11, 17), False)


def test_loses_nothing_by_a_pause_of_hours_or_a_weekend() -> None:
    assert resume_review(pause_review(a_clock(), at(4)), at(4), terms()).target_on == a_clock().target_on
    assert resume_review(pause_review(a_clock(), at(6)), at(8), terms()).target_on == a_clock().target_on


def test_goes_on_as_it_is_when_it_was_not_paused() -> None:
    assert resume_review(a_clock(), at(4), terms()) == a_clock()


@given(MOMENTS, st.lists(st.integers(0, 20), max_size=6))
def test_never_promises_an_earlier_day_than_before(start: datetime, days: list[int]) -> None:
    clock, now = a_clock(start), start
    for number, passed in enumerate(days):
        now += timedelta(days=passed)
        before = clock
        clock = pause_review(clock, now) if number % 2 == 0 else resume_review(clock, now, terms())
        assert (clock.target_on, clock.breach_on) >= (before.target_on, before.breach_on)


@given(MOMENTS, st.integers(0, 30), st.integers(0, 30))
def test_leaves_as_many_business_days_after_a_pause_as_there_were_before(
    start: datetime, until: int, pause: int
) -> None:
    clock = a_clock(start)
    begin, end = start + timedelta(days=until), start + timedelta(days=until + pause)
    left = business_days(begin, clock.target_on)
    later = resume_review(pause_review(clock, begin), end, terms())
    assert business_days(end, later.target_on) == left or begin.date() >= clock.target_on


def business_days(after: datetime, last: date) -> int:
    days = ((after + timedelta(days=n)).date() for n in range(1, (last - after.date()).days + 1))
    return sum(day.weekday() < 5 for day in days)


def test_promises_a_new_day_when_its_promise_is_broken() -> None:
    clock = promise_anew(a_clock(), at(12), terms())
    assert (clock.breaches, clock.expected_on) == (1, date(2026, 11, 19))
    assert clock.next_due_at == over_at(date(2026, 11, 19))


def in_review(clock: ReviewClock | None) -> Case:
    return a_case(State.CREDIT_REVIEW, review=clock)


def test_tells_the_desk_first_and_then_the_applicant() -> None:
    clock = a_clock()
    assert in_review(clock).due_event(over_at(clock.target_on) - timedelta(seconds=1)) is None
    assert in_review(clock).due_event(over_at(clock.target_on)) is Event.ESCALATE
    told = review_after(clock, Event.ESCALATE, at(10), "NL", terms())
    assert told is not None
    assert in_review(told).due_event(over_at(clock.target_on)) is None
    assert in_review(told).due_event(over_at(clock.breach_on)) is Event.BREACH


def test_a_review_without_a_clock_is_never_due() -> None:
    assert in_review(None).due_event(at(30)) is None


@pytest.mark.parametrize("event", Event)
def test_no_event_but_the_application_starts_a_clock(event: Event) -> None:
    started = review_after(None, event, NOON, "NL", terms())
    assert (started is not None) == (event is Event.SUBMIT_APPLICATION)


@pytest.mark.parametrize("event", [Event.ASK_INFORMATION, Event.ASK_SECURITY, Event.FIND_BLOCKED])
def test_asking_the_applicant_pauses_and_the_answer_resumes(event: Event) -> None:
    paused = review_after(a_clock(), event, at(4), "NL", terms())
    assert paused is not None
    assert paused.is_paused
    for answer in (Event.SUBMIT_INFORMATION, Event.CONFIRM_SECURITY, Event.FIND_UNKNOWN, Event.ASSESS):
        resumed = review_after(paused, answer, at(5), "NL", terms())
        assert resumed is not None
        assert not resumed.is_paused


@pytest.mark.parametrize("event", [Event.ASSESS, Event.FIND_UNKNOWN, Event.SUBMIT_APPLICATION, Event.APPROVE])
def test_other_events_leave_the_clock_alone(event: Event) -> None:
    assert review_after(a_clock(), event, at(9), "NL", terms()) == a_clock()


def test_a_broken_promise_is_broken_by_the_event_too() -> None:
    broken = review_after(a_clock(), Event.BREACH, at(12), "NL", terms())
    assert broken == promise_anew(a_clock(), at(12), terms())


@pytest.mark.parametrize("state", [State.CHECKING_ELIGIBILITY, State.CHECKING_CREDIT, State.SWITCHED])
def test_a_case_in_a_step_or_at_its_end_is_never_due(state: State) -> None:
    case = a_case(state, wait=a_case(State.APPROVED).wait)
    assert (case.next_due_at, case.due_event(at(30, 12))) == (None, None)


def test_a_case_without_a_wait_is_never_due() -> None:
    assert a_case(State.APPROVED, wait=None).due_event(at(30)) is None


def test_remembers_every_pause() -> None:
    clock = a_clock()
    for day in (4, 6, 10):
        clock = resume_review(pause_review(clock, at(day)), at(day + 1), terms())
    assert [pause.from_on.day for pause in clock.pauses] == [4, 6, 10]
