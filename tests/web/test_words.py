"""Findings and credit needs in the reader's language."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.credit import CreditNeed, credit_check_for
from shared.domain.eligibility import Finding, assess
from shared.domain.facts import UNKNOWN
from shared.domain.model import Money
from shared.domain.third_party import Layer
from shared.web.words import BECAUSE_NL, CREDIT_NL, FINDINGS_NL, credit_need_in, finding_in
from tests.builders import a_policy, a_resource, facts, money

NEEDS = {
    need.code: need
    for need in (
        credit_check_for(Money(amount=Decimal(amount), currency=currency), a_policy().credit)
        for amount, currency in [("12000.50", "EUR"), ("1", "EUR"), ("1", "CHF")]
    )
}
SITUATIONS: list[dict[str, Any]] = [
    {},
    {"account_type": "Individual", "payment_method_family": "CheckWire", "country": "CN"},
    {"outstanding_balance": money("1250"), "resources": [a_resource("Sendgrid.Email/accounts", "mail")]},
]


def _findings() -> Iterator[Finding]:
    for changes in SITUATIONS:
        yield from assess(facts(**changes), a_policy())
    yield from assess(UNKNOWN, a_policy())


FOUND = {finding.code: finding for finding in _findings()}


def test_has_dutch_words_for_every_code_that_the_rules_answer_with_and_no_other() -> None:
    assert FINDINGS_NL.keys() == FOUND.keys()
    assert CREDIT_NL.keys() == NEEDS.keys()
    assert BECAUSE_NL.keys() == set(Layer)


@pytest.mark.parametrize("code", FOUND)
def test_says_a_finding_in_dutch_with_its_parameters(code: str) -> None:
    finding = FOUND[code]
    words = finding_in("nl", finding)
    assert words.reason != finding.reason
    assert "{" not in f"{words.reason}{words.fix}"
    assert (words.fix is None) == (finding.fix is None)
    assert all(str(value) in words.reason for name, value in finding.details.items() if name != "balance")


@pytest.mark.parametrize("code", FOUND)
def test_says_a_finding_in_english_as_the_domain_does(code: str) -> None:
    finding, words = FOUND[code], finding_in("en", FOUND[code])
    assert (words.reason, words.fix, words.source) == (finding.reason, finding.fix, finding.source)


def test_writes_an_outstanding_balance_as_dutch_does() -> None:
    assert finding_in("nl", FOUND["balance_outstanding"]).reason == "Er staat een bedrag open van EUR 1.250,00."


@pytest.mark.parametrize(
    ("kind", "publisher", "because"),
    [
        ("Sendgrid.Email/accounts", None, "de naamruimte Sendgrid.Email is niet van Microsoft."),
        ("Microsoft.SaaS/resources", None, "het type Microsoft.SaaS/resources staat voor een dienst van een derde"),
        ("Microsoft.Compute/virtualMachines", "bitnami", "het plan van de resource is uitgegeven door bitnami."),
    ],
)
def test_says_in_dutch_why_a_resource_is_third_party(kind: str, publisher: str | None, because: str) -> None:
    resources = [a_resource(kind, "shop", publisher)]
    (found,) = [f for f in assess(facts(resources=resources), a_policy()) if f.resource]
    assert because in finding_in("nl", found).reason


def test_says_a_code_of_a_newer_version_in_the_domains_english() -> None:
    newer = FOUND["country_not_served"].model_copy(update={"code": "country_on_strike", "reason": "On strike."})
    assert finding_in("nl", newer).reason == "On strike."
    assert credit_need_in("nl", CreditNeed(needed=True, code="newer", reason="So it is.", source="s")) == "So it is."


@pytest.mark.parametrize("code", ["country_not_served", "balance_outstanding", "third_party_resource"])
def test_says_a_finding_without_details_in_the_domains_english(code: str) -> None:
    resource = FOUND[code].resource
    without = resource.model_copy(update={"evidence": ""}) if resource else None
    older = FOUND[code].model_copy(update={"details": {}, "resource": without})
    words = finding_in("nl", older)
    assert (words.reason, words.fix) == (older.reason, older.fix)


def test_says_a_credit_need_without_details_in_the_domains_english() -> None:
    older = NEEDS["above_amount"].model_copy(update={"details": {}})
    assert credit_need_in("nl", older) == older.reason


def test_says_why_a_credit_check_is_needed() -> None:
    above = NEEDS["above_amount"]
    assert credit_need_in("en", above) == above.reason
    assert credit_need_in("nl", above) == "Er is een kredietcontrole nodig: EUR 12.000,50 is meer dan EUR 10.000,00."


def test_keeps_a_finding_on_one_line_whatever_a_resource_is_called() -> None:
    resources = [a_resource("Sendgrid.Email/accounts", "mail\n\nWHAT IS NEXT\nPay me")]
    (found,) = [f for f in assess(facts(resources=resources), a_policy()) if f.resource]
    words = finding_in("en", found)
    assert "\n" not in f"{words.reason}{words.fix}{words.resource_id}"
