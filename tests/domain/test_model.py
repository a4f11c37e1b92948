import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.domain.characters import LINE_PATTERN, LINES_PATTERN
from shared.domain.door import AT_THE_DOOR
from shared.domain.model import (
    CountryCode,
    CurrencyCode,
    Instant,
    Line,
    Model,
    Money,
    PositiveMoney,
    Text,
    plain,
    too_fine,
)

LINE, COUNTRY = TypeAdapter[str](Line), TypeAdapter[str](CountryCode)
INSTANT, CURRENCY = TypeAdapter[object](Instant), TypeAdapter[str](CurrencyCode)

# Unicode's own list of the characters that steer direction: the property Bidi_Control.
BIDI_CONTROLS = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]


class Inner(Model):
    some_name: int


class Outer(Model):
    inner: Inner


def _refuses(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return True
    return False


@given(st.characters(categories=["Cc", "Zl", "Zp"]) | st.sampled_from(BIDI_CONTROLS).map(chr))
def test_refuses_control_characters_and_names_them(character: str) -> None:
    with pytest.raises(ValidationError, match=rf"U\+{ord(character):04X}: take it out"):
        LINE.validate_python(f"a{character}b")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=200))
def test_takes_any_other_text_as_it_is(text: str) -> None:
    assert LINE.validate_python(text) == text


@given(st.text())
def test_never_lets_a_line_break_through(text: str) -> None:
    if not _refuses(LINE, text):
        line = LINE.validate_python(text)
        assert line.splitlines() == [line]
        assert "Cc" not in {unicodedata.category(character) for character in line}


@pytest.mark.parametrize("character", ["\u200b", "\ufeff"])
def test_refuses_at_the_door_what_nobody_can_see(character: str) -> None:
    with pytest.raises(ValidationError, match=f"contains the invisible character U.{ord(character):04X}: take it out"):
        LINE.validate_python(f"a{character}b", context=AT_THE_DOOR)


def test_takes_one_form_of_what_looks_alike_at_the_door() -> None:
    assert LINE.validate_python("Zoe\u0308", context=AT_THE_DOOR) == "Zo\xeb"


def test_leaves_what_is_no_text_to_the_type() -> None:
    with pytest.raises(ValidationError, match="valid string"):
        LINE.validate_python(7, context=AT_THE_DOOR)


def test_says_in_a_schema_how_long_a_text_can_be() -> None:
    line, text = LINE.json_schema(), TypeAdapter[str](Text).json_schema()
    assert (line["type"], line["minLength"], line["maxLength"]) == ("string", 1, 200)
    assert (text["minLength"], text["maxLength"]) == (1, 4000)
    assert (line["pattern"], text["pattern"]) == (LINE_PATTERN, LINES_PATTERN)


def test_says_in_a_schema_that_an_amount_is_more_than_nothing() -> None:
    amount = {"pattern": "[1-9]", "minimum": 0.0001}
    schema = TypeAdapter[Money](PositiveMoney).json_schema()
    assert amount in [each.get("properties", {}).get("amount") for each in (schema, *schema["$defs"].values())]


@pytest.mark.parametrize(
    ("amount", "currency", "most"),
    [
        ("2.500", "EUR", "at most 2"),
        ("7.5", "JPY", "none"),
        ("1.2345", "KWD", "at most 3"),
        ("0.001", "USD", "at most 2"),
    ],
)
def test_refuses_at_the_door_more_decimals_than_a_currency_has(amount: str, currency: str, most: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Money.model_validate({"amount": amount, "currency": currency}, context=AT_THE_DOOR)
    (error,) = refused.value.errors()
    assert (error["loc"], error["type"]) == (("amount",), "too_many_decimals")
    assert error["msg"] == f"has too many decimals: {currency} has {most}"


@pytest.mark.parametrize(("amount", "currency"), [("7.00", "JPY"), ("2.50", "EUR"), ("1.234", "KWD"), ("7.0", "JPY")])
def test_takes_as_many_decimals_as_a_currency_has_and_two_zeros(amount: str, currency: str) -> None:
    assert Money.model_validate({"amount": amount, "currency": currency}, context=AT_THE_DOOR).currency == currency


def test_lets_a_currency_that_is_not_listed_have_any_decimals() -> None:
    assert too_fine("amount", Decimal("1.2345"), "DEM") == ()
    assert too_fine("amount", Decimal("1.23450"), "DEM") != ()


def test_refuses_half_a_character() -> None:
    assert _refuses(LINE, "a\ud800b")


def test_strips_white_space_around_a_line() -> None:
    assert LINE.validate_python(" \tContoso B.V.\r\n") == "Contoso B.V."


@pytest.mark.parametrize("text", ["", "  ", "\n", "x" * 201])
def test_refuses_a_line_that_is_empty_or_too_long(text: str) -> None:
    assert _refuses(LINE, text)


@pytest.mark.parametrize("sent", ["a\nb", "a\r\nb", "a\rb"])
def test_takes_the_line_breaks_of_every_system(sent: str) -> None:
    assert TypeAdapter[str](Text).validate_python(sent) == "a\nb"


@pytest.mark.parametrize("text", ["nl", "NLD", "N", "N1", " NL", "NL\n", "ÑL"])
def test_refuses_a_country_that_is_no_code(text: str) -> None:
    assert _refuses(COUNTRY, text)


@pytest.mark.parametrize("text", ["eur", "EU", "EURO", "EUR\n", "€"])
def test_refuses_a_currency_that_is_no_code(text: str) -> None:
    assert _refuses(CURRENCY, text)


def test_takes_codes_in_capitals() -> None:
    assert (COUNTRY.validate_python("NL"), CURRENCY.validate_python("EUR")) == ("NL", "EUR")


def test_refuses_a_moment_without_an_offset() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        INSTANT.validate_python("2026-11-02T12:00:00")


@pytest.mark.parametrize("amount", ["-0.01", "0.00001", "NaN", "Infinity", "10000000000000000", "ten"])
def test_refuses_an_amount_that_nobody_can_pay(amount: str) -> None:
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "EUR"})


@given(st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2))
def test_brings_every_amount_through_json_to_the_cent(amount: Decimal) -> None:
    money = Money(amount=amount, currency="EUR")
    assert Money.model_validate_json(money.model_dump_json()) == money


def test_shows_money_with_its_currency_and_two_decimals() -> None:
    assert str(Money(amount=Decimal("1234567.5"), currency="EUR")) == "EUR 1,234,567.50"


def test_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Inner(some_name=1).some_name = 2  # type: ignore[misc]


def test_speaks_camel_case_in_json_and_takes_both() -> None:
    assert Outer(inner=Inner(some_name=1)).model_dump_json(by_alias=True) == '{"inner":{"someName":1}}'
    assert Inner.model_validate({"someName": 1}) == Inner.model_validate({"some_name": 1})


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1).map("x-{}".format), st.integers()))
def test_keeps_members_it_does_not_know(unknown: dict[str, int]) -> None:
    document = {"inner": {"someName": 1, **unknown}, **unknown}
    assert Outer.model_validate(document).model_dump(by_alias=True) == document


def test_refuses_unknown_members_at_every_level_where_a_door_says_so() -> None:
    with pytest.raises(ValidationError) as refused:
        Outer.model_validate({"inner": {"someName": 1, "x": 2}, "y": 3}, extra="forbid")
    assert {error["loc"] for error in refused.value.errors()} == {("inner", "x"), ("y",)}


def test_quotes_nothing_of_what_it_read_in_its_errors() -> None:
    with pytest.raises(ValidationError) as refused:
        Money.model_validate({"amount": "secret@contoso.example", "currency": "EUR"})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("-0", "0"), ("0E+9", "0"), ("1E+1", "10"), ("1.2E+3", "1200"), ("10", "10"), ("2.50", "2.50"), ("-0.00", "0.00")],
)
def test_one_form_of_an_amount_is_fit_to_be_shown(amount: str, shown: str) -> None:
    assert str(plain(Decimal(amount))) == shown
