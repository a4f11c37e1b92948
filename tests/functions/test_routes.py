"""What every endpoint has in common: who may call, the api-version, request ids, problems, headers."""

import logging
from dataclasses import replace

import pytest

from functions.answers import SECURITY_HEADERS
from functions.blueprints import BLUEPRINTS
from functions.intake import get_request, submit_request
from functions.routes import allowed_methods
from functions.service import get_liveness, get_readiness, zz_unknown_route
from local.sample import sample_request
from shared import wiring
from shared.domain.errors import SettingsError, StorageUnavailableError
from tests.functions.calling import basic, call, wired
from tests.world import SUBSCRIPTION, Fault, World

CASE = f"/api/requests/{'0' * 32}-{'0' * 32}"


@pytest.mark.parametrize(
    "header", ["", "Basic", "Bearer x", "Basic !", "Basic /w==", basic("nobody"), basic(secret="wrong"), basic("")]
)
async def test_nobody_unknown_gets_in(header: str) -> None:
    answer = await call(get_request, "GET", CASE, headers={"authorization": header})
    assert (answer.status, answer.body["error"]["code"]) == (401, "Unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize(
    ("params", "code"),
    [({}, "MissingApiVersionParameter"), ({"api-version": "2017-07-14"}, "UnsupportedApiVersionValue")],
)
async def test_the_api_version_is_required(params: dict[str, str], code: str) -> None:
    answer = await call(get_request, "GET", CASE, params=params)
    assert (answer.status, answer.body["error"]["code"]) == (400, code)
    assert "2026-11-01" in answer.body["detail"]


async def test_what_follows_from_a_call_carries_its_trace(world: World) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    assert (
        await call(submit_request, "POST", "/api/requests", sample_request(str(SUBSCRIPTION)), headers=headers)
    ).status == 202
    assert [(message.traceparent or "")[3:35] for message in world.messages()] == [trace]


async def test_every_answer_has_a_request_id_and_echoes_the_clients() -> None:
    answer = await call(get_request, "GET", CASE, headers={"x-ms-client-request-id": "mine-1"})
    assert len(answer.headers["x-ms-request-id"]) == 36
    assert answer.headers["x-ms-client-request-id"] == "mine-1"
    forged = await call(get_request, "GET", CASE, headers={"x-ms-client-request-id": "a\r\nb"})
    assert "x-ms-client-request-id" not in forged.headers


async def test_a_problem_has_the_form_of_rfc_9457_and_microsofts() -> None:
    answer = await call(get_request, "GET", CASE)
    assert answer.media_type == "application/problem+json"
    assert answer.headers["x-ms-error-code"] == answer.body["error"]["code"] == "NotFound"
    assert (answer.body["status"], answer.body["instance"], answer.body["type"]) == (404, CASE, "/problems/NotFound")


async def test_every_answer_has_the_security_headers() -> None:
    for answer in (await call(get_request, "GET", CASE), await call(get_liveness, "GET", "/api/health/live")):
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_an_outage_is_503_with_retry_after(world: World) -> None:
    world.storage.faults.append(Fault("page", StorageUnavailableError()))
    answer = await call(get_request, "GET", CASE)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_a_bug_is_500_without_a_traceback_but_with_one_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.storage.faults.append(Fault("page", ZeroDivisionError("the bug")))
    with caplog.at_level(logging.ERROR):
        answer = await call(get_request, "GET", CASE)
    assert (answer.status, answer.body["error"]["code"]) == (500, "InternalError")
    assert "bug" not in str(answer.body)
    assert "ZeroDivisionError: the bug" in caplog.text
    assert answer.headers["x-ms-request-id"] in caplog.text


async def test_a_wrong_setting_is_503_and_named_in_the_log_only(world: World, caplog: pytest.LogCaptureFixture) -> None:
    wiring.install(replace(wired(world), services=replace(world.services, current_policy="1999-01")))
    answer = await call(get_readiness, "GET", "/api/health/ready", params={})
    assert answer.status == 503
    assert "1999-01" not in str(answer.body)
    assert "there is no policy '1999-01'" in caplog.text
    assert issubclass(SettingsError, Exception)


async def test_health_needs_neither_caller_nor_version() -> None:
    for endpoint, path, status in (
        (get_liveness, "/api/health/live", "alive"),
        (get_readiness, "/api/health/ready", "ready"),
    ):
        answer = await call(endpoint, "GET", path, params={}, headers={"authorization": ""})
        assert (answer.status, answer.body) == (200, {"status": status})


async def test_an_unknown_address_is_404() -> None:
    answer = await call(zz_unknown_route, "GET", "/api/nothing", params={})
    assert (answer.status, answer.body["error"]["code"]) == (404, "NotFound")


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/requests", "GET, HEAD, POST, OPTIONS"),
        (CASE, "GET, HEAD, OPTIONS"),
        ("/API/Requests/", "GET, HEAD, POST, OPTIONS"),
        (f"{CASE}/credit-application", "PUT, OPTIONS"),
    ],
)
async def test_a_wrong_method_is_405_and_options_tells_the_right_ones(path: str, allow: str) -> None:
    wrong = await call(zz_unknown_route, "DELETE", path, params={})
    options = await call(zz_unknown_route, "OPTIONS", path, params={})
    assert (wrong.status, wrong.headers["Allow"]) == (405, allow)
    assert (options.status, options.headers["Allow"], options.body) == (204, allow, None)


def test_the_methods_of_an_address_come_from_the_registered_routes() -> None:
    assert BLUEPRINTS, "importing them registers their routes"
    assert allowed_methods("api/requests") == ["GET", "HEAD", "POST"]
    assert allowed_methods("api/requests/x/history") == ["GET", "HEAD"]
    assert allowed_methods("api/requests/x/y/history") == []


async def test_a_client_sees_problems_of_its_body_only_after_it_signed_in() -> None:
    answer = await call(submit_request, "POST", "/api/requests", b"{", headers={"authorization": ""})
    assert answer.status == 401
