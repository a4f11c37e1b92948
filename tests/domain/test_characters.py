import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.characters import LINE_PATTERN, LINES_PATTERN, control_in, control_in_lines, unseen_in

NAMES = [
    "Contoso B.V.",
    "Zoë & Søn",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, "I want"
    "ක්\u200dය",
    "👩🏽\u200d💻",
    "🏳\ufe0f\u200d🌈",
    "❤\ufe0f",
    "葛\U000e0100城",
    "1\ufe0f\u20e3",
]
HIDDEN = [
    "a\u00adb", "a\u200bb", "a\u2060b", "\ufeffa", "a\ufeff", "a\u3164b", "a\U000e0041b", "a\ufdd0", "a\uffff",
    "pay\u200dpal", "a\u200c", "\u200dा", "\u0645\u200c",
    "\u0645\u200c\u200c\u0645", "\ufe0fa", "a \ufe0f", "a\ufe0f\ufe0e", "a\U0010ffff",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_lets_names_of_every_script_through(name: str) -> None:
    assert unseen_in(name) is None
    assert control_in(name) is None
    assert re.search(LINE_PATTERN, name)
    assert re.search(LINES_PATTERN, name)


@pytest.mark.parametrize("text", HIDDEN, ids=ascii)
def test_finds_what_nobody_can_see(text: str) -> None:
    found = unseen_in(text)
    assert found is not None
    assert found in text
    assert not found.isprintable() or unicodedata.category(found) in {"Mn", "Lo"}


@given(st.characters(categories=["Cc", "Zl", "Zp", "Cs"]))
def test_finds_what_steers(character: str) -> None:
    assert control_in(f"a{character}b") == character
    assert (control_in_lines(f"a{character}b") is None) is (character in "\n\t")


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "M", "Z"], exclude_characters="\u115f\u1160\u3164\uffa0")
    )
)
def test_finds_nothing_in_what_can_be_seen(text: str) -> None:
    assert unseen_in(text) is None
    assert control_in(text) is None


@pytest.mark.parametrize("text", ["", " ", "\t\n", "a\x00b", "a\u200bb", "a\u202eb"], ids=ascii)
def test_has_patterns_that_say_the_same(text: str) -> None:
    assert not re.search(LINE_PATTERN, text)
    assert not re.search(LINES_PATTERN, text)


@pytest.mark.parametrize("pattern", [LINE_PATTERN, LINES_PATTERN])
def test_writes_its_patterns_in_characters_that_can_be_seen(pattern: str) -> None:
    assert pattern.isascii()
    assert pattern.isprintable()


def test_has_a_pattern_for_several_lines() -> None:
    assert re.search(LINES_PATTERN, "one\r\n\ttwo\n")
    assert not re.search(LINE_PATTERN, "one\ntwo")
    assert re.search(LINE_PATTERN, " one \n")
