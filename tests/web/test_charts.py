"""Charts as SVG: their shapes say what the figures say, and nothing in them is markup of somebody else."""

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from shared.web import charts
from shared.web.charts import Bar, Column, Drawing

HOSTILE = '<script>alert("x")</script>'
DRAWING = Drawing("states", "Title", "Words", lambda figure: f"{figure:g}!")
SVG = "{http://www.w3.org/2000/svg}"


def read(drawn: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def bars_of(drawn: Markup) -> list[tuple[str, str]]:
    return [(str(bar.get("x")), str(bar.get("width"))) for bar in read(drawn).iter(f"{SVG}rect") if _is_plain(bar)]


def _is_plain(shape: ElementTree.Element) -> bool:
    return shape.get("class") == "t1"


def words_in(drawn: Markup, kind: str) -> list[str]:
    return [str(text.text) for text in read(drawn).iter(f"{SVG}text") if text.get("class") == kind]


def columns_of(*figures: float) -> list[Column]:
    return [Column(str(n), f"{n}: {figure}", ((1, figure),)) for n, figure in enumerate(figures)]


def heights(drawn: Markup, tone: int = 1) -> list[tuple[float, float]]:
    """Where rectangles of a tone begin and how high they are."""
    kind = "t1" if tone == 1 else f"edge e{tone}"
    groups = [group for group in read(drawn).iter(f"{SVG}g") if group.get("class") == kind]
    return [(float(str(r.get("y"))), float(str(r.get("height")))) for group in groups for r in group]


def test_bars_are_as_long_as_their_figures() -> None:
    drawn = charts.bars(DRAWING, [Bar("one", 1, "1"), Bar("four", 4, "4"), Bar("none", 0, "0")])
    assert bars_of(drawn) == [("0%", "25%"), ("0%", "100%"), ("0%", "0%")]


def test_a_funnel_stands_around_the_middle() -> None:
    drawn = charts.funnel(DRAWING, [Bar("all", 8, "8"), Bar("some", 2, "2")])
    assert bars_of(drawn) == [("0%", "100%"), ("37.5%", "25%")]


def test_a_long_label_goes_on_below_and_pushes_the_rest_down() -> None:
    short, long = (charts.bars(DRAWING, [Bar(label, 1, "1")]) for label in ("short", "word " * 12))
    assert len(list(read(short).iter(f"{SVG}tspan"))) == 2
    assert len(list(read(long).iter(f"{SVG}tspan"))) == 3
    assert int(str(read(long).get("height"))) == int(str(read(short).get("height"))) + 18


def test_columns_are_as_high_as_their_figures() -> None:
    assert heights(charts.columns(DRAWING, columns_of(1, 0, 4), 9)) == [(130.5, 37.5), (18, 150)]


def test_figures_of_a_column_stand_on_top_of_each_other() -> None:
    drawn = charts.columns(DRAWING, [Column("a", "words", ((1, 1), (2, 0), (3, 3)))], 9)
    assert (heights(drawn, 1), heights(drawn, 2), heights(drawn, 3)) == ([(130.5, 37.5)], [], [(18, 112.5)])


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, ["0!", "1!"]),
        (1, ["0!", "1!"]),
        (2, ["0!", "1!", "2!"]),
        (3, ["0!", "2!", "4!"]),
        (5, ["0!", "3!", "6!"]),
        (7, ["0!", "4!", "8!"]),
        (61, ["0!", "40!", "80!"]),
        (1500, ["0!", "1000!", "2000!"]),
    ],
)
def test_lines_stand_at_round_figures(most: float, ticks: list[str]) -> None:
    assert words_in(charts.columns(DRAWING, columns_of(most), 9), "beside") == ticks


def test_labels_only_as_many_columns_as_there_is_room_for() -> None:
    drawn = charts.columns(DRAWING, columns_of(*([0.0] * 14)), 5)
    assert words_in(drawn, "axis") == ["0", "3", "6", "9", "12"]


def test_numbers_stand_above_columns_where_there_is_room_for_all() -> None:
    assert words_in(charts.columns(DRAWING, columns_of(3, 0), 1), "axis") == ["0", "3!"]
    assert words_in(charts.columns(DRAWING, columns_of(*([3.0] * 21)), 1), "axis") == ["0"]


def test_columns_say_what_they_are_to_who_points_at_them_unless_they_are_too_narrow() -> None:
    assert "<title>0: 3</title>" in charts.columns(DRAWING, columns_of(3, 0), 9)
    assert "<title>1: 0</title>" not in charts.columns(DRAWING, columns_of(3, 0), 9)
    assert "<title>0: 3" not in charts.columns(DRAWING, columns_of(*([3.0] * 61)), 9)


def test_says_what_it_is_to_who_cannot_see_it() -> None:
    drawn = read(charts.bars(DRAWING, []))
    assert (drawn.get("role"), drawn.get("aria-labelledby")) == ("img", "states-title states-words")
    assert [(each.get("id"), each.text) for each in drawn] == [("states-title", "Title"), ("states-words", "Words")]


def test_every_tone_but_the_first_is_a_pattern_of_its_own() -> None:
    tiles = list(read(charts.patterns()).iter(f"{SVG}pattern"))
    assert [tile.get("id") for tile in tiles] == [f"tone-{tone}" for tone in range(2, charts.TONES + 1)]
    assert len({tile[1].get("d") for tile in tiles}) == len(tiles)
    assert "url(" not in charts.swatch(1)
    assert 'fill="url(#tone-4)"' in charts.swatch(4)


def test_text_is_never_markup_and_no_style_is_inline() -> None:
    hostile = Drawing("states", HOSTILE, HOSTILE, lambda _: HOSTILE)
    drawn = [
        charts.bars(hostile, [Bar(HOSTILE, 1, HOSTILE)]),
        charts.funnel(hostile, [Bar(HOSTILE, 1, HOSTILE)]),
        charts.columns(hostile, [Column(HOSTILE, HOSTILE, ((1, 1),))], 9),
        charts.patterns(),
    ]
    assert all("<script" not in each and not re.search(r"\bstyle\b", each) for each in drawn)
