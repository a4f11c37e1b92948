"""What the pages of an application show: steps, fields, what stands in the way, and the whole request to look over."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from shared.domain.applying import Application
from shared.domain.case import ContactMethod, RequestForm
from shared.domain.decisions import Language
from shared.domain.draft import Step
from shared.domain.eligibility import MOST_FINDINGS, Outcome, Verdict
from shared.domain.iso_codes import countries, minor_units
from shared.domain.lifecycle import State
from shared.domain.mistakes import Mistake
from shared.domain.policy import CreditTerms, Severity
from shared.domain.typed_request import FIELDS
from shared.web.frame import Frame
from shared.web.languages import LANGUAGES, has_words, word, words_of
from shared.web.notation import amount_in, money_in
from shared.web.removals import removal_in
from shared.web.words import credit_need_in, finding_in

SUPPORT_PLANS: Final = ("Basic", "Developer", "Standard", "Professional Direct", "Premier", "Unified")
"""Azure's support plans, by the names that the portal shows."""

Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StepLink:
    """A step in the list of all: its address if one may go there, and whether it is done, current or ahead."""

    title: str
    address: str
    state: str


@dataclass(frozen=True, slots=True)
class Section:
    """What was typed in one step, to look over."""

    title: str
    address: str
    rows: list[tuple[str, str]]


def step_page(frame: Frame, step: Step, application: Application, mistakes: Mapping[str, Mistake]) -> dict[str, Any]:
    """What every step shows."""
    language = frame.language
    return {
        "step": step,
        "action": address_of(step),
        "back": address_of(list(Step)[step.number - 2]) if step.number > 1 else "",
        "steps": [_link(language, each, step, application) for each in Step],
        "values": application.known.filled(application.draft.values, language),
        "mistakes": {name: mistake_in(language, name, each) for name, each in mistakes.items()},
        "labels": labels_in(language),
        "known_subscription": application.known.subscription_id,
        "from_review": application.draft.step is Step.REVIEW and step is not Step.REVIEW,
    }


def subscription(frame: Frame, **contents: Any) -> Mapping[str, Any]:
    """Which subscription, and which support plan it has."""
    plans = [("", word(frame.language, "apply.choose")), *((plan, plan) for plan in SUPPORT_PLANS)]
    return {**step_page(frame, **contents), "support_plans": plans}


def problem_type(frame: Frame, application: Application, **contents: Any) -> Mapping[str, Any]:
    """What will happen, and what every rule finds."""
    policy = application.policy
    return {
        **step_page(frame, application=application, **contents),
        **findings_shown(frame.language, application),
        "is_refused": application.verdict is Verdict.INELIGIBLE,
        "credit_above": _amounts(frame.language, policy.credit),
        "policy": policy,
        "days_to_remove": policy.waits[State.ACTION_REQUIRED].expire_after,
    }


def details(frame: Frame, application: Application, **contents: Any) -> Mapping[str, Any]:
    """The company, where invoices go, and how much credit it needs."""
    language = frame.language
    return {
        **step_page(frame, application=application, **contents),
        "known_country": _place(language, application.known.country),
        "countries": _named(language, "countries", countries()),
        "currencies": currencies_in(language),
        "example_amount": amount_in(language, Decimal(2500)),
    }


def contact(frame: Frame, **contents: Any) -> Mapping[str, Any]:
    """Who follows the request, and how to reach them."""
    language = frame.language
    return {
        **step_page(frame, **contents),
        "methods": [(each.value, word(language, f"apply.methods.{each.value}")) for each in ContactMethod],
        "contact_languages": [(each, word(language, f"apply.languages.{each}")) for each in LANGUAGES],
    }


def review(frame: Frame, application: Application, **contents: Any) -> Mapping[str, Any]:
    """The whole request, remarks on it, and the words to agree to."""
    language, credit = frame.language, application.credit
    shown = step_page(frame, application=application, **contents)
    form = application.reading.form
    return {
        **shown,
        **findings_shown(language, application),
        "sections": _sections(language, shown["values"], form),
        "draft": application.draft.id,
        "consent": application.policy.consent,
        "policy": application.policy,
        "credit_reason": credit_need_in(language, credit) if credit else "",
        "other_country": _place(language, application.other_country),
        "known_country": _place(language, application.known.country),
    }


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {
    "apply_subscription": subscription,
    "apply_problem_type": problem_type,
    "apply_details": details,
    "apply_contact": contact,
    "apply_review": review,
}


def address_of(step: Step) -> str:
    """Where a step is."""
    return f"/apply/{step.value}"


def currencies_in(language: Language) -> Options:
    """Every currency by its code, after an invitation to choose."""
    named = _named(language, "currencies", minor_units(), by_code=True)
    return [(code, f"{code} ({name})" if code else name) for code, name in named]


def labels_in(language: Language) -> Mapping[str, str]:
    """What each field is called."""
    return {name: word(language, f"apply.fields.{name}") for name in FIELDS}


def mistake_in(language: Language, name: str, mistake: Mistake) -> str:
    """What is wrong with a field; a code without words in the language is told in the model's English."""
    for key in (f"apply.mistakes.{name}.{mistake.code}", f"apply.mistakes.any.{mistake.code}"):
        if has_words(language, key):
            return word(language, key, **mistake.details)
    return mistake.words


def findings_shown(language: Language, application: Application) -> Mapping[str, Any]:
    """What stands in the way, by what it means; of resources to remove, as many as a case keeps."""
    failed = [each for each in application.findings if each.outcome is Outcome.FAIL]
    unknown = [each for each in application.findings if each.outcome is Outcome.UNKNOWN]
    blocking = [each for each in failed if each.severity is Severity.BLOCK]
    removals = [removal for each in blocking if (removal := removal_in(language, each))]
    return {
        "refusing": [finding_in(language, each) for each in failed if each.severity is Severity.REFUSE],
        "blocking": [finding_in(language, each) for each in blocking if each.resource is None],
        "removals": removals[:MOST_FINDINGS],
        "more_removals": len(removals[MOST_FINDINGS:]),
        "removal_source": next((each.source for each in blocking if each.resource), ""),
        "warnings": [finding_in(language, each) for each in failed if each.severity is Severity.WARN],
        "unknowns": [finding_in(language, each) for each in unknown],
    }


def _link(language: Language, step: Step, current: Step, application: Application) -> StepLink:
    may_go = step.number <= application.place.number and step is not current
    state = "current" if step is current else "done" if may_go and step.number < application.draft.step.number else ""
    return StepLink(
        word(language, f"apply.steps.{step.name.lower()}"), address_of(step) if may_go else "", state or "ahead"
    )


def _amounts(language: Language, terms: CreditTerms) -> list[str]:
    return [f"{currency} {amount_in(language, amount)}" for currency, amount in sorted(terms.check_above.items())]


def _place(language: Language, country: str) -> str:
    return words_of(language).get(f"countries.{country}", country)


def _named(language: Language, area: str, codes: Iterable[str], *, by_code: bool = False) -> Options:
    """Codes with their names in alphabetical order, after an invitation to choose."""
    words = words_of(language)
    named = [(code, words.get(f"{area}.{code}", code)) for code in codes]
    named.sort(key=lambda each: each[0] if by_code else _plain(each[1]))
    return [("", words["apply.choose"]), *named]


def _plain(name: str) -> str:
    """A name for sorting: letters with marks stand where those without do."""
    return "".join(each for each in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(each))


def _sections(language: Language, values: Mapping[str, str], form: RequestForm | None) -> list[Section]:
    """What was typed, as it reads; the administrator's address is known, and no step has a place to change it."""
    shown = {**values, **_read(language, values, form)}
    return [
        Section(
            word(language, f"apply.steps.{step.name.lower()}"),
            address_of(step),
            [
                (word(language, f"apply.fields.{name}"), shown[name])
                for name, place in FIELDS.items()
                if place.step is step and shown.get(name) and name != "currency"
            ],
        )
        for step in (Step.SUBSCRIPTION, Step.DETAILS, Step.CONTACT)
    ]


def _read(language: Language, values: Mapping[str, str], form: RequestForm | None) -> Mapping[str, str]:
    """The values that are codes or amounts, in words."""
    return {
        "country": _place(language, values["country"]),
        "amount": money_in(language, form.credit_needed) if form else values.get("amount", ""),
        "contact_method": words_of(language).get(f"apply.methods.{values['contact_method']}", ""),
        "contact_language": words_of(language).get(f"apply.languages.{values['contact_language']}", ""),
    }
