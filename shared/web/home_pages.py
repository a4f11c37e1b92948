"""What the front page tells before anybody applies: all figures and lists come from the policy and the models."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.decisions import Language
from shared.domain.draft import Step
from shared.domain.eligibility import RULES
from shared.domain.lifecycle import State
from shared.domain.policy import CreditTerms, Policy, Rules, Severity, Source, WaitTerms
from shared.domain.typed_request import FIELDS
from shared.web.follow_pages import POSTING_DAYS
from shared.web.frame import Frame
from shared.web.languages import word, words_of
from shared.web.notation import amount_in
from shared.web.notice_words import FORM

_NO_BREAK: Final = "\N{NO-BREAK SPACE}"

_ASKED_IN: Final = (Step.SUBSCRIPTION, Step.DETAILS, Step.CONTACT)
"""The steps that ask for facts; the others show something, and ask for the agreement."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A rule of the policy: what must be so, what happens if it is not, and where that was published."""

    words: str
    otherwise: str
    source: Source


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long an applicant may take for something: days for it, and after which days we remind."""

    what: str
    reminders: str
    days: str


@dataclass(frozen=True, slots=True)
class Removals:
    """Services that must be removed first: the best known ones by name, the days there are, and how often we look."""

    products: tuple[str, ...]
    days: int
    hours: int | None
    source: Source


def home(frame: Frame, *, policy: Policy) -> Mapping[str, Any]:
    """What it is, who may, what cannot be undone, what is asked, how long it takes, and what comes after."""
    language = frame.language
    return {
        "policy": policy,
        "credit": policy.credit,
        "amounts": _either(language, _amounts(language, policy.credit)),
        "countries": _without(language, policy.rules),
        "conditions": _conditions(language, policy.rules),
        "removals": _removals(policy),
        "steps": len(Step),
        "asked": [(word(language, f"apply.steps.{each.name.lower()}"), _fields(language, each)) for each in _ASKED_IN],
        "form": list(FORM[language].values()),
        "allowances": [_allowance(language, state, terms) for state, terms in policy.waits.items()],
        "to_switch": policy.waits[State.APPROVED].expire_after,
        "postings": [(word(language, f"follow.paying.ways.{way}"), days) for way, days in POSTING_DAYS.items()],
    }


def _conditions(language: Language, rules: Rules) -> list[Condition]:
    """The rules that the policy has not switched off, in the order people read them."""
    named = [(rule.__name__, getattr(rules, rule.__name__)) for rule in RULES]
    business = rules.business_account
    lists = {
        "business": ", ".join(sorted(business.business_types)),
        "personal": ", ".join(sorted(business.personal_types)),
        "countries": _without(language, rules) or word(language, "home.no_country"),
    }
    return [
        Condition(
            word(language, f"home.rules.{name}", **lists),
            word(language, f"home.otherwise.{terms.severity.value}"),
            terms.source,
        )
        for name, terms in named
        if terms.severity is not Severity.OFF
    ]


def _without(language: Language, rules: Rules) -> str:
    """The countries that are not served, by name."""
    names = words_of(language)
    return _either(language, sorted(names.get(f"countries.{code}", code) for code in rules.country_served.not_served))


def _removals(policy: Policy) -> Removals | None:
    rule, terms = policy.rules.no_third_party_resources, policy.waits[State.ACTION_REQUIRED]
    if rule.severity is Severity.OFF:
        return None
    products = tuple(sorted(set(rule.products.values()), key=str.casefold))
    return Removals(products, terms.expire_after, terms.rescan_after_hours, rule.source)


def _amounts(language: Language, terms: CreditTerms) -> list[str]:
    """Above which a check is needed; a line never ends within one."""
    return [
        f"{currency}{_NO_BREAK}{amount_in(language, amount)}" for currency, amount in sorted(terms.check_above.items())
    ]


def _fields(language: Language, step: Step) -> list[str]:
    return [word(language, f"apply.fields.{name}") for name, place in FIELDS.items() if place.step is step]


def _allowance(language: Language, state: State, terms: WaitTerms) -> Allowance:
    return Allowance(
        word(language, f"home.waits.{state.value}"),
        _listed(language, "home.and", [str(days) for days in terms.remind_after]),
        word(language, f"home.days.{terms.unit.value}", count=terms.expire_after),
    )


def _either(language: Language, each: Iterable[str]) -> str:
    return _listed(language, "home.or", each)


def _listed(language: Language, last: str, each: Iterable[str]) -> str:
    """Things one after another: "a", "a or b", "a, b or c"."""
    *most, end = [*each] or [""]
    return f"{', '.join(most)} {word(language, last)} {end}" if most else end


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {"home": home}
