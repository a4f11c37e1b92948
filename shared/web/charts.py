"""Charts as SVG inside a page. Colours come from the page's style by class; whatever is told by a colour is told by a
pattern too. Widths are shares of the space there is, heights and letters are pixels: a phone shows the same figures at
a size that can be read.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from markupsafe import Markup

TONES: Final = 5
"""Patterns that are told apart: 1 is plain, the others are drawn by `patterns`."""

_LINE, _BAR_HEIGHT, _GAP = 18, 14, 12

_LETTERS: Final = 42
"""Letters that fit beside each other on a phone."""

_PLOT_TOP, _PLOT_HEIGHT, _AXIS = 18, 150, 24
_LEFT: Final = 9.0
"""Percent of the width for the numbers beside the lines."""

_COLUMN: Final = 0.8
"""The part of its place that a column fills."""

_MOST_DIGITS: Final = 40
"""Digits that fit beside each other above columns."""


_MOST_POINTED_AT: Final = 60
"""Columns that are wide enough to point at."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a chart is called in the page (an id), what it says to who cannot see it, and how it writes a figure."""

    name: str
    title: str
    words: str
    told: Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing and its figure, which is written as `told`."""

    label: str
    figure: float
    told: str


@dataclass(frozen=True, slots=True)
class Column:
    """A place on the axis: its label, words for who points at it, and figures from the bottom up, each with a tone."""

    label: str
    words: str
    figures: tuple[tuple[int, float], ...]

    @property
    def height(self) -> float:
        """All figures together."""
        return sum(figure for _, figure in self.figures)


def bars(drawing: Drawing, each: Sequence[Bar]) -> Markup:
    """Bars from the left, each under its figure and label."""
    return _bars(drawing, each, 0)


def funnel(drawing: Drawing, each: Sequence[Bar]) -> Markup:
    """Bars around the middle, which grow narrower as fewer are left."""
    return _bars(drawing, each, 0.5)


def columns(drawing: Drawing, each: Sequence[Column], most_labels: int) -> Markup:
    """Columns side by side, of one figure or of several on top of each other; so many of them are labelled."""
    top = _rounded_up(max((column.height for column in each), default=0))
    width = (100 - _LEFT) / max(1, len(each))
    places = [_Place(column, _LEFT + n * width, width, top) for n, column in enumerate(each)]
    shapes = [
        *(_line(figure, top, drawing.told(figure)) for figure in _ticks(top)),
        *(_of_tone(tone, places) for tone in sorted({tone for column in each for tone, _ in column.figures})),
        *(
            place.text(_PLOT_TOP + _PLOT_HEIGHT + _LINE, place.column.label)
            for place in places[:: _step(each, most_labels)]
        ),
        *_numbers(drawing, places),
        *(place.words for place in places if place.column.height and len(places) <= _MOST_POINTED_AT),
    ]
    return _picture(drawing, _PLOT_TOP + _PLOT_HEIGHT + _AXIS, shapes)


def swatch(tone: int) -> Markup:
    """A tone, to explain it beside a chart."""
    shape = Markup('<svg class="swatch" width="18" height="14" aria-hidden="true">{}</svg>')
    return shape.format(_tinted(tone, [Markup('x="1" y="1" width="16" height="12"')]))


def patterns() -> Markup:
    """The tones that are no plain colour; once in a page."""
    tile = Markup('<pattern id="tone-{}" width="8" height="8" patternUnits="userSpaceOnUse">{}</pattern>')
    drawn = Markup("").join(tile.format(tone, lines) for tone, lines in _TILES.items())
    return Markup('<svg class="tones" width="0" height="0" aria-hidden="true"><defs>{}</defs></svg>').format(drawn)


def _tile(tone: int, lines: str) -> Markup:
    return Markup('<rect class="paper" width="8" height="8"/><path class="ink t{0}" d="{1}"/>').format(tone, lines)


_TILES: Final = {
    2: _tile(2, "M-2 2L2 -2M0 8L8 0M6 10L10 6"),
    3: _tile(3, "M1 2h3M5 6h3"),
    4: _tile(4, "M0 2h8M0 6h8"),
    5: _tile(5, "M2 0v8M6 0v8"),
}
"""Strokes from the left below to the right above, dashes, lines across, and upright ones."""


def _picture(drawing: Drawing, height: float, shapes: Iterable[Markup]) -> Markup:
    frame = Markup(
        '<svg class="chart" role="img" aria-labelledby="{0}-title {0}-words" width="100%" height="{1}">'
        '<title id="{0}-title">{2}</title><desc id="{0}-words">{3}</desc>{4}</svg>'
    )
    return frame.format(drawing.name, _px(height), drawing.title, drawing.words, Markup("").join(shapes))


def _bars(drawing: Drawing, each: Sequence[Bar], part_before: float) -> Markup:
    """Bars that leave this part of what they do not fill before them."""
    most = max((bar.figure for bar in each), default=0) or 1
    shapes, top = [], 0
    for bar in each:
        width = 100 * bar.figure / most
        lines = wrap(bar.label, max(_LETTERS // 2, _LETTERS - len(bar.told))) or [""]
        shapes += [_label(bar, lines, top), _bar(top + _LINE * len(lines) + 4, part_before * (100 - width), width)]
        top += _LINE * len(lines) + 4 + _BAR_HEIGHT + _GAP
    return _picture(drawing, top, shapes)


def _label(bar: Bar, lines: Sequence[str], top: float) -> Markup:
    first = Markup('<text x="0" y="{}"><tspan class="figure">{}</tspan><tspan dx="7">{}</tspan>{}</text>')
    more = Markup("").join(Markup('<tspan x="0" dy="{}">{}</tspan>').format(_LINE, line) for line in lines[1:])
    return first.format(top + _LINE - 2, bar.told, lines[0], more)


def _bar(top: float, left: float, width: float) -> Markup:
    shape = Markup(
        '<rect class="track" x="0" y="{0}" width="100%" height="{1}"/>'
        '<rect class="t1" x="{2}" y="{0}" width="{3}" height="{1}"/>'
    )
    return shape.format(top, _BAR_HEIGHT, _percent(left), _percent(width))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column stands: from its left edge so much of the width, in percent, under the figure at the top."""

    column: Column
    left: float
    width: float
    top: float

    def rectangle(self, bottom: float, figure: float) -> Markup:
        """Where a figure of it stands, upon the figures below it."""
        height = _PLOT_HEIGHT * figure / self.top
        above = _PLOT_TOP + _PLOT_HEIGHT * (1 - bottom / self.top) - height
        left, width = self.left + self.width * (1 - _COLUMN) / 2, self.width * _COLUMN
        shape = Markup('x="{}" y="{}" width="{}" height="{}"')
        return shape.format(_percent(left), _px(above), _percent(width), _px(height))

    def text(self, top: float, words: str) -> Markup:
        """Words in its middle."""
        return _text("axis", self.left + self.width / 2, top, words)

    @property
    def words(self) -> Markup:
        """What it says to who points at it, or above it."""
        shape = Markup('<rect class="over" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>')
        return shape.format(_percent(self.left), _PLOT_TOP, _percent(self.width), _PLOT_HEIGHT, self.column.words)


def _of_tone(tone: int, places: Iterable[_Place]) -> Markup:
    """The figures of a tone, in every column."""
    found = []
    for place in places:
        bottom = 0.0
        for each, figure in place.column.figures:
            if each == tone and figure:
                found.append(place.rectangle(bottom, figure))
            bottom += figure
    return _tinted(tone, found)


def _numbers(drawing: Drawing, places: Sequence[_Place]) -> Iterable[Markup]:
    """The height of each column above it, where there is room for all of them."""
    told = {place: drawing.told(place.column.height) for place in places if place.column.height}
    if len(places) * max(map(len, told.values()), default=0) > _MOST_DIGITS:
        return []
    heights = {place: _PLOT_HEIGHT * (1 - place.column.height / place.top) for place in told}
    return [place.text(_PLOT_TOP + heights[place] - 5, told[place]) for place in told]


def _step(each: Sequence[Column], most_labels: int) -> int:
    return max(1, math.ceil(len(each) / most_labels))


def _tinted(tone: int, places: Iterable[Markup]) -> Markup:
    """Rectangles in a tone: of its colour, or of its pattern with an edge of its colour."""
    drawn = Markup("").join(Markup("<rect {}/>").format(where) for where in places)
    if tone == 1:
        return Markup('<g class="t1">{}</g>').format(drawn)
    return Markup('<g class="edge e{0}" fill="url(#tone-{0})">{1}</g>').format(tone, drawn)


def _line(figure: float, top: float, told: str) -> Markup:
    """A line across at a figure, which is written at the left."""
    height = _PLOT_TOP + _PLOT_HEIGHT * (1 - figure / top)
    line = Markup('<line class="across" x1="{0}" x2="100%" y1="{1}" y2="{1}"/>').format(_percent(_LEFT), _px(height))
    return line + _text("beside", _LEFT - 1, height + 4, told)


def _text(kind: str, left: float, top: float, words: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, _percent(left), _px(top), words)


def _ticks(top: float) -> tuple[float, ...]:
    """Nothing, all and, where that is a whole number, the half."""
    return (0, top / 2, top) if top % 2 == 0 else (0, top)


def _rounded_up(figure: float) -> float:
    """The next 1, 2, 4, 6, 8 or 10 times a power of ten, so that lines stand at round figures."""
    if figure <= 1:
        return 1
    power = 10 ** math.floor(math.log10(figure))
    return float(next(each * power for each in (1, 2, 4, 6, 8, 10) if each * power >= figure))


def _px(length: float) -> str:
    """A length in pixels, short: a tenth is less than anybody sees."""
    return f"{length:.1f}".removesuffix(".0")


def _percent(share: float) -> str:
    """A share of the width, of which a hundredth is less than anybody sees."""
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"
