import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import azure.functions as func
import pytest

from devhost.app_settings import AppSettings
from devhost.lifecycle import RunningHost, running
from devhost.settings import HttpSettings
from tests.devhost.builders import PATIENCE, an_app, host_settings

STORAGE = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;QueueEndpoint=http://127.0.0.1:9/a"
SETTINGS = {"AzureWebJobsStorage": STORAGE, "AzureWebJobs.off.Disabled": "true"}
JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass
class Desk:
    """A host to ask, and what its functions got."""

    url: str
    got: "asyncio.Queue[Any]"
    may_end: asyncio.Event
    session: aiohttp.ClientSession
    host: RunningHost

    async def post(self, name: str, body: bytes, headers: dict[str, str] | None = None) -> int:
        url = f"{self.url}/admin/functions/{name}"
        async with self.session.post(url, data=body, headers=JSON if headers is None else headers) as response:
            assert await response.read() in {b"", b"routed"}
            return response.status

    async def next(self) -> Any:
        return await asyncio.wait_for(self.got.get(), PATIENCE)


def an_app_of_each_kind(got: "asyncio.Queue[Any]", may_end: asyncio.Event) -> func.FunctionApp:
    app = an_app()

    @app.timer_trigger("timer", "0 0 0 1 1 *")
    async def tick(timer: func.TimerRequest) -> None:
        got.put_nowait(timer)
        await may_end.wait()
        raise ValueError("failed on purpose")

    @app.queue_trigger("msg", "work", "Storage")
    async def work(msg: func.QueueMessage) -> None:
        got.put_nowait(msg)

    @app.route("{*rest}")
    async def everything(req: func.HttpRequest) -> func.HttpResponse:
        got.put_nowait(req)
        return func.HttpResponse("routed", status_code=418)

    @app.queue_trigger("msg", "off", "Storage")
    async def off(msg: func.QueueMessage) -> None:
        got.put_nowait(msg)

    @app.route("admin/x")
    async def in_error(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse()

    return app


@asynccontextmanager
async def a_desk(drain_limit: float = 10.0) -> AsyncIterator[Desk]:
    got, may_end = asyncio.Queue[Any](), asyncio.Event()
    app = an_app_of_each_kind(got, may_end)
    settings = replace(host_settings(drain_limit=drain_limit), http=HttpSettings(route_prefix="", body_limit=1000))
    settings = replace(settings, app_settings=AppSettings(SETTINGS))
    async with aiohttp.ClientSession() as session, running(app, settings) as host:
        yield Desk(host.url, got, may_end, session, host)


async def test_runs_a_function_of_each_kind_in_the_background(caplog: pytest.LogCaptureFixture) -> None:
    async with a_desk() as desk:
        assert await desk.post("WORK", b'{"input": "hello"}') == 202
        assert (await desk.next()).get_body() == b"hello"
        assert await desk.post("everything/", b'{"input": "hello"}') == 202
        request = await desk.next()
        assert (request.method, request.get_body()) == ("POST", b"hello")
        assert request.url == f"{desk.url}/admin/functions/everything/"
        assert await desk.post("tick", b'{"input": null}') == 202
        assert (await desk.next()).past_due is False
        desk.may_end.set()
    assert "ValueError: failed on purpose" in caplog.text


@pytest.mark.parametrize("name", ["nope", "in_error"])
async def test_answers_404_for_a_function_that_is_not_there(name: str) -> None:
    async with a_desk() as desk:
        assert await desk.post(name, b"{}") == 404
        assert desk.got.empty()


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"{", b"[]", b'"text"', b'{"input": {}}', b'{"input": "\\ud800"}', b"[" * 999],
)
async def test_answers_400_for_a_body_without_a_text(body: bytes) -> None:
    async with a_desk() as desk:
        assert await desk.post("work", body) == 400
        assert desk.got.empty()


@pytest.mark.parametrize(
    ("body", "expected"), [(b'{"input": 1.50}', b"1.50"), (b'{"Input": true}', b"true"), (b'{"other": 1}', b"")]
)
async def test_takes_an_input_as_it_is_written(body: bytes, expected: bytes) -> None:
    async with a_desk() as desk:
        assert await desk.post("work", body, {"Content-Type": "application/vnd.x+json"}) == 202
        assert (await desk.next()).get_body() == expected


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_refuses_what_a_page_of_another_origin_can_send(kind: str) -> None:
    async with a_desk() as desk:
        assert await desk.post("work", b"{}", {"Content-Type": kind}) == 415
        assert desk.got.empty()


async def test_refuses_a_body_that_is_too_long() -> None:
    async with a_desk() as desk:
        assert await desk.post("work", b'{"input": "%s"}' % (b"x" * 1000)) == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/admin/functions/work"),
        ("POST", "/admin/functions"),
        ("GET", "/admin/functions/work/keys"),
        ("POST", "/admin/functions/work/status"),
        ("POST", "/admin/host/status"),
        ("GET", "/admin/host"),
    ],
)
async def test_leaves_everything_else_to_the_routes(method: str, path: str) -> None:
    async with a_desk() as desk, desk.session.request(method, desk.url + path) as response:
        assert (response.status, await response.text()) == (418, "routed")


async def test_says_how_the_host_is() -> None:
    async with a_desk() as desk, desk.session.get(f"{desk.url}/Admin/Host/Status") as response:
        status = await response.json()
    assert status.keys() == {
        *("id", "state", "version", "versionDetails", "instanceId", "processUptime"),
        "functionAppContentEditingState",
    }
    assert (status["state"], status["versionDetails"]) == ("Running", "devhost")
    assert status["processUptime"] >= 0


async def get(desk: Desk, path: str) -> tuple[int, Any]:
    async with desk.session.get(desk.url + path) as response:
        return response.status, await response.json() if response.content_type == "application/json" else None


async def test_lists_every_function() -> None:
    async with a_desk() as desk:
        _, listed = await get(desk, "/admin/functions")
    assert [each["name"] for each in listed] == ["everything", "in_error", "off", "tick", "work"]
    assert [each["name"] for each in listed if each["isDisabled"]] == ["off"]


async def test_describes_a_function() -> None:
    async with a_desk() as desk:
        status, everything = await get(desk, "/admin/functions/Everything")
        _, work = await get(desk, "/admin/functions/work/")
    assert status == 200
    assert everything["href"] == f"{desk.url}/admin/functions/everything"
    assert everything["invoke_url_template"] == f"{desk.url}/{{*rest}}"
    assert [binding["type"] for binding in everything["config"]["bindings"]] == ["httpTrigger", "http"]
    assert (work["invoke_url_template"], work["language"]) == (None, "python")
    assert work["config"]["bindings"][0]["queueName"] == "work"


async def test_says_what_keeps_a_function_from_running() -> None:
    async with a_desk() as desk:
        assert await get(desk, "/admin/functions/work/status") == (200, {})
        _, status = await get(desk, "/admin/functions/In_Error/status")
    assert status["errors"][0].startswith("The specified route conflicts")


@pytest.mark.parametrize("path", ["/admin/functions/nope", "/admin/functions/nope/status"])
async def test_answers_404_about_a_function_that_is_not_there(path: str) -> None:
    async with a_desk() as desk:
        assert (await get(desk, path))[0] == 404


async def test_runs_a_disabled_function_by_hand() -> None:
    async with a_desk() as desk:
        assert await desk.post("off", b'{"input": "x"}') == 202
        assert (await desk.next()).get_body() == b"x"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_answers_a_ping(method: str) -> None:
    async with a_desk() as desk, desk.session.request(method, f"{desk.url}/admin/host/ping") as response:
        assert (response.status, await response.read()) == (200, b"")
        assert response.headers["Cache-Control"] == "no-store,no-cache"


async def test_finishes_what_it_began_before_the_host_stops() -> None:
    async with a_desk() as desk:
        await desk.post("tick", b"{}")
        await desk.next()
        asyncio.get_running_loop().call_later(0.1, desk.may_end.set)
    assert desk.host.abandoned == []


async def test_abandons_what_takes_too_long() -> None:
    async with a_desk(drain_limit=0.1) as desk:
        await desk.post("tick", b"{}")
        await desk.next()
    assert desk.host.abandoned[0].startswith("tick (")
