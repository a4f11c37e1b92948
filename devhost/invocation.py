"""Calls the app's functions, with the host's log lines around them."""

import asyncio
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from azure.functions import Context

from devhost.functions import UserCode
from devhost.retry_policies import Attempt
from devhost.settings import WorkerSettings
from devhost.worker import FunctionTimeoutError, Worker

T = TypeVar("T")

CALLED_BY_API = "This function was programmatically called via the host APIs."

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})")


class FunctionFailedError(Exception):
    """A function raised or took too long, or what it got or returned could not be converted; it has been logged."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """One call to make: ``decode`` makes the trigger's value, ``encode`` takes what the function returned.

    Both may raise; either way the invocation counts as failed. ``details`` is a second line for the log.
    """

    code: UserCode
    reason: str
    decode: Callable[[], object]
    encode: Callable[[object], T]
    details: str | None = None
    traceparent: str | None = None
    retry: Attempt | None = None


@dataclass(frozen=True)
class TraceContext:
    """The part of W3C Trace Context the host hands on."""

    trace_parent: str
    trace_state: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """Return the baggage of the host's telemetry, of which there is none here."""
        return {}


class InvocationContext(Context):
    """What a parameter called ``context`` gets; ``function_directory`` is the app's folder."""

    def __init__(self, call: Call[Any], directory: Path) -> None:
        self._name = call.code.name
        self._directory = directory
        self._trace_context = continue_trace(call.traceparent)
        self._retry_context = call.retry
        self._invocation_id = str(uuid.uuid4())
        self._local = threading.local()

    @property
    def invocation_id(self) -> str:
        """Return the id that is in the log lines too."""
        return self._invocation_id

    @property
    def thread_local_storage(self) -> Any:
        """Return the place where a thread of the app names the invocation it works for."""
        return self._local

    @property
    def function_name(self) -> str:
        """Return the name of the function."""
        return self._name

    @property
    def function_directory(self) -> str:
        """Return the folder the app was loaded from."""
        return str(self._directory)

    @property
    def trace_context(self) -> Any:
        """Return the trace this invocation belongs to."""
        return self._trace_context

    @property
    def retry_context(self) -> Any:
        """Return which attempt this is, None unless the trigger has a retry policy."""
        return self._retry_context


def continue_trace(traceparent: str | None) -> TraceContext:
    """Return a new span: of the caller's trace if it sent a valid ``traceparent``, else of a new trace."""
    found = _TRACEPARENT.fullmatch(traceparent or "")
    trace, flags = found.groups() if found else (uuid.uuid4().hex, "00")
    return TraceContext(f"00-{trace}-{uuid.uuid4().hex[:16]}-{flags}")


class Invocations:
    """Runs calls and knows which are running."""

    def __init__(self, app_folder: Path, settings: WorkerSettings) -> None:
        self._app_folder = app_folder
        self._worker = Worker(settings)
        self._running: dict[str, str] = {}
        self._idle = asyncio.Event()
        self._idle.set()
        self._background: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> list[str]:
        """Return the running invocations as "name (id)", with those that timed out and run nevertheless."""
        counted = [f"{name} ({invocation_id})" for invocation_id, name in self._running.items()]
        return [*counted, *self._worker.left_behind]

    async def idle(self) -> None:
        """Wait until nothing runs that anybody waits for."""
        while self._background:
            await asyncio.wait(self._background)
        await self._idle.wait()

    def close(self) -> None:
        """Drop what runs in the background, and let the threads go."""
        for task in self._background:
            task.cancel()
        self._worker.close()

    def run_in_background(self, call: Call[Any]) -> None:
        """Begin a call whose outcome only the log tells."""
        task = asyncio.create_task(self._run_in_silence(call))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _run_in_silence(self, call: Call[Any]) -> None:
        with suppress(FunctionFailedError):
            await self.run(call)

    async def run(self, call: Call[T]) -> T:
        """Make a call and return what ``encode`` made of its result.

        Raises:
            FunctionFailedError: the function, ``decode`` or ``encode`` raised, or the function took too long.
        """
        context = InvocationContext(call, self._app_folder)
        self._running[context.invocation_id] = call.code.name
        self._idle.clear()
        try:
            return await self._logged(call, context)
        except FunctionFailedError as failure:
            if isinstance(failure.__cause__, FunctionTimeoutError):
                await self._worker.restart_unless_over(context.invocation_id)
            raise
        finally:
            del self._running[context.invocation_id]
            if not self._running:
                self._idle.set()

    async def _logged(self, call: Call[T], context: InvocationContext) -> T:
        logger = logging.getLogger(f"Function.{call.code.name}")
        name, invocation_id, began = f"Functions.{call.code.name}", context.invocation_id, time.monotonic()
        logger.info("Executing '%s' (Reason='%s', Id=%s)", name, call.reason, invocation_id)
        if call.details:
            logger.info("%s", call.details)
        try:
            result = await self._converted(call, context)
        except BaseException as error:
            logger.error(  # noqa: TRY400 - the traceback is kept out where the host itself cancels
                "Executed '%s' (Failed, Id=%s, Duration=%dms)",
                name,
                invocation_id,
                (time.monotonic() - began) * 1000,
                exc_info=not _is_cancelled(),
            )
            # A function may raise what would end the host, SystemExit say, or leak a cancellation of its own.
            if _is_cancelled() or isinstance(error, KeyboardInterrupt):
                raise
            raise FunctionFailedError(call.code.name) from error
        duration = (time.monotonic() - began) * 1000
        logger.info("Executed '%s' (Succeeded, Id=%s, Duration=%dms)", name, invocation_id, duration)
        return result

    async def _converted(self, call: Call[T], context: InvocationContext) -> T:
        arguments = {call.code.parameter: call.decode()}
        if call.code.takes_context:
            arguments["context"] = context
        return call.encode(await self._worker.run(call.code, arguments, context))


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return bool(task and task.cancelling())
