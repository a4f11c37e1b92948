from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain import reading
from shared.domain.credit_application import (
    REMARKS,
    CreditApplication,
    Doubt,
    Figure,
    PlausibilityFinding,
    Submitted,
    doubts_about,
    year_problem,
)
from shared.domain.door import AT_THE_DOOR
from shared.domain.model import Money
from tests.builders import a_policy, money

TODAY = date(2026, 11, 2)
SIGNED = ["equity", "retained_earnings", "operating_result"]
UNSIGNED = ["annual_revenue", "total_assets", "current_assets", "current_liabilities"]


def an_application(**changes: Any) -> CreditApplication:
    """A sound company's application, about which nothing is doubtful."""
    complete: dict[str, Any] = {
        "legal_name": "Contoso B.V.",
        "registration_number": "12345678",
        "years_in_business": 10,
        "currency": "EUR",
        "figures_year": 2025,
        "annual_revenue": "1200000",
        "total_assets": "1000000",
        "equity": "400000",
        "current_assets": "500000",
        "current_liabilities": "300000",
        "retained_earnings": "250000",
        "operating_result": "100000",
        "requested_limit": money("50000"),
    }
    return CreditApplication.model_validate(complete | changes)


def _doubts(**changes: Any) -> tuple[PlausibilityFinding, ...]:
    """The doubts about the application with these changes, `today`, in a request in the currency `needed`."""
    today, currency = changes.pop("today", TODAY), changes.pop("needed", "EUR")
    needed = Money(amount=Decimal(50000), currency=currency)
    return doubts_about(Submitted(an_application(**changes), needed, today, a_policy().credit.assessment))


def _refused(**changes: Any) -> dict[tuple[int | str, ...], str]:
    with pytest.raises(ValidationError) as refused:
        an_application(**changes)
    return {error["loc"]: error["msg"] for error in refused.value.errors()}


def test_finds_nothing_doubtful_about_a_sound_company() -> None:
    assert _doubts() == ()


def test_takes_an_application_without_a_single_figure() -> None:
    empty = an_application(**dict.fromkeys(Figure), years_in_business=None)
    assert empty.missing == tuple(Figure)
    assert empty.total_liabilities is None
    assert _doubts(**dict.fromkeys(Figure), years_in_business=None) == ()


@pytest.mark.parametrize("figure", Figure)
def test_names_the_figure_that_is_missing(figure: Figure) -> None:
    assert an_application(**{figure: None}).missing == (figure,)
    assert an_application().missing == ()


@pytest.mark.parametrize("field", UNSIGNED)
def test_refuses_a_figure_that_cannot_be_negative(field: str) -> None:
    assert _refused(**{field: "-0.01"}) == {(field,): "Input should be greater than or equal to 0"}


@pytest.mark.parametrize("field", SIGNED)
def test_takes_losses(field: str) -> None:
    assert getattr(an_application(**{field: "-0.01"}), field) == Decimal("-0.01")


@pytest.mark.parametrize("field", UNSIGNED + SIGNED)
@pytest.mark.parametrize("amount", ["0.00001", "NaN", "-Infinity", "1E+18", "1E+400000000", "many", True])
def test_refuses_a_figure_that_no_books_show(field: str, amount: object) -> None:
    assert set(_refused(**{field: amount})) == {(field,)}


@pytest.mark.parametrize(("amount", "kept"), [("7", "7.00"), ("7.25", "7.25"), ("7.2500", "7.2500"), ("-7.1", "-7.10")])
def test_writes_every_amount_to_the_cent_at_least(amount: str, kept: str) -> None:
    assert str(an_application(equity=amount).equity) == kept


@pytest.mark.parametrize("field", UNSIGNED)
def test_asks_at_the_door_to_leave_out_a_minus(field: str) -> None:
    with pytest.raises(ValidationError, match="leave out the minus") as refused:
        CreditApplication.model_validate(an_application().model_dump() | {field: "-0.01"}, context=AT_THE_DOOR)
    assert [error["loc"] for error in refused.value.errors()] == [(field,)]


@pytest.mark.parametrize("field", SIGNED)
def test_takes_losses_at_the_door(field: str) -> None:
    document = an_application().model_dump(mode="json") | {field: "-7.1"}
    assert getattr(CreditApplication.model_validate(document, context=AT_THE_DOOR), field) == Decimal("-7.1")


@pytest.mark.parametrize("field", UNSIGNED + SIGNED)
def test_says_in_its_schema_how_large_a_figure_can_be(field: str) -> None:
    own = CreditApplication.model_json_schema(by_alias=False)["properties"][field]["anyOf"]
    assert own[:2] == reading.amount_schema(18, 4, signed=field in SIGNED)["anyOf"]


@pytest.mark.parametrize("zero", ["-0", "0E+1000000", "0.0", "-0.00"])
def test_writes_every_zero_the_same_way(zero: str) -> None:
    assert str(an_application(equity=zero).equity) == "0.00"


def test_writes_no_minus_before_nothing_however_fine_it_is() -> None:
    assert str(an_application(equity="-0.0000").equity) == "0.0000"


@pytest.mark.parametrize("amount", ["0", "0.00"])
def test_refuses_a_request_for_no_limit(amount: str) -> None:
    assert "more than 0" in _refused(requested_limit=money(amount))["requested_limit", "amount"]


@pytest.mark.parametrize(
    "changes", [{"figures_year": 1899}, {"figures_year": 3000}, {"years_in_business": -1}, {"years_in_business": 2001}]
)
def test_refuses_a_number_of_years_that_can_only_be_mistyped(changes: dict[str, int]) -> None:
    assert {location for (location,) in _refused(**changes)} == set(changes)


@given(st.decimals(min_value=-(10**17), max_value=10**17, places=2))
def test_brings_figures_through_json_to_the_cent(amount: Decimal) -> None:
    application = an_application(equity=amount)
    assert CreditApplication.model_validate_json(application.model_dump_json(by_alias=True)) == application


@pytest.mark.parametrize("year", [None, 1900, 2025, 2026])
def test_takes_figures_of_this_year_or_before(year: int | None) -> None:
    assert year_problem(year, TODAY) is None


def test_refuses_figures_of_a_year_to_come() -> None:
    problem = year_problem(2027, TODAY)
    assert problem == "2027 has not begun yet: give the year in which the annual accounts ended"


CONTRADICTIONS = [
    (Doubt.CURRENT_ASSETS_ABOVE_TOTAL_ASSETS, "current_assets", "1000000"),
    (Doubt.CURRENT_LIABILITIES_ABOVE_TOTAL_LIABILITIES, "current_liabilities", "600000"),
    (Doubt.EQUITY_ABOVE_TOTAL_ASSETS, "equity", "1000000"),
    (Doubt.OPERATING_RESULT_ABOVE_REVENUE, "operating_result", "1200000"),
    (Doubt.RETAINED_EARNINGS_ABOVE_EQUITY, "retained_earnings", "400000"),
]


@pytest.mark.parametrize(("code", "field", "most"), CONTRADICTIONS)
def test_doubts_an_amount_from_the_first_cent_above_what_it_can_be(code: Doubt, field: str, most: str) -> None:
    above = {finding.code: finding for finding in _doubts(**{field: Decimal(most) + Decimal("0.01")})}
    assert code in above
    assert f"EUR {Decimal(most) + Decimal('0.01'):,.2f}" in above[code].words
    assert code not in {finding.code for finding in _doubts(**{field: most})}


def test_names_both_amounts_of_a_contradiction() -> None:
    (finding,) = _doubts(current_liabilities="600000.01")
    assert finding.words == (
        "The current liabilities (EUR 600,000.01) should not be above the total liabilities (EUR 600,000.00)."
    )


@pytest.mark.parametrize("missing", ["total_assets", "equity", "annual_revenue"])
def test_doubts_nothing_for_want_of_a_figure(missing: str) -> None:
    assert _doubts(**{missing: None}) == ()


def test_doubts_debts_only_once_where_equity_contradicts_the_assets() -> None:
    codes = [finding.code for finding in _doubts(equity="2000000")]
    assert codes == [Doubt.EQUITY_ABOVE_TOTAL_ASSETS]


@pytest.mark.parametrize(
    ("today", "stale"),
    [(date(2027, 6, 30), False), (date(2027, 7, 1), True), (date(2031, 1, 1), True), (date(2024, 12, 31), False)],
)
def test_finds_figures_stale_18_months_after_their_year(today: date, *, stale: bool) -> None:
    assert [finding.code for finding in _doubts(today=today)] == [Doubt.FIGURES_STALE] * stale


def test_finds_no_figures_stale_whose_year_is_unknown() -> None:
    assert _doubts(today=date(2031, 1, 1), figures_year=None) == ()


def test_doubts_figures_and_limits_in_another_currency_than_the_requests() -> None:
    assert [finding.code for finding in _doubts(currency="USD")] == [Doubt.FIGURES_IN_ANOTHER_CURRENCY]
    assert [finding.code for finding in _doubts(requested_limit=money("9", "USD"))] == [Doubt.LIMIT_IN_ANOTHER_CURRENCY]
    both = [Doubt.FIGURES_IN_ANOTHER_CURRENCY, Doubt.LIMIT_IN_ANOTHER_CURRENCY]
    assert [finding.code for finding in _doubts(needed="USD")] == both


def test_remarks_on_negative_equity() -> None:
    (finding,) = _doubts(equity="-0.01", retained_earnings="-1")
    assert (finding.code, finding.words) == (Doubt.NEGATIVE_EQUITY, "The equity is negative: EUR -0.01.")


def test_finds_no_equity_poor_but_not_negative() -> None:
    assert Doubt.NEGATIVE_EQUITY not in {finding.code for finding in _doubts(equity="0", retained_earnings="0")}


def test_doubts_debts_within_a_year_of_a_company_without_debts() -> None:
    codes = [finding.code for finding in _doubts(equity="1000000")]
    assert codes == [Doubt.CURRENT_LIABILITIES_ABOVE_TOTAL_LIABILITIES]


def test_remarks_on_a_limit_above_a_tenth_of_the_revenue() -> None:
    (finding,) = _doubts(annual_revenue="499999.99")
    assert finding.code is Doubt.LIMIT_HIGH_FOR_REVENUE
    assert finding.words.endswith("above 10.0% of the annual revenue (EUR 499,999.99).")
    assert _doubts(annual_revenue="500000.00") == ()


def test_remarks_on_a_limit_above_what_the_request_asks_for() -> None:
    (finding,) = _doubts(requested_limit=money("50000.01"))
    assert finding.code is Doubt.LIMIT_ABOVE_REQUEST
    assert "(EUR 50,000.01) is above the credit that the request asks for (EUR 50,000.00)" in finding.words


@pytest.mark.parametrize(("years", "new"), [(0, True), (1, True), (2, False), (None, False)])
def test_remarks_on_a_company_younger_than_two_years(years: int | None, *, new: bool) -> None:
    assert [finding.code for finding in _doubts(years_in_business=years)] == [Doubt.NEW_COMPANY] * new


def test_says_which_doubts_must_be_cleared_up() -> None:
    findings = (
        *_doubts(
            today=date(2031, 1, 1),
            needed="USD",
            current_assets="9E9",
            current_liabilities="9E9",
            operating_result="9E9",
        ),
        *_doubts(equity="-1", years_in_business=0, requested_limit=money("9E9")),
        *_doubts(equity="9E9"),
    )
    assert {finding.code for finding in findings} == set(Doubt), "every doubt is raised once"
    assert all(finding.blocks is (finding.code not in REMARKS) for finding in findings)
    assert all(finding.words.endswith(".") for finding in findings)
