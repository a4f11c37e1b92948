import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from devhost.functions import UserCode
from devhost.invocation import Call, FunctionFailedError, Invocations
from devhost.settings import WorkerSettings
from devhost.worker import FunctionTimeoutError, Worker, WorkerRestartedError
from tests.devhost.builders import PATIENCE, a_code, until

RESTARTING = "A function timeout has occurred. Restarting worker process executing invocationId '"


@pytest.fixture
async def invocations(tmp_path: Path) -> AsyncIterator[Invocations]:
    """Yield what runs functions, for a tenth of a second each, in one thread."""
    made = Invocations(tmp_path, WorkerSettings(timeout=0.1, grace=0.1, threads=1))
    yield made
    made.close()


def a_call(code: UserCode) -> Call[object]:
    return Call(code, "a test", lambda: "in", lambda result: result)


async def says(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return words in caplog.text


async def is_idle(invocations: Invocations) -> bool:
    return not invocations.running


async def cause_of(running: Any) -> BaseException | None:
    """Wait for an invocation to fail, and return why."""
    with pytest.raises(FunctionFailedError) as caught:
        await asyncio.wait_for(running, PATIENCE)
    return caught.value.__cause__


async def test_ends_a_function_that_takes_too_long(invocations: Invocations, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ended = asyncio.Event()

    async def slow(req: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    cause = await cause_of(invocations.run(a_call(a_code(slow, name="slow"))))
    assert isinstance(cause, FunctionTimeoutError)
    assert str(cause) == "Timeout value of 00:00:00.1000000 was exceeded by function: Functions.slow"
    await asyncio.wait_for(ended.wait(), PATIENCE)
    assert "Timeout value of 00:00:00.1000000 exceeded by function 'Functions.slow' (Id: '" in caplog.messages[1]
    assert caplog.messages[2].startswith("Executed 'Functions.slow' (Failed, Id=")
    assert caplog.messages[3].startswith(RESTARTING)
    assert caplog.messages[4] == "Attempt to restart language worker process(es) completed."
    assert invocations.running == []


async def test_does_not_restart_for_a_function_that_ends_in_the_grace_period(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    may_end = asyncio.Event()

    async def slow(req: str) -> None:
        await may_end.wait()

    invocations = Invocations(tmp_path, WorkerSettings(timeout=0.05, grace=PATIENCE))
    running = asyncio.create_task(invocations.run(a_call(a_code(slow))))
    await until(lambda: says(caplog, "Failed"))
    may_end.set()
    assert isinstance(await cause_of(running), FunctionTimeoutError)
    assert RESTARTING not in caplog.text
    invocations.close()


@dataclass(frozen=True)
class AnInvocation:
    invocation_id: str
    thread_local_storage: threading.local = field(default_factory=threading.local)


async def test_fails_whatever_else_runs_when_it_restarts() -> None:
    async def slow(req: str) -> None:
        await asyncio.Event().wait()

    # The other one begins when the first is over its time, so it has that long until it would be itself.
    worker = Worker(WorkerSettings(timeout=1, grace=0.01))
    with pytest.raises(FunctionTimeoutError):
        await worker.run(a_code(slow), {"req": ""}, AnInvocation("first"))
    other = asyncio.create_task(worker.run(a_code(slow), {"req": ""}, AnInvocation("other")))
    await worker.restart_unless_over("first")
    with pytest.raises(WorkerRestartedError):
        await other
    worker.close()


async def test_drops_what_waits_for_a_thread_when_it_restarts() -> None:
    may_end, ran = threading.Event(), threading.Event()
    worker = Worker(WorkerSettings(timeout=1, grace=0.01, threads=1))
    with pytest.raises(FunctionTimeoutError):
        await worker.run(a_code(lambda **_: may_end.wait(PATIENCE)), {"req": ""}, AnInvocation("first"))
    other = asyncio.create_task(worker.run(a_code(lambda **_: ran.set()), {"req": ""}, AnInvocation("other")))
    await worker.restart_unless_over("first")
    with pytest.raises(WorkerRestartedError):
        await other
    may_end.set()
    worker.close()
    assert not ran.is_set()


async def test_restarts_once_for_two_that_take_too_long(
    invocations: Invocations, caplog: pytest.LogCaptureFixture
) -> None:
    async def slow(req: str) -> None:
        await asyncio.Event().wait()

    runs = [asyncio.create_task(invocations.run(a_call(a_code(slow)))) for _ in range(2)]
    assert [type(await cause_of(run)) for run in runs] == [FunctionTimeoutError] * 2
    assert caplog.text.count(RESTARTING) == 1


async def test_leaves_a_thread_to_itself_and_begins_with_new_ones(tmp_path: Path) -> None:
    may_end, ended = threading.Event(), threading.Event()
    # A second, which the function that comes after the restart has too, is enough on a busy machine.
    invocations = Invocations(tmp_path, WorkerSettings(timeout=1, grace=0.01, threads=1))

    def slow(req: str) -> None:
        may_end.wait(PATIENCE)
        ended.set()

    assert isinstance(await cause_of(invocations.run(a_call(a_code(slow, name="slow")))), FunctionTimeoutError)
    assert invocations.running[0].startswith("slow (")
    assert await invocations.run(a_call(a_code(lambda req: req))) == "in"
    await invocations.idle()
    may_end.set()
    assert await asyncio.to_thread(ended.wait, PATIENCE)
    await until(lambda: is_idle(invocations))
    invocations.close()


async def test_lets_a_function_run_as_long_as_it_likes_without_a_limit(tmp_path: Path) -> None:
    async def slow(req: str) -> str:
        await asyncio.sleep(0.1)
        return "late"

    invocations = Invocations(tmp_path, WorkerSettings(timeout=None))
    assert await invocations.run(a_call(a_code(slow))) == "late"
    invocations.close()
