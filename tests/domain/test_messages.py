import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.domain.errors import UnreadableMessageError
from shared.domain.facts import SubscriptionFacts
from shared.domain.lifecycle import FollowUp
from shared.domain.messages import (
    QUEUE_OF,
    CaseMessage,
    SubscriptionSnapshot,
    SubscriptionUpdated,
    read_link_request,
    read_message,
)
from tests.builders import NOON, SUBSCRIPTION, a_case, a_resource, facts

CASE_ID = a_case().id
TRIGGER_METADATA = {
    "queuetrigger",
    "dequeuecount",
    "id",
    "popreceipt",
    "insertiontime",
    "expirationtime",
    "nextvisibletime",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _body(**changes: Any) -> str:
    return json.dumps({"v": 1, "messageId": "m-1", "caseId": CASE_ID, "seq": 3, "kind": "credit"} | changes)


def test_reads_a_message() -> None:
    expected = CaseMessage(message_id="m-1", case_id=CASE_ID, seq=3, kind=FollowUp.CREDIT)
    assert read_message(_body()) == expected


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from(FollowUp), st.none() | st.text(max_size=60))
def test_reads_what_it_writes(seq: int, kind: FollowUp, traceparent: str | None) -> None:
    message = CaseMessage(message_id="m-1", case_id=CASE_ID, seq=seq, kind=kind, traceparent=traceparent)
    assert read_message(message.model_dump_json(by_alias=True, exclude_none=True)) == message


def test_reads_who_asks_for_a_link() -> None:
    body = {"v": 1, "messageId": "m-1", "scope": "a" * 32, "grip": "b" * 32, "language": "nl"}
    request = read_link_request(json.dumps(body))
    assert (request.scope, request.grip, request.language) == ("a" * 32, "b" * 32, "nl")
    with pytest.raises(UnreadableMessageError, match=r"^scope: string_pattern_mismatch$"):
        read_link_request(json.dumps({**body, "scope": "somebody@contoso.example"}))


def test_reads_a_message_with_members_of_a_later_version() -> None:
    assert read_message(_body(priority="high")).seq == 3


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"v": 2}, "v: literal_error"),
        ({"seq": -1}, "seq: greater_than_equal"),
        ({"kind": "unheard-of"}, "kind: enum"),
        ({"caseId": "somebody@contoso.example"}, "caseId: string_pattern_mismatch"),
        ({"messageId": None}, "messageId: string_type"),
        ({"v": 2, "seq": -1}, "v: literal_error; seq: greater_than_equal"),
    ],
)
def test_names_what_it_cannot_read_but_not_the_value(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(UnreadableMessageError) as unreadable:
        read_message(_body(**changes))
    assert str(unreadable.value) == problem


@pytest.mark.parametrize("body", ["", "no JSON", "[]", "null", '"text"'])
def test_cannot_read_what_is_no_object(body: str) -> None:
    with pytest.raises(UnreadableMessageError, match=r"^body: "):
        read_message(body)


@given(st.text(st.characters()) | JSON.map(json.dumps))
@example("\ud800")
@example('{"v":1,"messageId":"\\ud800"}')
def test_fails_in_one_way_only(body: str) -> None:
    with pytest.raises(UnreadableMessageError):
        read_message(body)


def test_has_no_member_that_the_host_would_take_for_its_own() -> None:
    members = {field.alias for field in CaseMessage.model_fields.values()}
    assert not {str(member).lower() for member in members} & TRIGGER_METADATA


def test_has_a_queue_of_its_own_for_every_kind_of_work() -> None:
    queues = {
        "eligibility": "eligibility-checks",
        "credit": "credit-checks",
        "notify": "notifications",
        "wake": "due-cases",
    }
    assert queues == QUEUE_OF


def _snapshot_of(known: SubscriptionFacts) -> dict[str, Any]:
    document = known.model_dump(mode="json", by_alias=True, exclude={"observed_at", "observation_id"})
    return {"subscriptionId": str(SUBSCRIPTION), **document}


def _update(data: dict[str, Any]) -> SubscriptionUpdated:
    document = {"type": "subscription.updated", "timestamp": NOON.isoformat(), "data": data}
    return SubscriptionUpdated.model_validate_json(json.dumps(document))


def test_states_everything_that_the_portal_told() -> None:
    known = facts(resources=(a_resource("Microsoft.Compute/virtualMachines", "vm", "bitnami"),))
    assert _update(_snapshot_of(known)).facts("msg_1") == known


def test_takes_what_the_portal_left_out_as_unknown() -> None:
    stated = _update({"subscriptionId": str(SUBSCRIPTION)}).facts("msg_2")
    assert stated == SubscriptionFacts(observed_at=NOON, observation_id="msg_2")


def test_passes_on_every_member_of_the_facts() -> None:
    told = set(SubscriptionSnapshot.model_fields) - {"subscription_id"}
    assert told == set(SubscriptionFacts.model_fields) - {
        "observed_at",
        "observation_id",
        "payment_method_observed_at",
    }


def test_refuses_more_resources_than_it_can_keep() -> None:
    resource = a_resource("Microsoft.Web/sites").model_dump()
    assert _update({"subscriptionId": str(SUBSCRIPTION), "resources": [resource] * 2000})
    with pytest.raises(ValidationError, match="too_long"):
        _update({"subscriptionId": str(SUBSCRIPTION), "resources": [resource] * 2001})


def test_refuses_another_type_of_event() -> None:
    with pytest.raises(ValidationError, match=r"subscription\.updated"):
        SubscriptionUpdated.model_validate({"type": "other", "timestamp": NOON, "data": _snapshot_of(facts())})
