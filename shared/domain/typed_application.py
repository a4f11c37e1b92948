"""What was typed on the page of the credit-check application, read as that application: by the same model as the API's.

Fields have short names of their own. A wrong one is told by a code, with the model's English words beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from shared.domain.case import Case
from shared.domain.credit_application import (
    CreditApplication,
    Figure,
    PlausibilityFinding,
    Submitted,
    doubts_about,
)
from shared.domain.decisions import Language
from shared.domain.door import AT_THE_DOOR
from shared.domain.mistakes import Mistake, ambiguous, mistake_of
from shared.domain.model import Instant
from shared.domain.policy import AssessmentTerms
from shared.domain.typed_amounts import plain_amount

AMOUNTS: Final = (*(figure.value for figure in Figure if figure is not Figure.FIGURES_YEAR), "limit_amount")
"""The fields with an amount."""

BELOW_ZERO: Final = frozenset({Figure.EQUITY, Figure.RETAINED_EARNINGS, Figure.OPERATING_RESULT})
"""The amounts that can be below zero."""

_WHOLE_NUMBERS: Final = frozenset({"years_in_business", "figures_year"})
_DIGITS: Final = re.compile(r"[0-9]{1,9}")
_NEGATIVE: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "legal_name": ("legalName",),
    "registration_number": ("registrationNumber",),
    "tax_id": ("taxId",),
    "years_in_business": ("yearsInBusiness",),
    "currency": ("currency",),
    "figures_year": ("figuresYear",),
    "total_assets": ("totalAssets",),
    "current_assets": ("currentAssets",),
    "equity": ("equity",),
    "retained_earnings": ("retainedEarnings",),
    "current_liabilities": ("currentLiabilities",),
    "annual_revenue": ("annualRevenue",),
    "operating_result": ("operatingResult",),
    "limit_amount": ("requestedLimit", "amount"),
    "limit_currency": ("requestedLimit", "currency"),
    "bank_reference": ("bankReference",),
}
"""Every field in the order of the page, and where it stands in the application."""

_NAME_AT: Final = {path: name for name, path in FIELDS.items()}


@dataclass(frozen=True, slots=True)
class TypedApplication:
    """What was typed, the application if all of it can be read, and what is wrong with fields, in their order."""

    values: Mapping[str, str]
    application: CreditApplication | None = None
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)

    @property
    def tax_id(self) -> str | None:
        """The tax number, if there is one that can be read."""
        return None if "tax_id" in self.mistakes else self.values.get("tax_id", "").strip() or None

    @property
    def figures_year(self) -> int | None:
        """The year of the figures, if there is one that can be read."""
        text = self.values.get("figures_year", "")
        return int(text) if _DIGITS.fullmatch(text) and "figures_year" not in self.mistakes else None

    def wrong(self, more: Mapping[str, Mistake]) -> "TypedApplication":
        """The same with more that is wrong."""
        mistakes = {**self.mistakes, **more}
        in_order = {name: mistakes[name] for name in FIELDS if name in mistakes}
        return TypedApplication(self.values, None if mistakes else self.application, in_order)


@dataclass(frozen=True, slots=True)
class CreditForm:
    """The form of a request's application: what was typed, and what its figures are held against.

    Nothing was typed yet where `typed` has no values; `kept_at` is when it was kept, if it was.
    """

    case: Case
    typed: TypedApplication
    terms: AssessmentTerms
    today: date
    kept_at: Instant | None = None

    @property
    def doubts(self) -> tuple[PlausibilityFinding, ...]:
        """Everything doubtful about the application, once it can be read."""
        application = self.typed.application
        if application is None:
            return ()
        return doubts_about(Submitted(application, self.case.request.credit_needed, self.today, self.terms))


def read_application(values: Mapping[str, str], language: Language) -> TypedApplication:
    """Read what was typed, amounts as the language writes them."""
    plain = {name: plain_amount(values[name], language) for name in AMOUNTS if values.get(name, "").strip()}
    mistakes: dict[str, Mistake] = {}
    application: CreditApplication | None = None
    try:
        application = CreditApplication.model_validate(_document(values, plain), context=AT_THE_DOOR)
    except ValidationError as error:
        for each in error.errors():
            mistakes.setdefault(_NAME_AT[tuple(str(part) for part in each["loc"])], mistake_of(each))
    return TypedApplication(values, application).wrong(mistakes | _wrong_amounts(values, plain))


def _document(values: Mapping[str, str], plain: Mapping[str, str | None]) -> dict[str, Any]:
    """The application as JSON; for an amount that can mean two, any stands: it is told of by itself."""
    document: dict[str, Any] = {"requestedLimit": {}}
    for name, (*above, member) in FIELDS.items():
        text = values.get(name, "").strip()
        if text:
            place = document[above[0]] if above else document
            place[member] = _whole(text) if name in _WHOLE_NUMBERS else plain.get(name, text) or "1"
    return document


def _whole(text: str) -> int | str:
    return int(text) if _DIGITS.fullmatch(text) else text


def _wrong_amounts(values: Mapping[str, str], plain: Mapping[str, str | None]) -> dict[str, Mistake]:
    """What the model cannot tell of amounts, or tells as if no amount had been typed."""
    mistakes = {name: ambiguous(values[name]) for name, text in plain.items() if text is None}
    below = [name for name in plain.keys() - BELOW_ZERO if _NEGATIVE.fullmatch(plain[name] or "")]
    return mistakes | {name: Mistake("below_zero", "must be 0 or more") for name in below}
