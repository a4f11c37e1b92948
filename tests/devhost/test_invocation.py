import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest

from devhost.functions import UserCode
from devhost.invocation import Call, FunctionFailedError, Invocations, continue_trace
from devhost.retry_policies import Attempt
from devhost.settings import WorkerSettings
from tests.devhost.builders import PATIENCE, a_code


@pytest.fixture
async def invocations(tmp_path: Path) -> AsyncIterator[Invocations]:
    made = Invocations(tmp_path, WorkerSettings())
    yield made
    made.close()


def a_call(code: UserCode, value: object = "in", **more: Any) -> Call[object]:
    return Call(code, "a test", lambda: value, more.pop("encode", lambda result: result), **more)


async def test_runs_an_async_function_on_the_loop(invocations: Invocations) -> None:
    async def function(req: str) -> tuple[str, threading.Thread]:
        return req, threading.current_thread()

    assert await invocations.run(a_call(a_code(function))) == ("in", threading.current_thread())


async def test_runs_a_sync_function_in_a_thread(invocations: Invocations) -> None:
    def function(req: str) -> tuple[str, threading.Thread]:
        return req, threading.current_thread()

    result: Any = await invocations.run(a_call(a_code(function)))
    assert result[0] == "in"
    assert result[1] is not threading.current_thread()


async def test_gives_a_context_to_whoever_asks(invocations: Invocations, tmp_path: Path) -> None:
    def function(req: str, context: Any) -> tuple[func.Context, str]:
        return context, context.thread_local_storage.invocation_id

    call = a_call(a_code(function, name="work", takes_context=True), traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
    result: Any = await invocations.run(call)
    context = result[0]
    assert isinstance(context, func.Context)
    assert (context.function_name, context.function_directory) == ("work", str(tmp_path))
    assert context.invocation_id == result[1]
    assert context.trace_context.trace_parent.startswith(f"00-{'a' * 32}-")
    assert (context.trace_context.trace_state, context.trace_context.attributes) == ("", {})
    assert context.retry_context is None


async def test_logs_the_hosts_lines(invocations: Invocations, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await invocations.run(a_call(a_code(lambda req: req, name="work"), details="Trigger Details: x"))
    first, second, third = caplog.messages
    assert first.startswith("Executing 'Functions.work' (Reason='a test', Id=")
    assert second == "Trigger Details: x"
    assert third.startswith("Executed 'Functions.work' (Succeeded, Id=")
    assert third.endswith("ms)")


def fail(error: BaseException) -> Any:
    def function(req: str) -> None:
        raise error

    return function


def fail_async(error: BaseException) -> Any:
    async def function(req: str) -> None:
        raise error

    return function


@pytest.mark.parametrize("make", [fail, fail_async])
@pytest.mark.parametrize("error", [ValueError("words"), SystemExit(3), asyncio.CancelledError("mine")])
async def test_logs_and_reports_whatever_a_function_raises(
    invocations: Invocations, caplog: pytest.LogCaptureFixture, make: Any, error: BaseException
) -> None:
    with pytest.raises(FunctionFailedError):
        await invocations.run(a_call(a_code(make(error), name="work")))
    assert "Executed 'Functions.work' (Failed, Id=" in caplog.text
    assert f"{type(error).__name__}: {error}" in caplog.text
    assert invocations.running == []


async def test_takes_a_result_that_cannot_be_encoded_for_a_failure(invocations: Invocations) -> None:
    def refuse(result: object) -> object:
        raise NotImplementedError

    with pytest.raises(FunctionFailedError):
        await invocations.run(a_call(a_code(lambda req: req), encode=refuse))


async def test_knows_what_runs_and_when_nothing_does(invocations: Invocations) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def function(req: str) -> None:
        began.set()
        await may_end.wait()

    running = asyncio.create_task(invocations.run(a_call(a_code(function, name="work"))))
    await began.wait()
    assert invocations.running[0].startswith("work (")
    idle = asyncio.create_task(invocations.idle())
    await invocations.run(a_call(a_code(lambda req: req)))
    _, waiting = await asyncio.wait({idle}, timeout=0.05)
    assert idle in waiting
    may_end.set()
    await asyncio.wait_for(asyncio.gather(running, idle), PATIENCE)


async def test_lets_the_host_cancel_a_function(invocations: Invocations) -> None:
    began = asyncio.Event()

    async def function(req: str) -> None:
        began.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(invocations.run(a_call(a_code(function))))
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert invocations.running == []


@pytest.mark.parametrize("traceparent", [None, "", "00-xyz", "01-" + "a" * 32])
def test_begins_a_trace_without_a_valid_one(traceparent: str | None) -> None:
    one, other = continue_trace(traceparent), continue_trace(traceparent)
    assert len(one.trace_parent) == 55
    assert one.trace_parent != other.trace_parent


async def test_says_which_attempt_it_is(invocations: Invocations) -> None:
    def function(req: str, context: Any) -> object:
        return context.retry_context

    call = a_call(a_code(function, takes_context=True), retry=Attempt(1, 3))
    assert await invocations.run(call) == Attempt(1, 3)


async def test_runs_in_the_background(invocations: Invocations, caplog: pytest.LogCaptureFixture) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    async def function(req: str) -> None:
        began.set()
        await may_end.wait()
        raise ValueError("words")

    invocations.run_in_background(a_call(a_code(function)))
    idle = asyncio.create_task(invocations.idle())
    await asyncio.wait_for(began.wait(), PATIENCE)
    assert not idle.done()
    may_end.set()
    await asyncio.wait_for(idle, PATIENCE)
    assert "ValueError: words" in caplog.text


async def test_waits_for_what_is_about_to_begin_in_the_background(invocations: Invocations) -> None:
    done: list[str] = []
    invocations.run_in_background(a_call(a_code(lambda req: done.extend([req]))))
    # Awaited here and not in a task, which would let the call begin first.
    async with asyncio.timeout(PATIENCE):
        await invocations.idle()
    assert done == ["in"]


async def test_drops_what_runs_in_the_background(tmp_path: Path) -> None:
    invocations, began, ended = Invocations(tmp_path, WorkerSettings()), asyncio.Event(), asyncio.Event()

    async def function(req: str) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    invocations.run_in_background(a_call(a_code(function)))
    await asyncio.wait_for(began.wait(), PATIENCE)
    invocations.close()
    await asyncio.wait_for(ended.wait(), PATIENCE)
