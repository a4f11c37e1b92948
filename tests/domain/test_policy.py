import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.domain.eligibility import RULES
from shared.domain.lifecycle import WAITS_FOR_APPLICANT
from shared.domain.policy import Policy, Rules, Severity, ThirdPartyRule, WaitUnit
from tests.builders import POLICIES, a_policy

DOCUMENTS = pytest.mark.parametrize("path", sorted(POLICIES.glob("*.toml")), ids=lambda path: path.stem)


def _load(path: Path) -> Policy:
    return Policy.model_validate(tomllib.loads(path.read_text("utf-8")), extra="forbid")


def _document(**changes: Any) -> dict[str, Any]:
    return tomllib.loads((POLICIES / "2017-07.toml").read_text("utf-8")) | changes


def _refused(document: dict[str, Any]) -> set[tuple[int | str, ...]]:
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate(document, extra="forbid")
    return {error["loc"] for error in refused.value.errors()}


@DOCUMENTS
def test_is_kept_under_its_own_id(path: Path) -> None:
    assert _load(path).id == path.stem


@DOCUMENTS
def test_says_how_long_every_wait_for_the_applicant_lasts(path: Path) -> None:
    assert set(_load(path).waits) == set(WAITS_FOR_APPLICANT)


@DOCUMENTS
def test_reminds_in_order_and_before_the_wait_is_over(path: Path) -> None:
    for wait in _load(path).waits.values():
        days = [0, *wait.remind_after, wait.expire_after]
        assert days == sorted(set(days))


@DOCUMENTS
def test_breaches_after_its_target(path: Path) -> None:
    credit = _load(path).credit
    assert credit.review_target_business_days < credit.review_breach_business_days


def test_has_a_rule_for_every_function_and_a_function_for_every_rule() -> None:
    assert [rule.__name__ for rule in RULES] == list(Rules.model_fields)


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ("business_account", Severity.REFUSE),
        ("not_on_invoice", Severity.REFUSE),
        ("country_served", Severity.REFUSE),
        ("no_third_party_resources", Severity.BLOCK),
        ("no_outstanding_balance", Severity.WARN),
    ],
)
def test_weighs_the_rules_of_2017_as_published(rule: str, severity: Severity) -> None:
    assert getattr(a_policy().rules, rule).severity is severity


def test_counts_credit_waits_in_business_days_and_the_others_in_calendar_days() -> None:
    business = {state for state, wait in a_policy().waits.items() if wait.unit is WaitUnit.BUSINESS_DAYS}
    assert business == {"credit_application_due", "information_due", "security_due"}


def test_holds_no_type_of_account_for_a_business_and_a_person_at_once() -> None:
    rule = a_policy().rules.business_account
    assert not rule.business_types & rule.personal_types


def test_refuses_members_it_does_not_know_at_every_level() -> None:
    document = _document(sources=[])
    document["rules"]["no_third_party_resources"]["source"]["page"] = 1
    document["waits"]["approved"]["pause"] = True
    nested = ("rules", "no_third_party_resources", "source", "page")
    assert _refused(document) == {("sources",), nested, ("waits", "approved", "pause")}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("first_party_namespaces", ["GitHub.Network"]),
        ("wrapping_types", ["microsoft.saas/Resources"]),
        ("first_party_publishers", ["microsoft", "Microsoft"]),
        ("products", {"Sendgrid.Email": "SendGrid"}),
    ],
)
def test_refuses_names_that_would_never_match(name: str, value: object) -> None:
    rule = a_policy().rules.no_third_party_resources.model_dump() | {name: value}
    with pytest.raises(ValidationError, match="write these in lower case"):
        ThirdPartyRule.model_validate(rule)


def test_names_every_name_that_is_not_in_lower_case() -> None:
    rule = a_policy().rules.no_third_party_resources.model_dump() | {"wrapping_types": ["b.B", "a.A", "c.c"]}
    with pytest.raises(ValidationError, match=r"a\.A, b\.B \["):
        ThirdPartyRule.model_validate(rule)


@pytest.mark.parametrize("amount", ["-1", "0.00001", "NaN"])
def test_refuses_an_amount_that_no_request_can_be_held_against(amount: str) -> None:
    document = _document()
    document["credit"]["check_above"]["EUR"] = amount
    assert _refused(document) == {("credit", "check_above", "EUR")}


def test_refuses_a_currency_and_a_state_that_do_not_exist() -> None:
    document = _document()
    document["credit"]["check_above"]["euro"] = "1"
    document["waits"]["forever"] = document["waits"]["approved"]
    assert _refused(document) == {("credit", "check_above", "euro", "[key]"), ("waits", "forever", "[key]")}


def test_refuses_a_wait_that_is_over_at_once() -> None:
    document = _document()
    document["waits"]["approved"]["expire_after"] = 0
    assert _refused(document) == {("waits", "approved", "expire_after")}


def test_names_a_source_with_its_date() -> None:
    source = str(a_policy().rules.business_account.source)
    assert source == "Submit a request to pay Azure subscription by invoice (2017-07-14)"


def test_hashes_the_words_that_applicants_agree_to() -> None:
    consent = a_policy().consent
    assert consent.sha256 == hashlib.sha256(consent.text.encode("utf-8")).hexdigest()


@pytest.mark.parametrize("word", [*Severity, *WaitUnit])
def test_keeps_the_words_that_documents_hold(word: Severity | WaitUnit) -> None:
    assert word.value == word.name.lower()


def test_refuses_waits_without_terms() -> None:
    waits = {name: terms for name, terms in _document()["waits"].items() if name != "approved"}
    assert _refused(_document(waits=waits)) == {("waits",)}


def test_refuses_new_checks_where_nothing_is_checked_anew() -> None:
    waits = _document()["waits"]
    waits["approved"]["rescan_after_hours"] = 24
    with pytest.raises(ValidationError, match="in approved: take rescan_after_hours out there"):
        Policy.model_validate(_document(waits=waits))


def test_refuses_a_promise_that_is_broken_before_its_target() -> None:
    document = _document()
    document["credit"]["review_breach_business_days"] = 5
    assert Policy.model_validate(document).credit.review_breach_business_days == 5
    document["credit"]["review_breach_business_days"] = 4
    with pytest.raises(ValidationError, match="let the breach be as many days or more"):
        Policy.model_validate(document)


@pytest.mark.parametrize("changes", [{"remind_after": [3, 3]}, {"remind_after": [0]}, {"expire_after": 14}])
def test_refuses_reminders_out_of_order(changes: dict[str, Any]) -> None:
    waits = _document()["waits"]
    assert _refused(_document(waits={**waits, "approved": {**waits["approved"], **changes}})) == {("waits", "approved")}
