"""Tax ids, checked by form and check digit with python-stdnum. Nothing is looked up in any register."""

import re
from functools import cache
from typing import Final

from stdnum import get_cc_module
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidLength
from stdnum.util import NumberValidationModule, get_module_name

_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_KINDS: Final = ("vat", "ein", "tin")
"""python-stdnum's names for a country's numbers; any will do. "ein" is only the United States', and comes before "tin",
so that the example shown is a company's number and not a person's."""

_EXAMPLE: Final = re.compile(r">>> validate\('([^']+)'\)")

_WHAT_IS_WRONG: Final[tuple[tuple[type[Exception], str], ...]] = (
    (InvalidLength, "it has too few or too many characters"),
    (InvalidChecksum, "its check digit does not fit, so a character is probably mistyped"),
    (InvalidComponent, "a part of it, such as a region or a date, does not exist"),
)
_FORM: Final = "it does not have the form of such a number"


class StdnumTaxIds:
    """Says what is wrong with a tax id, where the country's form is known."""

    def problem(self, country: str, tax_id: str) -> str | None:
        """What is wrong with a company's tax id, for whoever typed it; None if it can be right.

        Of a country (ISO 3166-1 alpha-2) whose form python-stdnum does not know, every tax id can be right. Never
        raises, and never repeats the tax id.
        """
        kinds = _kinds_of(country) if _COUNTRY.fullmatch(country) else ()
        wrong = [_wrong(kind, tax_id) for kind in kinds]
        if not wrong or None in wrong:
            return None
        return f"The tax id cannot be right: {wrong[0]}. Expected: {_expected(kinds[0])}."


@cache
def _kinds_of(country: str) -> tuple[NumberValidationModule, ...]:
    return tuple(module for kind in _KINDS if (module := get_cc_module(country, kind)) is not None)


def _wrong(kind: NumberValidationModule, tax_id: str) -> str | None:
    """What is wrong by one kind's rules. Some rules let `int` meet letters, so any ValueError speaks of the form."""
    try:
        kind.validate(tax_id)
    except ValueError as error:
        return next((words for reason, words in _WHAT_IS_WRONG if isinstance(error, reason)), _FORM)
    return None


def _expected(kind: NumberValidationModule) -> str:
    name, example = get_module_name(kind), _example_of(kind)
    return f"{name}, for example {example}" if example else name


def _example_of(kind: NumberValidationModule) -> str | None:
    """The first number in the module's own documentation that its rules accept."""
    found = _EXAMPLE.findall(kind.__doc__ or "")
    return next((number.strip() for number in found if _wrong(kind, number) is None), None)
