"""How each chart of the overview is drawn, and what its figures and codes are in words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from shared.domain.decisions import Language
from shared.domain.lifecycle import MACHINE, State
from shared.domain.overview import ENDINGS, Chart, Line, Overview
from shared.web import charts
from shared.web.charts import Bar, Column, Drawing
from shared.web.languages import has_words, word
from shared.web.notation import day_in
from shared.web.notice_words import STATES

_DUTCH_MARKS: Final = str.maketrans(",.", ".,")


def heading_in(language: Language, code: str) -> str:
    """What a column of a table holds."""
    area = "endings" if code in ENDINGS else "headings"
    return word(language, f"overview.{area}.{code}")


def label_in(language: Language, chart: Chart, code: str) -> str:
    """A code in words; one that there are no words for is told as it is."""
    if chart in {Chart.STATES, Chart.STAGES}:
        return word(language, f"work.{code}") if code in MACHINE else STATES[language][State(code)]
    if chart is Chart.ENDINGS:
        return day_in(language, date.fromisoformat(code))
    area = _WORDS.get(chart)
    key = f"{area}.{code}"
    return word(language, key) if area and has_words(language, key) else code


_WORDS: Final = {Chart.FUNNEL: "overview.steps", Chart.REASONS: "case.reasons"}


def figure_in(language: Language, figure: float) -> str:
    """A figure with at most one decimal: "1,234.5" in English, "1.234,5" in Dutch."""
    text = f"{figure:,.1f}".removesuffix(".0")
    return text.translate(_DUTCH_MARKS) if language == "nl" else text


def _drawing(language: Language, chart: Chart, lines: Sequence[Line], words: str) -> Drawing:
    """What a chart says to who cannot see it: how many lines it has, and the largest of them."""
    title = word(language, f"overview.{chart.name.lower()}.title")
    seen = word(language, "overview.seen", count=len(lines), largest=words)
    return Drawing(chart.value, title, seen, lambda figure: figure_in(language, figure))


def _bars(language: Language, chart: Chart, lines: Sequence[Line], told: Callable[[Line], str]) -> Markup:
    each = [Bar(label_in(language, chart, line[0]), line[1][0], told(line)) for line in lines]
    largest = max(each, key=lambda bar: bar.figure, default=Bar("", 0, ""))
    draw = charts.funnel if chart is Chart.FUNNEL else charts.bars
    return draw(_drawing(language, chart, lines, f"{largest.label}: {largest.told}"), each)


def _states(language: Language, _: Overview, lines: Sequence[Line]) -> Markup:
    return _bars(language, Chart.STATES, lines, lambda line: figure_in(language, line[1][0]))


def _reasons(language: Language, _: Overview, lines: Sequence[Line]) -> Markup:
    return _bars(language, Chart.REASONS, lines, lambda line: figure_in(language, line[1][0]))


def _funnel(language: Language, _: Overview, lines: Sequence[Line]) -> Markup:
    """Each step with its share of the requests that were opened; none where earlier ones make it larger."""
    opened = lines[0][1][0] if lines else 0

    def told(line: Line) -> str:
        count = figure_in(language, line[1][0])
        return f"{count} ({100 * line[1][0] / opened:.0f}%)" if 0 < line[1][0] <= opened else count

    return _bars(language, Chart.FUNNEL, lines, told)


def _stages(language: Language, _: Overview, lines: Sequence[Line]) -> Markup:
    def told(line: Line) -> str:
        return word(language, "overview.stages.told", median=figure_in(language, line[1][0]))

    return _bars(language, Chart.STAGES, lines, told)


def _reviews(language: Language, shown: Overview, lines: Sequence[Line]) -> Markup:
    def tone(code: str) -> int:
        return 1 + (int(code) > shown.clock.target) + (int(code) > shown.clock.breach)

    each = [_column(language, Chart.REVIEWS, line, tone(line[0])) for line in lines]
    return _columns(language, Chart.REVIEWS, lines, each)


def _asked_again(language: Language, _: Overview, lines: Sequence[Line]) -> Markup:
    return _columns(language, Chart.ASKED_AGAIN, lines, [_column(language, Chart.ASKED_AGAIN, line) for line in lines])


def _column(language: Language, chart: Chart, line: Line, tone: int = 1) -> Column:
    count = figure_in(language, line[1][0])
    words = word(language, f"overview.{chart.name.lower()}.told", number=line[0], count=count)
    return Column(line[0], words, ((tone, line[1][0]),))


def _endings(language: Language, _: Overview, lines: Sequence[Line]) -> Markup:
    return _columns(language, Chart.ENDINGS, lines, [_week(language, line) for line in lines])


def _week(language: Language, line: Line) -> Column:
    monday = date.fromisoformat(line[0])
    named = zip(ENDINGS, line[1], strict=True)
    told = [f"{heading_in(language, state)} {figure_in(language, figure)}" for state, figure in named if figure]
    month = word(language, "overview.months").split()[monday.month - 1]
    words = f"{day_in(language, monday)}: {', '.join(told)}"
    return Column(f"{monday.day} {month}", words, tuple(enumerate(line[1], start=1)))


_FEW_LABELS, _MANY_LABELS = 5, 13
"""On a phone, there is room for so many days, and for so many numbers."""


def _columns(language: Language, chart: Chart, lines: Sequence[Line], each: Sequence[Column]) -> Markup:
    highest = max(each, key=lambda column: column.height, default=Column("", "", ()))
    labels = _FEW_LABELS if chart is Chart.ENDINGS else _MANY_LABELS
    return charts.columns(_drawing(language, chart, lines, highest.words), each, labels)


def legend_in(language: Language, chart: Chart, clock: Mapping[str, int]) -> list[tuple[Markup, str]]:
    """What each tone of a chart means; nothing where there is only one."""
    if chart is Chart.ENDINGS:
        words = [heading_in(language, state) for state in ENDINGS]
    elif chart is Chart.REVIEWS:
        words = [word(language, f"overview.reviews.{each}", **clock) for each in ("in_time", "due", "late")]
    else:
        words = []
    return [(charts.swatch(tone), each) for tone, each in enumerate(words, start=1)]


DRAW: Final[Mapping[Chart, Callable[[Language, Overview, Sequence[Line]], Markup]]] = {
    Chart.STATES: _states,
    Chart.REVIEWS: _reviews,
    Chart.FUNNEL: _funnel,
    Chart.ENDINGS: _endings,
    Chart.STAGES: _stages,
    Chart.ASKED_AGAIN: _asked_again,
    Chart.REASONS: _reasons,
}
