"""Dates and amounts as people write them in the languages of the letters."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Final

from shared.domain.decisions import Language
from shared.domain.model import Money, written
from shared.domain.typed_amounts import plain_amount

_MONTHS: Final[Mapping[Language, str]] = {
    "en": "January February March April May June July August September October November December",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}

_DUTCH_MARKS: Final = str.maketrans(",.", ".,")

_THOUSAND: Final = 1000


def day_in(language: Language, day: date) -> str:
    """A day such as "7 December 2026" or "7 december 2026", whatever the machine's locale."""
    return f"{day.day} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def amount_in(language: Language, amount: Decimal) -> str:
    """An amount with two decimals, or as many more as it has: "2,500.00" in English, "2.500,00" in Dutch."""
    return written(amount).translate(_DUTCH_MARKS) if language == "nl" else written(amount)


def typed_in(language: Language, amount: Decimal) -> str:
    """An amount as a form is filled in with it: read back, it means this amount and no other."""
    text = amount_in(language, amount.normalize())
    return text if plain_amount(text, language) is not None else f"{text}0"


def money_in(language: Language, money: Money) -> str:
    """An amount after its currency's ISO 4217 code: "EUR 2,500.00" or "EUR 2.500,00"."""
    return f"{money.currency} {amount_in(language, money.amount)}"


def size_in(language: Language, size: int) -> str:
    """The size of a file, from its bytes: "180 kB", and from a million bytes on "1.2 MB" or "1,2 MB"."""
    kilobytes = ceil(size / _THOUSAND)
    if kilobytes < _THOUSAND:
        return f"{kilobytes} kB"
    shown = f"{kilobytes / _THOUSAND:.1f} MB"
    return shown.translate(_DUTCH_MARKS) if language == "nl" else shown
