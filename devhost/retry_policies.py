"""Retry policies of timer triggers: how often a failed run is tried again, and after how long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from devhost.polling_delays import PollingDelays
from devhost.time_spans import parse_time_span

ENDLESS = -1
STRATEGIES = ("fixed_delay", "exponential_backoff")


@dataclass(frozen=True)
class RetryPolicy:
    """``most`` retries after the first attempt, -1 for no end; delays in seconds from ``shortest`` to ``longest``."""

    most: int
    shortest: float
    longest: float

    def delays(self) -> Callable[[], float]:
        """Return what says how long to wait before each next attempt of one run; the host's back-off is that of idle
        queues.
        """
        return PollingDelays(self.shortest, self.longest).next

    def allows(self, retries: int) -> bool:
        """Say whether there may be this many retries."""
        return self.most == ENDLESS or retries <= self.most


@dataclass(frozen=True)
class Attempt:
    """Which attempt of a run this is, for ``context.retry_context``: 0 retries at first; a limit of -1 is none."""

    retry_count: int
    max_retry_count: int

    @property
    def exception(self) -> None:
        """Return None: the log tells why the attempt before failed."""
        return None


def read_retry_policy(settings: Mapping[str, Any]) -> RetryPolicy:
    """Read what ``get_settings_dict("retry_policy")`` says.

    Raises:
        ValueError: the strategy is unknown, the count is no whole number from -1, or a delay is missing or wrong.
    """
    strategy = str(settings.get("strategy")).lower()
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy '{strategy}' is not one of {', '.join(STRATEGIES)}")
    most = _count(settings.get("max_retry_count"))
    if strategy == "fixed_delay":
        delay = _seconds(settings, "delay_interval")
        return RetryPolicy(most, delay, delay)
    shortest, longest = _seconds(settings, "minimum_interval"), _seconds(settings, "maximum_interval")
    if shortest > longest:
        raise ValueError("minimum_interval is longer than maximum_interval")
    return RetryPolicy(most, shortest, longest)


def _count(text: object) -> int:
    try:
        count = int(str(text))
    except ValueError:
        count = ENDLESS - 1
    if count < ENDLESS:
        raise ValueError(f"max_retry_count must be a whole number, or -1 for no end, but is '{text}'")
    return count


def _seconds(settings: Mapping[str, Any], name: str) -> float:
    span = parse_time_span(str(settings.get(name)))
    if span is None:
        raise ValueError(f"{name} must be a time like 00:00:30, but is '{settings.get(name)}'")
    return span.total_seconds()
