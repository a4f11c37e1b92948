"""Tallies: pure sums, in whatever order, and what charts are made of."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.lifecycle import Event, State
from shared.domain.movements import FunnelStep, Movement, Progress
from shared.domain.tallies import (
    LONGEST_STAGE,
    DayTally,
    Period,
    Totals,
    business_days_in_stage,
    by_week,
    csv_rows,
    day_after,
    days_with,
    median_of,
    miscounted,
    review_ages,
    summed,
    tab_counts,
    totals_after,
    totals_of,
)
from tests.builders import NOON, monday_to_friday

MONDAY = NOON.date()
REVIEW = State.CREDIT_REVIEW


def moved(event: Event | None, origin: State | None, to: State, **more: Any) -> Movement:
    given = {"case_id": "c", "seq": 1, "at": NOON, "country": "NL", "policy": "2017-07", "band": "EUR 1000"}
    return Movement.model_validate({**given, "event": event, "from_state": origin, "to_state": to, **more})


STORY = [
    moved(Event.SUBMIT, None, State.CHECKING_ELIGIBILITY, reached=("opened",)),
    moved(Event.FIND_ELIGIBLE, State.CHECKING_ELIGIBILITY, State.CHECKING_CREDIT, reached=("eligible",)),
    moved(Event.ASSESS, State.CHECKING_CREDIT, REVIEW, review_on=MONDAY),
    moved(Event.ESCALATE, REVIEW, REVIEW),
    moved(None, None, REVIEW, flag=1, side=1),
    moved(Event.DECLINE, REVIEW, State.DECLINED, review_on=MONDAY, stage=REVIEW, asked_again=1, reasons=("other",)),
    moved(None, None, State.DECLINED, flag=-1, side=1),
]


def no_days(_: Movement) -> int:
    return 0


def seven_days(movement: Movement) -> int:
    return 6 + movement.seq


# --- totals


def test_totals_say_where_cases_stand() -> None:
    assert totals_after(Totals(), STORY[:2]).states == {State.CHECKING_CREDIT: 1}
    in_review = totals_after(Totals(), STORY[:5])
    assert (in_review.states, in_review.reviews, in_review.flagged) == ({REVIEW: 1}, {MONDAY: 1}, 1)
    over = totals_after(in_review, STORY[5:])
    assert (over.states, over.reviews, over.flagged) == ({State.DECLINED: 1}, {}, 0)


@given(st.permutations(STORY), st.integers(0, len(STORY)))
def test_neither_order_nor_how_often_is_added_changes_a_sum(story: list[Movement], cut: int) -> None:
    twice = totals_after(totals_after(Totals(), story[:cut]), story[cut:])
    assert twice == totals_after(Totals(), STORY)
    day = day_after(DayTally(day=MONDAY), story[:cut], no_days)
    assert day_after(day, story[cut:], no_days) == day_after(DayTally(day=MONDAY), STORY, no_days)


def test_totals_are_stored_and_read_as_they_are() -> None:
    totals = totals_after(Totals(folds=3), STORY[:5])
    assert Totals.model_validate_json(totals.model_dump_json(by_alias=True)) == totals
    tally = day_after(DayTally(day=MONDAY), STORY, no_days)
    assert DayTally.model_validate_json(tally.model_dump_json(by_alias=True)) == tally


def test_totals_are_counted_anew_from_what_was_told() -> None:
    told = [
        Progress(told=3, state=REVIEW, review_on=MONDAY, flagged=True),
        Progress(told=2, state=State.APPROVED),
        Progress(),
    ]
    counted = totals_of(told)
    assert counted.states == {REVIEW: 1, State.APPROVED: 1}
    assert (counted.reviews, counted.flagged) == ({MONDAY: 1}, 1)


def test_says_by_how_much_totals_are_wrong() -> None:
    totals = Totals(states={REVIEW: 2, State.APPROVED: 1}, flagged=1, reviews={MONDAY: 2})
    assert miscounted(totals, totals.model_copy(update={"folds": 9})) == 0
    assert miscounted(totals, Totals(states={REVIEW: 1}, flagged=3, reviews={MONDAY: 1, date(2026, 1, 1): 1})) == 6


def test_every_tab_knows_its_count() -> None:
    counts = tab_counts(Totals(states={REVIEW: 2, State.APPROVED: 1, State.DECLINED: 9}, flagged=4))
    assert counts == {"all": 3, "attention": 4, "credit_review": 2, "approved": 1, "declined": 9}


def test_reviews_have_an_age_in_business_days() -> None:
    friday, saturday = date(2026, 10, 30), date(2026, 10, 31)
    totals = Totals(reviews={MONDAY: 2, friday: 1, saturday: 2, date(2026, 1, 1): 1, date(2027, 1, 1): 1})
    assert review_ages(totals, date(2026, 11, 9), monday_to_friday) == {5: 2, 6: 3, LONGEST_STAGE: 1, 0: 1}


# --- days


def test_a_day_counts_what_happened() -> None:
    day = day_after(DayTally(day=MONDAY), STORY, seven_days)
    assert day.events == {each.event: 1 for each in STORY if each.event}
    assert day.entered == dict.fromkeys((State.CHECKING_ELIGIBILITY, State.CHECKING_CREDIT, REVIEW, State.DECLINED), 1)
    assert (day.funnel, day.stages) == ({FunnelStep.OPENED: 1, FunnelStep.ELIGIBLE: 1}, {REVIEW: {7: 1}})
    assert (day.asked_again, day.reasons) == ({1: 1}, {"other": 1})
    assert (day.countries, day.bands) == ({"NL": 1}, {"EUR 1000": 1})
    assert day_after(day, [*STORY, STORY[-2]], seven_days).stages == {REVIEW: {7: 3}}


def test_a_movement_is_counted_on_its_day_in_utc() -> None:
    late = datetime.fromisoformat("2026-11-02T23:30:00-03:00")
    known = DayTally(day=MONDAY, events={Event.REMIND: 1})
    days = days_with([known], [STORY[0], STORY[0].model_copy(update={"at": late})], no_days)
    assert [(day.day.day, dict(day.events)) for day in days] == [
        (2, {Event.REMIND: 1, Event.SUBMIT: 1}),
        (3, {Event.SUBMIT: 1}),
    ]


def test_a_day_that_comes_into_being_counts_the_stages_that_ended() -> None:
    assert [day.stages for day in days_with([], STORY, seven_days)] == [{REVIEW: {7: 1}}]


@pytest.mark.parametrize(
    ("entered", "wanted"),
    [("2026-11-02", 0), ("2026-10-30", 1), ("2026-10-31", 1), ("2026-10-26", 5), ("2020-01-01", LONGEST_STAGE)],
)
def test_a_stage_takes_business_days(entered: str, wanted: int) -> None:
    since = datetime.fromisoformat(f"{entered}T15:00:00Z")
    ended = moved(Event.APPROVE, REVIEW, State.APPROVED, stage=REVIEW, entered_at=since)
    assert business_days_in_stage(ended, monday_to_friday) == wanted


def test_a_stage_without_a_beginning_took_no_time() -> None:
    assert business_days_in_stage(moved(Event.APPROVE, REVIEW, State.APPROVED, stage=REVIEW), monday_to_friday) == 0


@pytest.mark.parametrize(
    ("histogram", "wanted"),
    [({}, None), ({3: 1}, 3), ({1: 1, 2: 1}, 1.5), ({0: 5, 60: 4}, 0), ({5: 2, 1: 2, 9: 1}, 5), ({4: 0, 2: 1}, 2)],
)
def test_the_median_of_a_histogram(histogram: dict[int, int], wanted: float | None) -> None:
    assert median_of(histogram) == wanted


@given(st.lists(st.integers(0, 60), min_size=1))
def test_the_median_has_as_many_values_below_as_above(values: list[int]) -> None:
    median = median_of({value: values.count(value) for value in values})
    assert median is not None
    assert sum(value < median for value in values) <= len(values) / 2 >= sum(value > median for value in values)


def test_days_add_up_to_one() -> None:
    day = day_after(DayTally(day=MONDAY), STORY, seven_days)
    total = summed([day, day], MONDAY)
    assert total.stages == {REVIEW: {7: 2}}
    assert total.events[Event.SUBMIT] == 2
    assert summed([], MONDAY) == DayTally(day=MONDAY)


def test_weeks_begin_on_monday_and_have_no_gaps() -> None:
    period = Period(MONDAY - timedelta(days=1), MONDAY + timedelta(days=8))
    tallies = [DayTally(day=MONDAY + timedelta(days=n), events={Event.SUBMIT: 1}) for n in (-1, 0, 6)]
    weeks = by_week(tallies, period)
    assert [(week.day.isoformat(), week.events.get(Event.SUBMIT, 0)) for week in weeks] == [
        ("2026-10-26", 1),
        ("2026-11-02", 2),
        ("2026-11-09", 0),
    ]


def test_a_period_that_ends_on_a_monday_ends_with_the_week_of_that_day() -> None:
    weeks = by_week([DayTally(day=MONDAY, events={Event.SUBMIT: 1})], Period(MONDAY - timedelta(days=7), MONDAY))
    assert [week.day for week in weeks] == [MONDAY - timedelta(days=7), MONDAY]


@pytest.mark.parametrize("days", [0, 733, -5])
def test_refuses_a_period_that_is_too_long_or_none(days: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 732 days, not {days}: choose"):
        Period(MONDAY, MONDAY + timedelta(days=days - 1))
    assert Period(MONDAY, MONDAY)
    assert Period(MONDAY, MONDAY + timedelta(days=731))


def test_a_table_has_a_line_for_each_day() -> None:
    tally = day_after(DayTally(day=MONDAY), STORY, seven_days)
    heading, line = csv_rows([tally])
    told = dict(zip(heading, line, strict=True))
    assert (told["day"], told["event decline"], told["entered declined"]) == ("2026-11-02", "1", "1")
    assert (told["funnel eligible"], told["median days credit_review"]) == ("1", "7")
    assert (told["event remind"], told["median days approved"]) == ("0", "")
    assert (told["entered approved"], told["funnel approved"]) == ("0", "0")
