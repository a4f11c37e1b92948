"""Amounts as people type them, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.decisions import Language
from shared.domain.typed_amounts import plain_amount


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("2500", "2500"),
        ("2.500,00", "2500.00"),
        ("2,500.00", "2500.00"),
        ("2 500", "2500"),
        ("2\u00a0500,5", "2500.5"),
        ("2'500.00", "2500.00"),
        ("€ 2.500,-", "2500.00"),
        ("€2500,\u2013", "2500.00"),
        ("1.234.567", "1234567"),
        ("1,234,567.89", "1234567.89"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("0.500", "0.500"),
        ("2500,125", "2500.125"),
        ("1.234,567", "1234.567"),
        ("-5", "-5"),
        ("\u2212 2.500,00", "-2500.00"),
        ("\u20132,500.00", "-2500.00"),
        ("€ -2.500,-", "-2500.00"),
        ("-€ 2500,50", "-2500.50"),
        ("(2.500,00)", "-2500.00"),
        ("(€ 1,234,567)", "-1234567"),
        ("€ (12)", "-12"),
    ],
)
def test_reads_what_can_mean_one_amount_only(typed: str, plain: str, language: Language) -> None:
    assert plain_amount(typed, language) == plain


@pytest.mark.parametrize(
    ("typed", "language", "plain"),
    [
        ("2.500", "nl", "2500"),
        ("2,500", "en", "2500"),
        ("2.500", "en", None),
        ("2,500", "nl", None),
        ("-2.500", "nl", "-2500"),
        ("(2,500)", "en", "-2500"),
        ("(2.500)", "en", None),
        ("100.1250", "en", "100.125"),
        ("100,1250", "nl", "100.125"),
        ("-1.234,1250", "nl", "-1234.125"),
        ("100.1251", "en", "100.1251"),
        ("100.12500", "en", "100.12500"),
        ("-2,500", "nl", None),
    ],
)
def test_a_mark_before_three_digits_is_the_languages_for_thousands_or_asked_about(
    typed: str, language: Language, plain: str | None
) -> None:
    assert plain_amount(typed, language) == plain


@pytest.mark.parametrize("typed", ["--5", "(-5)", "((5))", "(5", "5)", "()", "-", "5-", "(abc)"])
def test_leaves_a_sign_that_means_nothing_to_be_refused(typed: str) -> None:
    assert plain_amount(typed, "en") == typed


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3", "1,23.4", "1234,567.00", "5.", ".5", "\u0663", "2500 EUR"])
def test_leaves_what_is_no_amount_to_be_refused(typed: str) -> None:
    assert plain_amount(typed, "en") == typed


@given(st.text(st.sampled_from("0123456789.,-()"), max_size=12))
def test_never_means_one_amount_in_one_language_and_another_in_the_other(typed: str) -> None:
    english, dutch = plain_amount(typed, "en"), plain_amount(typed, "nl")
    assert english == dutch or None in (english, dutch)
