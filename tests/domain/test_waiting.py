from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.lifecycle import FINAL, MACHINE, WAITS_FOR_APPLICANT, Event, State
from shared.domain.policy import WaitUnit
from shared.domain.waiting import Party, Wait, add_days, begin_wait, day_over_at, over_at, rescanned, until
from tests.builders import NOON, a_policy, monday_to_friday, terms

BUSINESS, CALENDAR = WaitUnit.BUSINESS_DAYS, WaitUnit.CALENDAR_DAYS
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
COUNTS = st.integers(0, 60)
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=OFFSETS)  # noqa: DTZ001 - bounds are naive
HOLIDAYS = st.frozensets(st.integers(1, 366), max_size=40)


@given(DAYS, COUNTS, HOLIDAYS)
def test_counts_business_days_like_a_finger_on_a_calendar(start: date, count: int, holidays: frozenset[int]) -> None:
    def is_open(day: date) -> bool:
        return day.weekday() < 5 and day.timetuple().tm_yday not in holidays

    end = add_days(start, count, BUSINESS, is_open)
    passed = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(map(is_open, passed)) == count
    assert end == start or is_open(end)


@given(DAYS, COUNTS)
def test_counts_calendar_days_whatever_day_they_are(start: date, count: int) -> None:
    assert (add_days(start, count, CALENDAR, lambda _day: False) - start).days == count


@given(DAYS, COUNTS)
def test_never_ends_business_days_before_as_many_calendar_days(start: date, count: int) -> None:
    in_calendar_days = add_days(start, count, CALENDAR, monday_to_friday)
    assert add_days(start, count, BUSINESS, monday_to_friday) >= in_calendar_days


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-02", 5, "2026-11-09"),
        ("2026-11-06", 1, "2026-11-09"),
        ("2026-11-07", 1, "2026-11-09"),
        ("2026-11-08", 7, "2026-11-17"),
        ("2026-11-07", 0, "2026-11-07"),
    ],
)
def test_skips_weekends(start: str, count: int, end: str) -> None:
    found = add_days(date.fromisoformat(start), count, BUSINESS, monday_to_friday)
    assert found == date.fromisoformat(end)


@given(DAYS, OFFSETS)
def test_ends_a_day_when_it_is_over_everywhere(day: date, offset: timezone) -> None:
    last_second = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=offset)
    assert over_at(day) > last_second
    assert day_over_at(over_at(day)) == day


def test_ends_a_day_with_its_last_moment_west_of_the_date_line() -> None:
    midnight = datetime(2026, 11, 3, tzinfo=timezone(timedelta(hours=-12)))
    assert over_at(date(2026, 11, 2)) == midnight


@given(MOMENTS, st.sampled_from(WAITS_FOR_APPLICANT))
def test_gives_the_applicant_at_least_the_days_that_were_promised(now: datetime, state: State) -> None:
    wait = begin_wait(state, Party.APPLICANT, now, terms())
    assert wait is not None
    assert wait.last_day is not None
    assert over_at(wait.last_day) - now >= timedelta(days=a_policy().waits[state].expire_after)
    assert wait.last_day >= now.astimezone(UTC).date()


@given(MOMENTS, st.sampled_from(WAITS_FOR_APPLICANT))
def test_is_due_for_every_reminder_in_turn_and_then_for_expiry(now: datetime, state: State) -> None:
    begun = begin_wait(state, Party.APPLICANT, now, terms())
    assert begun is not None
    assert begun.last_day is not None
    wait = begun.model_copy(update={"rescan_at": None})
    for day in wait.remind_on:
        due = wait.next_due_at
        assert due is not None
        assert (due.date(), wait.due_event(due - timedelta(seconds=1)), wait.due_event(due)) == (
            day,
            None,
            Event.REMIND,
        )
        wait = wait.reminded(due)
    assert wait.next_due_at == over_at(begun.last_day)
    assert wait.due_event(over_at(begun.last_day)) is Event.EXPIRE


def test_counts_reminders_that_were_missed_together_as_one() -> None:
    wait = begin_wait(State.APPROVED, Party.APPLICANT, NOON, terms())
    assert wait is not None
    assert wait.reminded(NOON + timedelta(days=8)).reminders == 2


def test_is_checked_anew_a_day_after_the_last_check() -> None:
    wait = begin_wait(State.ACTION_REQUIRED, Party.APPLICANT, NOON, terms())
    assert wait is not None
    assert wait.due_event(NOON + timedelta(hours=24)) is Event.RESCAN
    later = rescanned(wait, State.ACTION_REQUIRED, NOON + timedelta(hours=24), terms())
    assert later.rescan_at == NOON + timedelta(hours=48)
    assert later.last_day == wait.last_day


def test_is_checked_anew_after_as_many_hours_when_clocks_change_meanwhile() -> None:
    eve = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))
    wait = begin_wait(State.ACTION_REQUIRED, Party.APPLICANT, eve, terms())
    assert wait is not None
    assert wait.rescan_at == datetime(2026, 3, 29, 11, tzinfo=UTC)


def test_reminds_in_the_morning() -> None:
    wait = begin_wait(State.APPROVED, Party.APPLICANT, NOON, terms())
    assert wait is not None
    assert wait.next_due_at == datetime(2026, 11, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "reminders", "last_day"),
    [
        (State.ACTION_REQUIRED, ["2026-11-05", "2026-11-09", "2026-11-16"], "2026-12-02"),
        (State.CREDIT_APPLICATION_DUE, ["2026-11-04", "2026-11-09", "2026-11-13"], "2026-11-23"),
        (State.INFORMATION_DUE, ["2026-11-04", "2026-11-09", "2026-11-16"], "2026-11-30"),
        (State.SECURITY_DUE, ["2026-11-04", "2026-11-09", "2026-11-16"], "2026-11-30"),
        (State.APPROVED, ["2026-11-05", "2026-11-09", "2026-11-16"], "2026-12-02"),
    ],
)
def test_waits_for_the_applicant_as_the_policy_says(state: State, reminders: list[str], last_day: str) -> None:
    wait = begin_wait(state, Party.APPLICANT, NOON, terms())
    assert wait == Wait(
        owed_by=Party.APPLICANT,
        since=NOON,
        last_day=date.fromisoformat(last_day),
        remind_on=tuple(map(date.fromisoformat, reminders)),
        rescan_at=NOON + timedelta(hours=24) if state is State.ACTION_REQUIRED else None,
    )


@pytest.mark.parametrize("owed_by", Party)
def test_owes_a_review_to_the_desk_whoever_is_named(owed_by: Party) -> None:
    wait = begin_wait(State.CREDIT_REVIEW, owed_by, NOON, terms())
    assert wait == Wait(owed_by=Party.DESK, since=NOON)


@pytest.mark.parametrize("state", WAITS_FOR_APPLICANT)
def test_neither_reminds_nor_expires_what_the_desk_owes(state: State) -> None:
    wait = begin_wait(state, Party.DESK, NOON, terms())
    rescan_at = NOON + timedelta(hours=24) if state is State.ACTION_REQUIRED else None
    assert wait == Wait(owed_by=Party.DESK, since=NOON, rescan_at=rescan_at)
    assert wait.next_due_at == rescan_at
    assert wait.due_event(NOON + timedelta(days=99)) == (Event.RESCAN if rescan_at else None)


@pytest.mark.parametrize("owed_by", Party)
@pytest.mark.parametrize("state", sorted({*MACHINE, *FINAL}))
def test_waits_for_nobody_in_a_machine_state_or_a_final_one(state: State, owed_by: Party) -> None:
    assert begin_wait(state, owed_by, NOON, terms()) is None


@pytest.mark.parametrize("word", [*Party])
def test_keeps_the_words_that_rows_hold(word: Party) -> None:
    assert word.value == word.name.lower()


@pytest.mark.parametrize("now", ["2026-10-24T23:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-03-28T23:30:00+01:00"])
def test_reckons_alike_when_clocks_change(now: str) -> None:
    moment = datetime.fromisoformat(now)
    wait = begin_wait(State.APPROVED, Party.APPLICANT, moment, terms())
    assert wait is not None
    assert wait.last_day == moment.astimezone(UTC).date() + timedelta(days=30)
    assert wait.next_due_at == datetime(*wait.remind_on[0].timetuple()[:3], 8, tzinfo=UTC)


def test_reminds_nobody_on_the_last_day_that_was_chosen() -> None:
    wait = begin_wait(State.SECURITY_DUE, Party.APPLICANT, NOON, terms())
    assert wait is not None
    assert until(wait, wait.remind_on[1]).remind_on == wait.remind_on[:1]
