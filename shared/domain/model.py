"""The base of every stored or received model, and the kinds of text and number they share."""

import unicodedata
from decimal import Decimal
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel

from shared.domain import reading
from shared.domain.characters import LINE_PATTERN, LINES_PATTERN, control_in, control_in_lines, unseen_in
from shared.domain.door import Door, WrongMember, is_at_the_door, wrong_members
from shared.domain.iso_codes import minor_units

DEFERRED: Final = ConfigDict(defer_build=True)
"""For adapters, and true of models: what validates is built when it is first needed, as a cold start pays for it."""


class Model(BaseModel):
    """Frozen, camelCase in JSON. Unknown members are kept, so that rows of a newer version survive an older one.

    What comes from outside is read by `model_validate(..., extra="forbid")` or "ignore", as its door decides.
    """

    # Errors may end in a log: they must not quote what was read.
    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="allow",
        hide_input_in_errors=True,
        defer_build=True,
    )


def _without(control: str | None, kind: str = "control") -> None:
    if control is not None:
        raise ValueError(f"contains the {kind} character U+{ord(control):04X}: take it out")


def _printable(text: str) -> str:
    _without(control_in(text))
    return text


def _printable_lines(text: str) -> str:
    _without(control_in_lines(text))
    return text


def _unix_lines(text: object) -> object:
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


def _visible(sent: Any) -> Any:
    """One form for what looks alike: composed (NFC, as the W3C asks for on the web), nothing unseen in it."""
    if not isinstance(sent, str):
        return sent
    _without(unseen_in(sent), "invisible")
    return unicodedata.normalize("NFC", sent)


def _line(longest: int) -> object:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


def _text_door(longest: int, pattern: str) -> Door:
    return Door(_visible, lambda: {"type": "string", "minLength": 1, "maxLength": longest, "pattern": pattern})


Line = Annotated[str, _line(200), AfterValidator(_printable), _text_door(200, LINE_PATTERN)]
"""One line of text of 1 to 200 characters, without control characters (also none that reorder text)."""

# Browsers send line breaks as CRLF and count them as one character: they become LF before the length is measured.
Text = Annotated[
    str, _line(4000), BeforeValidator(_unix_lines), AfterValidator(_printable_lines), _text_door(4000, LINES_PATTERN)
]
"""Lines of text of 1 to 4,000 characters together: new lines and tabs are allowed, other control characters are not."""

Note = Annotated[
    str, _line(2000), BeforeValidator(_unix_lines), AfterValidator(_printable_lines), _text_door(2000, LINES_PATTERN)
]
"""As `Text`, of 1 to 2,000 characters."""

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Door(reading.country, reading.country_schema)]
"""ISO 3166-1 alpha-2, as Microsoft.Billing uses it."""

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Door(reading.currency, reading.currency_schema)]
"""ISO 4217."""

EmailAddress = Annotated[str, Door(reading.email, reading.email_schema)]
"""An address that mail can be sent to (RFC 5321, RFC 6531): at most 254 characters, without a name beside it."""

SubscriptionId = Annotated[UUID, Door(reading.uuid, reading.uuid_schema)]
"""The id of an Azure subscription."""

_DECIMALS_OF_CENTS: Final = 2

MOST_DECIMALS: Final = 4
"""The most decimals that a currency of ISO 4217 has."""


def plain(amount: Decimal) -> Decimal:
    """One form for equal amounts: "-0" and "1E+3" are read, but neither is fit to be shown or stored."""
    return amount + 0


def decimals_of(amount: Decimal) -> int:
    """How many decimals an amount is written with."""
    return max(0, -_exponent(amount))


def written(amount: Decimal) -> str:
    """An amount in English: "1,234,567.50", with more than two decimals only where it has more."""
    return f"{amount:,.{max(_DECIMALS_OF_CENTS, decimals_of(amount))}f}"


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


Amount = Annotated[
    Decimal,
    Field(ge=0, max_digits=13 + MOST_DECIMALS, decimal_places=MOST_DECIMALS, allow_inf_nan=False),
    AfterValidator(plain),
    Door(reading.amount_from_zero, lambda: reading.amount_schema(13, MOST_DECIMALS, signed=False)),
]
"""An amount from 0 to below 10^13; how many decimals it may have depends on its currency."""

Instant = Annotated[AwareDatetime, Door(reading.instant, reading.instant_schema)]
"""A moment; sent with any offset, stored and shown in UTC."""


def too_fine(member: str, amount: Decimal, currency: str) -> tuple[WrongMember, ...]:
    """What is wrong with an amount of more decimals than its currency has; a currency not listed has any number.

    Three decimals count even if they are zeros: "2.500" euros are as likely to be two thousand five hundred. The ".00"
    that many programs write behind every amount means nothing, for yen neither.
    """
    most = minor_units().get(currency, MOST_DECIMALS)
    cents = decimals_of(amount) <= _DECIMALS_OF_CENTS
    if decimals_of(amount.normalize() if cents else amount) <= most:
        return ()
    words = f"has too many decimals: {currency} has {f'at most {most}' if most else 'none'}"
    return (WrongMember(member, "too_many_decimals", words),)


class Money(Model):
    """An amount in a currency, with no more decimals than the currency has (ISO 4217: EUR 2, JPY 0, KWD 3)."""

    amount: Amount = Field(
        description="Digits, with a point before the decimals, best sent as a string; a number is read exactly.",
        examples=["2500.00"],
    )
    currency: CurrencyCode = Field(description="ISO 4217: three capital letters.", examples=["EUR"])

    @model_validator(mode="after")
    def _in_minor_units(self, info: ValidationInfo) -> "Money":
        wrong = too_fine("amount", self.amount, self.currency) if is_at_the_door(info) else ()
        if wrong:
            raise wrong_members("Money", *wrong)
        return self

    def __str__(self) -> str:
        return f"{self.currency} {written(self.amount)}"


def _more_than_nothing(money: Money) -> Money:
    if money.amount <= 0:
        raise wrong_members("Money", WrongMember("amount", "greater_than", "the amount must be more than 0"))
    return money


def _positive(schema: dict[str, Any]) -> None:
    schema["properties"] = {"amount": {"pattern": "[1-9]", "minimum": 10**-MOST_DECIMALS}}


PositiveMoney = Annotated[Money, AfterValidator(_more_than_nothing), Field(json_schema_extra=_positive)]
"""An amount above 0 in a currency."""
