from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.eligibility import EVENT_OF, RULES, Finding, Outcome, Verdict, assess, verdict
from shared.domain.facts import UNKNOWN
from shared.domain.lifecycle import State, transition_for
from shared.domain.policy import Policy, Severity
from tests.builders import a_policy, a_resource, facts, money

THIRD_PARTY = (a_resource("Sendgrid.Email/accounts", "mail"), a_resource("SuccessBricks.ClearDB/databases", "base"))
FINDINGS = st.lists(st.tuples(st.sampled_from(Outcome), st.sampled_from(Severity)), max_size=8)


def _found(**changes: Any) -> dict[str, Finding]:
    return {finding.code: finding for finding in assess(facts(**changes), a_policy())}


def _finding(outcome: Outcome, severity: Severity) -> Finding:
    return Finding(rule="r", outcome=outcome, severity=severity, code="c", reason="because", source="s")


def _policy_with(rule: str, severity: Severity) -> Policy:
    rules = a_policy().rules
    changed = getattr(rules, rule).model_copy(update={"severity": severity})
    return a_policy().model_copy(update={"rules": rules.model_copy(update={rule: changed})})


def test_passes_every_rule_without_obstacles() -> None:
    found = assess(facts(), a_policy())
    assert [finding.rule for finding in found] == [rule.__name__ for rule in RULES]
    assert {finding.outcome for finding in found} == {Outcome.PASS}
    assert [finding.code for finding in found] == [
        "account_is_business",
        "not_on_invoice",
        "country_served",
        "no_third_party_resources",
        "no_outstanding_balance",
    ]
    assert verdict(found) is Verdict.ELIGIBLE


@pytest.mark.parametrize(
    ("changes", "rule", "code", "comes_to"),
    [
        ({"account_type": "Individual"}, "business_account", "account_is_personal", Verdict.INELIGIBLE),
        ({"payment_method_family": "CheckWire"}, "not_on_invoice", "already_on_invoice", Verdict.INELIGIBLE),
        ({"country": "CN"}, "country_served", "country_not_served", Verdict.INELIGIBLE),
        ({"resources": THIRD_PARTY[:1]}, "no_third_party_resources", "third_party_resource", Verdict.BLOCKED),
        ({"outstanding_balance": money("0.01")}, "no_outstanding_balance", "balance_outstanding", Verdict.ELIGIBLE),
    ],
)
def test_fails_a_rule_and_says_how_to_mend_it(changes: dict[str, Any], rule: str, code: str, comes_to: Verdict) -> None:
    found = _found(**changes)
    finding = found[code]
    assert (finding.rule, finding.outcome) == (rule, Outcome.FAIL)
    assert finding.reason
    assert finding.fix
    assert verdict(found.values()) is comes_to


@pytest.mark.parametrize(
    ("changes", "rule", "code"),
    [
        ({"account_type": None}, "business_account", "account_type_unknown"),
        ({"account_type": "Other"}, "business_account", "account_type_unknown"),
        ({"account_type": "SomethingNew"}, "business_account", "account_type_unknown"),
        ({"payment_method_family": None}, "not_on_invoice", "payment_method_unknown"),
        ({"country": None}, "country_served", "country_unknown"),
        ({"resources": None}, "no_third_party_resources", "resources_unknown"),
    ],
)
def test_never_passes_what_is_not_known(changes: dict[str, Any], rule: str, code: str) -> None:
    found = _found(**changes)
    assert (found[code].rule, found[code].outcome) == (rule, Outcome.UNKNOWN)
    assert found[code].fix
    assert verdict(found.values()) is Verdict.UNKNOWN


WORDS: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({}, "account_is_business", "The account is a business account (Business).", None),
    ({}, "not_on_invoice", "The present payment method is CreditCard.", None),
    ({}, "country_served", "Payment by invoice is offered in NL.", None),
    ({}, "no_third_party_resources", "The subscription holds no third-party resources.", None),
    ({}, "no_outstanding_balance", "No balance is outstanding.", None),
    (
        {"account_type": "Individual"},
        "account_is_personal",
        "The account is a personal account (Individual); only businesses can pay by invoice.",
        "Use a subscription in an account of your company, and send a new request for that one.",
    ),
    (
        {"payment_method_family": "CheckWire"},
        "already_on_invoice",
        "The subscription pays by invoice already.",
        "Nothing needs to change: pay the next invoice as it says.",
    ),
    (
        {"country": "CN"},
        "country_not_served",
        "Payment by invoice is not offered to accounts in CN.",
        "Keep the present payment method, or ask for a subscription sold in a country that is served.",
    ),
    (
        {"outstanding_balance": money("0.01")},
        "balance_outstanding",
        "EUR 0.01 is outstanding.",
        "Pay it with the present payment method before you switch.",
    ),
    (
        {"country": None},
        "country_unknown",
        "The country of the account is not known.",
        "Nothing to do for you: the billing desk looks it up. Check that the account administrator's e-mail is right.",
    ),
]


@pytest.mark.parametrize(("changes", "code", "reason", "fix"), WORDS, ids=[code for _, code, _, _ in WORDS])
def test_says_in_full_what_it_found(changes: dict[str, Any], code: str, reason: str, fix: str | None) -> None:
    found = _found(**changes)[code]
    assert (found.reason, found.fix) == (reason, fix)


@pytest.mark.parametrize(
    ("fact", "code", "what"),
    [
        ("account_type", "account_type_unknown", "Whether the account is a business account"),
        ("payment_method_family", "payment_method_unknown", "The present payment method"),
        ("resources", "resources_unknown", "Which resources the subscription holds"),
        ("outstanding_balance", "balance_unknown", "Whether a balance is outstanding"),
    ],
)
def test_says_what_is_not_known(fact: str, code: str, what: str) -> None:
    assert _found(**{fact: None})[code].reason == f"{what} is not known."


def test_lets_an_unknown_balance_hold_nothing_up() -> None:
    found = _found(outstanding_balance=None)
    assert found["balance_unknown"].outcome is Outcome.UNKNOWN
    assert verdict(found.values()) is Verdict.ELIGIBLE


def test_knows_nothing_where_nothing_is_known() -> None:
    found = assess(UNKNOWN, a_policy())
    assert {finding.outcome for finding in found} == {Outcome.UNKNOWN}
    assert len(found) == len(RULES)
    assert verdict(found) is Verdict.UNKNOWN


def test_passes_a_subscription_without_any_resources() -> None:
    assert _found(resources=())["no_third_party_resources"].outcome is Outcome.PASS


def test_names_every_third_party_resource() -> None:
    found = assess(facts(resources=THIRD_PARTY), a_policy())
    named = [finding for finding in found if finding.code == "third_party_resource"]
    assert [finding.resource.name for finding in named if finding.resource] == ["mail", "base"]
    assert named[0].reason == (
        "SendGrid: 'mail' (Sendgrid.Email/accounts) is a third-party resource: "
        "its namespace Sendgrid.Email is not Microsoft's."
    )
    assert str(named[1].fix).startswith("Delete 'base'. To keep ClearDB,")


@pytest.mark.parametrize(
    ("changes", "code", "details"),
    [
        ({}, "account_is_business", {"kind": "Business"}),
        ({"account_type": "Individual"}, "account_is_personal", {"kind": "Individual"}),
        ({}, "not_on_invoice", {"family": "CreditCard"}),
        ({}, "country_served", {"country": "NL"}),
        ({"country": "CN"}, "country_not_served", {"country": "CN"}),
        (
            {"outstanding_balance": money("12.5")},
            "balance_outstanding",
            {"currency": "EUR", "balance": "12.5"},
        ),
        ({"country": None}, "country_unknown", {}),
    ],
)
def test_keeps_what_a_sentence_was_made_from(changes: dict[str, Any], code: str, details: dict[str, str]) -> None:
    assert _found(**changes)[code].details == details


def test_reads_a_finding_from_before_details_were_kept() -> None:
    older = _found()["country_served"].model_dump(exclude={"details"})
    assert Finding.model_validate(older).details == {}


def test_tells_severity_and_source_of_the_rule_with_every_finding() -> None:
    finding = _found(country="CN")["country_not_served"]
    assert finding.severity is Severity.REFUSE
    assert finding.source == "Pay for Azure subscriptions by invoice (2019-08-23)"


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES])
def test_leaves_out_a_rule_that_is_switched_off(rule: str) -> None:
    found = assess(UNKNOWN, _policy_with(rule, Severity.OFF))
    assert {finding.rule for finding in found} == {other.__name__ for other in RULES} - {rule}


def test_weighs_a_rule_as_its_policy_says() -> None:
    known = facts(outstanding_balance=money("12.00"))
    assert verdict(assess(known, _policy_with("no_outstanding_balance", Severity.BLOCK))) is Verdict.BLOCKED
    assert verdict(assess(known, _policy_with("no_outstanding_balance", Severity.REFUSE))) is Verdict.INELIGIBLE


def _expected(pairs: list[tuple[Outcome, Severity]]) -> Verdict:
    if (Outcome.FAIL, Severity.REFUSE) in pairs:
        return Verdict.INELIGIBLE
    if (Outcome.FAIL, Severity.BLOCK) in pairs:
        return Verdict.BLOCKED
    unknown = {(Outcome.UNKNOWN, Severity.REFUSE), (Outcome.UNKNOWN, Severity.BLOCK)}
    return Verdict.UNKNOWN if unknown & set(pairs) else Verdict.ELIGIBLE


@given(FINDINGS)
def test_lets_a_refusal_outrank_a_block_and_a_block_the_unknown(pairs: list[tuple[Outcome, Severity]]) -> None:
    assert verdict(_finding(*pair) for pair in pairs) is _expected(pairs)


@given(FINDINGS, st.sampled_from(Outcome), st.sampled_from([Severity.WARN, Severity.OFF]))
def test_weighs_no_warning(pairs: list[tuple[Outcome, Severity]], outcome: Outcome, severity: Severity) -> None:
    findings = [_finding(*pair) for pair in pairs]
    assert verdict([*findings, _finding(outcome, severity)]) is verdict(findings)


@pytest.mark.parametrize("state", [State.CHECKING_ELIGIBILITY, State.CHECKING_CREDIT])
@pytest.mark.parametrize("result", [Verdict.INELIGIBLE, Verdict.BLOCKED, Verdict.UNKNOWN])
def test_comes_to_an_event_that_both_steps_can_meet(state: State, result: Verdict) -> None:
    stopped = State.INELIGIBLE if result is Verdict.INELIGIBLE else State.ACTION_REQUIRED
    assert transition_for(state, EVENT_OF[result]).to is stopped


def test_comes_to_one_event_for_every_verdict() -> None:
    assert len(set(EVENT_OF.values())) == len(EVENT_OF) == len(Verdict)


@pytest.mark.parametrize("word", [*Outcome, *Verdict])
def test_keeps_the_words_that_rows_hold(word: Outcome | Verdict) -> None:
    assert word.value == word.name.lower()
