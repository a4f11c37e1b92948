"""When a call is made again: how long between, and until when."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Retries:
    """How long a try may take, and all tries of a call together; the pauses between them. All in seconds.

    Pauses are drawn evenly between none and a limit that doubles from `first_pause` to `longest_pause` ("full
    jitter"), so that callers that failed together do not come back together. A server's Retry-After comes before the
    pause. `sleep`, `draw` (evenly between two numbers) and `clock` (seconds, only ever rising) can be given by tests.

    Raises ValueError for a time-out or a deadline of no time: aiohttp would take it for no limit.
    """

    try_time_out: float = 30.0
    deadline: float = 120.0
    first_pause: float = 0.5
    longest_pause: float = 20.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    draw: Callable[[float, float], float] = random.uniform
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        for name in ("try_time_out", "deadline"):
            seconds = getattr(self, name)
            if not seconds > 0:
                raise ValueError(f"{name} must be a number of seconds above 0, not {seconds}")

    def pause(self, failed: int, retry_after: float | None) -> float:
        """Say how long to wait after so many failed tries (1 or more), at least what the server asked for."""
        # Bounded before it is raised: 2.0 ** 1024 is an error.
        limit = min(self.longest_pause, self.first_pause * 2.0 ** min(failed - 1, 60))
        return (retry_after or 0.0) + self.draw(0.0, limit)
