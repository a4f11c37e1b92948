"""What the workflow needs of the world, in small Protocols. `shared.wiring` provides the real ones."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from shared.domain.access import Access, Invitation
from shared.domain.case import Case
from shared.domain.documents import CheckedFile
from shared.domain.dossier import (
    Change,
    Dossier,
    DueRow,
    IndexEntry,
    ListedCase,
    Past,
    Receipt,
    ScopeRecord,
    Stored,
    UnreadableMessage,
)
from shared.domain.draft import CreditDraft, Draft
from shared.domain.facts import SubscriptionFacts
from shared.domain.history import HistoryEvent
from shared.domain.messages import CaseMessage, LinkRequest
from shared.domain.movements import Progress
from shared.domain.notices import Letter, Notice
from shared.domain.passages import Passage
from shared.domain.policy import Policy
from shared.domain.tallies import DayTally, Fold, Period, Waiting
from shared.domain.waiting import Terms
from shared.domain.work_list import WorkPage, WorkQuery

T = TypeVar("T")


class Cases(Protocol):
    """Cases and all that commits with them. Every method may raise StorageUnavailableError."""

    async def read(self, scope: str) -> Dossier:
        """Read everything of a scope but its old events: one request."""
        ...

    async def commit(self, change: Change) -> None:
        """Write a change, all or nothing: one request. RowExistsError or RowChangedError if others were first."""
        ...

    async def committed(self, event: HistoryEvent) -> bool:
        """Whether the event with this number was written under this commit id."""
        ...

    async def fence(self, case_id: str, tag: str, at: datetime) -> None:
        """Make a late commit fail: touch the case of that tag, or with "" put a void of that moment in its place."""
        ...

    async def history(self, case_id: str) -> Sequence[HistoryEvent]:
        """The events of a case in order."""
        ...


class PastRows(Protocol):
    """What lies behind a case."""

    async def past(self, case_id: str) -> Past:
        """Read a case's events and its notices that are done with: one request."""
        ...

    async def rewrite_past(self, case_id: str, past: Past) -> None:
        """Put these events and notices of a case in place of what they were; twice does no harm."""
        ...


class Receipts(Protocol):
    """Proofs that something was acted on."""

    async def receipt(self, scope: str, key: str) -> Stored[Receipt] | None:
        """Read a receipt, expired or not."""
        ...


class Keys(Protocol):
    """For which request a client's key stands, whatever the subscription: receipts lie with their subscription."""

    async def key(self, key: str) -> Stored[Receipt] | None:
        """Read what a key stands for, expired or not."""
        ...

    async def keep_key(self, receipt: Receipt, tag: str) -> None:
        """Let a key stand for a request: a new one with "", else in place of the version of that tag.

        RowExistsError or RowChangedError if others were first.
        """
        ...

    def all_keys(self) -> AsyncIterator[Stored[Receipt]]:
        """Every key, page by page: for the nightly pass."""
        ...

    async def drop_key(self, key: Stored[Receipt]) -> None:
        """Delete a key, unless it stands for something new; twice does no harm."""
        ...


class Drafts(Protocol):
    """What applicants have typed so far: per scope at most one draft of a request and one of a credit application."""

    async def draft(self, scope: str) -> Stored[Draft] | None:
        """Read what was typed: one request."""
        ...

    async def keep_draft(self, scope: str, draft: Draft, tag: str) -> None:
        """Keep what was typed: a new draft with "", else in place of the version of that tag.

        RowExistsError or RowChangedError if others were first.
        """
        ...

    async def drop_draft(self, scope: str, tag: str) -> None:
        """Delete a draft, unless it was changed; twice does no harm."""
        ...

    async def credit_draft(self, scope: str) -> Stored[CreditDraft] | None:
        """Read what was typed of a credit application: one request."""
        ...

    async def keep_credit_draft(self, scope: str, draft: CreditDraft) -> None:
        """Keep what was typed, in place of what was kept before: it is typed as a whole. One request."""
        ...

    async def drop_credit_draft(self, scope: str, tag: str) -> None:
        """Delete such a draft, unless it was changed; twice does no harm."""
        ...


class NoticeRows(Protocol):
    """How far notices got."""

    async def mark(self, notice: Notice, tag: str) -> str:
        """Keep a notice that is not done with, if it is still the version of that tag, else RowChangedError.

        Returns the new version's tag.
        """
        ...

    async def finish(self, notice: Notice, tag: str) -> bool:
        """Move a notice that is done with or superseded out of the rows to be read.

        False, and nothing done, if it is no longer the version of that tag: somebody else has it in hand, or moved it.
        """
        ...


class Index(Protocol):
    """The rows by which lists and timers find cases."""

    async def entry(self, case_id: str) -> IndexEntry | None:
        """What the index says of a case."""
        ...

    async def settle(self, case: Case, entry: IndexEntry | None, past: Sequence[Passage] | None = None) -> None:
        """Make the index speak of this case as it is now, and tell what is to be counted of it.

        Told are the passages of its `past`, else those it remembers, that were not told before. RowExistsError or
        RowChangedError if others were first.
        """
        ...

    async def keep_unreadable(self, queue: str, message_id: str, body: str, at: datetime) -> None:
        """Keep a message nobody can read where the desk sees it; twice does no harm."""
        ...


class DueRows(Protocol):
    """The hints by which timers find what is due."""

    def due(self, now: datetime) -> AsyncIterator[DueRow]:
        """The rows up to now, earliest first, page by page."""
        ...

    async def drop(self, row: DueRow) -> None:
        """Delete a row; twice does no harm."""
        ...


class WorkList(Protocol):
    """The desk's lists: cases, and messages that nobody could read."""

    async def unreadable(self, limit: int) -> Sequence[UnreadableMessage]:
        """Up to `limit` (1 to 1000) messages that nobody could read."""
        ...

    async def listed(self, state: str | None, after: str, limit: int) -> Sequence[ListedCase]:
        """Up to `limit` (1 to 1000) cases of a state, or of all, after a row's key, longest wait first: one request."""
        ...

    async def work(self, query: WorkQuery) -> WorkPage:
        """A page of a tab of the desk's work list, most urgent first: one request.

        A text is looked for in up to 1,000 cases at a time; `after` is where a page before said it goes on.
        """
        ...


class Tallies(Protocol):
    """What is counted, and the movements that are not in it yet."""

    async def waiting(self, most: int = 999) -> Waiting:
        """The totals, and up to so many movements (1 to 999) that are not in them, oldest first: one request."""
        ...

    async def days(self, period: Period) -> Sequence[Stored[DayTally]]:
        """The days of a period on which something happened, in order: one request."""
        ...

    async def fold(self, fold: Fold) -> None:
        """Keep tallies in place of the movements that were added to them, all or nothing: one request.

        RowExistsError or RowChangedError if others were first.
        """
        ...

    def told(self) -> AsyncIterator[Progress]:
        """What was told of each case, page by page: for the nightly pass."""
        ...


class Archive(Protocol):
    """Everything that is stored, for the nightly pass."""

    def scopes(self) -> AsyncIterator[ScopeRecord]:
        """Every scope, page by page."""
        ...

    async def agrees(self, case: Case, entry: IndexEntry) -> bool:
        """Whether the index has the rows that the case must have."""
        ...

    async def drop_void(self, case_id: str) -> None:
        """Delete a void; twice does no harm."""
        ...

    async def drop_receipt(self, scope: str, receipt: Stored[Receipt]) -> None:
        """Delete a receipt, unless it was replaced by a new one; twice does no harm."""
        ...


class Documents(Protocol):
    """The contents of documents. Every method may raise StorageUnavailableError: the outcome is unknown."""

    async def put(self, case_id: str, file: CheckedFile, content: bytes) -> None:
        """Keep a content with a case, under its SHA-256; twice does no harm."""
        ...

    async def get(self, case_id: str, sha256: str) -> bytes | None:
        """Read a content of a case, checked against its SHA-256, or None where there is none."""
        ...

    async def delete_all(self, case_id: str) -> None:
        """Delete every content of a case, also what is no document of it any more; twice does no harm."""
        ...


class TaxIds(Protocol):
    """Checks tax ids where their country's form is known."""

    def problem(self, country: str, tax_id: str) -> str | None:
        """What is wrong with a tax id, or None where nothing is or nobody can tell."""
        ...


class Outbox(Protocol):
    """The queues of the steps."""

    async def send(self, message: CaseMessage, *, delay: timedelta = timedelta()) -> Callable[[], Awaitable[None]]:
        """Send to the queue of the message's kind. The answer takes it back if nobody has received it yet."""
        ...


class Directory(Protocol):
    """Where a subscription's facts come from."""

    async def look_up(self, subscription_id: UUID, known: SubscriptionFacts) -> SubscriptionFacts:
        """The present facts, given those stored. Raises TryAgainLaterError while the source does not answer."""
        ...


class TermsShelf(Protocol):
    """Policies and calendars."""

    async def policy(self, policy_id: str) -> Policy:
        """A policy by its id."""
        ...

    async def terms(self, policy_id: str, country: str) -> Terms:
        """What a case under that policy, of a company in that country, is held to."""
        ...


class LetterWriter(Protocol):
    """Puts notices into words."""

    async def write(self, case: Case, notice: Notice, *, again: bool) -> Letter:
        """The letter; with `again` it says that the reader may have had it already."""
        ...


class LinkWriter(Protocol):
    """Puts an applicant's link into words."""

    async def write_link(self, invitation: Invitation) -> Letter:
        """The letter with the link."""
        ...


class LinkRequests(Protocol):
    """The queue of those who ask for a link."""

    async def send_link_request(self, request: LinkRequest) -> None:
        """Send a request to it."""
        ...


class Accesses(Protocol):
    """What is kept of a scope's passes."""

    async def keep_access(self, scope: str, access: Access, tag: str) -> None:
        """Keep it in place of the version of that tag; with "" there must be none yet.

        RowExistsError or RowChangedError if others were first.
        """
        ...


class Mailer(Protocol):
    """Sends letters."""

    deduplicates: bool
    """Whether a letter of the same key, sent twice, arrives once."""

    async def send(self, letter: Letter) -> None:
        """Hand a letter over. TryAgainLaterError: not now; NoticeRefusedError: never; NoticeInDoubtError: who knows."""
        ...


class Threads(Protocol):
    """Where work is done that takes long, beside the event loop."""

    async def __call__(self, work: Callable[[], T], /) -> T:
        """Do it, and answer or raise what it does."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a use-case may ask for."""

    cases: Cases
    past_rows: PastRows
    receipts: Receipts
    keys: Keys
    drafts: Drafts
    notice_rows: NoticeRows
    index: Index
    due_rows: DueRows
    work_list: WorkList
    tallies: Tallies
    archive: Archive
    documents: Documents
    outbox: Outbox
    tax_ids: TaxIds
    directory: Directory
    shelf: TermsShelf
    letters: LetterWriter
    link_letters: LinkWriter
    link_requests: LinkRequests
    accesses: Accesses
    mailer: Mailer
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    pause: Callable[[float], Awaitable[None]]
    in_thread: Threads
    current_policy: str
    receipt_lifetime: timedelta
