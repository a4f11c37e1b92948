"""Amounts as people type them: "2.500,00", "2,500.00", "2 500" or "2500"; below zero "-2500" or "(2.500,00)"."""

import re
from typing import Final

from shared.domain.decisions import Language

GROUP_MARK: Final = {"en": ",", "nl": "."}
"""What each language writes between thousands."""

_SPACES: Final = re.compile(r"[\s'\u2019]")
_SIGN: Final = re.compile(r"^[€$£¥]")
_NEGATIVE: Final = re.compile("[-\u2212\u2013](?P<after>.+)|\\((?P<within>[^()]+)\\)")
"""A minus before the amount, or as annual accounts print an amount below zero: in parentheses."""
_NO_CENTS: Final = re.compile("([.,])[-\u2013\u2014]+$")
"""As in "2.500,-", which is usual in Dutch."""
_GROUPED: Final = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(\1[0-9]{3})*")
_PLAIN: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_EITHER: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_NO_TENTHOUSANDTHS: Final = re.compile(r"(?<=\.[0-9]{3})0$")
"""A zero behind three decimals, which says that they are decimals: "100.1250" is 100.125 dinars."""


def plain_amount(typed: str, language: Language) -> str | None:
    """The amount with a point before its decimals and no other marks; None where it can mean two amounts.

    One mark before exactly three digits stands between thousands if it is the language's mark for that; the other mark
    there may be meant as either, unless a zero stands behind the three digits. What is no amount comes back as it was
    typed, for others to refuse.
    """
    minus, bare = _unsigned(_SPACES.sub("", typed))
    text = _NO_CENTS.sub(r"\g<1>00", bare)
    whole, mark, decimals = _split(text)
    if _EITHER.fullmatch(text):
        return f"{minus}{whole}{decimals}" if mark == GROUP_MARK[language] else None
    if _GROUPED.fullmatch(whole):
        whole = re.sub("[.,]", "", whole)
    plain = f"{whole}.{decimals}" if mark else whole
    return minus + _NO_TENTHOUSANDTHS.sub("", plain) if _PLAIN.fullmatch(plain) else typed


def _unsigned(text: str) -> tuple[str, str]:
    """The minus, if there is one, and what is left without it and without the sign of a currency on either side."""
    bare = _SIGN.sub("", text)
    found = _NEGATIVE.fullmatch(bare)
    return ("-", _SIGN.sub("", found["after"] or found["within"])) if found else ("", bare)


def _split(text: str) -> tuple[str, str, str]:
    """What stands before the mark of the decimals, that mark, and the decimals; no mark where there are none."""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0 or text.count(text[last]) > 1:
        return text, "", ""
    return text[:last], text[last], text[last + 1 :]
