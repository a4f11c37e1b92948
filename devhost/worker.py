"""Stands in for the worker process: runs the app's functions, async ones on the loop, sync ones in threads.

The host restarts a worker whose function outlasts ``functionTimeout``, which ends everything that runs in it. Here
async functions are cancelled, and sync ones, whose threads nobody can stop, are left to themselves; what the app keeps
in memory stays, which a restart would lose.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from devhost.functions import UserCode
from devhost.settings import WorkerSettings
from devhost.time_spans import format_time_span

_logger = logging.getLogger("Host")


class FunctionTimeoutError(Exception):
    """A function ran longer than ``functionTimeout``; it may still run."""


class WorkerRestartedError(Exception):
    """Another function timed out, and its worker was restarted with everything that ran in it."""


@dataclass(frozen=True)
class Outcome:
    """What a function returned, or raised. It may raise what would end the loop, SystemExit say."""

    result: object = None
    error: BaseException | None = None


class Invocation(Protocol):
    """Which invocation a function works for."""

    @property
    def invocation_id(self) -> str:
        """Return the id."""

    @property
    def thread_local_storage(self) -> Any:
        """Return where a thread says so."""


@dataclass(frozen=True)
class Execution:
    """A function under way; ``ended`` is done when its worker is restarted."""

    name: str
    work: asyncio.Future[Outcome]
    ended: asyncio.Future[None]


class Worker:
    """Runs functions and knows which are running."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._threads = _new_threads(settings)
        self._executions: dict[str, Execution] = {}
        self._left_behind: list[tuple[str, Execution]] = []
        self._ended = _not_yet()

    @property
    def left_behind(self) -> list[str]:
        """Return what still runs although its worker was restarted, as "name (id)"."""
        return [f"{each.name} ({invocation_id})" for invocation_id, each in self._left_behind if not each.work.done()]

    async def run(self, code: UserCode, arguments: Mapping[str, object], invocation: Invocation) -> object:
        """Call a function and return what it returned.

        Raises:
            FunctionTimeoutError: it took too long; ``restart_unless_over`` is to be called.
            WorkerRestartedError: another one did.
            BaseException: what the function raised.
        """
        execution = Execution(code.name, self._begin(code, arguments, invocation), self._ended)
        self._executions[invocation.invocation_id] = execution
        try:
            outcome = await self._wait(execution)
        except FunctionTimeoutError:
            _say_timeout(code.name, invocation.invocation_id, self._settings.timeout or 0)
            raise
        except BaseException:
            self._executions.pop(invocation.invocation_id, None)
            raise
        self._executions.pop(invocation.invocation_id, None)
        if outcome.error:
            raise outcome.error
        return outcome.result

    def _begin(
        self, code: UserCode, arguments: Mapping[str, object], invocation: Invocation
    ) -> asyncio.Future[Outcome]:
        if code.is_async:
            return asyncio.create_task(_captured(code.call(**arguments)))
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, _call_in_thread, code.call, arguments, invocation)

    async def _wait(self, execution: Execution) -> Outcome:
        try:
            waits: set[asyncio.Future[Any]] = {execution.work, execution.ended}
            await asyncio.wait(waits, timeout=self._settings.timeout, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            execution.work.cancel()
            await asyncio.wait({execution.work})
            raise
        if execution.ended.done():
            raise WorkerRestartedError("The worker was restarted because another function timed out")
        if not execution.work.done():
            limit = format_time_span(self._settings.timeout or 0)
            raise FunctionTimeoutError(f"Timeout value of {limit} was exceeded by function: Functions.{execution.name}")
        return execution.work.result()

    async def restart_unless_over(self, invocation_id: str) -> None:
        """Give a function that timed out the host's grace period, and restart unless it ends in time.

        A worker that another function's time-out has restarted meanwhile is not restarted again.
        """
        execution = self._executions.get(invocation_id)
        if not execution:
            return
        await asyncio.wait({execution.work}, timeout=self._settings.grace)
        if execution.work.done():
            self._executions.pop(invocation_id, None)
        elif not execution.ended.done():
            self._restart(invocation_id)

    def _restart(self, invocation_id: str) -> None:
        _logger.warning(
            "A function timeout has occurred. Restarting worker process executing invocationId '%s'.", invocation_id
        )
        self._ended.set_result(None)
        self._ended = _not_yet()
        for execution in self._executions.values():
            if isinstance(execution.work, asyncio.Task):
                execution.work.cancel()
        self._left_behind = [left for left in self._left_behind if not left[1].work.done()]
        self._left_behind += self._executions.items()
        self._executions = {}
        self.close()
        self._threads = _new_threads(self._settings)
        _logger.warning("Attempt to restart language worker process(es) completed.")

    def close(self) -> None:
        """Let the threads go; one that runs a function cannot be stopped."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _not_yet() -> asyncio.Future[None]:
    return asyncio.get_running_loop().create_future()


def _new_threads(settings: WorkerSettings) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.threads, "devhost")


async def _captured(running: Coroutine[Any, Any, object]) -> Outcome:
    try:
        return Outcome(await running)
    except BaseException as error:  # noqa: BLE001 - it is raised where the invocation is logged
        return Outcome(error=error)


def _call_in_thread(call: Callable[..., object], arguments: Mapping[str, object], invocation: Invocation) -> Outcome:
    invocation.thread_local_storage.invocation_id = invocation.invocation_id
    try:
        return Outcome(call(**arguments))
    except BaseException as error:  # noqa: BLE001 - it is raised where the invocation is logged
        return Outcome(error=error)


def _say_timeout(name: str, invocation_id: str, limit: float) -> None:
    logging.getLogger(f"Function.{name}").error(
        "Timeout value of %s exceeded by function 'Functions.%s' (Id: '%s'). Initiating cancellation.",
        format_time_span(limit),
        name,
        invocation_id,
    )
