"""History: one event per thing that happened to a case, chained by hashes so that nobody can change it unseen.

Events hold no personal data: that stays in the case.
"""

import hashlib
import json
from collections.abc import Sequence

from shared.domain.lifecycle import Event, State
from shared.domain.model import Instant, Model


class HistoryEvent(Model):
    """One entry. `event` is a lifecycle event, or None for a side event (attention), told by `note`.

    `hash` = SHA-256 of the previous event's hash and this event's canonical JSON without `hash` and without absent
    members, so that members added later leave old hashes as they are.
    """

    case_id: str
    seq: int
    side: int = 0
    at: Instant
    event: Event | None = None
    note: str = ""
    from_state: State | None = None
    to_state: State
    actor: str
    reasons: tuple[str, ...] = ()
    commit_id: str
    previous_hash: str
    hash: str = ""

    @property
    def number(self) -> str:
        """The event's place: the transition's number, and for a side event its own after it."""
        return f"{self.seq:06}.{self.side}" if self.side else f"{self.seq:06}"


def hash_of(event: HistoryEvent) -> str:
    """64 hex digits that stand for this event and all before it."""
    body = event.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"hash"})
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((event.previous_hash + canonical).encode()).hexdigest()


def sealed(event: HistoryEvent) -> HistoryEvent:
    """The event with its hash."""
    return event.model_copy(update={"hash": hash_of(event)})


def first_broken(events: Sequence[HistoryEvent]) -> HistoryEvent | None:
    """The first event, in order, that was changed or does not follow on the one before; None if all is whole."""
    previous = ""
    for event in events:
        if event.previous_hash != previous or event.hash != hash_of(event):
            return event
        previous = event.hash
    return None
