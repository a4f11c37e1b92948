"""Calls are made again where that helps, and only there."""

import asyncio
import logging
import socket
import ssl
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from paybyinvoice import (
    ApiProblem,
    BearerToken,
    Client,
    ClientSecret,
    Desk,
    DevelopmentUser,
    PayByInvoiceError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
    UnsafeAddress,
)
from tests.paybyinvoice.documents import a_request, a_status
from tests.paybyinvoice.service import HangUp, KeepSilent, Say, Service, Time, a_problem

DONE = Say(202, a_status())
BASIC = "Basic Y29udG9zbzpzM2NyZXQ="


async def test_a_call_says_who_calls_and_under_which_version(service: Service, client: Client) -> None:
    service.will(DONE)
    await client.submit(a_request())
    (heard,) = service.heard
    assert (heard.method, heard.path, heard.body) == ("POST", "/api/requests?api-version=2026-11-01", a_request())
    assert heard.headers["Authorization"] == BASIC


@pytest.mark.parametrize(
    ("sign_in", "name", "value"),
    [
        (BearerToken("t0ken"), "Authorization", "Bearer t0ken"),
        (DevelopmentUser("ada"), "x-development-user", "ada"),
    ],
)
async def test_the_desk_signs_in_by_token_or_by_name(
    service: Service, sign_in: BearerToken | DevelopmentUser, name: str, value: str
) -> None:
    service.will(DONE)
    async with Desk(service.url, sign_in) as desk:
        await desk.resume("c1")
    assert service.heard[0].headers[name] == value


@pytest.mark.parametrize(
    "failure",
    [HangUp(), a_problem(429, "TooManyRequests"), a_problem(503, "ServiceUnavailable"), Say(502), Say(504, "<html>")],
    ids=lambda failure: str(getattr(failure, "status", "hang-up")),
)
async def test_a_passing_failure_is_tried_again_under_the_same_key(
    service: Service, client: Client, time: Time, failure: Say | HangUp
) -> None:
    service.will(failure, failure, DONE)
    await client.submit(a_request())
    keys = {heard.headers["Idempotency-Key"] for heard in service.heard}
    assert (len(service.heard), len(keys)) == (3, 1)
    assert time.pauses == [0.5, 1.0]


async def test_two_calls_have_two_keys(service: Service, client: Client) -> None:
    service.will(DONE)
    await client.withdraw("c1")
    await client.withdraw("c1")
    one, other = (heard.headers["Idempotency-Key"] for heard in service.heard)
    assert one != other


async def test_reading_is_tried_again_too(service: Service, client: Client) -> None:
    service.will(HangUp(), Say(503), a_problem(404, "NotFound"))
    with pytest.raises(ApiProblem):
        await client.history("c1")
    assert len(service.heard) == 3


async def test_no_answer_in_time_is_tried_again(service: Service, time: Time) -> None:
    service.will(KeepSilent(), DONE)
    async with Client(service.url, ClientSecret("c", "s"), time.retries(try_time_out=0.05)) as client:
        assert (await client.recheck("c1")).status == 202


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 500])
async def test_a_refusal_is_not_tried_again(service: Service, client: Client, status: int) -> None:
    service.will(a_problem(status, "No"))
    with pytest.raises(ApiProblem, match=f"{status} No: Title of No. Mend it."):
        await client.submit(a_request())
    assert len(service.heard) == 1


async def test_waits_as_long_as_the_service_asks(service: Service, client: Client, time: Time) -> None:
    service.will(Say(429, headers={"Retry-After": "30"}), Say(503, headers={"Retry-After": "7"}), DONE)
    await client.submit(a_request())
    assert time.pauses == [30.5, 8.0]


async def test_gives_up_at_the_deadline_and_names_the_key(service: Service, client: Client, time: Time) -> None:
    service.will(a_problem(503, "ServiceUnavailable"))
    with pytest.raises(Unavailable, match=r"is not available: 503 ServiceUnavailable") as caught:
        await client.submit(a_request(), idempotency_key="mine")
    assert caught.value.idempotency_key == "mine"
    assert 100.0 < sum(time.pauses) < 120.0


async def test_does_not_wait_longer_than_until_the_deadline(service: Service, client: Client, time: Time) -> None:
    service.will(Say(429, headers={"Retry-After": "3600"}))
    with pytest.raises(RateLimited) as caught:
        await client.submit(a_request())
    assert caught.value.retry_after == 3600.0
    assert time.pauses == []


@dataclass
class SleepyTime(Time):
    """Pauses end a second late, as on a busy machine."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds + 1.0)


async def test_does_not_try_once_more_after_a_pause_that_ended_behind_the_deadline(service: Service) -> None:
    service.will(Say(503), KeepSilent())
    retries = SleepyTime().retries(deadline=1.0, try_time_out=0.5)
    async with Client(service.url, ClientSecret("c", "s"), retries) as client, asyncio.timeout(30):
        with pytest.raises(Unavailable, match="is not available: 503"):
            await client.request("c1")
    assert len(service.heard) == 1


async def test_says_that_nothing_answers(time: Time) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with Client(f"http://localhost:{port}", ClientSecret("c", "s3cret"), time.retries()) as client:
        with pytest.raises(Unavailable, match=f"at http://localhost:{port} cannot be reached: ") as caught:
            await client.request("c1")
    assert caught.value.idempotency_key is None
    assert len(time.pauses) > 3


async def test_says_that_no_answer_came_in_time(service: Service, time: Time) -> None:
    service.will(KeepSilent())
    retries = time.retries(try_time_out=0.05, deadline=0.1)
    async with Client(service.url, ClientSecret("c", "s"), retries) as client:
        with pytest.raises(Unavailable, match=r"there was no answer within 0\.05 s"):
            await client.request("c1")


async def test_an_answer_that_is_not_http_is_none(service: Service, client: Client) -> None:
    service.will(Say(200, "{}", {"Content-Encoding": "gzip"}))
    with pytest.raises(Unavailable, match="cannot be reached"):
        await client.request("c1")


async def test_a_redirect_does_not_get_the_secret(service: Service, client: Client) -> None:
    service.will(Say(307, headers={"Location": f"{service.url}/elsewhere"}))
    with pytest.raises(UnexpectedAnswer, match="leads to"):
        await client.submit(a_request())
    assert len(service.heard) == 1


async def test_a_certificate_that_nobody_vouches_for_ends_it_at_once(time: Time, certificate: ssl.SSLContext) -> None:
    server = TestServer(web.Application())
    await server.start_server(ssl=certificate)
    try:
        async with Client(f"https://localhost:{server.port}", ClientSecret("c", "s3cret"), time.retries()) as client:
            with pytest.raises(Unavailable, match="the connection is not safe"):
                await client.request("c1")
    finally:
        await server.close()
    assert time.pauses == []


def test_sends_nothing_in_the_clear() -> None:
    with pytest.raises(UnsafeAddress):
        Client("http://pay.example.com", ClientSecret("c", "s3cret"))


async def test_must_be_entered_first(service: Service) -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Client(service.url, ClientSecret("c", "s")).request("c1")


@pytest.mark.parametrize("answer", [HangUp(), a_problem(401, "Unauthenticated"), Say(302), Say(200, "no")])
async def test_secrets_are_in_no_error_and_no_log(
    service: Service, client: Client, caplog: pytest.LogCaptureFixture, answer: Say | HangUp
) -> None:
    caplog.set_level(logging.DEBUG)
    service.will(answer)
    with pytest.raises(PayByInvoiceError) as caught:
        await client.submit(a_request(companyName="Fabrikam"))
    errors = [caught.value, caught.value.__cause__, caught.value.__context__]
    told = "".join([caplog.text, *map(repr, errors), *map(str, errors), repr(client)])
    assert "/api/requests" in told
    assert not [secret for secret in ("s3cret", BASIC.split()[1], "Fabrikam") if secret in told]


def test_secrets_are_in_no_repr() -> None:
    assert "s3cret" not in f"{ClientSecret('contoso', 's3cret')} {BearerToken('s3cret')}"
