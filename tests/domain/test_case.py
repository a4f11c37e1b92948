import hashlib
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.case import (
    Attention,
    Case,
    Consent,
    RequestForm,
    case_id_in,
    is_case_id,
    scope_of,
    scope_of_case,
)
from shared.domain.credit import credit_check_for
from shared.domain.door import AT_THE_DOOR
from shared.domain.eligibility import assess
from shared.domain.lifecycle import FINAL, State
from shared.domain.waiting import Party, Wait
from tests.builders import NOON, SUBSCRIPTION, a_case, a_contact, a_form, a_policy, a_resource, facts, money

MARK = {"inALaterVersion": {"deep": [1, "two", None]}}


def _a_full_case(state: State = State.ACTION_REQUIRED) -> Case:
    """A case in which every part is filled in."""
    resources = (a_resource("Sendgrid.Email/accounts", "mail"),)
    return a_case(
        state,
        findings=assess(facts(resources=resources), a_policy()),
        findings_total=5,
        credit=credit_check_for(a_form().credit_needed, a_policy().credit),
        attention=Attention(reason="a step failed", since=NOON),
    )


def _marked(part: Any) -> Any:
    """The same document with an unknown member in every object."""
    if isinstance(part, list):
        return [_marked(each) for each in part]
    if isinstance(part, dict):
        return {name: _marked(each) for name, each in part.items()} | MARK
    return part


def _document(case: Case) -> Any:
    return case.model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("state", State)
def test_comes_back_from_json_as_it_was(state: State) -> None:
    case = _a_full_case(state)
    assert Case.model_validate_json(case.model_dump_json(by_alias=True, exclude_none=True)) == case


def test_keeps_unknown_members_at_every_level_through_json() -> None:
    document = _marked(_document(_a_full_case()))
    assert document["findings"][3]["resource"]["inALaterVersion"]
    assert _document(Case.model_validate(document)) == document


def test_refuses_unknown_members_at_every_level_of_a_form() -> None:
    document = a_form().model_dump(mode="json", by_alias=True, exclude_none=True)
    with pytest.raises(ValidationError) as refused:
        RequestForm.model_validate(_marked(document), extra="forbid")
    levels = {error["loc"][:-1] for error in refused.value.errors()}
    assert levels == {(), ("billingAddress",), ("contact",), ("creditNeeded",), ("consent",)}


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("subscription_id", "not-a-uuid", "UUID"),
        ("company_name", "Contoso\u202eB.V.", "U\\+202E"),
        ("credit_needed", money("0.00"), "must be more than 0"),
        ("consent", {"accepted": False, "textSha256": "0" * 64}, "True"),
        ("consent", {"accepted": True, "textSha256": "0" * 63}, "pattern"),
        ("contact", a_contact(language="fr"), "'en' or 'nl'"),
        ("contact", a_contact(phone="call me"), "pattern"),
        ("contact", a_contact(preferred_method="phone"), "give the number too"),
    ],
)
def test_refuses_a_form_with_something_wrong(field: str, value: object, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        a_form(**{field: value})


def test_reads_a_stored_form_whose_address_a_later_rule_would_refuse() -> None:
    document = a_form().model_dump(mode="json", by_alias=True) | {"accountAdministratorEmail": "nobody"}
    assert RequestForm.model_validate(document).account_administrator_email == "nobody"
    with pytest.raises(ValidationError, match="email address"):
        RequestForm.model_validate(document, context=AT_THE_DOOR)


def test_takes_a_contact_who_prefers_calls_with_a_number() -> None:
    contact = a_form(contact=a_contact(preferred_method="phone", phone="+31 (0)20 500.15-00")).contact
    assert contact.phone == "+31 (0)20 500.15-00"


def test_names_every_wrong_field_of_a_form_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        a_form(company_name="", support_plan="", credit_needed=money("-1"))
    assert refused.value.error_count() == 3


def test_takes_consent_to_the_policys_words() -> None:
    assert Consent(accepted=True, text_sha256=a_policy().consent.sha256).accepted


@pytest.mark.parametrize("state", sorted(FINAL))
def test_is_never_due_once_it_is_over(state: State) -> None:
    case = a_case(state, wait=Wait(owed_by=Party.APPLICANT, since=NOON, last_day=NOON.date()))
    assert case.is_final
    assert case.next_due_at is None


def test_is_due_when_its_wait_is() -> None:
    case = a_case(State.APPROVED)
    assert case.wait is not None
    assert case.next_due_at == case.wait.next_due_at is not None
    assert not case.is_final


def test_is_not_due_without_a_wait() -> None:
    assert a_case(State.CHECKING_CREDIT).next_due_at is None


@given(st.uuids())
def test_puts_a_subscription_into_one_partition_however_it_is_written(subscription: UUID) -> None:
    expected = hashlib.sha256(str(subscription).lower().encode()).hexdigest()[:32]
    assert scope_of(UUID(str(subscription).upper())) == expected


@given(st.binary(min_size=16, max_size=16))
def test_carries_its_partition_in_its_id(chance: bytes) -> None:
    scope = scope_of(SUBSCRIPTION)
    case_id = case_id_in(scope, chance.hex())
    assert is_case_id(case_id)
    assert scope_of_case(case_id) == scope


@given(st.text() | st.from_regex(r"[0-9a-f]{30,33}-?[0-9a-f]{30,33}"))
def test_takes_nothing_else_for_a_case_id(text: str) -> None:
    parts = text.split("-")
    hexadecimal = all(len(part) == 32 and set(part) <= set("0123456789abcdef") for part in parts)
    assert is_case_id(text) is (len(parts) == 2 and hexadecimal)


@pytest.mark.parametrize("text", ["", f"{'a' * 32}-{'b' * 32}\n", f"{'A' * 32}-{'b' * 32}", f"{'٣' * 32}-{'b' * 32}"])
def test_takes_no_near_miss_for_a_case_id(text: str) -> None:
    assert not is_case_id(text)
