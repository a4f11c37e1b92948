"""What is wrong with something that a person typed into a field, as the models say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a field: a code, the words for who reads no other language, and what the words speak of."""

    code: str
    words: str
    details: Mapping[str, Any] = field(default_factory=dict)


def mistake_of(error: ErrorDetails) -> Mistake:
    """What a model says is wrong."""
    details = {name: value for name, value in error.get("ctx", {}).items() if isinstance(value, int | str)}
    return Mistake(error["type"], error["msg"].removeprefix("Value error, "), details)


def ambiguous(typed: str) -> Mistake:
    """An amount that can be read as two."""
    words = (
        f"can mean two amounts: '{typed}'; leave out the marks between thousands, and write a 0 behind three decimals, "
        "as in 100.1250"
    )
    return Mistake("ambiguous_amount", words, {"typed": typed})
