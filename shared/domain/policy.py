"""A policy: the business rules as data, each with its source, its severity and its parameters.

The documents are `shared/policies/*.toml`; a case keeps the policy it was opened under.
"""

import hashlib
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import Field, field_validator, model_validator

from shared.domain.lifecycle import TRANSITIONS, WAITS_FOR_APPLICANT, Event, State
from shared.domain.model import Amount, CountryCode, CurrencyCode, Model

_RESCANNED: Final = frozenset(state for state, event in TRANSITIONS if event is Event.RESCAN)
_Names = TypeVar("_Names", frozenset[str], dict[str, str])


class Severity(StrEnum):
    """What a failed rule means: the request is refused, blocked until mended, or only carries a warning."""

    REFUSE = "refuse"
    BLOCK = "block"
    WARN = "warn"
    OFF = "off"


class Source(Model):
    """Where a rule was published."""

    document: str
    published: date

    def __str__(self) -> str:
        return f"{self.document} ({self.published.isoformat()})"


class Rule(Model):
    """A rule that a subscription's facts are held against."""

    severity: Severity
    source: Source


class BusinessAccountRule(Rule):
    """Which values of Microsoft.Billing's accountType are businesses and which are persons; others are unknown."""

    business_types: frozenset[str]
    personal_types: frozenset[str]


class CountryRule(Rule):
    """The countries in which payment by invoice is not offered."""

    not_served: frozenset[CountryCode]


class ThirdPartyRule(Rule):
    """What makes a resource third-party. All names in lower case; products name what people know them by."""

    first_party_namespaces: frozenset[str]
    wrapping_types: frozenset[str]
    first_party_publishers: frozenset[str]
    products: dict[str, str]

    @field_validator("first_party_namespaces", "wrapping_types", "first_party_publishers", "products")
    @classmethod
    def _lower_case(cls, names: _Names) -> _Names:
        if wrong := sorted(name for name in names if name != name.lower()):
            raise ValueError(f"write these in lower case: {', '.join(wrong)}")
        return names


class Rules(Model):
    """Every rule by name."""

    business_account: BusinessAccountRule
    not_on_invoice: Rule
    country_served: CountryRule
    no_third_party_resources: ThirdPartyRule
    no_outstanding_balance: Rule


Share = Annotated[Decimal, Field(ge=0, max_digits=6, decimal_places=4, allow_inf_nan=False)]
"""A part of something: 1 is all of it."""


class LimitTerms(Model):
    """The most credit that is suggested to a company of one band: shares of a month's revenue and of its equity."""

    of_monthly_revenue: Share
    of_equity: Share


class AssessmentTerms(Model):
    """How a credit application's figures are weighed; a company in distress is suggested no limit.

    Figures are stale once their year ended so many months ago; a company is new below so many years in business; a
    requested limit above that share of the annual revenue is remarked on.
    """

    illustrative: bool
    stale_after_months: int = Field(ge=1)
    new_below_years: int = Field(ge=0)
    remark_above_revenue_share: Share
    safe: LimitTerms
    grey: LimitTerms


class CreditTerms(Model):
    """Above which amount a credit check is needed, per currency; a currency that is not listed always needs one."""

    check_above: dict[CurrencyCode, Amount]
    illustrative: bool
    review_target_business_days: int = Field(ge=1)
    review_breach_business_days: int = Field(ge=1)
    source: Source
    assessment: AssessmentTerms

    @model_validator(mode="after")
    def _told_before_broken(self) -> "CreditTerms":
        if self.review_breach_business_days < self.review_target_business_days:
            raise ValueError("a review's promise is broken before its target: let the breach be as many days or more")
        return self


class WaitUnit(StrEnum):
    """How the days of a wait are counted."""

    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"


class WaitTerms(Model):
    """How long the applicant may take: reminders and expiry in days after the wait began, checks anew in hours."""

    unit: WaitUnit
    remind_after: tuple[int, ...]
    expire_after: int = Field(ge=1)
    rescan_after_hours: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> "WaitTerms":
        days = [*self.remind_after, self.expire_after]
        if days != sorted(set(days)) or days[0] < 1:
            raise ValueError("reminders must come one after another, on day 1 at the earliest and before the expiry")
        return self


class ConsentText(Model):
    """The words an applicant agrees to before applying."""

    text: str
    source: Source

    @property
    def sha256(self) -> str:
        """64 hex digits: SHA-256 of the text in UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Policy(Model):
    """A whole policy document."""

    id: str
    title: str
    rules: Rules
    credit: CreditTerms
    consent: ConsentText
    waits: dict[State, WaitTerms]
    reapply_after_months: int = Field(ge=0)

    @field_validator("waits")
    @classmethod
    def _whole(cls, waits: dict[State, WaitTerms]) -> dict[State, WaitTerms]:
        if missing := sorted(set(WAITS_FOR_APPLICANT) - waits.keys()):
            raise ValueError(f"terms are missing for {', '.join(missing)}")
        rescanned = {state for state, terms in waits.items() if terms.rescan_after_hours}
        if wrong := sorted(rescanned - _RESCANNED):
            raise ValueError(f"nothing is checked anew in {', '.join(wrong)}: take rescan_after_hours out there")
        return waits
