"""A slice of the dates suite, the calendars against the law, and proof that the suite notices what is wrong."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.adapters.terms_shelf import business_days_of
from shared.domain.policy import WaitUnit
from shared.domain.waiting import add_days
from tests.faults import dates
from tests.faults.statutes import SATURDAY, STATUTES, easter

SLICE = 500

GOLDEN_WEEK = ("2026-04-29", "2026-05-03", "2026-05-04", "2026-05-05", "2026-05-06")
SILVER_WEEK = ("2026-09-21", "2026-09-22", "2026-09-23")
OTHERS = ("2026-01-01", "2026-01-12", "2026-02-11", "2026-02-23", "2026-03-20", "2026-07-20", "2026-08-11")
JAPAN_IN_2026 = {*GOLDEN_WEEK, *SILVER_WEEK, *OTHERS, "2026-10-12", "2026-11-03", "2026-11-23"}
"""As the Cabinet Office of Japan published them in the Official Gazette of February 2025, substitutes included."""


def days_of(first: int, last: int) -> list[date]:
    start, end = date(first, 1, 1), date(last + 1, 1, 1)
    return [start + timedelta(days=n) for n in range((end - start).days)]


@pytest.mark.parametrize("holds", dates.PROPERTIES)
def test_holds_for_every_generated_case(holds: Callable[[dates.Instance], None]) -> None:
    assert dates.prove(holds, SLICE, number=1_000) >= SLICE


@pytest.mark.parametrize("country", sorted(STATUTES))
def test_has_the_holidays_of_the_law(country: str) -> None:
    ours, lawful = business_days_of(country), STATUTES[country].is_business_day
    assert [day for day in days_of(2024, 2044) if ours(day) != lawful(day)] == []


def test_has_the_holidays_that_japan_published() -> None:
    found = business_days_of("JP")
    weekdays = [day for day in days_of(2026, 2026) if day.weekday() < SATURDAY]
    assert {day for day in weekdays if not found(day)} == {
        day for day in map(date.fromisoformat, JAPAN_IN_2026) if day.weekday() < SATURDAY
    }


@pytest.mark.parametrize(
    ("country", "start", "end"),
    [
        ("JP", "2026-05-01", "2026-05-07"),  # three holidays in a row after a weekend, one of them a substitute
        ("JP", "2026-09-18", "2026-09-24"),  # a weekday between two holidays is one itself
        ("NL", "2026-04-02", "2026-04-07"),  # Good Friday to Easter Monday
        ("GB", "2027-12-24", "2027-12-29"),  # Christmas on a weekend: both days in lieu
        ("US", "2027-12-30", "2028-01-03"),  # 1 January is a Saturday: the day before is off
        ("CZ", "2026-12-23", "2026-12-28"),  # three holidays, then a weekend
        ("PL", "2030-12-23", "2030-12-27"),
    ],
)
def test_gets_over_a_chain_of_holidays(country: str, start: str, end: str) -> None:
    found = add_days(date.fromisoformat(start), 1, WaitUnit.BUSINESS_DAYS, business_days_of(country))
    assert found == date.fromisoformat(end)


@pytest.mark.parametrize("day", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2030-04-21", "2038-04-25"])
def test_knows_easter(day: str) -> None:
    assert easter(int(day[:4])) == date.fromisoformat(day)


def test_looks_around_week_53_leap_days_and_both_changes_of_clocks() -> None:
    weeks = {edge.isocalendar().week for edge in dates.EDGES}
    changes = {zone for zone in dates.ZONES for edge in dates.EDGES if changes_near(edge, zone)}
    assert 53 in weeks
    assert (2, 29) in {(edge.month, edge.day) for edge in dates.EDGES}
    assert len(changes) >= 5


def changes_near(edge: datetime, zone: object) -> bool:
    span = timedelta(seconds=dates.MOST_SECONDS_AROUND_AN_EDGE)
    before, after = ((edge + sign * span).astimezone(zone).utcoffset() for sign in (-1, 1))  # type: ignore[arg-type]
    return before != after


def test_names_the_case_for_which_something_does_not_hold() -> None:
    def holds_before_2030(one: dates.Instance) -> None:
        assert one.seen < datetime(2030, 1, 1, tzinfo=UTC), "too late"

    with pytest.raises(AssertionError, match=r"holds_before_2030 does not hold for Instance\(now=.*too late"):
        dates.prove(holds_before_2030, dates.BATCH * 5, number=1)
