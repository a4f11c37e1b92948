"""What is answered, by the service or by whoever stands before it."""

import json
from typing import Any

import pytest
from multidict import CIMultiDict

from paybyinvoice import (
    ApiProblem,
    ChangedMeanwhile,
    Conflict,
    FieldError,
    InvalidRequest,
    NotFound,
    RateLimited,
    UnexpectedAnswer,
)
from paybyinvoice.answers import Reply, problem_of, read_answer
from paybyinvoice.models import CaseStatus, CaseView
from tests.paybyinvoice.documents import a_case, a_finding, a_status


def a_reply(document: Any, status: int = 200, /, **headers: str) -> Reply:
    """Give a reply with these headers, _ standing for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = document if isinstance(document, str) else json.dumps(document)
    return Reply(status, CIMultiDict(named), body.encode())


def test_reads_an_answer_and_keeps_it_as_it_came() -> None:
    document = a_status()
    reply = a_reply(document, 202, ETag='"1.client"', x_ms_request_id="call-1", Retry_After="2", location="/there")
    answer = read_answer(reply, CaseStatus)
    assert answer.content.state == "checking_eligibility"
    assert answer.document == document
    assert (answer.etag, answer.request_id, answer.retry_after) == ('"1.client"', "call-1", 2.0)
    assert (answer.operation, answer.replayed) == ("/there", False)


def test_says_that_an_answer_is_that_to_an_earlier_try() -> None:
    assert read_answer(a_reply(a_status(), Idempotent_Replayed="true"), CaseStatus).replayed


def test_prefers_the_address_of_the_operation() -> None:
    headers = {"Operation_Location": "/how-far", "Location": "/there"}
    assert read_answer(a_reply(a_status(), **headers), CaseStatus).operation == "/how-far"


def test_what_is_unknown_is_kept() -> None:
    finding = a_finding(outcome="postponed", severity="shrug", since="yesterday")
    case = read_answer(a_reply(a_case(state="asleep", status="Paused", mood=1, findings=[finding])), CaseView).content
    assert (case.state, case.status, case.findings[0].outcome) == ("asleep", "Paused", "postponed")
    assert case.model_extra == {"mood": 1}


def test_shows_no_one_what_it_holds() -> None:
    assert "Contoso" not in repr(a_reply({"companyName": "Contoso"}))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "120"}, 120.0),
        ({"Retry_After": "Mon, 23 Nov 2026 09:00:30 GMT", "Date": "Mon, 23 Nov 2026 09:00:00 GMT"}, 30.0),
        ({"Retry_After": "Mon, 23 Nov 2026 08:00:00 GMT", "Date": "Mon, 23 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"Retry_After": "Mon, 23 Nov 2026 09:00:30 GMT"}, None),
        ({"Retry_After": "Mon, 23 Nov 2026 09:00:30 -0000", "Date": "Mon, 23 Nov 2026 09:00:00 GMT"}, None),
        ({"Retry_After": f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT", "Date": "Mon, 23 Nov 2026 09:00:00 GMT"}, None),
        ({"Retry_After": "-1"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "²"}, None),
        ({}, None),
    ],
)
def test_reads_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert a_reply("", **headers).retry_after == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (401, ApiProblem),
        (403, ApiProblem),
        (404, NotFound),
        (409, Conflict),
        (412, ChangedMeanwhile),
        (413, InvalidRequest),
        (422, InvalidRequest),
        (428, ApiProblem),
        (429, RateLimited),
        (500, ApiProblem),
    ],
)
def test_a_refusal_is_of_its_kind(status: int, kind: type[ApiProblem]) -> None:
    with pytest.raises(ApiProblem) as caught:
        read_answer(a_reply({}, status), CaseStatus)
    assert type(caught.value) is kind


def test_a_refusal_says_what_is_wrong_and_where() -> None:
    errors = [{"pointer": "/creditNeeded/amount", "code": "decimal_type", "detail": "Write it as 2500.00."}]
    document = {"title": "Wrong", "detail": "Correct it.", "error": {"code": "InvalidFields"}, "errors": errors}
    problem = problem_of(a_reply(document, 400, x_ms_request_id="call-1"))
    assert (problem.status, problem.code, problem.title, problem.request_id) == (
        400,
        "InvalidFields",
        "Wrong",
        "call-1",
    )
    assert problem.errors == (FieldError("/creditNeeded/amount", "decimal_type", "Write it as 2500.00."),)
    assert str(problem) == "400 InvalidFields: Wrong. Correct it."


def test_a_refusal_carries_whatever_more_was_said() -> None:
    assert problem_of(a_reply({"requestId": "edf1"}, 409)).document["requestId"] == "edf1"


@pytest.mark.parametrize("body", ["<html>Bad Gateway</html>", "[]", '{"error": "no", "errors": "none"}', "", "\xff"])
def test_a_refusal_in_somebody_elses_form_is_one_all_the_same(body: str) -> None:
    problem = problem_of(a_reply(body, 403, x_ms_error_code="Blocked"))
    assert (problem.code, problem.title, problem.errors) == ("Blocked", "Forbidden", ())
    assert "Is this the address of the service?" in problem.detail


def test_a_status_that_nobody_knows_is_a_refusal_too() -> None:
    assert (problem_of(a_reply("", 499)).title, problem_of(a_reply("", 499)).code) == ("Refused", "Unknown")


@pytest.mark.parametrize(
    "body", ["<html>Welcome</html>", "", "{", "9" * 5000, "[" * 100_000], ids=lambda body: body[:9]
)
def test_a_body_that_is_not_json_is_not_the_service(body: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="should be JSON but is text/html"):
        read_answer(a_reply(body, Content_Type="text/html"), CaseStatus)


def test_an_answer_of_another_form_is_told_by_its_places_without_what_stands_there() -> None:
    with pytest.raises(UnexpectedAnswer, match="not the CaseStatus that this client knows") as caught:
        read_answer(a_reply(a_status(openedAt="Contoso's secret", id=None)), CaseStatus)
    assert "/openedAt" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(UnexpectedAnswer, match=r"leads to https://elsewhere\.example"):
        read_answer(a_reply("", 302, Location="https://elsewhere.example"), CaseStatus)
