"""What the overview shows: each chart drawn, as a table, and where to save it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from shared.domain.decisions import Language
from shared.domain.lifecycle import FINAL, State
from shared.domain.movements import FunnelStep
from shared.domain.overview import EVERY_DAY, HEADINGS, NOW, Chart, Line, Overview, lines_of
from shared.domain.tallies import MOST_DAYS, Period
from shared.domain.typed_period import PRESETS
from shared.web import charts
from shared.web.frame import Frame
from shared.web.languages import word
from shared.web.notation import day_in
from shared.web.overview_drawings import DRAW, figure_in, heading_in, label_in, legend_in


@dataclass(frozen=True, slots=True)
class Choice:
    """A period that is offered at once."""

    words: str
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart in the page; without lines, `none` says so. `legend` tells what each tone means."""

    name: str
    title: str
    lead: str
    none: str
    drawn: Markup
    legend: list[tuple[Markup, str]]
    headings: list[str]
    rows: list[list[str]]
    address: str


def overview(
    frame: Frame, *, overview: Overview | None, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Mapping[str, Any]:
    """The charts of now and those of the period; without a period, what is wrong with the days that were typed."""
    language = frame.language
    return {
        "choices": [_choice(language, days, overview) for days in PRESETS],
        "values": _values(overview, typed),
        "mistakes": {name: word(language, f"overview.wrong.{each}", most=MOST_DAYS) for name, each in mistakes.items()},
        "labels": {name: word(language, f"overview.{name}") for name in ("from", "to")},
        "overview": overview,
        "tones": charts.patterns(),
        **(_contents(language, overview) if overview else {}),
    }


def _contents(language: Language, shown: Overview) -> Mapping[str, Any]:
    every = {chart: _shown(language, shown, chart) for chart in Chart}
    return {
        "now": [every[chart] for chart in NOW],
        "during": [] if shown.is_empty else [every[chart] for chart in Chart if chart not in NOW],
        "sums": _sums(language, shown),
        "days_address": _saved_at(EVERY_DAY, shown.period),
        "first": day_in(language, shown.period.first),
        "last": day_in(language, shown.period.last),
    }


def _choice(language: Language, days: int, shown: Overview | None) -> Choice:
    words = word(language, "overview.days", count=days)
    chosen = shown and (shown.period.last == shown.today) and (shown.period.last - shown.period.first).days + 1
    return Choice(words, f"/desk/overview?days={days}", is_chosen=chosen == days)


def _values(shown: Overview | None, typed: Mapping[str, str]) -> Mapping[str, str]:
    """The days in the fields: those of the period, or as they were typed where they make none."""
    return {"from": str(shown.period.first), "to": str(shown.period.last)} if shown else typed


def _sums(language: Language, shown: Overview) -> list[tuple[str, str]]:
    """The figures that people ask for first."""
    whole = shown.whole
    figures = {
        "opened": whole.funnel.get(FunnelStep.OPENED, 0),
        "approved": whole.funnel.get(FunnelStep.APPROVED, 0),
        "declined": whole.entered.get(State.DECLINED, 0),
        "switched": whole.funnel.get(FunnelStep.SWITCHED, 0),
    }
    return [(word(language, f"overview.sums.{name}"), figure_in(language, n)) for name, n in figures.items()]


def _saved_at(name: str, period: Period) -> str:
    return f"/desk/overview/{name}.csv?{urlencode({'from': period.first, 'to': period.last})}"


def _shown(language: Language, shown: Overview, chart: Chart) -> Shown:
    lines, area = lines_of(shown, chart), f"overview.{chart.name.lower()}"
    clock = {"target": shown.clock.target, "breach": shown.clock.breach}
    drawn = [line for line in lines if not _is_left_out(chart, line)]
    return Shown(
        name=chart.value,
        title=word(language, f"{area}.title"),
        lead=word(language, f"{area}.lead", **clock),
        none=word(language, f"{area}.none") if not any(any(figures) for _, figures in drawn) else "",
        drawn=DRAW[chart](language, shown, drawn),
        legend=legend_in(language, chart, clock),
        headings=[heading_in(language, code) for code in HEADINGS[chart]],
        rows=[
            [label_in(language, chart, code), *(figure_in(language, each) for each in figures)]
            for code, figures in lines
        ],
        address=_saved_at(chart.value, shown.period),
    )


def _is_left_out(chart: Chart, line: Line) -> bool:
    """What is closed stays for ever: beside it, what is open could not be seen. The table has it."""
    return chart is Chart.STATES and line[0] in FINAL


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {"overview": overview}
