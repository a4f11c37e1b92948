"""What was typed, read as a credit-check application."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.credit_application import CreditApplication, Doubt
from shared.domain.lifecycle import State
from shared.domain.typed_application import AMOUNTS, FIELDS, CreditForm, TypedApplication, read_application
from tests.builders import a_case, a_policy

TYPED = {
    "legal_name": "Contoso B.V.",
    "registration_number": "33031431",
    "tax_id": "NL004495445B01",
    "years_in_business": "12",
    "currency": "EUR",
    "figures_year": "2025",
    "total_assets": "2.600.000,00",
    "current_assets": "€ 1.500.000,-",
    "equity": "(1.100.000)",
    "retained_earnings": "-700.000,50",
    "current_liabilities": "800 000",
    "annual_revenue": "5200000",
    "operating_result": "\N{MINUS SIGN}420000",
    "limit_amount": "2.500",
    "limit_currency": "EUR",
    "bank_reference": "Contoso Bank",
}
LINES = ("legal_name", "registration_number", "tax_id", "bank_reference")
FROM_ZERO = ("total_assets", "current_assets", "current_liabilities", "annual_revenue")
BOOK = (*FROM_ZERO, "equity", "retained_earnings", "operating_result")
WRONG = [
    *((name, "", "missing") for name in ("legal_name", "registration_number", "currency")),
    *((name, "", "missing") for name in ("limit_amount", "limit_currency")),
    *((name, "\u00a0", "missing") for name in ("legal_name", "registration_number", "currency")),
    *((name, "x" * 201, "string_too_long") for name in LINES),
    *((name, "a\u0007b", "value_error") for name in LINES),
    *((name, "a\u200bb", "value_error") for name in LINES),
    ("currency", "euro", "currency_code"),
    ("limit_currency", "XXX", "currency_code"),
    *((name, typed, "whole_number") for name in ("years_in_business", "figures_year") for typed in ("1,5", "-1", "x")),
    ("years_in_business", "2012", "less_than_equal"),
    ("figures_year", "25", "greater_than_equal"),
    ("figures_year", "20255", "less_than_equal"),
    ("figures_year", "1" * 5000, "whole_number"),
    *((name, "much", "amount") for name in AMOUNTS),
    *((name, "2,500", "ambiguous_amount") for name in AMOUNTS),
    *((name, "0,12345", "decimal_max_places") for name in AMOUNTS),
    *((name, "9" * 40, "decimal_max_digits") for name in AMOUNTS),
    *((name, "1234,123", "too_many_decimals") for name in AMOUNTS),
    *((name, "9" * 19, "decimal_whole_digits") for name in BOOK),
    ("limit_amount", "9" * 14, "decimal_whole_digits"),
    *((name, typed, "below_zero") for name in (*FROM_ZERO, "limit_amount") for typed in ("-5", "(5,00)")),
    ("limit_amount", "0", "greater_than"),
]
"""Everything that can be wrong with a field as the model sees it."""


def test_every_field_of_an_application_is_asked_for() -> None:
    asked = {path[0] for path in FIELDS.values()}
    assert asked == {info.alias for info in CreditApplication.model_fields.values()}


def test_reads_what_was_typed_as_the_language_writes_it() -> None:
    typed = read_application(TYPED, "nl")
    assert (typed.mistakes, typed.application is not None) == ({}, True)
    own = typed.application
    assert own is not None
    assert (own.total_assets, own.current_assets) == (Decimal(2600000), Decimal(1500000))
    assert (own.equity, own.retained_earnings) == (Decimal(-1100000), Decimal("-700000.50"))
    assert (own.operating_result, own.requested_limit.amount) == (Decimal(-420000), Decimal(2500))
    assert (own.years_in_business, own.figures_year, own.legal_name) == (12, 2025, "Contoso B.V.")


def test_what_was_left_out_is_no_mistake() -> None:
    needed = ("legal_name", "registration_number", "currency", "limit_amount", "limit_currency")
    typed = read_application({name: TYPED[name] if name in needed else "" for name in FIELDS}, "nl")
    assert typed.application is not None
    assert len(typed.application.missing) == 8


@pytest.mark.parametrize(("name", "text", "code"), WRONG)
def test_tells_what_is_wrong_with_a_field(name: str, text: str, code: str) -> None:
    typed = read_application({**TYPED, name: text}, "nl")
    assert {field: mistake.code for field, mistake in typed.mistakes.items()} == {name: code}
    assert (typed.application, typed.values[name]) == (None, text)


def test_takes_a_field_of_spaces_only_as_left_out() -> None:
    typed = read_application({**TYPED, "tax_id": "\u00a0", "total_assets": " "}, "nl")
    assert typed.application is not None
    assert (typed.application.tax_id, typed.application.total_assets) == (None, None)


def test_says_what_the_mistakes_of_amounts_speak_of() -> None:
    mistakes = read_application({**TYPED, "limit_amount": "2,500", "total_assets": "-1"}, "nl").mistakes
    assert mistakes["limit_amount"].details == {"typed": "2,500"}
    assert mistakes["total_assets"].words == "must be 0 or more"


def test_tells_everything_that_is_wrong_at_once_in_the_order_of_the_page() -> None:
    typed = read_application({"limit_amount": "2,500", "total_assets": "-1", "figures_year": "x"}, "nl")
    assert [*typed.mistakes] == [
        *("legal_name", "registration_number", "currency"),
        *("figures_year", "total_assets", "limit_amount", "limit_currency"),
    ]


@given(st.dictionaries(st.sampled_from([*FIELDS]), st.text(max_size=12), max_size=5))
def test_whatever_is_typed_is_read_or_told_of(changes: dict[str, str]) -> None:
    typed = read_application({**TYPED, **changes}, "en")
    assert (typed.application is None) is bool(typed.mistakes)


def a_credit_form(language: str = "nl", **changes: str) -> CreditForm:
    typed = read_application({**TYPED, **changes}, "nl" if language == "nl" else "en")
    case = a_case(State.CREDIT_APPLICATION_DUE)
    return CreditForm(case, typed, a_policy().credit.assessment, date(2026, 11, 23))


def test_a_form_tells_what_is_doubtful_once_it_can_be_read() -> None:
    assert Doubt.LIMIT_ABOVE_REQUEST in {doubt.code for doubt in a_credit_form(limit_amount="3000").doubts}
    assert Doubt.LIMIT_ABOVE_REQUEST not in {doubt.code for doubt in a_credit_form().doubts}
    assert a_credit_form(limit_amount="much").doubts == ()
    assert CreditForm(a_case(), TypedApplication({}), a_policy().credit.assessment, date(2026, 11, 23)).doubts == ()
