from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES
from hypothesis import given
from hypothesis import strategies as st
from pydantic import validate_email
from pydantic_core import PydanticCustomError

from shared.domain import reading
from shared.domain.iso_codes import countries, minor_units

READERS = [
    reading.amount, reading.amount_from_zero, reading.country, reading.currency, reading.day, reading.instant,
    reading.phone, reading.sha256, reading.true, reading.uuid, reading.whole_number,
]  # fmt: skip

UUIDS = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
DAYS = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIMES = "[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
PHONES = r"^(?=([^0-9]*[0-9]){5})[+]?[0-9 ().\-]{5,30}$"
ADDRESSES = "^[^<>@]{1,64}@[^<>@]+$"

SCHEMAS = [
    (reading.country_schema, {"type": "string", "enum": sorted(countries())}),
    (reading.currency_schema, {"type": "string", "enum": sorted(minor_units())}),
    (reading.email_schema, {"type": "string", "format": "idn-email", "maxLength": 254, "pattern": ADDRESSES}),
    (reading.uuid_schema, {"type": "string", "format": "uuid", "pattern": UUIDS}),
    (reading.phone_schema, {"type": "string", "pattern": PHONES}),
    (reading.sha256_schema, {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    (reading.true_schema, {"type": "boolean", "const": True}),
    (reading.day_schema, {"type": "string", "format": "date", "pattern": DAYS}),
    (reading.instant_schema, {"type": "string", "format": "date-time", "pattern": DAYS[:-1] + TIMES}),
]


@pytest.mark.parametrize(("schema", "said"), SCHEMAS)
def test_says_the_same_in_a_schema(schema: Callable[[], dict[str, Any]], said: dict[str, Any]) -> None:
    assert schema() == said


@pytest.mark.parametrize(
    ("signed", "pattern", "least"),
    [
        (False, "^[0-9]{1,3}([.][0-9]{1,2})?$", {"minimum": 0}),
        (True, "^-?[0-9]{1,3}([.][0-9]{1,2})?$", {"exclusiveMinimum": -1000}),
    ],
)
def test_says_in_a_schema_how_large_an_amount_can_be(*, signed: bool, pattern: str, least: dict[str, int]) -> None:
    text, number = reading.amount_schema(3, 2, signed=signed)["anyOf"]
    assert text == {"type": "string", "pattern": pattern}
    assert number == {"type": "number", "exclusiveMaximum": 1000, **least}


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("sent", [None, [], {}, "", " ", "\0", "x\n", False, "²"], ids=ascii)
def test_refuses_in_words_what_is_something_else(read: Any, sent: object) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        read(sent)
    assert str(refused.value).startswith(("must be ", "is no "))


WORDS = [
    (
        reading.country,
        "nl",
        "country_code",
        "must be the code of a country: two capital letters, ISO 3166-1 alpha-2, such as NL",
    ),
    (
        reading.currency,
        "eur",
        "currency_code",
        "must be the code of a currency: three capital letters, ISO 4217, such as EUR",
    ),
    (
        reading.uuid,
        "0b1f6471",
        "uuid",
        "must be a UUID: 32 hexadecimal digits and four hyphens, such as 0b1f6471-1bf0-4dda-aec3-cb9272f09590",
    ),
    (
        reading.phone,
        "1234",
        "phone",
        "must be a telephone number: 5 to 30 digits, spaces, points, hyphens and parentheses, with a + before the "
        "country's code, such as +31 20 123 4567",
    ),
    (reading.day, "today", "day", "must be a day without a time, such as 2026-11-30"),
    (reading.day, "2026-11-31", "day", "is no day of the calendar: give one such as 2026-11-30"),
    (
        reading.instant,
        "2026-11-23",
        "instant",
        "must be a moment with its offset (RFC 3339), such as 2026-11-23T09:00:00Z",
    ),
    (
        reading.instant,
        "2026-11-23T25:00:00Z",
        "instant",
        "is no moment of the calendar: give one such as 2026-11-23T09:00:00Z",
    ),
    (
        reading.whole_number,
        "2025",
        "whole_number",
        "must be a whole number, without quotation marks, such as 2025",
    ),
    (reading.amount_from_zero, "-1", "amount", "must be 0 or more: leave out the minus"),
]


@pytest.mark.parametrize(("read", "sent", "code", "words"), WORDS)
def test_says_how_to_correct_what_it_refuses(read: Callable[[Any], Any], sent: str, code: str, words: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        read(sent)
    assert (refused.value.type, str(refused.value)) == (code, words)


@pytest.mark.parametrize("sent", [0, 2025, -3, 10**99, Decimal("2025.0"), Decimal("2E3"), Decimal("1E27")])
def test_takes_whole_numbers_as_whole_numbers(sent: int | Decimal) -> None:
    number = reading.whole_number(sent)
    assert (number, type(number)) == (sent, int)


@pytest.mark.parametrize("sent", [Decimal("0.5"), Decimal("1E28"), Decimal("1E999999"), "2025", True])
def test_takes_nothing_else_as_whole_numbers(sent: object) -> None:
    with pytest.raises(PydanticCustomError, match="whole number"):
        reading.whole_number(sent)


@given(st.dates())
def test_takes_every_day_of_the_calendar(day: date) -> None:
    assert reading.day(day.isoformat()) == day


@given(st.datetimes(timezones=st.just(UTC)))
def test_takes_every_moment_as_rfc_3339_writes_it(moment: datetime) -> None:
    assert reading.instant(moment.isoformat()) == moment
    assert reading.instant(moment.isoformat().replace("+00:00", "z").replace("T", "t")) == moment


def test_takes_fractions_of_any_length() -> None:
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(microseconds=123456)
    assert reading.instant("2026-11-23T10:00:00.1234567+01:00") == moment


def test_takes_a_moment_of_any_offset_in_utc() -> None:
    assert reading.instant("2026-11-23T10:00:00+01:00").isoformat() == "2026-11-23T09:00:00+00:00"


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "2026-11-23T09:00:60Z"])
def test_refuses_moments_that_cannot_be_kept(sent: str) -> None:
    with pytest.raises(PydanticCustomError, match="no moment of the calendar"):
        reading.instant(sent)


@pytest.mark.parametrize(
    "sent", ["1_000", "1,5", "1.", ".5", "+1", "1e3", " 1", "1\n", "\u0661", "0x10", "NaN", 1.5, True]
)
def test_refuses_amounts_in_other_notations(sent: object) -> None:
    with pytest.raises(PydanticCustomError, match="must be an amount"):
        reading.amount(sent)


def test_drops_the_zeros_of_numbers_only() -> None:
    assert (str(reading.amount(Decimal("2.50"))), reading.amount("2.50"), reading.amount(7)) == ("2.5", "2.50", 7)


def test_drops_the_zeros_of_no_number_that_is_longer_than_decimals_are_exact() -> None:
    longest, longer = (Decimal("1." + "0" * zeros) for zeros in (27, 28))
    assert str(reading.amount(longest)) == "1"
    assert reading.amount(longer) is longer


@pytest.mark.parametrize("sent", ["-1", "-0.00"])
def test_refuses_a_minus_where_there_is_nothing_below_zero(sent: str) -> None:
    assert reading.amount(sent) == sent
    with pytest.raises(PydanticCustomError, match="leave out the minus"):
        reading.amount_from_zero(sent)


def test_leaves_what_is_no_string_to_the_rules_of_addresses() -> None:
    assert reading.email(7) == 7
    assert reading.email("a@b.example") == "a@b.example"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Ada@B.Example", "Ada@b.example"), ("ada@BÜCHER.example", "ada@bücher.example")],
)
def test_writes_the_domain_of_an_address_in_lower_case(sent: str, kept: str) -> None:
    assert reading.email(sent) == kept


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (" Ada@B.Example\n", "ada@b.example"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("ADA@BU\u0308CHER.example", "ada@bücher.example"),
        ("Ada <ada@b.example>", "ada <ada@b.example>"),
        ("Nobody", "nobody"),
        ("", ""),
    ],
)
def test_compares_addresses_in_one_form(text: str, form: str) -> None:
    assert reading.address_form(text) == form


_WORD = st.text("abcz019", min_size=1, max_size=8)
_COMMON = st.builds(
    lambda local, labels, top: f"{'.'.join(local)}@{'.'.join('-'.join(label) for label in labels)}.{top}",
    st.lists(st.text("abz09_+-", min_size=1, max_size=8), min_size=1, max_size=3),
    st.lists(st.lists(_WORD, min_size=1, max_size=3), min_size=1, max_size=3),
    st.text("abcdtuz", min_size=2, max_size=6) | st.sampled_from(SPECIAL_USE_DOMAIN_NAMES),
).filter(reading._COMMON_EMAIL.fullmatch)


@given(_COMMON)
def test_takes_no_common_address_that_the_library_would_refuse_or_change(sent: str) -> None:
    assert validate_email(sent)[1] == sent


@pytest.mark.parametrize("name", SPECIAL_USE_DOMAIN_NAMES)
def test_refuses_addresses_of_special_use(name: str) -> None:
    for sent in (f"a@{name}", f"a@b.{name}", f"a@c.b.{name}"):
        with pytest.raises(PydanticCustomError):
            reading.email(sent)


def test_counts_the_items_of_lists_only() -> None:
    read = reading.at_most(2)
    assert (read([1, 2]), read("abc"), read(None)) == ([1, 2], "abc", None)
    with pytest.raises(PydanticCustomError, match=r"^must have at most 2 items$") as refused:
        read([1, 2, 3])
    assert refused.value.type == "too_long"


@pytest.mark.parametrize("sent", [f"{'a' * 64}@b.example", f"a@{'b' * 60}.{('c' * 62 + '.') * 3}de"])
def test_takes_addresses_as_long_as_they_may_be(sent: str) -> None:
    assert reading.email(sent) == sent


@pytest.mark.parametrize("sent", ["Ada <a@b.example>", "a@b.example>", f"{'a' * 65}@b.example", f"a@{'b' * 253}"])
def test_refuses_addresses_that_mail_systems_do_not_take(sent: str) -> None:
    with pytest.raises(PydanticCustomError):
        reading.email(sent)


@pytest.mark.parametrize(
    ("sent", "code", "words"),
    [
        ("a@b.example<", "email_with_name", "must be the address alone, without a name or angle brackets"),
        ("a@b.example>", "email_with_name", "must be the address alone, without a name or angle brackets"),
        ("<a@b.example", "email_with_name", "must be the address alone, without a name or angle brackets"),
        (
            "a" * 65,
            "email_too_long",
            "is too long: an e-mail address has at most 254 characters, of which 64 before the @",
        ),
    ],
)
def test_says_what_an_address_has_too_much_of(sent: str, code: str, words: str) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        reading.email(sent)
    assert (refused.value.type, str(refused.value)) == (code, words)
