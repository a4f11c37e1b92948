"""Dates and amounts as people write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.decisions import Language
from shared.domain.model import Money, decimals_of
from shared.domain.typed_amounts import plain_amount
from shared.web.notation import amount_in, day_in, money_in, size_in, typed_in

LANGUAGES: tuple[Language, ...] = ("en", "nl")


@pytest.mark.parametrize(("language", "day"), [("en", "7 December 2026"), ("nl", "7 december 2026")])
def test_writes_a_day_with_its_month_in_words(language: Language, day: str) -> None:
    assert day_in(language, date(2026, 12, 7)) == day


def test_knows_twelve_months_in_their_order() -> None:
    days = [date(2026, month, 1) for month in range(1, 13)]
    assert [day_in("en", day) for day in days] == [f"1 {day:%B} 2026" for day in days]
    assert [day_in("nl", day).split()[1] for day in days] == (
        "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
    )


@pytest.mark.parametrize(
    ("amount", "en", "nl"),
    [("2500", "2,500.00", "2.500,00"), ("0.5", "0.50", "0,50"), ("1234567.89", "1,234,567.89", "1.234.567,89")],
)
def test_writes_an_amount_with_the_marks_of_the_language(amount: str, en: str, nl: str) -> None:
    assert (amount_in("en", Decimal(amount)), amount_in("nl", Decimal(amount))) == (en, nl)


@pytest.mark.parametrize(
    ("amount", "en", "nl"),
    [
        ("100.500", "100.50", "100,50"),
        ("100.125", "100.1250", "100,1250"),
        ("2500.125", "2,500.125", "2.500,125"),
        ("2.5E+3", "2,500.00", "2.500,00"),
    ],
)
def test_fills_a_form_in_with_what_can_mean_one_amount_only(amount: str, en: str, nl: str) -> None:
    assert (typed_in("en", Decimal(amount)), typed_in("nl", Decimal(amount))) == (en, nl)


@given(
    st.integers(0, 4).flatmap(lambda places: st.decimals(-(10**13), 10**13, places=places)), st.sampled_from(LANGUAGES)
)
def test_what_a_form_is_filled_in_with_is_read_back_as_it_was(amount: Decimal, language: Language) -> None:
    plain = plain_amount(typed_in(language, amount), language)
    assert plain is not None
    assert Decimal(plain) == amount
    assert decimals_of(Decimal(plain)) <= max(2, decimals_of(amount))


def test_writes_money_in_english_as_the_domain_does() -> None:
    much = Money(amount=Decimal("12500.5"), currency="USD")
    assert money_in("en", much) == str(much) == "USD 12,500.50"
    assert money_in("nl", much) == "USD 12.500,50"


@pytest.mark.parametrize(
    ("size", "english", "dutch"),
    [
        (1, "1 kB", "1 kB"),
        (180_001, "181 kB", "181 kB"),
        (999_000, "999 kB", "999 kB"),
        (999_001, "1.0 MB", "1,0 MB"),
        (1_000_000, "1.0 MB", "1,0 MB"),
        (10_485_760, "10.5 MB", "10,5 MB"),
    ],
)
def test_writes_the_size_of_a_file(size: int, english: str, dutch: str) -> None:
    assert (size_in("en", size), size_in("nl", size)) == (english, dutch)
