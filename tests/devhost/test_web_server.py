import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import azure.functions as func
import pytest

from devhost.errors import PortInUseError, StartError
from devhost.lifecycle import RunningHost, running
from devhost.settings import HttpSettings
from tests.devhost.builders import PATIENCE, an_app, has_ipv6, host_settings

needs_ipv6_which_a_machine_may_lack = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


def echo(req: func.HttpRequest) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route_params": dict(req.route_params),
        "body": req.get_body().decode(),
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json")


def returning(result: object) -> Callable[..., Any]:
    def respond(req: func.HttpRequest):  # type: ignore[no-untyped-def]
        return result

    return respond


def app_of(call: Any, route: str = "{*rest}", **more: Any) -> func.FunctionApp:
    app = an_app()
    app.function_name("f")(app.route(route, **more)(call))
    return app


@asynccontextmanager
async def serving(app: func.FunctionApp, **http: Any) -> AsyncIterator[RunningHost]:
    async with running(app, replace(host_settings(), http=HttpSettings(**http))) as host:
        yield host


async def request(host: RunningHost, path: str, method: str = "GET", **more: Any) -> tuple[int, bytes, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, host.url + path, **more) as response:
        return response.status, await response.read(), response.headers


async def send(host: RunningHost, text: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back until the server hangs up."""
    reader, writer = await asyncio.open_connection(host.address, host.port)
    writer.write(text)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def seen_in(answer: bytes) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return seen


async def test_gives_a_function_the_request_as_the_host_does() -> None:
    async with serving(app_of(echo, "cases/{id}")) as host:
        status, body, headers = await request(
            host, "/api/Cases/7?a=1&a=2&b=", "POST", data=b"hello", headers=[("X-A", "1"), ("X-A", "2")]
        )
    seen = json.loads(body)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert (seen["method"], seen["body"], seen["route_params"]) == ("POST", "hello", {"id": "7"})
    assert seen["url"] == f"{host.url}/api/Cases/7?a=1&a=2&b="
    assert (seen["params"], seen["headers"]["x-a"]) == ({"a": "1,2"}, "1,2")


async def test_decodes_path_parameters() -> None:
    async with serving(app_of(echo, "{x}")) as host:
        answer = await send(host, b"GET /api/a%2Fb%20%C3%A9 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert seen_in(answer)["route_params"] == {"x": "a%2Fb \u00e9"}


@pytest.mark.parametrize(
    ("path", "method"), [("/api/nope", "GET"), ("/api/f", "POST"), ("/api/f", "HEAD"), ("/api/f", "OPTIONS")]
)
async def test_answers_404_without_a_body(path: str, method: str) -> None:
    async with serving(app_of(echo, "f", methods=["GET"])) as host:
        status, body, headers = await request(host, path, method)
    assert (status, body) == (404, b"")
    assert "Allow" not in headers


async def test_answers_head_without_a_body_where_a_function_takes_it() -> None:
    async with serving(app_of(echo, "f", methods=["GET", "HEAD"])) as host:
        answer = await send(host, b"HEAD /api/f HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")


async def test_hands_on_options_where_a_function_takes_it() -> None:
    async with serving(app_of(echo, "f", methods=["OPTIONS"])) as host:
        status, body, _ = await request(host, "/api/f", "OPTIONS")
    assert (status, json.loads(body)["method"]) == (200, "OPTIONS")


async def test_answers_500_to_a_function_that_asks_for_text(caplog: pytest.LogCaptureFixture) -> None:
    def work(req: str) -> str:
        return req

    async with serving(app_of(work)) as host:
        assert (await request(host, "/api/x"))[:2] == (500, b"")
    assert "unexpected type of data received for the \"generic\" binding: 'http'" in caplog.text


async def test_turns_away_requests_above_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    began, may_end = asyncio.Event(), asyncio.Event()

    async def wait(req: func.HttpRequest) -> func.HttpResponse:
        began.set()
        await may_end.wait()
        return func.HttpResponse("late")

    async with serving(app_of(wait), max_outstanding_requests=1) as host:
        first = asyncio.create_task(request(host, "/api/x"))
        await asyncio.wait_for(began.wait(), PATIENCE)
        status, body, headers = await request(host, "/api/x")
        assert (status, body, headers["X-FUNCTION-SCALEOUT"]) == (429, b"", "1")
        assert (await request(host, "/admin/host/ping"))[0] == 200
        may_end.set()
        assert (await first)[:2] == (200, b"late")
    assert "Http request queue limit of 1 has been exceeded." in caplog.text


def raise_error(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("secret")


async def test_answers_500_without_a_body_and_logs_the_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(app_of(raise_error)) as host:
        status, body, _ = await request(host, "/api/x")
    assert (status, body) == (500, b"")
    assert "ValueError: secret" in caplog.text


@pytest.mark.parametrize("result", [None, {"a": 1}, func.HttpResponse(status_code="much")])  # type: ignore[arg-type]
async def test_answers_500_for_a_result_that_is_no_response(result: object) -> None:
    async with serving(app_of(returning(result))) as host:
        status, body, _ = await request(host, "/api/x")
    assert (status, body) == (500, b"")


async def test_sends_every_cookie() -> None:
    answer = func.HttpResponse()
    answer.headers.add("Set-Cookie", "a=1")
    answer.headers.add("Set-Cookie", "b=2")
    async with serving(app_of(returning(answer))) as host:
        _, _, headers = await request(host, "/api/x")
    assert headers.getall("Set-Cookie") == ["a=1", "b=2"]


async def test_shows_a_home_page_unless_told_not_to() -> None:
    async with serving(an_app()) as host:
        status, body, headers = await request(host, "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"up and running" in body
    async with serving(an_app(), has_home_page=False) as host:
        assert (await request(host, "/"))[:2] == (204, b"")


async def test_lets_a_function_own_the_home_page() -> None:
    async with serving(app_of(echo), route_prefix="") as host:
        _, body, _ = await request(host, "/")
    assert json.loads(body)["route_params"] == {}


async def test_refuses_a_body_that_is_too_long() -> None:
    async with serving(app_of(echo), body_limit=4) as host:
        assert (await request(host, "/api/x", "POST", data=b"12345"))[0] == 413
        assert (await request(host, "/api/x", "POST", data=b"1234"))[0] == 200


async def test_hands_on_a_chunked_body_as_empty() -> None:
    chunked = (
        b"POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5\r\nhello\r\n0\r\n\r\n"
    )
    async with serving(app_of(echo)) as host:
        answer = await send(host, chunked)
    assert seen_in(answer)["body"] == ""


async def test_hands_on_a_compressed_body_as_it_was_sent() -> None:
    async with serving(app_of(lambda req: func.HttpResponse(req.get_body()))) as host:
        _, body, _ = await request(host, "/api/x", "POST", data=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert body == b"\x1f\x8b"


async def test_asks_for_a_body_that_waits_to_be_asked_for() -> None:
    async with serving(app_of(echo)) as host:
        status, body, _ = await request(host, "/api/x", "POST", data=b"hello", expect100=True)
    assert (status, json.loads(body)["body"]) == (200, "hello")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"GET http://h/api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", b"200"),
        (b"GET http://[::1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET /api/%00 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET //[ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", b"404"),
        (b"OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET /api/x HTTP/1.1\r\nHost: h\r\nX-A: \xff\r\nConnection: close\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
async def test_survives_a_malformed_request(text: bytes, status: bytes) -> None:
    async with serving(app_of(echo)) as host:
        answer = await send(host, text)
        assert answer.split(b" ")[1] == status
        assert (await request(host, "/api/x"))[0] == 200


async def test_survives_a_client_that_hangs_up_half_way(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(app_of(echo)) as host:
        _, writer = await asyncio.open_connection(host.address, host.port)
        writer.write(b"POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await request(host, "/api/x"))[0] == 200
    assert not caplog.records


async def test_names_itself_in_the_url_when_the_client_does_not() -> None:
    async with serving(app_of(echo)) as host:
        answer = await send(host, b"GET /api/x HTTP/1.0\r\n\r\n")
    assert seen_in(answer)["url"] == f"{host.url}/api/x"


@needs_ipv6_which_a_machine_may_lack
async def test_names_itself_by_an_address_of_ipv6() -> None:
    async with running(app_of(echo), replace(host_settings(), address="::1")) as host:
        answer = await send(host, b"GET /api/x HTTP/1.0\r\n\r\n")
    assert seen_in(answer)["url"] == f"http://[::1]:{host.port}/api/x"


async def test_refuses_a_port_that_is_in_use() -> None:
    async with serving(an_app()) as host:
        with pytest.raises(PortInUseError, match=f"port {host.port} on 127.0.0.1 is in use"):
            async with running(an_app(), replace(host_settings(), port=host.port)):
                pass


async def test_refuses_an_address_that_is_not_ours() -> None:
    with pytest.raises(StartError, match=r"cannot listen on 192\.0\.2\.1:0"):
        async with running(an_app(), replace(host_settings(), address="192.0.2.1")):
            pass


async def test_refuses_an_address_of_ipv6_that_is_not_ours() -> None:
    with pytest.raises(StartError, match=r"cannot listen on \[2001:db8::1\]:0"):
        async with running(an_app(), replace(host_settings(), address="2001:db8::1")):
            pass
