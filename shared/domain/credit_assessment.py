"""What a credit application's figures say: a score that explains itself, doubts, and advice for a credit officer.

The advice is never a refusal: that is a person's decision. Nothing in here is for the applicant's eyes.

The score is Altman's Z'' for private firms that do not manufacture, Z'' = 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4, with
its zones: safe above 2.6, distress below 1.1, grey from 1.1 to 2.6. Source: E. I. Altman, "Predicting Financial
Distress of Companies: Revisiting the Z-Score and ZETA Models", July 2000. The same paper's variant for bonds of
emerging markets adds a constant of 3.25 and has other zones; a mixture of the two would call almost everybody safe.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import Final

from shared.domain.credit_application import CreditApplication, Figure, PlausibilityFinding, Submitted, doubts_about
from shared.domain.iso_codes import minor_units
from shared.domain.model import Model, Money, decimals_of, written
from shared.domain.policy import AssessmentTerms

METHOD: Final = "Altman Z''-score for private firms that do not manufacture (four ratios, no constant)"
SOURCE: Final = (
    "E. I. Altman, Predicting Financial Distress of Companies: Revisiting the Z-Score and ZETA Models (July 2000)"
)

SAFE_ABOVE: Final = Decimal("2.6")
DISTRESS_BELOW: Final = Decimal("1.1")

# Products of two book amounts (20 digits each), a weight and a sum are exact well within this precision, so that a
# quotient is rounded once: no company falls into a wrong zone by rounding.
_EXACT: Final = Context(prec=100, rounding=ROUND_HALF_UP)
_CENT: Final = Decimal("0.01")
_FOUR_PLACES: Final = Decimal("0.0001")
_MONTHS_A_YEAR: Final = 12


class Band(StrEnum):
    """The zone of a score."""

    SAFE = "safe"
    GREY = "grey"
    DISTRESS = "distress"
    NOT_ASSESSABLE = "not_assessable"


class Recommendation(StrEnum):
    """What an officer is advised to do."""

    APPROVE = "approve"
    APPROVE_LOWER = "approve_lower"
    ASK_INFORMATION = "ask_information"
    ASK_SECURITY = "ask_security"


class RatioName(StrEnum):
    """The ratios of the score, X1 to X4."""

    WORKING_CAPITAL = "working_capital_to_total_assets"
    RETAINED_EARNINGS = "retained_earnings_to_total_assets"
    OPERATING_RESULT = "operating_result_to_total_assets"
    EQUITY = "equity_to_total_liabilities"


class Driver(Model):
    """One ratio's part in the score. Value and contribution are rounded to 4 decimals, halves away from 0."""

    name: RatioName
    value: Decimal
    weight: Decimal
    contribution: Decimal
    meaning: str


class Assessment(Model):
    """What the figures say.

    `score` has 2 decimals; the band is that of the score before it was rounded. `illustrative` says that the limit and
    the remarks follow this service's own figures, not published ones; `source` is that of the score alone.
    """

    score: Decimal | None = None
    band: Band
    missing: tuple[Figure, ...] = ()
    drivers: tuple[Driver, ...] = ()
    plausibility: tuple[PlausibilityFinding, ...] = ()
    recommendation: Recommendation
    reasons: tuple[str, ...]
    suggested_limit: Money | None = None
    method: str = METHOD
    source: str = SOURCE
    illustrative: bool


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The figures of the score, all there; total assets and total liabilities are above 0."""

    total_assets: Decimal
    total_liabilities: Decimal
    working_capital: Decimal
    retained_earnings: Decimal
    operating_result: Decimal
    equity: Decimal


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A ratio of the score, and what it means from 0 up and below 0; {share} is its size as a percentage."""

    name: RatioName
    weight: Decimal
    part: Callable[[_Sheet], Decimal]
    whole: Callable[[_Sheet], Decimal]
    good: str
    bad: str


_RATIOS: Final = (
    _Ratio(
        RatioName.WORKING_CAPITAL,
        Decimal("6.56"),
        lambda sheet: sheet.working_capital,
        lambda sheet: sheet.total_assets,
        "What turns into cash within a year exceeds what is to be paid within it, by {share} of all assets.",
        "What is to be paid within a year exceeds what turns into cash within it, by {share} of all assets.",
    ),
    _Ratio(
        RatioName.RETAINED_EARNINGS,
        Decimal("3.26"),
        lambda sheet: sheet.retained_earnings,
        lambda sheet: sheet.total_assets,
        "Profits of all years that stayed in the company paid for {share} of its assets.",
        "The losses of all years come to {share} of the assets.",
    ),
    _Ratio(
        RatioName.OPERATING_RESULT,
        Decimal("6.72"),
        lambda sheet: sheet.operating_result,
        lambda sheet: sheet.total_assets,
        "Before interest and taxes, the year's business earned {share} of the assets.",
        "Before interest and taxes, the year's business lost {share} of the assets.",
    ),
    _Ratio(
        RatioName.EQUITY,
        Decimal("1.05"),
        lambda sheet: sheet.equity,
        lambda sheet: sheet.total_liabilities,
        "The owners' capital comes to {share} of the debts.",
        "The owners' capital is gone: {share} of the debts are not covered by assets.",
    ),
)


def assess_application(
    application: CreditApplication, needed: Money, today: date, terms: AssessmentTerms
) -> Assessment:
    """Weigh an application whose request needs that much credit. Never raises, and never advises to refuse."""
    doubts = doubts_about(Submitted(application, needed, today, terms))
    with localcontext(_EXACT):
        sheet = _sheet_of(application)
        band = _band(sheet)
        ceilings = _ceilings(application, band, terms)
        advice = _advice(_Weighed(application, doubts, band, ceilings))
        return Assessment(
            score=_score(sheet) if sheet else None,
            band=band,
            missing=application.missing,
            drivers=tuple(_driver(ratio, sheet) for ratio in _RATIOS) if sheet else (),
            plausibility=doubts,
            recommendation=advice.recommendation,
            reasons=(*_scored(sheet, band), *advice.reasons),
            suggested_limit=advice.limit,
            illustrative=terms.illustrative,
        )


def _sheet_of(application: CreditApplication) -> _Sheet | None:
    """The figures of the score, or None where one is missing or a ratio would divide by nothing."""
    needed = set(Figure) - {Figure.FIGURES_YEAR, Figure.ANNUAL_REVENUE}
    if needed & set(application.missing) or not (application.total_assets and application.total_liabilities):
        return None
    known: dict[Figure, Decimal] = {figure: getattr(application, figure) for figure in needed}
    return _Sheet(
        total_assets=application.total_assets,
        total_liabilities=application.total_liabilities,
        working_capital=known[Figure.CURRENT_ASSETS] - known[Figure.CURRENT_LIABILITIES],
        retained_earnings=known[Figure.RETAINED_EARNINGS],
        operating_result=known[Figure.OPERATING_RESULT],
        equity=known[Figure.EQUITY],
    )


def _score_fraction(sheet: _Sheet) -> tuple[Decimal, Decimal]:
    """The exact score over one common denominator, which is above 0."""
    whole = sheet.total_assets * sheet.total_liabilities
    parts = (ratio.weight * ratio.part(sheet) * (whole / ratio.whole(sheet)) for ratio in _RATIOS)
    return sum(parts, Decimal(0)), whole


def _score(sheet: _Sheet) -> Decimal:
    part, whole = _score_fraction(sheet)
    return _rounded(part / whole, _CENT)


def _rounded(value: Decimal, to: Decimal) -> Decimal:
    return value.quantize(to) + 0  # adding 0 turns "-0.00" into "0.00"


def _band(sheet: _Sheet | None) -> Band:
    if sheet is None:
        return Band.NOT_ASSESSABLE
    part, whole = _score_fraction(sheet)
    if part > SAFE_ABOVE * whole:
        return Band.SAFE
    return Band.DISTRESS if part < DISTRESS_BELOW * whole else Band.GREY


def _driver(ratio: _Ratio, sheet: _Sheet) -> Driver:
    part, whole = ratio.part(sheet), ratio.whole(sheet)
    meaning = ratio.good if part >= 0 else ratio.bad
    return Driver(
        name=ratio.name,
        value=_rounded(part / whole, _FOUR_PLACES),
        weight=ratio.weight,
        contribution=_rounded(ratio.weight * part / whole, _FOUR_PLACES),
        meaning=meaning.format(share=_percent(abs(part) / whole)),
    )


def _percent(share: Decimal) -> str:
    return f"{share:,.1%}"


@dataclass(frozen=True, slots=True)
class _Ceiling:
    """One of the amounts of which the smallest is suggested, and what it is."""

    amount: Decimal
    what: str


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What the advice is drawn from; without ceilings, no limit can be suggested."""

    application: CreditApplication
    doubts: tuple[PlausibilityFinding, ...]
    band: Band
    ceilings: tuple[_Ceiling, ...]


@dataclass(frozen=True, slots=True)
class _Advice:
    recommendation: Recommendation
    reasons: tuple[str, ...]
    limit: Money | None = None


def _scored(sheet: _Sheet | None, band: Band) -> tuple[str, ...]:
    if sheet is None:
        return ()
    zones = f"safe above {SAFE_ABOVE}, distress below {DISTRESS_BELOW}"
    return (f"The score is {_score(sheet)}, in the {band} zone ({zones}).",)


def _ceilings(application: CreditApplication, band: Band, terms: AssessmentTerms) -> tuple[_Ceiling, ...]:
    """The requested limit, and the band's shares of a month's revenue and of the equity, none below 0."""
    of_band = {Band.SAFE: terms.safe, Band.GREY: terms.grey}.get(band)
    revenue, equity = application.annual_revenue, application.equity
    if of_band is None or revenue is None or equity is None:
        return ()
    limit, monthly = application.requested_limit, of_band.of_monthly_revenue * revenue / _MONTHS_A_YEAR
    return (
        _Ceiling(limit.amount, "the requested limit"),
        _Ceiling(_down(monthly, limit.currency), f"{_percent(of_band.of_monthly_revenue)} of a month's revenue"),
        _Ceiling(_down(of_band.of_equity * equity, limit.currency), f"{_percent(of_band.of_equity)} of the equity"),
    )


def _down(amount: Decimal, currency: str) -> Decimal:
    """An amount that can be granted: no more decimals than its currency has."""
    smallest = Decimal(1).scaleb(-minor_units().get(currency, decimals_of(_CENT)))
    return max(amount, Decimal(0)).quantize(smallest, rounding=ROUND_DOWN)


def _advice(weighed: _Weighed) -> _Advice:
    """Questions come first, then a security, then a limit."""
    if questions := _questions(weighed):
        return _Advice(Recommendation.ASK_INFORMATION, questions)
    if weighed.band is Band.DISTRESS:
        return _Advice(Recommendation.ASK_SECURITY, ("Figures in this zone carry no credit without a security.",))
    return _limit_advice(weighed)


def _questions(weighed: _Weighed) -> tuple[str, ...]:
    """Why the applicant must be asked before the figures can be weighed."""
    if missing := weighed.application.missing:
        names = ", ".join(figure.replace("_", " ") for figure in missing)
        return (f"Ask for what is missing: {names}. If the company has no such figures, a security can stand in.",)
    if blocking := tuple(doubt.words for doubt in weighed.doubts if doubt.blocks):
        return ("Ask for an explanation or better figures, before any limit is told from these.", *blocking)
    if weighed.band is Band.NOT_ASSESSABLE:
        return ("Without any assets or without any debts there is no score: ask for the annual accounts.",)
    return ()


def _limit_advice(weighed: _Weighed) -> _Advice:
    asked = weighed.application.requested_limit
    smallest = min(ceiling.amount for ceiling in weighed.ceilings)
    parts = "; ".join(f"{each.what}, {asked.currency} {written(each.amount)}" for each in weighed.ceilings)
    formula = f"The limit is the smallest of: {parts}."
    if smallest == 0:
        return _Advice(Recommendation.ASK_SECURITY, (formula, "That leaves nothing to lend without a security."))
    limit = Money(amount=smallest, currency=asked.currency)
    if smallest < asked.amount:
        reason = f"The figures carry {limit}, which is less than the {asked} asked for."
        return _Advice(Recommendation.APPROVE_LOWER, (formula, reason), limit)
    return _Advice(Recommendation.APPROVE, (formula, "The figures carry the limit asked for."), limit)
