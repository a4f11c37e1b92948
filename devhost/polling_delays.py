"""How long an idle queue is left alone: the host's randomized exponential back-off."""

import random
from collections.abc import Callable

# RandomizedExponentialBackoffStrategy of the storage extension spreads each step by a fifth either way.
SPREAD = 0.2


class PollingDelays:
    """Delays in seconds, from ``shortest`` at once after a message, doubling up to ``longest``."""

    def __init__(
        self,
        shortest: float,
        longest: float,
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._shortest = shortest
        self._longest = longest
        self._spread = spread
        self._idle_polls = 0
        self._at_longest = False

    def reset(self) -> None:
        """Start over: a message was found."""
        self._idle_polls = 0
        self._at_longest = False

    def next(self) -> float:
        """Return how long to wait after one more poll that found nothing; once the longest, it stays so."""
        if self._at_longest:
            return self._longest
        delay = self._shortest
        if self._idle_polls:
            step = 2 ** (self._idle_polls - 1) * self._shortest
            delay += self._spread(1 - SPREAD, 1 + SPREAD) * step
        if delay >= self._longest:
            self._at_longest = True
            return self._longest
        self._idle_polls += 1
        return delay
