import asyncio
from dataclasses import replace

import aiohttp
import azure.functions as func
import pytest

import devhost
from devhost.app_settings import AppSettings
from devhost.functions import IndexedFunction
from devhost.lifecycle import RunningHost
from tests.devhost.builders import PATIENCE, an_app, an_http_function, host_settings, on_message, on_timer, until


def answer(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("hello")


class SlowApp:
    """An app with one function that ends when told to."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.app = an_app()

        async def slow(req: func.HttpRequest) -> func.HttpResponse:
            self.began.set()
            await self.may_end.wait()
            return func.HttpResponse("late")

        self.app.function_name("slow")(self.app.route("slow")(slow))


async def read(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url) as response:
        return response.status, await response.text()


async def test_serves_an_app_on_a_free_port() -> None:
    app = an_app()
    app.function_name("hello")(app.route()(answer))
    async with devhost.running(app, host_settings()) as host, aiohttp.ClientSession() as session:
        assert await read(session, f"{host.url}/api/hello") == (200, "hello")
    with pytest.raises(aiohttp.ClientConnectorError):
        async with aiohttp.ClientSession() as session:
            await read(session, host.url)


async def test_lists_what_it_serves() -> None:
    app = an_app()
    app.function_name("read")(app.route("cases/{id}", methods=["POST", "GET"])(answer))
    app.function_name("any")(app.route()(answer))
    app.function_name("zz_conflict")(app.route("any")(answer))
    app.function_name("check")(app.queue_trigger("msg", "Checks", "Storage")(on_message))
    app.function_name("wake_due_cases")(app.timer_trigger("timer", "%TICK%")(on_timer))
    storage = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;QueueEndpoint=http://127.0.0.1:9/a"
    values = AppSettings({"AzureWebJobsStorage": storage, "TICK": "0 */5 * * * *"})
    async with devhost.running(app, replace(host_settings(), app_settings=values)) as host:
        assert host.listing() == [
            f"any: http://localhost:{host.port}/api/any",
            "check: queueTrigger checks",
            f"read: [GET,POST] http://localhost:{host.port}/api/cases/{{id}}",
            "wake_due_cases: timerTrigger 0 */5 * * * *",
        ]


async def test_names_another_address_in_its_list() -> None:
    app = an_app()
    app.function_name("hello")(app.route()(answer))
    async with devhost.running(app, replace(host_settings(), address="127.0.0.2")) as host:
        assert host.listing() == [f"hello: http://127.0.0.2:{host.port}/api/hello"]


def test_puts_an_address_of_ipv6_in_brackets() -> None:
    function = IndexedFunction("hello", (), an_http_function("hello"))
    host = RunningHost("::1", 7071, (function,), "api")
    assert host.url == "http://[::1]:7071"
    assert host.listing() == ["hello: http://[::1]:7071/api/hello"]


async def test_puts_a_function_in_error_and_serves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    app = an_app()
    app.function_name("bad")(app.route("admin/x")(answer))
    app.function_name("good")(app.route()(answer))
    async with devhost.running(app, host_settings()) as host, aiohttp.ClientSession() as session:
        assert (await read(session, f"{host.url}/api/good"))[0] == 200
        assert (await read(session, f"{host.url}/api/admin/x"))[0] == 404
    assert (
        "The 'bad' function is in error: The specified route conflicts with one or more built in routes." in caplog.text
    )


async def test_does_not_serve_a_disabled_function() -> None:
    app = an_app()
    app.function_name("off")(app.route()(answer))
    settings = replace(host_settings(), app_settings=AppSettings({"AzureWebJobs.off.Disabled": "true"}))
    async with devhost.running(app, settings) as host, aiohttp.ClientSession() as session:
        assert (await read(session, f"{host.url}/api/off"))[0] == 404


async def test_listens_for_no_disabled_function() -> None:
    app, ran = an_app(), asyncio.Queue[str]()

    def timer(name: str) -> None:
        async def run(timer: func.TimerRequest) -> None:
            ran.put_nowait(name)

        app.function_name(name)(app.timer_trigger("timer", "0 0 0 1 1 *", run_on_startup=True)(run))

    timer("off")
    timer("on")
    settings = replace(host_settings(), app_settings=AppSettings({"AzureWebJobs.off.Disabled": "1"}))
    async with devhost.running(app, settings) as host:
        assert [line.partition(":")[0] for line in host.listing()] == ["on"]
        assert await asyncio.wait_for(ran.get(), PATIENCE) == "on"


async def test_serves_only_the_functions_it_is_told_to() -> None:
    app = an_app()
    for name in ("One", "two"):
        app.function_name(name)(app.route()(answer))
    settings = replace(host_settings(), functions=frozenset({"one"}))
    async with devhost.running(app, settings) as host, aiohttp.ClientSession() as session:
        assert (await read(session, f"{host.url}/api/one"))[0] == 200
        assert (await read(session, f"{host.url}/api/two"))[0] == 404


async def test_finishes_a_request_before_it_stops() -> None:
    slow = SlowApp()
    async with aiohttp.ClientSession() as session:
        async with devhost.running(slow.app, host_settings()) as host:
            request = asyncio.create_task(read(session, f"{host.url}/api/slow"))
            await asyncio.wait_for(slow.began.wait(), PATIENCE)
            asyncio.get_running_loop().call_later(0.1, slow.may_end.set)
        assert await request == (200, "late")
    assert host.abandoned == []


async def test_abandons_a_request_that_takes_too_long() -> None:
    slow = SlowApp()
    async with aiohttp.ClientSession() as session:
        async with devhost.running(slow.app, host_settings(drain_limit=0.1)) as host:
            request = asyncio.create_task(read(session, f"{host.url}/api/slow"))
            await asyncio.wait_for(slow.began.wait(), PATIENCE)
        with pytest.raises(aiohttp.ClientError):
            await request
    assert host.abandoned[0].startswith("slow (")


async def is_closed(host: devhost.RunningHost) -> bool:
    try:
        _, writer = await asyncio.open_connection(host.address, host.port)
    except ConnectionError:
        return True
    writer.close()
    return False


async def raw_answer(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n"), PATIENCE)


async def serve(app: func.FunctionApp, ready: asyncio.Future[devhost.RunningHost], may_drain: asyncio.Event) -> None:
    async with devhost.running(app, host_settings()) as host:
        ready.set_result(host)
        await may_drain.wait()


async def test_turns_new_requests_away_while_it_drains() -> None:
    slow = SlowApp()
    ready, may_drain = asyncio.get_running_loop().create_future(), asyncio.Event()
    serving = asyncio.create_task(serve(slow.app, ready, may_drain))
    host = await ready
    reader, writer = await asyncio.open_connection(host.address, host.port)
    async with aiohttp.ClientSession() as session:
        request = asyncio.create_task(read(session, f"{host.url}/api/slow"))
        await slow.began.wait()
        may_drain.set()
        await until(lambda: is_closed(host))
        writer.write(b"GET /api/slow HTTP/1.1\r\nHost: h\r\n\r\n")
        assert b" 503 " in await raw_answer(reader)
        slow.may_end.set()
        assert await request == (200, "late")
    await serving
    writer.close()
