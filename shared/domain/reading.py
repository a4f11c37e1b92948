"""How values are read at a door: what was sent as JSON, or an error in words for who sent it.

Everything takes what `json.loads` gives, with fractions as Decimal. The functions named `..._schema` say the same as
JSON Schema 2020-12.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from pydantic import validate_email
from pydantic_core import PydanticCustomError

from shared.domain.iso_codes import countries, minor_units

_LONGEST_EMAIL: Final = 254
"""Characters: a path of 256 octets less its angle brackets (RFC 5321 4.5.3.1.3)."""

_LONGEST_LOCAL_PART: Final = 64
"""Characters before the @ (RFC 5321 4.5.3.1.1)."""

_COMMON_EMAIL: Final = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:(?=[a-z0-9-]{1,63}\.)[a-z0-9]+(?:-[a-z0-9]+)*\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion|test)$)[a-z]{2,63}"
)
"""Most addresses: what the library takes as it is, but for its names of special use. It needs 40 times as long to."""

_UUID: Final = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_INSTANT: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
_AMOUNT: Final = "^-?[0-9]+([.][0-9]+)?$"
_PHONE: Final = r"^(?=([^0-9]*[0-9]){5})[+]?[0-9 ().\-]{5,30}$"
_SHA256: Final = "^[0-9a-f]{64}$"
_MOST_DIGITS: Final = 28
"""More than any number that is asked for has; Decimal reckons exactly with as many."""


def _matches(pattern: str, sent: Any) -> bool:
    # Searched, a `$` would let a line break at the end pass.
    return isinstance(sent, str) and re.fullmatch(pattern, sent) is not None


def country(sent: Any) -> Any:
    """A country's code. Raises PydanticCustomError for what is none."""
    if isinstance(sent, str) and sent in countries():
        return sent
    words = "must be the code of a country: two capital letters, ISO 3166-1 alpha-2, such as NL"
    raise PydanticCustomError("country_code", words)


def country_schema() -> dict[str, Any]:
    """The codes of all countries."""
    return {"type": "string", "enum": sorted(countries())}


def currency(sent: Any) -> Any:
    """A currency's code. Raises PydanticCustomError for what is none."""
    if isinstance(sent, str) and sent in minor_units():
        return sent
    words = "must be the code of a currency: three capital letters, ISO 4217, such as EUR"
    raise PydanticCustomError("currency_code", words)


def currency_schema() -> dict[str, Any]:
    """The codes of all currencies."""
    return {"type": "string", "enum": sorted(minor_units())}


def email(sent: Any) -> Any:
    """An e-mail address alone, of a length that mail systems take, its domain in lower case.

    Raises PydanticCustomError for others.
    """
    if not isinstance(sent, str):
        return sent
    if "<" in sent or ">" in sent:
        raise PydanticCustomError("email_with_name", "must be the address alone, without a name or angle brackets")
    if len(sent) > _LONGEST_EMAIL or len(sent.partition("@")[0]) > _LONGEST_LOCAL_PART:
        words = "is too long: an e-mail address has at most 254 characters, of which 64 before the @"
        raise PydanticCustomError("email_too_long", words)
    return sent if _COMMON_EMAIL.fullmatch(sent) else validate_email(sent)[1]


def address_form(text: str) -> str:
    """One form for an address however it is written, to compare: as it is read at the door, whatever its case.

    What is no address is compared as it is, but for its case and the spaces around it.
    """
    bare = text.strip().lower()
    try:
        read: str = email(bare)
    except PydanticCustomError:
        read = bare
    return read.casefold()


def email_schema() -> dict[str, Any]:
    """An address, international ones too."""
    return {"type": "string", "format": "idn-email", "maxLength": _LONGEST_EMAIL, "pattern": "^[^<>@]{1,64}@[^<>@]+$"}


def uuid(sent: Any) -> Any:
    """A UUID in its usual form. Raises PydanticCustomError for others."""
    if _matches(_UUID, sent):
        return sent
    words = "must be a UUID: 32 hexadecimal digits and four hyphens, such as 0b1f6471-1bf0-4dda-aec3-cb9272f09590"
    raise PydanticCustomError("uuid", words)


def uuid_schema() -> dict[str, Any]:
    """A UUID in its usual form."""
    return {"type": "string", "format": "uuid", "pattern": _UUID}


def phone(sent: Any) -> Any:
    """A telephone number as people write it. Raises PydanticCustomError for what is none."""
    if _matches(_PHONE, sent):
        return sent
    words = (
        "must be a telephone number: 5 to 30 digits, spaces, points, hyphens and parentheses, with a + before the "
        "country's code, such as +31 20 123 4567"
    )
    raise PydanticCustomError("phone", words)


def phone_schema() -> dict[str, Any]:
    """A telephone number as people write it."""
    return {"type": "string", "pattern": _PHONE}


def sha256(sent: Any) -> Any:
    """A SHA-256 hash. Raises PydanticCustomError for what is none."""
    if _matches(_SHA256, sent):
        return sent
    raise PydanticCustomError(
        "sha256", "must be the text's hash as a pre-check returns it: 64 of the digits 0-9 and a-f"
    )


def sha256_schema() -> dict[str, Any]:
    """A SHA-256 hash."""
    return {"type": "string", "pattern": _SHA256}


def true(sent: Any) -> Any:
    """Nothing but `true`. Raises PydanticCustomError for all else; 1 agrees to nothing."""
    if sent is True:
        return sent
    raise PydanticCustomError("not_true", "must be true: without the applicant's agreement there is no request")


def true_schema() -> dict[str, Any]:
    """Nothing but `true`."""
    return {"type": "boolean", "const": True}


def whole_number(sent: Any) -> Any:
    """A whole number; 2025.0 is one in JSON too. Raises PydanticCustomError for others."""
    if isinstance(sent, Decimal) and sent.adjusted() < _MOST_DIGITS and sent == sent.to_integral_value():
        return int(sent)
    if isinstance(sent, int) and not isinstance(sent, bool):
        return sent
    raise PydanticCustomError("whole_number", "must be a whole number, without quotation marks, such as 2025")


def at_most(items: int) -> Callable[[Any], Any]:
    """Reads a list of at most so many items; one too long is refused before all its items are looked at."""

    def read(sent: Any) -> Any:
        if isinstance(sent, list) and len(sent) > items:
            raise PydanticCustomError("too_long", "must have at most {items} items", {"items": items})
        return sent

    return read


def day(sent: Any) -> Any:
    """A day of the calendar. Raises PydanticCustomError for others."""
    if not _matches(_DAY, sent):
        raise PydanticCustomError("day", "must be a day without a time, such as 2026-11-30")
    try:
        return date.fromisoformat(sent)
    except ValueError:
        raise PydanticCustomError("day", "is no day of the calendar: give one such as 2026-11-30") from None


def day_schema() -> dict[str, Any]:
    """A day of the calendar."""
    return {"type": "string", "format": "date", "pattern": _DAY}


def instant(sent: Any) -> Any:
    """A moment sent with its offset (RFC 3339), in UTC.

    Raises PydanticCustomError for others, also for what UTC has no year for.
    """
    if not _matches(_INSTANT, sent):
        words = "must be a moment with its offset (RFC 3339), such as 2026-11-23T09:00:00Z"
        raise PydanticCustomError("instant", words)
    try:
        return datetime.fromisoformat(sent.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        words = "is no moment of the calendar: give one such as 2026-11-23T09:00:00Z"
        raise PydanticCustomError("instant", words) from None


def instant_schema() -> dict[str, Any]:
    """A moment with its offset (RFC 3339)."""
    return {"type": "string", "format": "date-time", "pattern": _INSTANT}


def amount(sent: Any) -> Any:
    """An amount: a string of digits, or a number. Raises PydanticCustomError for others.

    The zeros at the end of a number count for nothing: programs add them. Those of a string somebody has written.
    """
    if isinstance(sent, Decimal):
        return sent.normalize() if len(sent.as_tuple().digits) <= _MOST_DIGITS else sent
    if _matches(_AMOUNT, sent) or (isinstance(sent, int) and not isinstance(sent, bool)):
        return sent
    words = 'must be an amount: digits, a point before the decimals and no other marks, such as "1250.00"'
    raise PydanticCustomError("amount", words)


def amount_from_zero(sent: Any) -> Any:
    """As `amount`; what is written with a minus is refused. Raises PydanticCustomError."""
    if isinstance(sent, str) and sent.startswith("-") and _matches(_AMOUNT, sent):
        raise PydanticCustomError("amount", "must be 0 or more: leave out the minus")
    return amount(sent)


def amount_schema(digits: int, decimals: int, *, signed: bool) -> dict[str, Any]:
    """An amount of so many digits before the point and decimals behind it."""
    pattern = f"^{'-?' if signed else ''}[0-9]{{1,{digits}}}([.][0-9]{{1,{decimals}}})?$"
    least = {"exclusiveMinimum": -(10**digits)} if signed else {"minimum": 0}
    return {
        "anyOf": [
            {"type": "string", "pattern": pattern},
            {"type": "number", **least, "exclusiveMaximum": 10**digits},
        ]
    }
