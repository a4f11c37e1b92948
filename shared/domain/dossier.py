"""What is read and written together: everything of one billing scope, and one change to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from shared.domain.access import Access
from shared.domain.case import Case
from shared.domain.draft import CreditDraft, Draft
from shared.domain.facts import UNKNOWN, SubscriptionFacts
from shared.domain.history import HistoryEvent
from shared.domain.model import Instant, Model
from shared.domain.movements import Progress
from shared.domain.notices import MOST_RENEWED, Notice, NoticeState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A value as read, and the tag of the version that was read.

    `age` is how long before it was read that version was written, by the storage's own clock: the only one that is the
    same for whoever wrote it and whoever read it. Where it is not known, it counts as written just now.
    """

    value: T
    tag: str
    age: timedelta = timedelta()


class SlotStatus(StrEnum):
    """A scope's one slot: taken by an open request, closed for a while after a refusal, or taken for ever."""

    OPEN = "open"
    COOLING = "cooling"
    SWITCHED = "switched"


class Slot(Model):
    """Which case has the slot of its scope. `since` is when it took this status; `until` ends a cooling-off."""

    case_id: str
    owner: str
    status: SlotStatus
    since: Instant
    until: Instant | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One read of a scope. A case that is None is void: fenced off before it was ever made."""

    scope: str
    slot: Stored[Slot] | None = None
    facts: Stored[SubscriptionFacts] | None = None
    cases: Mapping[str, Stored[Case | None]] = field(default_factory=dict)
    notices: tuple[Stored[Notice], ...] = ()
    access: Stored[Access] | None = None

    @property
    def access_generation(self) -> int:
        """Which passes are good here: those of this generation."""
        return self.access.value.generation if self.access else 0

    @property
    def known_facts(self) -> SubscriptionFacts:
        """What is known of the subscription, if anything."""
        return self.facts.value if self.facts else UNKNOWN

    def notices_of(self, case_id: str) -> tuple[Stored[Notice], ...]:
        """The notices of a case that are not done with, oldest first."""
        return tuple(stored for stored in self.notices if stored.value.case_id == case_id)

    def renewed_notices_of(self, case_id: str) -> tuple[Stored[Notice], ...]:
        """The latest notices of a case that were refused, as they are to be sent once more.

        Not those in doubt: they may have arrived, and nobody gets one of their kind twice.
        """
        refused = [stored for stored in self.notices_of(case_id) if stored.value.state is NoticeState.FAILED]
        anew = {"state": NoticeState.PENDING, "renewed": True}
        return tuple(Stored(each.value.model_copy(update=anew), each.tag) for each in refused[-MOST_RENEWED:])


@dataclass(frozen=True, slots=True)
class Past:
    """What lies behind a case: its events, and its notices that are done with, each in order."""

    events: tuple[HistoryEvent, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class FactsChange:
    """Write the facts, or with None touch them, so that a decision made from other facts cannot be committed.

    With an empty tag, the row is made if it is missing.
    """

    facts: SubscriptionFacts | None
    tag: str


@dataclass(frozen=True, slots=True)
class SlotChange:
    """Give the slot to somebody (None: free it), if it still is as read; with an empty tag it must not exist."""

    slot: Slot | None
    tag: str


class Receipt(Model):
    """Proof that something was acted on: a caller's key with its answer, or a webhook's id.

    `fingerprint` tells the request from others under the same key. It counts for nothing from `expires_at` on.
    """

    key: str
    expires_at: Instant
    fingerprint: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptChange:
    """Write a receipt; with an empty tag it must not exist, else it replaces an expired one."""

    receipt: Receipt
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one transaction writes. `case_tag` is the case's version as read; empty for a new case.

    `notices` are new ones, `renewed` are there already, with the tags of the versions that were read.
    """

    scope: str
    case: Case | None = None
    case_tag: str = ""
    event: HistoryEvent | None = None
    notices: tuple[Notice, ...] = ()
    renewed: tuple[Stored[Notice], ...] = ()
    facts: FactsChange | None = None
    slot: SlotChange | None = None
    receipt: ReceiptChange | None = None


@dataclass(frozen=True, slots=True)
class ScopeRecord:
    """A scope as the nightly pass reads it: its dossier, receipts, drafts, and when each void case was fenced off."""

    dossier: Dossier
    receipts: tuple[Stored[Receipt], ...] = ()
    voids: Mapping[str, datetime] = field(default_factory=dict)
    draft: Stored[Draft] | None = None
    credit_draft: Stored[CreditDraft] | None = None

    def receipts_expired_at(self, now: datetime) -> list[Stored[Receipt]]:
        """The receipts that are of no use any more."""
        return [stored for stored in self.receipts if stored.value.expires_at <= now]


@dataclass(frozen=True, slots=True)
class DueRow:
    """A hint that a case may be due."""

    case_id: str
    key: str


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case's row in the work list, and where the next page begins after it."""

    key: str
    state: str
    summary: Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class UnreadableMessage:
    """A queue message that nobody could read, as it was kept: its queue, its id there, when, the whole body."""

    queue: str
    message_id: str
    at: str
    body: str


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """Which rows a case has in the index, and the event they speak of: its transition's number and place beside it."""

    case_id: str
    seq: int
    side: int
    list_key: str
    tag: str = ""
    work_keys: tuple[str, ...] = ()
    progress: Progress = field(default_factory=Progress)

    @property
    def place(self) -> tuple[int, int]:
        """Orders what the index may speak of."""
        return self.seq, self.side


def place_of(case: Case) -> tuple[int, int]:
    """The last event of a case, as the index orders them: its transition's number, and its own place after that."""
    return case.seq, case.side_events


@dataclass(frozen=True, slots=True)
class Moment:
    """One operation's time and identity, read once and used throughout; the salt hides the personal data it keeps."""

    now: datetime
    commit_id: str
    salt: str = ""
