"""What is sent."""

import json

import pytest

from paybyinvoice.calls import Options, read_call, write_call
from paybyinvoice.models import Approve, MoneyInput


def test_a_model_is_sent_as_the_api_has_it() -> None:
    limit = MoneyInput(amount="20000.00", currency="EUR")
    call = write_call("POST", "https://p.example", Approve(kind="approve", limit=limit, note="Sound."), {})
    sent = {"kind": "approve", "limit": {"amount": "20000.00", "currency": "EUR"}, "note": "Sound."}
    assert json.loads(call.body or b"") == sent
    assert call.headers["Content-Type"] == "application/json"


def test_the_name_of_a_member_is_the_apis() -> None:
    call = write_call("POST", "https://p.example", {"creditNeeded": None}, {})
    assert json.loads(call.body or b"") == {"creditNeeded": None}


def test_every_call_that_changes_something_has_a_key_of_its_own() -> None:
    one, other = (write_call("POST", "https://p.example", None, {}) for _ in range(2))
    assert one.headers["Idempotency-Key"] == f'"{one.idempotency_key}"'
    assert one.idempotency_key != other.idempotency_key


def test_a_caller_names_the_call() -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    options = Options(idempotency_key="k 1", client_request_id="c-1", traceparent=trace, if_match='"4.desk"')
    sent = write_call("POST", "https://p.example", None, options).headers
    assert (sent["Idempotency-Key"], sent["If-Match"]) == ('"k 1"', '"4.desk"')
    read = read_call("https://p.example", options).headers
    assert all(each["x-ms-client-request-id"] == "c-1" and each["traceparent"] == trace for each in (sent, read))


@pytest.mark.parametrize("key", ["", 'a"b', "a,b", "a\\b", "a\nb", "ä", "k" * 256])
def test_refuses_what_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="1-255 printable ASCII"):
        write_call("POST", "https://p.example", None, {"idempotency_key": key})


def test_shows_no_one_what_it_holds() -> None:
    call = write_call("POST", "https://p.example", {"companyName": "Contoso"}, {})
    assert "Contoso" not in repr(call)
