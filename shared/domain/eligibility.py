"""May this subscription pay by invoice? Named rules over the facts, each answering with findings that say why.

A fact that is not known is `unknown`, never a pass: the billing desk owes the answer.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from shared.domain.facts import SubscriptionFacts
from shared.domain.lifecycle import Event
from shared.domain.model import Model
from shared.domain.policy import Policy, Rule, Rules, Severity
from shared.domain.third_party import ThirdPartyResource, find_third_party

MOST_FINDINGS: Final = 50
"""Findings kept on a case at the most; the total is kept beside them."""

ON_INVOICE: Final = "CheckWire"
"""The paymentMethodFamily of Microsoft.Billing 2024-04-01 that means payment by invoice."""


class Outcome(StrEnum):
    """What a rule found."""

    PASS = "pass"  # noqa: S105 - the word of the rule's answer, no password
    FAIL = "fail"
    UNKNOWN = "unknown"


class Finding(Model):
    """What one rule found, why, and how to mend it. Third-party findings name their resource.

    `reason` and `fix` are English. `details` are what they were made from besides the resource, as text, for whoever
    says the same `code` in another language; in rows from before they were kept, there are none.
    """

    rule: str
    outcome: Outcome
    severity: Severity
    code: str
    reason: str
    fix: str | None = None
    details: dict[str, Any] = Field(default_factory=dict)
    source: str
    resource: ThirdPartyResource | None = None


class Verdict(StrEnum):
    """What all findings come to: a refusal outranks a block, a block outranks the unknown."""

    INELIGIBLE = "ineligible"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    ELIGIBLE = "eligible"


EVENT_OF: Final = {
    Verdict.INELIGIBLE: Event.FIND_INELIGIBLE,
    Verdict.BLOCKED: Event.FIND_BLOCKED,
    Verdict.UNKNOWN: Event.FIND_UNKNOWN,
    Verdict.ELIGIBLE: Event.FIND_ELIGIBLE,
}


class Answer(Model):
    """One answer of a rule before it is told under the rule's name and severity."""

    outcome: Outcome
    code: str
    reason: str
    fix: str | None = None
    details: dict[str, Any] = Field(default_factory=dict)
    resource: ThirdPartyResource | None = None


def _passes(code: str, reason: str, **details: str) -> list[Answer]:
    return [Answer(outcome=Outcome.PASS, code=code, reason=reason, details=details)]


def _fails(code: str, reason: str, fix: str, **details: str) -> list[Answer]:
    return [Answer(outcome=Outcome.FAIL, code=code, reason=reason, fix=fix, details=details)]


def _unknown(code: str, what: str) -> list[Answer]:
    fix = "Nothing to do for you: the billing desk looks it up. Check that the account administrator's e-mail is right."
    return [Answer(outcome=Outcome.UNKNOWN, code=code, reason=f"{what} is not known.", fix=fix)]


def business_account(facts: SubscriptionFacts, rules: Rules) -> list[Answer]:
    """Only business accounts may pay by invoice."""
    rule, kind = rules.business_account, facts.account_type
    if kind is not None and kind in rule.business_types:
        return _passes("account_is_business", f"The account is a business account ({kind}).", kind=kind)
    if kind is not None and kind in rule.personal_types:
        return _fails(
            "account_is_personal",
            f"The account is a personal account ({kind}); only businesses can pay by invoice.",
            "Use a subscription in an account of your company, and send a new request for that one.",
            kind=kind,
        )
    return _unknown("account_type_unknown", "Whether the account is a business account")


def not_on_invoice(facts: SubscriptionFacts, rules: Rules) -> list[Answer]:  # noqa: ARG001 - every rule has this form
    """A subscription that pays by invoice already has nothing to ask."""
    family = facts.payment_method_family
    if family is None:
        return _unknown("payment_method_unknown", "The present payment method")
    if family == ON_INVOICE:
        return _fails(
            "already_on_invoice",
            "The subscription pays by invoice already.",
            "Nothing needs to change: pay the next invoice as it says.",
        )
    return _passes("not_on_invoice", f"The present payment method is {family}.", family=family)


def country_served(facts: SubscriptionFacts, rules: Rules) -> list[Answer]:
    """Payment by invoice is not offered everywhere."""
    country = facts.country
    if country is None:
        return _unknown("country_unknown", "The country of the account")
    if country in rules.country_served.not_served:
        return _fails(
            "country_not_served",
            f"Payment by invoice is not offered to accounts in {country}.",
            "Keep the present payment method, or ask for a subscription sold in a country that is served.",
            country=country,
        )
    return _passes("country_served", f"Payment by invoice is offered in {country}.", country=country)


def no_third_party_resources(facts: SubscriptionFacts, rules: Rules) -> list[Answer]:
    """Third-party services cannot be paid by invoice and must be deleted before the switch."""
    if facts.resources is None:
        return _unknown("resources_unknown", "Which resources the subscription holds")
    found = find_third_party(facts.resources, rules.no_third_party_resources)
    if not found:
        return _passes("no_third_party_resources", "The subscription holds no third-party resources.")
    return [
        Answer(
            outcome=Outcome.FAIL,
            code="third_party_resource",
            reason=f"{each.product}: '{each.name}' ({each.type}) is a third-party resource: {each.because}.",
            fix=f"Delete '{each.name}'. To keep {each.product}, buy it in another subscription that pays by card.",
            resource=each,
        )
        for each in found
    ]


def no_outstanding_balance(facts: SubscriptionFacts, rules: Rules) -> list[Answer]:  # noqa: ARG001 - as above
    """Charges that are due should be paid before the switch."""
    balance = facts.outstanding_balance
    if balance is None:
        return _unknown("balance_unknown", "Whether a balance is outstanding")
    if balance.amount > 0:
        return _fails(
            "balance_outstanding",
            f"{balance} is outstanding.",
            "Pay it with the present payment method before you switch.",
            currency=balance.currency,
            balance=str(balance.amount),
        )
    return _passes("no_outstanding_balance", "No balance is outstanding.")


RULES: Final[tuple[Callable[[SubscriptionFacts, Rules], list[Answer]], ...]] = (
    business_account,
    not_on_invoice,
    country_served,
    no_third_party_resources,
    no_outstanding_balance,
)
"""Every rule, in the order people read them; a rule's name is its name in the policy."""


def assess(facts: SubscriptionFacts, policy: Policy) -> tuple[Finding, ...]:
    """Hold the facts against every rule that the policy has not switched off."""
    findings: list[Finding] = []
    for rule in RULES:
        terms: Rule = getattr(policy.rules, rule.__name__)
        if terms.severity is not Severity.OFF:
            findings.extend(_told(rule.__name__, terms, answer) for answer in rule(facts, policy.rules))
    return tuple(findings)


def _told(name: str, terms: Rule, answer: Answer) -> Finding:
    return Finding(
        rule=name,
        severity=terms.severity,
        source=str(terms.source),
        outcome=answer.outcome,
        code=answer.code,
        reason=answer.reason,
        fix=answer.fix,
        details=answer.details,
        resource=answer.resource,
    )


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Sum the findings up. Warnings weigh nothing."""
    weighing = [f for f in findings if f.severity in {Severity.REFUSE, Severity.BLOCK}]
    failed = {f.severity for f in weighing if f.outcome is Outcome.FAIL}
    if Severity.REFUSE in failed:
        return Verdict.INELIGIBLE
    if Severity.BLOCK in failed:
        return Verdict.BLOCKED
    if any(f.outcome is Outcome.UNKNOWN for f in weighing):
        return Verdict.UNKNOWN
    return Verdict.ELIGIBLE
