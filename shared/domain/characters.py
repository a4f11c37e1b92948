"""Which characters a text may have: no control characters, and none that nobody can see."""

import re
import unicodedata
from typing import Final

_BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROLS: Final = "\u0000-\u001f\u007f-\u009f\u2028\u2029"

# Unicode's Default_Ignorable_Code_Point and the noncharacters; but for bidirectional controls (above) and what is
# legitimate in its place (below). In the Basic Multilingual Plane, then beyond it.
_INVISIBLE: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufff8"
    "\ufffe\uffff"
)
_INVISIBLE_BEYOND: Final = (
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
)

_JOINERS: Final = "\u200c\u200d"
_SELECTORS: Final = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"

_CONTROL: Final = re.compile(f"[{_CONTROLS}{_BIDI}\ud800-\udfff]")
_UNSEEN: Final = re.compile(f"[{_INVISIBLE}{_INVISIBLE_BEYOND}]")
_IN_ITS_PLACE_ONLY: Final = re.compile(f"[{_JOINERS}{_SELECTORS}]")
_JOINER: Final = re.compile(f"[{_JOINERS}]")

_JOINED: Final = frozenset({"Lo", "Mn", "Mc", "So", "Sk"})
"""General categories that stand at both sides of a joiner: letters without case, marks, emoji and their skin tones."""


def control_in(text: str) -> str | None:
    """The first character that steers terminals, breaks lines or reorders text, or that is half a character."""
    found = _CONTROL.search(text)
    return found[0] if found else None


def control_in_lines(text: str) -> str | None:
    """As `control_in`, for text of several lines: new lines and tabs are allowed."""
    return control_in(text.translate(dict.fromkeys(map(ord, "\n\t"))))


def unseen_in(text: str) -> str | None:
    """The first character that nobody can see, so that two texts that look alike would differ.

    Persian and the Indic scripts write with the joiners U+200C and U+200D and emoji are made with the latter: they stay
    between characters of such scripts, where they can be seen, and nowhere else. A variation selector stays behind the
    one character whose form it chooses (emoji, Japanese names, Mongolian). The tags that make flags of regions are
    refused: they spell whole hidden sentences, and no name needs them.
    """
    found = _UNSEEN.search(text)
    if found:
        return found[0]
    misplaced = (each for each in _IN_ITS_PLACE_ONLY.finditer(text) if not _in_its_place(text, each.start()))
    return next((each[0] for each in misplaced), None)


def _in_its_place(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if _JOINER.match(text[place]):
        return _joins(before) and _joins(after)
    return before.strip() != "" and not _IN_ITS_PLACE_ONLY.match(before)


def _joins(character: str) -> bool:
    return character != "" and not _JOINER.match(character) and unicodedata.category(character) in _JOINED


def _escaped(characters: str) -> str:
    return "".join(c if c == "-" else f"\\u{ord(c):04x}" for c in characters)


_BAD: Final = _escaped(_CONTROLS + _BIDI + _INVISIBLE)
_BAD_IN_LINES: Final = _BAD.replace(_escaped("\u0000-\u001f"), _escaped("\u0000-\u0008\u000b\u000c\u000e-\u001f"))

# No alternatives and no look-ahead: generators of test data and of code would try for minutes, or give up.
LINE_PATTERN: Final = rf"^\s*[^{_BAD}\s]([^{_BAD}]*[^{_BAD}\s])?\s*$"
"""A line as far as a pattern of JSON Schema tells: white space around it is cut off."""

LINES_PATTERN: Final = rf"^\s*[^{_BAD_IN_LINES}\s]([^{_BAD_IN_LINES}]*[^{_BAD_IN_LINES}\s])?\s*$"
"""As `LINE_PATTERN`, for text of several lines."""
