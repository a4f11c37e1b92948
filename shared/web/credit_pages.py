"""What the pages of the credit-check application show: its form, the look over it, and that it is closed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from shared.domain.case import Case
from shared.domain.credit_application import CreditApplication, Doubt, PlausibilityFinding
from shared.domain.decisions import Language
from shared.domain.mistakes import Mistake
from shared.domain.typed_application import AMOUNTS, FIELDS, CreditForm
from shared.web.apply_pages import currencies_in
from shared.web.follow_pages import case_page
from shared.web.frame import Frame
from shared.web.languages import has_words, word, words_of
from shared.web.notation import amount_in, money_in, typed_in

NEEDED: Final = frozenset({"legal_name", "registration_number", "currency", "limit_amount", "limit_currency"})
"""The fields without which an application cannot be sent."""

EXAMPLE: Final = Decimal(2_500_000)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together, and the doubts that are told beside them."""

    name: str
    fields: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()


GROUPS: Final = (
    Group("company", ("legal_name", "registration_number", "tax_id", "years_in_business"), (Doubt.NEW_COMPANY,)),
    Group("accounts", ("currency", "figures_year"), (Doubt.FIGURES_STALE, Doubt.FIGURES_IN_ANOTHER_CURRENCY)),
    Group(
        "balance",
        ("total_assets", "current_assets", "equity", "retained_earnings", "current_liabilities"),
        (
            Doubt.CURRENT_ASSETS_ABOVE_TOTAL_ASSETS,
            Doubt.CURRENT_LIABILITIES_ABOVE_TOTAL_LIABILITIES,
            Doubt.EQUITY_ABOVE_TOTAL_ASSETS,
            Doubt.RETAINED_EARNINGS_ABOVE_EQUITY,
            Doubt.NEGATIVE_EQUITY,
        ),
    ),
    Group("result", ("annual_revenue", "operating_result"), (Doubt.OPERATING_RESULT_ABOVE_REVENUE,)),
    Group(
        "limit",
        ("limit_amount", "limit_currency", "bank_reference"),
        (Doubt.LIMIT_IN_ANOTHER_CURRENCY, Doubt.LIMIT_HIGH_FOR_REVENUE, Doubt.LIMIT_ABOVE_REQUEST),
    ),
)
"""The fields in the order of the page."""


def credit_form(
    frame: Frame, form: CreditForm, key: str, problem: str = "", *, again: bool = False
) -> Mapping[str, Any]:
    """The form. With `again`, what is wrong in it is told; `problem` is the code of what else went wrong."""
    language, mistakes = frame.language, form.typed.mistakes if again else {}
    return {
        **case_page(frame, form.case, key),
        "groups": GROUPS,
        "needed": NEEDED,
        "labels": labels_in(language),
        "hints": {name: word(language, f"credit.hints.{name}") for name in FIELDS if name != "limit_currency"},
        "values": form.typed.values or filled_in(language, form.case),
        "mistakes": {name: mistake_in(language, name, each) for name, each in mistakes.items()},
        "problem": problem,
        "kept_at": form.kept_at,
        "currencies": currencies_in(language),
        "example": amount_in(language, EXAMPLE),
        "doubt_words": doubt_templates(language, form),
        "held_against": form,
    }


def credit_review(frame: Frame, form: CreditForm, key: str) -> Mapping[str, Any]:
    """Everything as it will be sent, what is doubtful, and what is missing."""
    language, application = frame.language, form.typed.application
    assert application is not None, "only what can be read is looked over"  # noqa: S101 - the page's own order
    return {
        **case_page(frame, form.case, key),
        "sections": [
            (word(language, f"credit.groups.{group.name}"), rows_of(language, group, application)) for group in GROUPS
        ],
        "sent": form.typed.values,
        "blocking": [doubt_in(language, form, each) for each in form.doubts if each.blocks],
        "remarks": [doubt_in(language, form, each) for each in form.doubts if not each.blocks],
        "missing": [label for name, label in labels_in(language).items() if name in application.missing],
        "kept_at": form.kept_at,
    }


def credit_closed(frame: Frame, case: Case, typed: Mapping[str, str]) -> Mapping[str, Any]:
    """Where the request is instead, and what was typed, to copy it."""
    labels = labels_in(frame.language)
    return {**case_page(frame, case), "rows": [(labels[name], typed[name]) for name in FIELDS if typed.get(name)]}


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {
    "credit_form": credit_form,
    "credit_review": credit_review,
    "credit_closed": credit_closed,
}


def labels_in(language: Language) -> Mapping[str, str]:
    """What each field is called."""
    return {name: word(language, f"credit.fields.{name}") for name in FIELDS}


def filled_in(language: Language, case: Case) -> Mapping[str, str]:
    """What is known before anything was typed."""
    needed = case.request.credit_needed
    return {
        "legal_name": case.request.company_name,
        "currency": needed.currency,
        "limit_amount": typed_in(language, needed.amount),
        "limit_currency": needed.currency,
    }


def mistake_in(language: Language, name: str, mistake: Mistake) -> str:
    """What is wrong with a field; never in another language, for a code without words in words for any."""
    areas = [name, *(["amounts"] if name in AMOUNTS else []), "any"]
    keys = [f"credit.mistakes.{area}.{mistake.code}" for area in areas]
    key = next((each for each in keys if has_words(language, each)), "credit.mistakes.any.other")
    return word(language, key, **mistake.details)


def doubt_in(language: Language, form: CreditForm, doubt: PlausibilityFinding) -> str:
    """A doubt, with the figures that it speaks of."""
    assert form.typed.application is not None, "nobody doubts what cannot be read"  # noqa: S101 - see `CreditForm`
    names = {**_held_against(language, form), **_figures(language, form.typed.application)}
    return word(language, f"credit.doubts.{doubt.code.value}", **names)


class _Kept(dict[str, str]):
    """Leaves in a text the names that are filled in later."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def doubt_templates(language: Language, form: CreditForm) -> Mapping[str, str]:
    """The words of each doubt, with {names} for the figures that are being typed."""
    known = _Kept(_held_against(language, form))
    words = words_of(language)
    return {code.value: words[f"credit.doubts.{code.value}"].format_map(known) for code in Doubt}


def _held_against(language: Language, form: CreditForm) -> dict[str, str]:
    needed, terms = form.case.request.credit_needed, form.terms
    share = f"{(terms.remark_above_revenue_share * 100).normalize():f}%"
    return {
        "needed": money_in(language, needed),
        "needed_currency": needed.currency,
        "share": share if language == "en" else share.replace(".", ","),
        "months": str(terms.stale_after_months),
        "years": str(terms.new_below_years),
    }


def _figures(language: Language, application: CreditApplication) -> dict[str, str]:
    amounts = {name: getattr(application, name) for name in (*AMOUNTS[:-1], "total_liabilities")}
    return {
        **{name: _money(language, application, amount) for name, amount in amounts.items() if amount is not None},
        "limit": money_in(language, application.requested_limit),
        "limit_currency": application.requested_limit.currency,
        "currency": application.currency,
        "figures_year": str(application.figures_year),
    }


def _money(language: Language, application: CreditApplication, amount: Decimal) -> str:
    return f"{application.currency} {amount_in(language, amount)}"


def rows_of(language: Language, group: Group, application: CreditApplication) -> list[tuple[str, str]]:
    """The fields of a group with what was read in them; empty for what was left out."""
    names = [name for name in group.fields if name != "limit_currency"]
    return [(word(language, f"credit.fields.{name}"), _read(language, name, application)) for name in names]


def _read(language: Language, name: str, application: CreditApplication) -> str:
    if name == "limit_amount":
        return money_in(language, application.requested_limit)
    value = getattr(application, name)
    if value is None:
        return ""
    return _money(language, application, value) if name in AMOUNTS else str(value)
