"""Which call a piece of work belongs to: W3C Trace Context, carried from the HTTP call through queues to the notice.

The current trace is kept per task: each call and each message has its own. It holds ids only and decides nothing.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final

_SAMPLED: Final = 1
"""The one flag of version 00: the caller may have recorded the trace. All others are passed on as 0."""

_VERSION_00: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_LATER_VERSION: Final = re.compile(r"(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
"""What is known of versions to come: they begin like version 00, and "ff" is none."""

_current: ContextVar["Trace | None"] = ContextVar("current_trace", default=None)

NewId = Callable[[], str]
"""Makes 32 random hex digits."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A call and all that follows from it (`trace_id`, 32 hex digits), and the part at work (`parent_id`, 16)."""

    trace_id: str
    parent_id: str
    flags: int = _SAMPLED

    @property
    def header(self) -> str:
        """The traceparent header, in version 00 whatever version was received."""
        return f"00-{self.trace_id}-{self.parent_id}-{self.flags:02x}"

    def child(self, new_id: NewId) -> "Trace":
        """The same trace in another part."""
        return replace(self, parent_id=_part_id(new_id))


def _part_id(new_id: NewId) -> str:
    # The last digits: those of a version 4 UUID hold more chance than the first.
    return new_id()[-16:]


def current() -> Trace | None:
    """The trace of this task, if one was begun."""
    return _current.get()


def current_trace_id() -> str:
    """The id of this task's trace, empty if none was begun."""
    trace = current()
    return trace.trace_id if trace else ""


def begin(header: str | None, new_id: NewId) -> Trace:
    """Go on with the trace of a traceparent header, or begin one where it is missing or cannot be used."""
    trace = _read(header or "") or Trace(new_id(), _part_id(new_id))
    _current.set(trace)
    return trace


@contextmanager
def taken_up(header: str | None, new_id: NewId) -> Iterator[Trace]:
    """Work under the trace of a traceparent, as `begin` reads it; what was current before is so again afterwards."""
    before = _current.get()
    try:
        yield begin(header, new_id)
    finally:
        _current.set(before)


def next_traceparent(new_id: NewId) -> str:
    """The traceparent of a message sent now: a child of the current trace, or where none was begun, a new one."""
    trace = current()
    return (trace.child(new_id) if trace else Trace(new_id(), _part_id(new_id))).header


def _read(header: str) -> Trace | None:
    found = _VERSION_00.fullmatch(header) or _LATER_VERSION.fullmatch(header)
    if found is None or not int(found[1], 16) or not int(found[2], 16):
        return None
    return Trace(found[1], found[2], int(found[3], 16) & _SAMPLED)
