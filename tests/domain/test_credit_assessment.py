from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.credit_application import CreditApplication, Figure
from shared.domain.credit_assessment import Assessment, Band, RatioName, Recommendation, assess_application
from shared.domain.model import Money, too_fine
from shared.domain.policy import AssessmentTerms
from tests.builders import a_policy, money

TODAY = date(2026, 11, 2)
TERMS = a_policy().credit.assessment
SAFE, DISTRESS = Fraction("2.6"), Fraction("1.1")
ZERO = dict.fromkeys([figure for figure in Figure if figure is not Figure.FIGURES_YEAR], "0")

# Halves of a cent and whole zones are common with few digits, rounding shows with many.
AMOUNTS = st.decimals(-(10**17), 10**17, places=2) | st.integers(-20, 20).map(Decimal)


def an_application(**changes: Any) -> CreditApplication:
    """A company with the figures of `test_scores_a_company_worked_out_by_hand`."""
    complete: dict[str, Any] = {
        "legal_name": "Contoso B.V.",
        "registration_number": "12345678",
        "currency": "EUR",
        "figures_year": 2025,
        "annual_revenue": "1200000",
        "total_assets": "1000000",
        "equity": "500000",
        "current_assets": "500000",
        "current_liabilities": "300000",
        "retained_earnings": "250000",
        "operating_result": "100000",
        "requested_limit": money("50000"),
    }
    return CreditApplication.model_validate(complete | changes)


def assessed(application: CreditApplication) -> Assessment:
    return assess_application(application, Money(amount=Decimal(50000), currency="EUR"), TODAY, TERMS)


def assess(**changes: Any) -> Assessment:
    return assessed(an_application(**changes))


@st.composite
def sheets(draw: st.DrawFn) -> dict[str, Decimal]:
    """Figures of a company with assets and debts, sound or not."""
    signed = {name: draw(AMOUNTS) for name in ("equity", "retained_earnings", "operating_result")}
    unsigned = {name: abs(draw(AMOUNTS)) for name in ("total_assets", "current_assets", "current_liabilities")}
    assume(unsigned["total_assets"] > max(signed["equity"], Decimal(0)))
    return signed | unsigned


def exact_score(sheet: dict[str, Decimal]) -> Fraction:
    """The published formula in fractions, written down a second time."""
    own = {name: Fraction(amount) for name, amount in sheet.items()}
    assets = own["total_assets"]
    x1 = (own["current_assets"] - own["current_liabilities"]) / assets
    x2, x3 = own["retained_earnings"] / assets, own["operating_result"] / assets
    x4 = own["equity"] / (assets - own["equity"])
    return Fraction("6.56") * x1 + Fraction("3.26") * x2 + Fraction("6.72") * x3 + Fraction("1.05") * x4


def exact_band(score: Fraction) -> Band:
    if score > SAFE:
        return Band.SAFE
    return Band.DISTRESS if score < DISTRESS else Band.GREY


def test_scores_a_company_worked_out_by_hand() -> None:
    """6.56 * 0.2 + 3.26 * 0.25 + 6.72 * 0.1 + 1.05 * 1 = 1.312 + 0.815 + 0.672 + 1.05 = 3.849."""
    assessment = assess()
    assert (assessment.score, assessment.band) == (Decimal("3.85"), Band.SAFE)
    assert [str(driver.value) for driver in assessment.drivers] == ["0.2000", "0.2500", "0.1000", "1.0000"]
    assert [str(driver.contribution) for driver in assessment.drivers] == ["1.3120", "0.8150", "0.6720", "1.0500"]
    assert [driver.name for driver in assessment.drivers] == list(RatioName)


@given(sheets())
def test_scores_as_the_formula_in_fractions(sheet: dict[str, Decimal]) -> None:
    score = exact_score(sheet)
    assessment = assess(**sheet)
    assert assessment.score is not None
    assert abs(Fraction(assessment.score) - score) <= Fraction("0.005")
    assert assessment.score.as_tuple().exponent == -2
    assert assessment.band is exact_band(score)


@given(sheets())
def test_explains_the_whole_score_by_its_drivers(sheet: dict[str, Decimal]) -> None:
    drivers = assess(**sheet).drivers
    total = sum(Fraction(driver.contribution) for driver in drivers)
    assert abs(total - exact_score(sheet)) <= 4 * Fraction("0.00005")


@given(sheets(), st.decimals(0, 10**16, places=2))
def test_never_scores_lower_for_a_higher_operating_result(sheet: dict[str, Decimal], more: Decimal) -> None:
    better = sheet | {"operating_result": min(sheet["operating_result"] + more, Decimal(10**17))}
    low, high = assess(**sheet).score, assess(**better).score
    assert low is not None
    assert high is not None
    assert low <= high


@given(sheets(), st.sampled_from([2, 3, 7]))
def test_scores_alike_whatever_the_unit_of_the_figures(sheet: dict[str, Decimal], times: int) -> None:
    scaled = {name: amount * times for name, amount in sheet.items()}
    assert [(d.value, d.contribution) for d in assess(**sheet).drivers] == [
        (d.value, d.contribution) for d in assess(**scaled).drivers
    ]
    assert assess(**sheet).band is assess(**scaled).band


@pytest.mark.parametrize(
    ("result", "score", "band"),
    [
        # Without other figures but equity = debts, the score is 6.72 EBIT / assets + 1.05.
        ("15500", "2.60", Band.GREY),
        ("15500.01", "2.60", Band.SAFE),
        ("500", "1.10", Band.GREY),
        ("499.99", "1.10", Band.DISTRESS),
    ],
)
def test_draws_its_zones_to_the_last_digit(result: str, score: str, band: Band) -> None:
    sheet = ZERO | {"total_assets": "67200", "equity": "33600", "operating_result": result, "annual_revenue": "90000"}
    assessment = assess(**sheet)
    assert (str(assessment.score), assessment.band) == (score, band)


@pytest.mark.parametrize(
    ("sheet", "score"),
    [
        ({"total_assets": "168", "equity": "165", "operating_result": "-1378.75"}, "2.60"),  # -55.15 + 57.75
        ({"total_assets": "21", "equity": "18", "operating_result": "-16.25"}, "1.10"),  # -5.2 + 6.3
    ],
)
def test_draws_its_zones_exactly_where_a_quotient_never_ends(sheet: dict[str, str], score: str) -> None:
    assessment = assess(**ZERO | sheet)
    assert (str(assessment.score), assessment.band) == (score, Band.GREY)


def test_rounds_halves_away_from_zero_and_knows_no_negative_zero() -> None:
    assert str(assess(**ZERO | {"total_assets": "672", "operating_result": "0.50"}).score) == "0.01"
    assert str(assess(**ZERO | {"total_assets": "672", "operating_result": "-0.50"}).score) == "-0.01"
    assert str(assess(**ZERO | {"total_assets": "672", "operating_result": "-0.49"}).score) == "0.00"


@given(sheets())
def test_says_of_each_driver_whether_it_helps(sheet: dict[str, Decimal]) -> None:
    words = {driver.name: driver.meaning for driver in assess(**sheet).drivers}
    capital = sheet["current_assets"] - sheet["current_liabilities"]
    assert words[RatioName.WORKING_CAPITAL].startswith("What is to be paid") is (capital < 0)
    assert words[RatioName.RETAINED_EARNINGS].startswith("The losses") is (sheet["retained_earnings"] < 0)
    assert ("lost" in words[RatioName.OPERATING_RESULT]) is (sheet["operating_result"] < 0)
    assert ("is gone" in words[RatioName.EQUITY]) is (sheet["equity"] < 0)
    assert all("%" in each and "{" not in each and "-" not in each for each in words.values())


def test_tells_shares_as_percentages() -> None:
    assert assess(equity="-250000").drivers[3].meaning.startswith("The owners' capital is gone: 20.0% of the debts")
    assert "by 20.0% of all assets" in assess().drivers[0].meaning


@given(st.dictionaries(st.sampled_from(list(ZERO)), st.none() | AMOUNTS.map(abs)), st.integers(1900, 2999), AMOUNTS)
def test_never_raises_and_never_advises_to_refuse(figures: dict[str, Any], year: int, equity: Decimal) -> None:
    assessment = assess(**{"equity": equity} | figures, figures_year=year)
    assert assessment.recommendation in {"approve", "approve_lower", "ask_information", "ask_security"}
    assert all(assessment.reasons)
    assert Assessment.model_validate_json(assessment.model_dump_json(by_alias=True)) == assessment


@given(st.dictionaries(st.sampled_from(list(ZERO)), AMOUNTS.map(abs)), st.decimals("0.01", 10**12, places=2))
def test_never_suggests_more_than_was_requested_or_nothing(figures: dict[str, Any], asked: Decimal) -> None:
    assessment = assess(**figures, requested_limit={"amount": asked, "currency": "EUR"})
    approving = {Recommendation.APPROVE, Recommendation.APPROVE_LOWER}
    assert (assessment.suggested_limit is not None) is (assessment.recommendation in approving)
    if assessment.suggested_limit:
        assert 0 < assessment.suggested_limit.amount <= asked


@pytest.mark.parametrize(
    ("total_assets", "equity"), [("0", "0"), ("0", "-1"), ("9", "9")], ids=["all zero", "no assets", "no debts"]
)
def test_has_no_score_where_it_would_divide_by_nothing(total_assets: str, equity: str) -> None:
    assessment = assess(**ZERO | {"total_assets": total_assets, "equity": equity})
    assert (assessment.score, assessment.band, assessment.drivers) == (None, Band.NOT_ASSESSABLE, ())
    assert assessment.recommendation is Recommendation.ASK_INFORMATION
    assert assessment.reasons == (
        "Without any assets or without any debts there is no score: ask for the annual accounts.",
    )


@pytest.mark.parametrize("figure", Figure)
def test_asks_for_a_missing_figure_by_name(figure: Figure) -> None:
    assessment = assess(**{figure: None})
    assert assessment.missing == (figure,)
    assert assessment.recommendation is Recommendation.ASK_INFORMATION
    assert f"missing: {figure.replace('_', ' ')}." in assessment.reasons[-1]
    has_score = figure in {Figure.FIGURES_YEAR, Figure.ANNUAL_REVENUE}
    assert (assessment.score is not None) is has_score


def test_asks_before_it_tells_a_limit_from_figures_that_contradict_each_other() -> None:
    assessment = assess(current_assets="2000000")
    assert assessment.recommendation is Recommendation.ASK_INFORMATION
    assert assessment.plausibility[0].words in assessment.reasons
    assert assessment.suggested_limit is None


def test_approves_in_full_in_spite_of_a_remark() -> None:
    assessment = assess(years_in_business=1)
    assert [finding.blocks for finding in assessment.plausibility] == [False]
    assert assessment.recommendation is Recommendation.APPROVE
    assert assessment.suggested_limit == Money(amount=Decimal(50000), currency="EUR")


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ({"annual_revenue": "240000", "requested_limit": money("20000.01")}, "20000.00"),  # a month of a safe company
        ({"annual_revenue": "110000"}, "9166.66"),  # rounded down to the cent
        (
            {"requested_limit": money("200000"), "annual_revenue": "9000000"},
            "100000.00",
        ),  # a fifth of a safe company's equity: 100,000
        ({"operating_result": "-100000", "annual_revenue": "240000"}, "10000.00"),  # half a month of a grey one
        (
            {"operating_result": "-100000", "equity": "400000", "retained_earnings": "0"},
            "40000.00",
        ),  # a tenth of its equity
    ],
)
def test_suggests_the_smallest_of_request_revenue_and_equity(changes: dict[str, Any], limit: str) -> None:
    assessment = assess(**changes)
    assert assessment.recommendation is Recommendation.APPROVE_LOWER
    assert assessment.suggested_limit == Money(amount=Decimal(limit), currency="EUR")
    assert f"EUR {Decimal(limit):,.2f}" in assessment.reasons[1]


@pytest.mark.parametrize(
    ("currency", "limit"), [("JPY", "9166"), ("EUR", "9166.66"), ("KWD", "9166.666"), ("XXX", "9166.66")]
)
def test_rounds_a_limit_down_to_what_its_currency_has(currency: str, limit: str) -> None:
    asked = Money(amount=Decimal(50000), currency=currency)
    application = an_application(currency=currency, annual_revenue="110000", requested_limit=asked)
    suggested = assess_application(application, asked, TODAY, TERMS).suggested_limit
    assert suggested == Money(amount=Decimal(limit), currency=currency)
    assert suggested is not None
    assert too_fine("amount", suggested.amount, currency) == ()


def test_says_in_full_what_its_advice_is_drawn_from() -> None:
    scored, formula, comes_to = assess().reasons
    assert scored == "The score is 3.85, in the safe zone (safe above 2.6, distress below 1.1)."
    assert formula == (
        "The limit is the smallest of: the requested limit, EUR 50,000.00; "
        "100.0% of a month's revenue, EUR 100,000.00; 20.0% of the equity, EUR 100,000.00."
    )
    assert comes_to == "The figures carry the limit asked for."


def test_says_in_full_why_it_advises_less() -> None:
    assert assess(annual_revenue="240000").reasons[2] == (
        "The figures carry EUR 20,000.00, which is less than the EUR 50,000.00 asked for."
    )
    assert assess(operating_result="-400000").reasons[1:] == (
        "Figures in this zone carry no credit without a security.",
    )
    assert (
        assess(annual_revenue="0", operating_result="0").reasons[2] == "That leaves nothing to lend without a security."
    )


def test_says_in_full_what_it_asks_for() -> None:
    assert assess(equity=None, figures_year=None).reasons == (
        "Ask for what is missing: figures year, equity. If the company has no such figures, a security can stand in.",
    )
    assert assess(current_assets="2000000").reasons[1] == (
        "Ask for an explanation or better figures, before any limit is told from these."
    )


def test_asks_a_security_of_a_company_in_distress() -> None:
    assessment = assess(operating_result="-400000")
    assert (assessment.band, assessment.recommendation) == (Band.DISTRESS, Recommendation.ASK_SECURITY)
    assert assessment.suggested_limit is None
    assert "distress zone" in assessment.reasons[0]


@pytest.mark.parametrize("changes", [{"annual_revenue": "0"}, {"equity": "-100000"}])
def test_asks_a_security_where_the_formula_leaves_nothing(changes: dict[str, str]) -> None:
    assessment = assess(**{"operating_result": "0", "current_liabilities": "0"} | changes)
    assert assessment.band is Band.SAFE
    assert assessment.recommendation is Recommendation.ASK_SECURITY
    assert "leaves nothing to lend" in assessment.reasons[-1]


def test_names_its_source_and_says_what_is_illustrative() -> None:
    assessment = assess()
    assert "E. I. Altman" in assessment.source
    assert "(July 2000)" in assessment.source
    assert assessment.illustrative is TERMS.illustrative is True
    own = TERMS.model_copy(update={"illustrative": False})
    needed = Money(amount=Decimal(1), currency="EUR")
    assert not assess_application(an_application(), needed, TODAY, own).illustrative


@pytest.mark.parametrize("share", ["-0.01", "NaN", "0.00001", "1000"])
def test_refuses_terms_whose_shares_are_none(share: str) -> None:
    document = TERMS.model_dump() | {"remark_above_revenue_share": share}
    with pytest.raises(ValidationError, match="remark"):
        AssessmentTerms.model_validate(document, by_name=True)


def test_lends_a_safe_company_no_less_than_a_grey_one() -> None:
    assert TERMS.safe.of_equity >= TERMS.grey.of_equity
    assert TERMS.safe.of_monthly_revenue >= TERMS.grey.of_monthly_revenue
