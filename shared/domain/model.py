"""The base of every stored or received model, and the kinds of text and number they share."""

import unicodedata
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Model(BaseModel):
    """Frozen, camelCase in JSON. Unknown members are kept, so that rows of a newer version survive an older one.

    What comes from outside is read by `model_validate(..., extra="forbid")` or "ignore", as its door decides.
    """

    # Errors may end in a log: they must not quote what was read.
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="allow", hide_input_in_errors=True
    )


def _printable(text: str) -> str:
    for character in text:
        if character in _BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            raise ValueError(f"contains the control character U+{ord(character):04X}: take it out")
    return text


def _line(longest: int) -> object:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Line = Annotated[str, _line(200), AfterValidator(_printable)]
"""One line of text of 1 to 200 characters, without control characters (also none that reorder text)."""


def _unix_lines(text: object) -> object:
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


def _printable_lines(text: str) -> str:
    _printable(text.replace("\n", "").replace("\t", ""))
    return text


# Browsers send line breaks as CRLF and count them as one character: they become LF before the length is measured.
Text = Annotated[str, _line(4000), BeforeValidator(_unix_lines), AfterValidator(_printable_lines)]
"""Lines of text of 1 to 4,000 characters together: new lines and tabs are allowed, other control characters are not."""

Note = Annotated[str, _line(2000), BeforeValidator(_unix_lines), AfterValidator(_printable_lines)]
"""As `Text`, of 1 to 2,000 characters."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2, as Microsoft.Billing uses it."""

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""

Amount = Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2, allow_inf_nan=False)]

Instant = AwareDatetime
"""A moment with its offset; stored and shown in UTC."""


class Money(Model):
    """An amount in a currency."""

    amount: Amount
    currency: CurrencyCode

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.2f}"


def _more_than_nothing(money: Money) -> Money:
    if money.amount <= 0:
        raise ValueError("the amount must be more than 0")
    return money


PositiveMoney = Annotated[Money, AfterValidator(_more_than_nothing)]
"""An amount above 0 in a currency."""
