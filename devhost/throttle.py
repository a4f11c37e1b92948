"""The host's limits on requests under way: ``maxOutstandingRequests`` and ``maxConcurrentRequests``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext


class Throttle:
    """Counts requests; both limits None are none.

    ``most_outstanding`` counts those that run and those that wait for their turn; ``most_at_once`` those that run.
    """

    def __init__(self, most_outstanding: int | None, most_at_once: int | None) -> None:
        self._most_outstanding = most_outstanding
        self._turns = asyncio.Semaphore(most_at_once) if most_at_once else nullcontext()
        self._outstanding = 0

    @property
    def is_full(self) -> bool:
        """Say whether another request is one too many."""
        return self._most_outstanding is not None and self._outstanding >= self._most_outstanding

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Count a request for as long as the block lasts, and begin it when it is its turn."""
        self._outstanding += 1
        try:
            async with self._turns:
                yield
        finally:
            self._outstanding -= 1
