"""What the overview shows, in both languages."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from shared.domain.callers import Kind, Principal, Role
from shared.domain.decisions import DeclineCode, Language
from shared.domain.lifecycle import FINAL, Event, State
from shared.domain.movements import FunnelStep
from shared.domain.overview import Chart, Overview
from shared.domain.tallies import MOST_DAYS, DayTally, Period
from shared.web import overview_pages
from shared.web.frame import Frame
from shared.web.languages import LANGUAGES, has_words
from shared.web.overview_drawings import figure_in, label_in
from shared.web.pages import asset, page
from tests.builders import NOON
from tests.domain.test_overview import BUSY, MONDAY, an_overview

HOSTILE = '<script>alert("x")</script>'


def contents(shown: Overview | None, language: Language = "en", **wrong: str) -> dict[str, Any]:
    """What is handed to the page."""
    typed = {"days": "", "from": "", "to": ""}
    return dict(overview_pages.overview(a_frame(language), overview=shown, typed=typed, mistakes=wrong))


def a_frame(language: Language = "en") -> Frame:
    return Frame(language, "/desk/overview", Principal(Kind.DESK, "ada", frozenset(Role)), NOON)


def content_of(name: str) -> bytes:
    """A file that the page loads."""
    found = asset(name)
    assert found is not None
    return found.content


def drawn(shown: Overview, chart: Chart, language: Language = "en") -> overview_pages.Shown:
    every = contents(shown, language)
    charts: list[overview_pages.Shown] = [*every["now"], *every["during"]]
    return next(each for each in charts if each.name == chart.value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", Chart)
def test_every_chart_is_drawn_and_told_as_a_table(chart: Chart, language: Language) -> None:
    shown = drawn(BUSY, chart, language)
    assert shown.drawn.startswith('<svg class="chart" role="img"')
    assert (shown.none, shown.address) == ("", f"/desk/overview/{chart.value}.csv?from=2026-11-02&to=2026-11-13")
    assert shown.rows
    assert {len(row) for row in shown.rows} == {len(shown.headings)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language: Language) -> None:
    for step in FunnelStep:
        assert has_words(language, f"overview.steps.{step.value}")
    for code in DeclineCode:
        assert label_in(language, Chart.REASONS, code.value) != code.value


def test_the_two_steps_of_the_machine_are_told_apart() -> None:
    assert len({label_in("en", Chart.STATES, state.value) for state in State}) == len(State)


def test_a_reason_without_words_is_told_as_it_is_and_never_as_markup() -> None:
    day = DayTally(day=MONDAY, events={Event.DECLINE: 1}, reasons={HOSTILE: 1})
    typed = {"days": "", "from": "", "to": ""}
    html = page("overview", a_frame(), {"overview": an_overview(day), "typed": typed, "mistakes": {}}).html
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_what_is_closed_is_in_the_table_but_not_in_the_chart() -> None:
    shown = drawn(an_overview(states={State.SWITCHED: 900, State.APPROVED: 1}), Chart.STATES)
    assert ["switched", "900"] in shown.rows
    assert ">900<" not in shown.drawn
    assert len(re.findall('class="figure"', shown.drawn)) == len(State) - len(FINAL)


def test_without_an_open_request_it_says_so_and_keeps_the_table() -> None:
    shown = drawn(an_overview(states={State.SWITCHED: 3}), Chart.STATES)
    assert (shown.none, ["switched", "3"] in shown.rows) == ("No request is open.", True)


def test_reviews_are_told_apart_by_the_clock() -> None:
    shown = drawn(BUSY, Chart.REVIEWS)
    assert [words.partition(":")[0] for _, words in shown.legend] == [
        "up to 5 days", "up to 7 days", "more than 7 days",
    ]  # fmt: skip
    assert all(f'class="{kind}"' in shown.drawn for kind in ("t1", "edge e3"))
    assert "<title>1 after 9 business days</title>" in shown.drawn


def test_shares_of_a_funnel_are_of_the_requests_opened() -> None:
    assert "2 (50%)" in drawn(BUSY, Chart.FUNNEL).drawn


@pytest.mark.parametrize("opened", [0, 2])
def test_a_step_that_more_reached_than_were_opened_has_no_share(opened: int) -> None:
    funnel = {FunnelStep.OPENED: opened, FunnelStep.SWITCHED: 3}
    day = DayTally(day=MONDAY, events={Event.VERIFY_SWITCH: 3}, funnel=funnel)
    assert ">3<" in drawn(an_overview(day), Chart.FUNNEL).drawn


def test_a_week_says_how_its_requests_ended() -> None:
    shown = drawn(BUSY, Chart.ENDINGS)
    assert "<title>2 November 2026: declined 1</title>" in shown.drawn
    assert [words for _, words in shown.legend] == shown.headings[1:]


def test_the_figures_that_people_ask_for_first_stand_above() -> None:
    assert contents(BUSY)["sums"] == [("opened", "4"), ("approved", "0"), ("declined", "1"), ("switched", "0")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_period_shows_how_requests_stand_and_no_empty_charts(language: Language) -> None:
    shown = contents(an_overview(), language)
    assert ([each.name for each in shown["now"]], shown["during"]) == (["states", "reviews"], [])
    assert all(each.none for each in shown["now"])


def test_charts_of_which_nothing_was_counted_say_so() -> None:
    quiet = an_overview(DayTally(day=MONDAY, events={Event.REMIND: 1}))
    assert all(each.none and not each.rows for each in contents(quiet)["during"])


def test_the_longest_period_is_a_small_page_all_the_same() -> None:
    first = date(2025, 1, 1)
    busy = {"entered": dict.fromkeys(FINAL, 12_345), "events": {Event.SUBMIT: 99_999}}
    days = tuple(DayTally(day=first + timedelta(days=n), **busy) for n in range(MOST_DAYS))
    longest = replace(BUSY, period=Period(first, days[-1].day), days=(*days, *BUSY.days))
    typed = {"days": "", "from": "", "to": ""}
    html = page("overview", a_frame(), {"overview": longest, "typed": typed, "mistakes": {}}).html
    assert len(html) + sum(len(content_of(name)) for name in ("site.css", "overview.css", "site.js")) < 100_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["date", "order", "too_long"])
def test_what_is_wrong_with_a_day_is_told_in_words(code: str, language: Language) -> None:
    shown = contents(None, language, to=code)
    assert len(shown["mistakes"]["to"]) > 20
    assert "now" not in shown


@pytest.mark.parametrize(
    ("figure", "english", "dutch"), [(0, "0", "0"), (3.5, "3.5", "3,5"), (12345, "12,345", "12.345"), (10, "10", "10")]
)
def test_figures_are_written_as_the_language_does(figure: float, english: str, dutch: str) -> None:
    assert (figure_in("en", figure), figure_in("nl", figure)) == (english, dutch)
