import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from aiohttp import web
from azure.functions.timer import TimerRequest

from devhost.functions import AnyFunction, HttpFunction, QueueFunction, TimerFunction
from devhost.invocation import FunctionFailedError, Invocations
from devhost.manual_calls import call_by_hand
from devhost.schedules import parse_schedule
from devhost.settings import WorkerSettings
from tests.devhost.builders import a_code

URL = "http://h/admin/functions/f"


def a_queue_function(call: Callable[..., Any], *, is_binary: bool = False) -> QueueFunction:
    return QueueFunction(a_code(call, parameter="msg", binding_type="queueTrigger"), "work", "", is_binary)


def a_timer_function(call: Callable[..., Any]) -> TimerFunction:
    code = a_code(call, parameter="timer", binding_type="timerTrigger")
    return TimerFunction(code, parse_schedule("00:05:00"), "00:05:00", run_on_startup=False)


def an_http_function(call: Callable[..., Any], methods: frozenset[str] | None = None) -> HttpFunction:
    return HttpFunction(a_code(call, binding_type="httpTrigger"), "cases/{id}", methods)


async def result_of(function: AnyFunction, text: str, folder: Path) -> Any:
    invocations = Invocations(folder, WorkerSettings())
    try:
        return await invocations.run(call_by_hand(function, text, URL))
    finally:
        invocations.close()


@pytest.mark.parametrize(
    ("methods", "expected"), [(None, "POST"), (frozenset({"GET", "POST"}), "POST"), (frozenset({"PUT", "GET"}), "GET")]
)
async def test_asks_an_http_function(tmp_path: Path, methods: frozenset[str] | None, expected: str) -> None:
    def echo(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(f"{req.method} {req.url} {req.get_json()['a']} {dict(req.route_params)}")

    response = await result_of(an_http_function(echo, methods), '{"a": 1}', tmp_path)
    assert isinstance(response, web.Response)
    assert response.body == f"{expected} {URL} 1 {{}}".encode()


@pytest.mark.parametrize(("text", "expected"), [("{}", "application/json"), ("", "none"), ("[" * 100_000, "none")])
async def test_says_that_an_input_is_json(tmp_path: Path, text: str, expected: str) -> None:
    def kind(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(req.headers.get("Content-Type", "none"))

    response = await result_of(an_http_function(kind), text, tmp_path)
    assert response.body == expected.encode()


async def test_gives_a_queue_function_a_message_that_lacks_nothing(tmp_path: Path) -> None:
    got: list[func.QueueMessage] = []
    await result_of(a_queue_function(lambda msg: got.extend([msg])), '{"caseId": "h\u00e9"}', tmp_path)
    (message,) = got
    assert message.get_json() == {"caseId": "h\u00e9"}
    assert message.id
    assert message.pop_receipt
    assert (message.dequeue_count, message.insertion_time) == (1, message.time_next_visible)
    assert message.expiration_time


async def test_gives_a_queue_function_bytes(tmp_path: Path) -> None:
    got: list[func.QueueMessage] = []
    await result_of(a_queue_function(lambda msg: got.extend([msg]), is_binary=True), "h\u00e9", tmp_path)
    assert got[0].get_body() == "h\u00e9".encode()


async def test_fires_a_timer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    got = asyncio.Queue[Any]()

    async def tick(timer: func.TimerRequest) -> None:
        got.put_nowait(timer)

    await result_of(a_timer_function(tick), "", tmp_path)
    timer = got.get_nowait()
    assert isinstance(timer, TimerRequest)
    assert not timer.past_due
    assert "This function was programmatically called via the host APIs." in caplog.text


@pytest.mark.parametrize("make", [a_queue_function, a_timer_function])
async def test_fails_a_function_that_returns_something(tmp_path: Path, make: Callable[..., AnyFunction]) -> None:
    with pytest.raises(FunctionFailedError):
        await result_of(make(lambda **_: "done"), "", tmp_path)
