"""The credit application: what a credit desk needs to know of a company, and what is doubtful about what it says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic.alias_generators import to_camel

from shared.domain import reading
from shared.domain.door import Door, is_at_the_door, wrong_members
from shared.domain.model import (
    MOST_DECIMALS,
    CurrencyCode,
    Line,
    Model,
    Money,
    PositiveMoney,
    decimals_of,
    too_fine,
    written,
)
from shared.domain.policy import AssessmentTerms

_CENT: Final = Decimal("0.01")
_BOOK_DIGITS: Final = 18
_MONTHS: Final = 12


def _to_the_cent(amount: Decimal) -> Decimal:
    """One form for equal amounts: "-0" and "0E+9" are read, but neither is fit to be shown or stored."""
    return amount + 0 if decimals_of(amount) > decimals_of(_CENT) else amount.quantize(_CENT) + 0


def _door(*, signed: bool) -> Door:
    read = reading.amount if signed else reading.amount_from_zero
    return Door(read, lambda: reading.amount_schema(_BOOK_DIGITS, MOST_DECIMALS, signed=signed))


_BookAmount = Annotated[
    Decimal,
    Field(max_digits=_BOOK_DIGITS + MOST_DECIMALS, decimal_places=MOST_DECIMALS, allow_inf_nan=False),
    AfterValidator(_to_the_cent),
]
"""An amount of annual accounts, below 10^18: the largest companies in the smallest currency units fit."""

_Signed = Annotated[_BookAmount, _door(signed=True)]
_FromZero = Annotated[_BookAmount, Field(ge=0), _door(signed=False)]

_WHOLE: Final = Door(reading.whole_number)


class Figure(StrEnum):
    """The figures an assessment needs; each value is the name of its field in `CreditApplication`."""

    FIGURES_YEAR = "figures_year"
    ANNUAL_REVENUE = "annual_revenue"
    TOTAL_ASSETS = "total_assets"
    EQUITY = "equity"
    CURRENT_ASSETS = "current_assets"
    CURRENT_LIABILITIES = "current_liabilities"
    RETAINED_EARNINGS = "retained_earnings"
    OPERATING_RESULT = "operating_result"


class CreditApplication(Model):
    """What a company tells of itself. `currency` is that of the figures.

    Figures are those of one set of annual accounts, of the year in which it ended. The operating result is before
    interest and taxes (EBIT). A figure may be missing: the assessment says what follows. Whatever can be true is
    taken, and what is doubtful is the assessment's to remark on.
    """

    legal_name: Line = Field(description="As it is registered.", examples=["Contoso B.V."])
    registration_number: Line = Field(description="The number in the country's trade register.", examples=["33031431"])
    tax_id: Line | None = Field(default=None, description="VAT or tax number.", examples=["NL004495445B01"])
    years_in_business: Annotated[int, Field(ge=0, le=2000), _WHOLE] | None = Field(default=None, examples=[12])
    currency: CurrencyCode = Field(description="That of the figures; ISO 4217.", examples=["EUR"])
    figures_year: Annotated[int, Field(ge=1900, le=2999), _WHOLE] | None = Field(
        default=None, description="The year in which the annual accounts ended.", examples=[2025]
    )
    annual_revenue: _FromZero | None = Field(default=None, examples=["5200000.00"])
    total_assets: _FromZero | None = Field(default=None, examples=["2600000.00"])
    equity: _Signed | None = Field(default=None, description="Below 0 after losses.", examples=["1100000.00"])
    current_assets: _FromZero | None = Field(default=None, examples=["1500000.00"])
    current_liabilities: _FromZero | None = Field(
        default=None, description="Due within a year.", examples=["800000.00"]
    )
    retained_earnings: _Signed | None = Field(default=None, examples=["700000.00"])
    operating_result: _Signed | None = Field(
        default=None, description="Before interest and taxes (EBIT).", examples=["420000.00"]
    )
    bank_reference: Line | None = Field(
        default=None, description="Who at the company's bank can be asked.", examples=["Contoso Bank, Amsterdam"]
    )
    requested_limit: PositiveMoney = Field(description="The most that will be owed at any time.")

    @model_validator(mode="after")
    def _in_minor_units(self, info: ValidationInfo) -> "CreditApplication":
        amounts = {name: getattr(self, name) for name in Figure if name is not Figure.FIGURES_YEAR}
        given = {name: amount for name, amount in amounts.items() if amount is not None and is_at_the_door(info)}
        wrong = [each for name, amount in given.items() for each in too_fine(to_camel(name), amount, self.currency)]
        if wrong:
            raise wrong_members("CreditApplication", *wrong)
        return self

    @property
    def missing(self) -> tuple[Figure, ...]:
        """The figures that were not given, in the order of the form."""
        return tuple(figure for figure in Figure if getattr(self, figure) is None)

    @property
    def total_liabilities(self) -> Decimal | None:
        """Total assets less equity; None where one is missing, or where they contradict each other."""
        if self.total_assets is None or self.equity is None or self.equity > self.total_assets:
            return None
        return self.total_assets - self.equity


def year_problem(year: int | None, today: date) -> str | None:
    """What is wrong with the year of an application's figures, for whoever typed it; None if it can be right.

    It is not part of the model, because a stored application is read again on other days.
    """
    if year is None or year <= today.year:
        return None
    return f"{year} has not begun yet: give the year in which the annual accounts ended"


class Doubt(StrEnum):
    """What can be doubtful about an application."""

    CURRENT_ASSETS_ABOVE_TOTAL_ASSETS = "current_assets_above_total_assets"
    CURRENT_LIABILITIES_ABOVE_TOTAL_LIABILITIES = "current_liabilities_above_total_liabilities"
    EQUITY_ABOVE_TOTAL_ASSETS = "equity_above_total_assets"
    OPERATING_RESULT_ABOVE_REVENUE = "operating_result_above_revenue"
    FIGURES_STALE = "figures_stale"
    FIGURES_IN_ANOTHER_CURRENCY = "figures_in_another_currency"
    LIMIT_IN_ANOTHER_CURRENCY = "limit_in_another_currency"
    RETAINED_EARNINGS_ABOVE_EQUITY = "retained_earnings_above_equity"
    NEGATIVE_EQUITY = "negative_equity"
    LIMIT_HIGH_FOR_REVENUE = "limit_high_for_revenue"
    LIMIT_ABOVE_REQUEST = "limit_above_request"
    NEW_COMPANY = "new_company"


REMARKS: Final = frozenset(
    {
        Doubt.RETAINED_EARNINGS_ABOVE_EQUITY,
        Doubt.NEGATIVE_EQUITY,
        Doubt.LIMIT_HIGH_FOR_REVENUE,
        Doubt.LIMIT_ABOVE_REQUEST,
        Doubt.NEW_COMPANY,
    }
)
"""Doubts that only deserve a look, because they can be true of a sound company."""


class PlausibilityFinding(Model):
    """A doubt in words; `blocks` says that no limit can be told from the figures before it is cleared up."""

    code: Doubt
    words: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Submitted:
    """An application with what it is held against: the credit its request asks for, the day, the policy's terms."""

    application: CreditApplication
    needed: Money
    today: date
    terms: AssessmentTerms


def doubts_about(submitted: Submitted) -> tuple[PlausibilityFinding, ...]:
    """Everything doubtful about an application, in the order of `Doubt`. A missing figure is no doubt."""
    found = ((code, words_if_doubtful(submitted)) for code, words_if_doubtful in _CHECKS.items())
    return tuple(
        PlausibilityFinding(code=code, words=words, blocks=code not in REMARKS) for code, words in found if words
    )


def _above(larger: str, smaller: str) -> Callable[[Submitted], str | None]:
    """A check of two amounts by the names of their fields."""

    def words_if_above(submitted: Submitted) -> str | None:
        own = submitted.application
        amount, most = getattr(own, larger), getattr(own, smaller)
        if amount is None or most is None or amount <= most:
            return None
        names = larger.replace("_", " "), smaller.replace("_", " ")
        return f"The {names[0]} ({_told(own, amount)}) should not be above the {names[1]} ({_told(own, most)})."

    return words_if_above


def _told(application: CreditApplication, amount: Decimal) -> str:
    return f"{application.currency} {written(amount)}"


def _stale(submitted: Submitted) -> str | None:
    """Months are counted from the end of the figures' year, whichever day in it the accounts closed."""
    year, today, most = submitted.application.figures_year, submitted.today, submitted.terms.stale_after_months
    if year is None or (today.year - year - 1) * _MONTHS + today.month - 1 < most:
        return None
    return f"The figures are of {year}, which ended {most} months ago or more."


def _figures_in_another_currency(submitted: Submitted) -> str | None:
    own, needed = submitted.application.currency, submitted.needed.currency
    return f"The figures are in {own}, the request is in {needed}." if own != needed else None


def _limit_in_another_currency(submitted: Submitted) -> str | None:
    own, needed = submitted.application.requested_limit.currency, submitted.needed.currency
    return f"The requested limit is in {own}, the request is in {needed}." if own != needed else None


def _negative_equity(submitted: Submitted) -> str | None:
    own = submitted.application
    return f"The equity is negative: {_told(own, own.equity)}." if own.equity is not None and own.equity < 0 else None


def _limit_high_for_revenue(submitted: Submitted) -> str | None:
    own, share = submitted.application, submitted.terms.remark_above_revenue_share
    limit, revenue = own.requested_limit, own.annual_revenue
    if limit.currency != own.currency or revenue is None or limit.amount <= share * revenue:
        return None
    return f"The requested limit ({limit}) is above {share:.1%} of the annual revenue ({_told(own, revenue)})."


def _limit_above_request(submitted: Submitted) -> str | None:
    limit, needed = submitted.application.requested_limit, submitted.needed
    if limit.currency != needed.currency or limit.amount <= needed.amount:
        return None
    return f"The requested limit ({limit}) is above the credit that the request asks for ({needed})."


def _new_company(submitted: Submitted) -> str | None:
    years, least = submitted.application.years_in_business, submitted.terms.new_below_years
    return f"The company is in business for less than {least} years." if years is not None and years < least else None


_CHECKS: Final[dict[Doubt, Callable[[Submitted], str | None]]] = {
    Doubt.CURRENT_ASSETS_ABOVE_TOTAL_ASSETS: _above("current_assets", "total_assets"),
    Doubt.CURRENT_LIABILITIES_ABOVE_TOTAL_LIABILITIES: _above("current_liabilities", "total_liabilities"),
    Doubt.EQUITY_ABOVE_TOTAL_ASSETS: _above("equity", "total_assets"),
    Doubt.OPERATING_RESULT_ABOVE_REVENUE: _above("operating_result", "annual_revenue"),
    Doubt.FIGURES_STALE: _stale,
    Doubt.FIGURES_IN_ANOTHER_CURRENCY: _figures_in_another_currency,
    Doubt.LIMIT_IN_ANOTHER_CURRENCY: _limit_in_another_currency,
    Doubt.RETAINED_EARNINGS_ABOVE_EQUITY: _above("retained_earnings", "equity"),
    Doubt.NEGATIVE_EQUITY: _negative_equity,
    Doubt.LIMIT_HIGH_FOR_REVENUE: _limit_high_for_revenue,
    Doubt.LIMIT_ABOVE_REQUEST: _limit_above_request,
    Doubt.NEW_COMPANY: _new_company,
}
