"""A client asks, and follows its request."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from paybyinvoice import Answer, Client, Conflict, UnexpectedAnswer
from paybyinvoice.models import CaseView
from tests.paybyinvoice.documents import CASE_ID, a_case, a_pre_check, a_request, a_review, a_status, a_wait, an_event
from tests.paybyinvoice.service import Say, Service, Time, a_problem

RUNNING = Say(200, a_case(), {"ETag": '"1.client"', "Retry-After": "5"})
SAME = Say(304, headers={"ETag": '"1.client"'})


async def test_tries_out_what_would_be_found(service: Service, client: Client) -> None:
    service.will(Say(200, a_pre_check(verdict="blocked")))
    assert (await client.pre_check({"subscriptionId": "s"})).content.verdict == "blocked"
    assert service.heard[0].path == "/api/pre-checks?api-version=2026-11-01"


async def test_reads_a_request_and_its_history(service: Service, client: Client) -> None:
    service.will(RUNNING, Say(200, {"value": [an_event()]}))
    assert (await client.request(CASE_ID)).etag == '"1.client"'
    assert [event.event for event in (await client.history(CASE_ID)).content.value] == ["submit"]
    paths = [heard.path.partition("?")[0] for heard in service.heard]
    assert paths == [f"/api/requests/{CASE_ID}", f"/api/requests/{CASE_ID}/history"]


@pytest.mark.parametrize(
    ("act", "method", "path", "body"),
    [
        (lambda c: c.withdraw("c1"), "POST", "withdrawal", None),
        (lambda c: c.recheck("c1"), "POST", "recheck", None),
        (lambda c: c.send_message("c1", "Hello."), "POST", "messages", {"text": "Hello."}),
        (lambda c: c.send_information("c1", {"answers": []}), "POST", "information", {"answers": []}),
        (lambda c: c.send_credit_application("c1", {"a": 1}), "PUT", "credit-application", {"a": 1}),
    ],
)
async def test_acts_on_a_request(
    service: Service, client: Client, act: Callable[[Client], Awaitable[Answer[Any]]], method: str, path: str, body: Any
) -> None:
    service.will(Say(202, a_status(state="withdrawn", status="Canceled")))
    assert (await act(client)).content.status == "Canceled"
    (heard,) = service.heard
    assert (heard.method, heard.path.partition("?")[0], heard.body) == (method, f"/api/requests/c1/{path}", body)


async def test_says_which_request_is_open_already(service: Service, client: Client) -> None:
    service.will(a_problem(409, "RequestOpen", requestId="edf1"))
    with pytest.raises(Conflict) as caught:
        await client.submit(a_request())
    assert (caught.value.code, caught.value.document["requestId"]) == ("RequestOpen", "edf1")


async def test_looks_again_as_often_as_asked_until_it_is_somebodys_turn(
    service: Service, client: Client, time: Time
) -> None:
    review = a_case(state="credit_review", wait=a_wait("desk"), review=a_review())
    service.will(RUNNING, SAME, Say(304, headers={"Retry-After": "9"}), SAME, Say(200, review, {"ETag": '"2.client"'}))
    seen: list[Answer[CaseView]] = []
    settled = await client.wait_until_settled(CASE_ID, seen.append)
    assert [answer.content.state for answer in seen] == ["checking_eligibility", "credit_review"]
    assert settled is seen[-1]
    assert time.pauses == [5.0, 5.0, 9.0, 9.0]
    assert [heard.headers.get("If-None-Match") for heard in service.heard] == [None, *['"1.client"'] * 4]


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Canceled"])
async def test_what_has_ended_is_settled(service: Service, client: Client, time: Time, status: str) -> None:
    service.will(Say(200, a_case(status=status)))
    assert (await client.wait_until_settled(CASE_ID)).content.status == status
    assert time.pauses == []


async def test_a_status_that_it_does_not_know_is_not_the_end(service: Service, client: Client, time: Time) -> None:
    service.will(Say(200, a_case(status="NotStarted")), Say(200, a_case(status="Succeeded")))
    assert (await client.wait_until_settled(CASE_ID)).content.status == "Succeeded"
    assert time.pauses == [5.0]


async def test_follows_the_address_that_a_submission_was_answered(service: Service, client: Client) -> None:
    link = f"{service.url}/api/requests/{CASE_ID}?api-version=2026-11-01&x=%7b"
    service.will(Say(202, a_status(), {"Operation-Location": link}), Say(200, a_case(wait=a_wait())))
    await client.wait_until_settled(await client.submit(a_request()))
    assert service.url + service.heard[1].path == link


async def test_finds_a_request_by_its_id_where_there_is_no_address(service: Service, client: Client) -> None:
    service.will(Say(202, a_status()), Say(200, a_case(wait=a_wait())))
    await client.wait_until_settled(await client.submit(a_request()))
    assert service.heard[1].path == f"/api/requests/{CASE_ID}?api-version=2026-11-01"


async def test_does_not_take_the_secret_to_another_address(service: Service, client: Client) -> None:
    service.will(Say(202, a_status(), {"Location": "https://elsewhere.example/api/requests/1"}))
    submitted = await client.submit(a_request())
    with pytest.raises(UnexpectedAnswer, match="the secret is not sent there"):
        await client.wait_until_settled(submitted)
    assert len(service.heard) == 1
