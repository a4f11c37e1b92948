"""Fires one function by its schedule: one run at a time, and no failure ends the schedule."""

import asyncio
import itertools
import json
import logging
from datetime import datetime

from azure.functions.meta import Datum

from devhost import converters
from devhost.clock import LOCAL, Clock
from devhost.converters import refuse_result
from devhost.functions import TimerFunction
from devhost.invocation import Call, FunctionFailedError, Invocations
from devhost.retry_policies import Attempt, RetryPolicy

# In seconds. The clock is looked at again this often, lest a change of it, or a laptop that slept, delays a timer.
LONGEST_SLEEP = 60.0

ONCE = RetryPolicy(most=0, shortest=0, longest=0)

_logger = logging.getLogger("Host.Timers")


def timer_request(binding_type: str = "timerTrigger") -> object:
    """Return the ``azure.functions.TimerRequest`` a function gets, or its JSON if text is what it asks for.

    It is never past due, and without a status, for none is kept.
    """
    content = {"Schedule": {"AdjustForDST": True}, "ScheduleStatus": {}, "IsPastDue": False}
    return converters.decode(binding_type, Datum(json.dumps(content), "json"))


class TimerListener:
    """Waits for the next occurrence, fires, and starts over until told to stop."""

    def __init__(self, function: TimerFunction, clock: Clock, invocations: Invocations) -> None:
        self._function = function
        self._clock = clock
        self._invocations = invocations
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to wait."""
        self._task = asyncio.create_task(self._keep_time())

    def stop_polling(self) -> None:
        """Fire no more; what runs goes on."""
        self._stopping.set()

    async def finish(self) -> None:
        """Wait until the run under way is over. Call ``stop_polling`` first."""
        if self._task:
            await asyncio.wait({self._task})

    async def close(self) -> None:
        """Drop what still runs."""
        if self._task:
            self._task.cancel()
            # Bounded: a function may swallow its cancellation.
            await asyncio.wait({self._task}, timeout=1)

    async def _keep_time(self) -> None:
        moment = self._clock.now()
        if self._function.run_on_startup and not self._stopping.is_set():
            await self._run(moment, "Trigger Details: UnscheduledInvocationReason: RunOnStartup")
        while await self._is_due(self._function.schedule.next_after(moment)):
            # The host counts on from the beginning of a run, so one that outlasts the next occurrence, or several, is
            # followed by another at once, by one only.
            moment = self._clock.now()
            await self._run(moment)

    async def _is_due(self, due: datetime | None) -> bool:
        """Wait for a moment; False when told to stop before."""
        if due is None:
            _logger.warning("Schedule '%s' never comes true", self._function.schedule_text)
            return False
        while not self._stopping.is_set():
            seconds = (due - self._clock.now()).total_seconds()
            if seconds <= 0:
                return True
            await self._pause(min(seconds, LONGEST_SLEEP))
        return False

    async def _pause(self, seconds: float) -> None:
        waits = {asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.create_task(self._stopping.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _run(self, moment: datetime, details: str | None = None) -> None:
        policy = self._function.retry or ONCE
        delay = policy.delays()
        for retries in itertools.count():
            if await self._attempt(moment, details, Attempt(retries, policy.most)):
                return
            if not policy.allows(retries + 1):
                return
            await self._pause(delay())
            if self._stopping.is_set():
                return

    async def _attempt(self, moment: datetime, details: str | None, attempt: Attempt) -> bool:
        call = Call(
            code=self._function.code,
            reason=f"Timer fired at {moment.astimezone(LOCAL).isoformat()}",
            details=details,
            decode=lambda: timer_request(self._function.code.binding_type),
            encode=refuse_result,
            retry=attempt if self._function.retry else None,
        )
        try:
            await self._invocations.run(call)
        except FunctionFailedError:
            return False
        return True
