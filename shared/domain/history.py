"""History: one event per thing that happened to a case, chained by hashes so that nobody can change it unseen.

Personal data lies outside the hashed part: an event hashes only a salted commitment to it, so that erasing data and
salt together leaves the chain whole, and changing the data does not.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

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
    commitment: str | None = None
    hash: str = ""
    personal: dict[str, Any] | None = None
    salt: str | None = None

    @property
    def number(self) -> str:
        """The event's place: the transition's number, and for a side event its own after it."""
        return f"{self.seq:06}.{self.side:06}" if self.side else f"{self.seq:06}"


def hash_of(event: HistoryEvent) -> str:
    """64 hex digits that stand for this event and all before it."""
    body = event.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"hash", "personal", "salt"})
    return hashlib.sha256((event.previous_hash + _canonical(body)).encode()).hexdigest()


def commitment_to(personal: Mapping[str, Any], salt: str) -> str:
    """64 hex digits that prove these data, and tell nothing of them to who does not have the salt."""
    return hashlib.sha256((salt + _canonical(personal)).encode()).hexdigest()


def _canonical(document: Mapping[str, Any]) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sealed(event: HistoryEvent) -> HistoryEvent:
    """The event with its hash."""
    return event.model_copy(update={"hash": hash_of(event)})


def erased(event: HistoryEvent) -> HistoryEvent:
    """The event without its personal data; the chain stays whole."""
    return event.model_copy(update={"personal": None, "salt": None})


def first_broken(events: Sequence[HistoryEvent]) -> HistoryEvent | None:
    """The first event, in order, that was changed or does not follow on the one before; None if all is whole.

    That the last event is the last one, only the case's chain head tells.
    """
    previous = ""
    for event in events:
        if event.previous_hash != previous or event.hash != hash_of(event) or not _keeps_its_commitment(event):
            return event
        previous = event.hash
    return None


def _keeps_its_commitment(event: HistoryEvent) -> bool:
    if event.personal is None and event.salt is None:
        return True  # none ever, or erased
    return event.commitment == commitment_to(event.personal or {}, event.salt or "")
