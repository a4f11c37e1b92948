"""The inline constraints of ASP.NET Core's route templates: what ``{id:int}`` lets through.

The names are those of its ``DefaultInlineConstraintResolver``, which the host uses without any of its own. Two are
narrower here: ``datetime`` knows ISO 8601 only, where .NET guesses at many ways to write a date, and ``regex`` is read
by Python, whose dialect differs from that of .NET in rare constructs.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

Constraint = Callable[[str], bool]

_REFERENCE = re.compile(r"(\w+)(?:\((.*)\))?", re.DOTALL)

# .NET skips white space around a number, and takes no digits but those of ASCII.
_WHOLE = re.compile(r"\s*([+-]?)0*(\d{1,19})\s*", re.ASCII)
_NUMBER = r"(?:\d[\d,]*(?:\.\d*)?|\.\d+)"
_DOUBLE = re.compile(rf"\s*(?:[+-]?{_NUMBER}(?:e[+-]?\d+)?|[+-]?(?:nan|infinity))\s*", re.ASCII | re.IGNORECASE)
_DECIMAL = re.compile(rf"\s*(?:[+-]?({_NUMBER})|({_NUMBER})[+-])\s*", re.ASCII)
_HIGHEST_DECIMAL = Decimal(2**96 - 1)
_DASHED = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_GUID = re.compile(rf"\s*(?:[0-9a-f]{{32}}|{_DASHED}|\{{{_DASHED}\}}|\({_DASHED}\))\s*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_ALPHA = re.compile("[A-Za-z]*")


def read_constraint(text: str) -> Constraint:
    """Read one constraint, as ``length(1,5)``; names ignore case.

    Raises:
        ValueError: there is none of this name, or its arguments do not fit.
    """
    found = _REFERENCE.fullmatch(text)
    name = found[1].lower() if found else text
    argument = found[2] if found else None
    if name in _PLAIN and argument is None:
        return _PLAIN[name]
    if name in _WITH_ARGUMENT and argument is not None:
        return _WITH_ARGUMENT[name](argument)
    if name in _PLAIN:
        raise ValueError(f"the constraint '{name}' takes no argument")
    if name in _WITH_ARGUMENT:
        raise ValueError(f"the constraint '{name}' needs an argument in parentheses")
    raise ValueError(f"there is no constraint '{text}' (there are: {', '.join(sorted([*_PLAIN, *_WITH_ARGUMENT]))})")


def _whole(value: str) -> int | None:
    found = _WHOLE.fullmatch(value)
    return int(found[1] + found[2]) if found else None


def _whole_of_bits(bits: int) -> Constraint:
    return _whole_between(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _whole_between(least: int, most: int) -> Constraint:
    def fits(value: str) -> bool:
        number = _whole(value)
        return number is not None and least <= number <= most

    return fits


def _is_double(value: str) -> bool:
    return bool(_DOUBLE.fullmatch(value))


def _is_decimal(value: str) -> bool:
    found = _DECIMAL.fullmatch(value)
    return found is not None and Decimal((found[1] or found[2]).replace(",", "")) <= _HIGHEST_DECIMAL


def _is_bool(value: str) -> bool:
    return value.strip().lower() in {"true", "false"}


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _length(value: str) -> int:
    # In UTF-16, as .NET counts.
    return len(value.encode("utf-16-le")) // 2


def _length_between(least: int, most: int) -> Constraint:
    return lambda value: least <= _length(value) <= most


def _read_length(argument: str) -> Constraint:
    numbers = _numbers(argument)
    if len(numbers) > 2 or numbers[0] < 0 or numbers[0] > numbers[-1]:  # noqa: PLR2004 - shortest and longest
        raise _bad("length", argument)
    return _length_between(numbers[0], numbers[-1])


def _read_range(argument: str) -> Constraint:
    numbers = _numbers(argument)
    if len(numbers) != 2 or numbers[0] > numbers[1]:  # noqa: PLR2004 - least and most
        raise _bad("range", argument)
    return _whole_between(numbers[0], numbers[1])


def _read_regex(argument: str) -> Constraint:
    try:
        pattern = re.compile(argument, re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"the regular expression '{argument}' cannot be read: {error}") from error
    # Anywhere in the value, unless the expression says ^ and $.
    return lambda value: bool(pattern.search(value))


def _numbers(argument: str) -> list[int]:
    numbers = [_whole(part) for part in argument.split(",")]
    if None in numbers:
        raise ValueError(f"'{argument}' must be a whole number, or two")
    return [number for number in numbers if number is not None]


def _single(name: str, argument: str) -> int:
    numbers = _numbers(argument)
    if len(numbers) > 1:
        raise _bad(name, argument)
    return numbers[0]


def _bad(name: str, argument: str) -> ValueError:
    return ValueError(f"'{name}({argument})' does not have the numbers that '{name}' needs")


_LOWEST_LONG, _HIGHEST_LONG = -(2**63), 2**63 - 1

_PLAIN: Mapping[str, Constraint] = {
    "int": _whole_of_bits(32),
    "long": _whole_of_bits(64),
    "float": _is_double,
    "double": _is_double,
    "decimal": _is_decimal,
    "bool": _is_bool,
    "datetime": _is_date,
    "guid": lambda value: bool(_GUID.fullmatch(value)),
    "alpha": lambda value: bool(_ALPHA.fullmatch(value)),
    "required": bool,
}
_WITH_ARGUMENT: Mapping[str, Callable[[str], Constraint]] = {
    "length": _read_length,
    "minlength": lambda argument: _length_between(_single("minlength", argument), _HIGHEST_LONG),
    "maxlength": lambda argument: _length_between(0, _single("maxlength", argument)),
    "min": lambda argument: _whole_between(_single("min", argument), _HIGHEST_LONG),
    "max": lambda argument: _whole_between(_LOWEST_LONG, _single("max", argument)),
    "range": _read_range,
    "regex": _read_regex,
}
