"""What the charts of the overview show."""

from datetime import date
from typing import Any

import pytest

from shared.domain.lifecycle import FINAL, Event, State
from shared.domain.movements import FunnelStep
from shared.domain.overview import EVERY_DAY, HEADINGS, NOW, Chart, Clock, Overview, lines_of, table_of
from shared.domain.tallies import DayTally, Period, Totals, csv_rows

MONDAY = date(2026, 11, 2)
TODAY = date(2026, 11, 13)
PERIOD = Period(MONDAY, TODAY)


def an_overview(*days: DayTally, **totals: Any) -> Overview:
    return Overview(PERIOD, Totals(**totals), days, TODAY, Clock(5, 7))


BUSY = an_overview(
    DayTally(
        day=MONDAY,
        events={Event.SUBMIT: 3},
        entered={State.DECLINED: 1, State.APPROVED: 2},
        funnel={FunnelStep.OPENED: 3},
        stages={State.CREDIT_REVIEW: {2: 1, 5: 1}},
        asked_again={3: 1},
        reasons={"other": 1, "new_company": 2},
    ),
    DayTally(
        day=date(2026, 11, 10),
        events={Event.SUBMIT: 1},
        entered={State.SWITCHED: 2},
        funnel={FunnelStep.OPENED: 1, FunnelStep.ELIGIBLE: 2},
        stages={State.CREDIT_REVIEW: {3: 2}, State.APPROVED: {4: 1}},
        reasons={"adverse_information": 1},
    ),
    states={State.CREDIT_REVIEW: 2, State.SWITCHED: 9},
    reviews={date(2026, 11, 9): 1, date(2026, 11, 2): 1},
)


def test_every_state_has_its_count() -> None:
    lines = dict(lines_of(BUSY, Chart.STATES))
    assert lines.keys() == set(State)
    assert (lines["credit_review"], lines["switched"], lines["approved"]) == ((2,), (9,), (0,))


def test_reviews_have_an_age_up_to_the_breach_and_beyond() -> None:
    assert [n for n, _ in lines_of(BUSY, Chart.REVIEWS)] == [str(n) for n in range(10)]
    assert {n: count for n, (count,) in lines_of(BUSY, Chart.REVIEWS) if count} == {"4": 1, "9": 1}
    assert len(lines_of(an_overview(reviews={TODAY: 1}), Chart.REVIEWS)) == 9


def test_a_funnel_has_every_step() -> None:
    lines = lines_of(BUSY, Chart.FUNNEL)
    assert [code for code, _ in lines] == [step.value for step in FunnelStep]
    assert lines[:3] == [("opened", (4,)), ("eligible", (2,)), ("application_sent", (0,))]


def test_endings_are_told_week_by_week() -> None:
    week, after = lines_of(BUSY, Chart.ENDINGS)
    ended = {state: figure for state, figure in zip(HEADINGS[Chart.ENDINGS][1:], week[1], strict=True) if figure}
    assert (week[0], ended) == ("2026-11-02", {State.DECLINED: 1})
    assert (after[0], sum(after[1])) == ("2026-11-09", 2)
    assert {*HEADINGS[Chart.ENDINGS]} == {"week", *FINAL}


def test_stages_have_a_median_and_how_many_ended() -> None:
    assert lines_of(BUSY, Chart.STAGES) == [("credit_review", (3.0, 4)), ("approved", (4.0, 1))]


def test_how_often_requests_were_asked_again_begins_with_never() -> None:
    assert lines_of(BUSY, Chart.ASKED_AGAIN) == [("0", (0,)), ("1", (0,)), ("2", (0,)), ("3", (1,))]


def test_that_nobody_was_asked_again_is_told_beside_once() -> None:
    day = DayTally(day=MONDAY, asked_again={0: 4})
    assert lines_of(an_overview(day), Chart.ASKED_AGAIN) == [("0", (4,)), ("1", (0,))]


def test_reasons_are_ordered_by_how_often_they_came() -> None:
    assert [code for code, _ in lines_of(BUSY, Chart.REASONS)] == ["new_company", "adverse_information", "other"]


@pytest.mark.parametrize("chart", [each for each in Chart if each is not Chart.STATES])
def test_where_nothing_was_counted_there_is_nothing_to_show(chart: Chart) -> None:
    assert lines_of(an_overview(), chart) == []


def test_a_period_is_empty_where_nothing_happened() -> None:
    assert an_overview().is_empty
    assert an_overview(DayTally(day=MONDAY)).is_empty
    assert not BUSY.is_empty


@pytest.mark.parametrize("chart", Chart)
def test_every_chart_is_a_table_too(chart: Chart) -> None:
    heading, *rows = table_of(BUSY, chart.value)
    assert len(rows) == len(lines_of(BUSY, chart)) > 0
    assert {len(row) for row in rows} == {len(heading)}


def test_a_table_has_all_figures_of_every_day() -> None:
    assert table_of(BUSY, EVERY_DAY) == csv_rows(BUSY.days)


def test_knows_no_other_table() -> None:
    with pytest.raises(ValueError, match="unknown"):
        table_of(BUSY, "unknown")


def test_only_charts_of_now_do_without_a_period() -> None:
    same = an_overview(states=BUSY.totals.states, reviews=BUSY.totals.reviews)
    assert {chart for chart in Chart if lines_of(same, chart) == lines_of(BUSY, chart)} == {*NOW}
