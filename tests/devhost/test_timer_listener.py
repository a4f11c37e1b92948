import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.functions as func
import pytest
from azure.functions.timer import TimerRequest

from devhost.clock import Clock
from devhost.lifecycle import RunningHost, running
from tests.devhost.builders import PATIENCE, an_app, host_settings, until

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class FastClock:
    """A clock that sleeping moves on at once."""

    moment: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)
        self.moment += timedelta(seconds=seconds)


class Ticker:
    """An app with one timer. Each run says when it began, and ends when told how much later and whether well."""

    def __init__(self, schedule: str = "0 */5 * * * *", *, retry: dict[str, Any] | None = None, **more: Any) -> None:
        self.clock = FastClock()
        self.began = asyncio.Queue[tuple[datetime, TimerRequest, Any]]()
        self.ends = asyncio.Queue[tuple[float, Exception | None]]()
        self.app = an_app()
        self._count = 0

        async def tick(timer: func.TimerRequest, context: func.Context) -> None:
            self._count += 1
            assert self._count == 1, "it overlaps itself"
            assert isinstance(timer, TimerRequest)
            self.began.put_nowait((self.clock.moment, timer, context.retry_context))
            seconds, error = await self.ends.get()
            self.clock.moment += timedelta(seconds=seconds)
            self._count -= 1
            if error:
                raise error

        builder = self.app.timer_trigger("timer", schedule, **more)(tick)
        if retry:
            self.app.retry(**retry)(builder)

    async def next(self) -> str:
        """Wait until it runs, and return the time of that."""
        return f"{(await self.next_run())[0]:%H:%M:%S}"

    async def next_run(self) -> tuple[datetime, TimerRequest, Any]:
        return await asyncio.wait_for(self.began.get(), PATIENCE)

    def end(self, seconds: float = 0, error: Exception | None = None) -> None:
        self.ends.put_nowait((seconds, error))

    async def times(self, count: int, seconds: float = 0) -> list[str]:
        """Let it run so often, so long each time."""
        found = []
        for _ in range(count):
            found.append(await self.next())
            self.end(seconds)
        return found

    def running(self, **more: Any) -> AbstractAsyncContextManager[RunningHost]:
        clock = Clock(self.clock.now, more.pop("sleep", self.clock.sleep))
        settings = replace(host_settings(**more), clock=clock)
        return running(self.app, settings)


async def test_fires_at_each_occurrence() -> None:
    ticker = Ticker()
    async with ticker.running():
        assert await ticker.times(3) == ["12:05:00", "12:10:00", "12:15:00"]
        ticker.end()


async def test_gives_a_function_a_timer_that_is_never_past_due() -> None:
    ticker = Ticker(use_monitor=True)
    async with ticker.running():
        _, timer, retry = await ticker.next_run()
        ticker.end()
    assert (timer.past_due, timer.schedule_status, timer.schedule) == (False, {}, {"AdjustForDST": True})
    assert retry is None


async def test_looks_at_the_clock_every_minute() -> None:
    ticker = Ticker()
    async with ticker.running():
        await ticker.next()
        ticker.end()
    assert ticker.clock.slept[:5] == [60] * 5


async def test_follows_a_clock_that_is_put_forward_while_it_waits() -> None:
    ticker = Ticker()

    async def sleep_longer(seconds: float) -> None:
        await ticker.clock.sleep(seconds + 24 * 3600)

    async with ticker.running(sleep=sleep_longer):
        assert await ticker.next() == "12:01:00"
        ticker.end()


async def test_fires_once_at_once_when_a_run_outlasts_occurrences() -> None:
    ticker = Ticker()
    async with ticker.running():
        assert await ticker.next() == "12:05:00"
        ticker.end(seconds=17 * 60)
        assert await ticker.next() == "12:22:00"
        ticker.end(seconds=60)
        assert await ticker.next() == "12:25:00"
        ticker.end()


async def test_goes_on_after_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    ticker = Ticker()
    async with ticker.running():
        await ticker.next()
        ticker.end(error=ValueError("failed on purpose"))
        assert await ticker.next() == "12:10:00"
        ticker.end()
    assert "ValueError: failed on purpose" in caplog.text


async def test_fires_at_the_start_when_asked_to(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    ticker = Ticker(run_on_startup=True)
    async with ticker.running():
        assert await ticker.times(2) == ["12:00:00", "12:05:00"]
    reasons = [message for message in caplog.messages if "Timer fired" in message]
    assert reasons[0].startswith("Executing 'Functions.tick' (Reason='Timer fired at 2026-11-2")
    assert caplog.messages.count("Trigger Details: UnscheduledInvocationReason: RunOnStartup") == 1


async def test_does_not_fire_at_a_start_that_is_a_stop() -> None:
    ticker = Ticker(run_on_startup=True)
    async with ticker.running():
        pass
    assert ticker.began.empty()


async def test_fires_at_a_fixed_interval() -> None:
    ticker = Ticker("00:00:10")
    async with ticker.running():
        assert await ticker.times(3, seconds=3) == ["12:00:10", "12:00:20", "12:00:30"]


async def test_says_that_a_schedule_never_comes_true(caplog: pytest.LogCaptureFixture) -> None:
    ticker = Ticker("0 0 0 31 2 *")

    async def is_said() -> bool:
        return "Schedule '0 0 0 31 2 *' never comes true" in caplog.text

    async with ticker.running():
        await until(is_said)
    assert ticker.began.empty()


async def test_stops_while_it_waits() -> None:
    ticker = Ticker()
    asleep = asyncio.Event()

    async def sleep_for_ever(_seconds: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE), ticker.running(sleep=sleep_for_ever, drain_limit=3600) as host:
        await asleep.wait()
    assert host.abandoned == []
    assert ticker.began.empty()


async def test_finishes_a_run_before_it_stops_and_begins_no_other() -> None:
    ticker = Ticker()
    async with ticker.running() as host:
        await ticker.next()
        asyncio.get_running_loop().call_later(0.1, ticker.end, 3600)
    assert host.abandoned == []
    assert ticker.ends.empty()
    assert ticker.began.empty()


async def test_abandons_a_run_that_takes_too_long() -> None:
    ticker = Ticker()
    async with ticker.running(drain_limit=0.1) as host:
        await ticker.next()
    assert host.abandoned[0].startswith("tick (")


FIXED: dict[str, Any] = {"strategy": "fixed_delay", "max_retry_count": "2", "delay_interval": "00:00:07"}


async def test_tries_again_by_its_retry_policy_then_goes_on() -> None:
    ticker = Ticker(retry=FIXED)
    seen = []
    async with ticker.running():
        for _ in range(4):
            moment, _, retry = await ticker.next_run()
            seen.append((f"{moment:%H:%M:%S}", retry.retry_count, retry.max_retry_count))
            ticker.end(error=ValueError("failed on purpose"))
    assert seen == [("12:05:00", 0, 2), ("12:05:07", 1, 2), ("12:05:14", 2, 2), ("12:10:00", 0, 2)]


async def test_tries_no_more_after_a_success() -> None:
    ticker = Ticker(retry=FIXED)
    async with ticker.running():
        await ticker.next()
        ticker.end(error=ValueError("failed on purpose"))
        assert await ticker.times(2) == ["12:05:07", "12:10:00"]


async def test_tries_no_more_when_it_is_to_stop() -> None:
    ticker = Ticker(retry=FIXED | {"max_retry_count": "-1"})
    async with ticker.running() as host:
        await ticker.next()
        asyncio.get_running_loop().call_later(0.1, ticker.end, 0, ValueError("failed on purpose"))
    assert host.abandoned == []
    assert ticker.began.empty()
