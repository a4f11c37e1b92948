"""How cases and what commits with them look as rows: keys, and both directions of the mapping.

Rows that every read needs sort under `a|`, so that one range query has them without the old events. Keys hold hashes,
ids and times only, never a user's text.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, TypeVar

from shared.adapters.storage import Row, Value
from shared.domain.access import Access
from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import (
    Dossier,
    DueRow,
    ListedCase,
    Past,
    Receipt,
    ScopeRecord,
    Slot,
    Stored,
    UnreadableMessage,
)
from shared.domain.draft import CreditDraft, Draft
from shared.domain.facts import SubscriptionFacts
from shared.domain.history import HistoryEvent
from shared.domain.model import Model
from shared.domain.notices import Notice

CASES: Final = "cases"
INDEX: Final = "index"
INDEX_PARTITION: Final = "0"

SLOT: Final = "a|slot"
FACTS: Final = "a|0facts"
"""First of all: a read may span pages, and facts older than the case they are read with make every commit fail."""
ACCESS: Final = "a|access"
"""What is kept of a scope's passes."""
DRAFT: Final = "b|draft"
"""What an applicant has typed so far: read by who types only."""
CREDIT_DRAFT: Final = "b|draft-credit"
"""The same of a credit-check application."""
EVENTS: Final = "c|"
"""Where the rows of the past begin."""

UNREADABLE: Final = ("unreadable|", "unreadable}")
"""The range of messages that nobody could read."""

HOT: Final = ("a|", "a}")
"""The range of the rows that every read needs: `}` follows `|`."""

PART_LENGTH: Final = 16_000
"""Characters of a document in one property: 32,000 UTF-16 units at most, of the 32,768 that Table Storage allows."""

M = TypeVar("M", bound=Model)


def case_key(case_id: str) -> str:
    """The row of a case."""
    return f"a|case|{case_id}"


def notice_key(notice: Notice) -> str:
    """The row of a notice that is not done with."""
    return f"a|notice|{notice.key}"


def done_notice_key(notice: Notice) -> str:
    """The row of a notice that is done with."""
    return f"c|notice|{notice.key}"


def receipt_key(key: str) -> str:
    """The row of a receipt."""
    return f"b|receipt|{key}"


def event_key(case_id: str, number: str) -> str:
    """The row of a history event; `number` is the event's own."""
    return f"c|event|{case_id}|{number}"


def events_of(case_id: str) -> tuple[str, str]:
    """The range of a case's events."""
    return f"c|event|{case_id}|", f"c|event|{case_id}}}"


def past_of(case_id: str) -> tuple[str, str]:
    """The range from a case's events to its notices that are done with; what lies between is of the scope's others."""
    return f"c|event|{case_id}|", f"c|notice|{case_id}}}"


def row_of(scope: str, key: str, document: Model, columns: dict[str, Value] | None = None, tag: str = "") -> Row:
    """A document as a row: its JSON in parts, beside columns that queries and people can read."""
    text = document.model_dump_json(by_alias=True, exclude_none=True)
    parts = {f"doc{n}": text[at : at + PART_LENGTH] for n, at in enumerate(range(0, len(text), PART_LENGTH))}
    return Row(scope, key, {**(columns or {}), **parts}, tag)


def document_of(row: Row, kind: type[M]) -> M | None:
    """The document in a row, or None in a row without one."""
    parts: list[str] = []
    while (part := row.values.get(f"doc{len(parts)}")) is not None:
        parts.append(str(part))
    return kind.model_validate_json("".join(parts)) if parts else None


def _required(row: Row, kind: type[M]) -> M:
    document = document_of(row, kind)
    if document is None:
        raise ValueError(f"row {row.key} of partition {row.partition} has lost its document")
    return document


def case_row(case: Case, tag: str) -> Row:
    """A case as a row."""
    columns: dict[str, Value] = {"state": case.state.value, "seq": case.seq, "committedBy": case.committed_by}
    if case.next_due_at:
        columns["nextDueAt"] = utc(case.next_due_at)
    return row_of(case.scope, case_key(case.id), case, columns, tag)


def void_row(case_id: str, at: datetime) -> Row:
    """A case that was fenced off before it was made: a row without a document, and when."""
    return Row(scope_of_case(case_id), case_key(case_id), {"void": True, "at": utc(at)})


def dossier_of(scope: str, rows: Iterable[Row]) -> Dossier:
    """Sort the rows of a scope into a dossier."""
    slot: Stored[Slot] | None = None
    facts: Stored[SubscriptionFacts] | None = None
    cases: dict[str, Stored[Case | None]] = {}
    notices: list[Stored[Notice]] = []
    access: Stored[Access] | None = None
    for row in rows:
        kind = row.key.split("|")[1]
        if kind == "slot":
            slot = Stored(_required(row, Slot), row.tag)
        elif kind == "0facts":
            facts = Stored(document_of(row, SubscriptionFacts) or SubscriptionFacts(), row.tag)
        elif kind == "access":
            access = Stored(_required(row, Access), row.tag)
        elif kind == "case":
            cases[row.key.split("|")[2]] = Stored(document_of(row, Case), row.tag)
        elif kind == "notice":
            notices.append(Stored(_required(row, Notice), row.tag, row.age))
    return Dossier(scope, slot, facts, cases, tuple(notices), access)


def receipt_of(row: Row) -> Stored[Receipt]:
    """A receipt and its version."""
    return Stored(_required(row, Receipt), row.tag)


def draft_of(row: Row) -> Stored[Draft]:
    """A draft and its version."""
    return Stored(_required(row, Draft), row.tag)


def credit_draft_of(row: Row) -> Stored[CreditDraft]:
    """A draft of a credit application and its version."""
    return Stored(_required(row, CreditDraft), row.tag)


def history_event_of(row: Row) -> HistoryEvent:
    """An event of a case's history."""
    return _required(row, HistoryEvent)


def past_in(case_id: str, rows: Iterable[Row]) -> Past:
    """What lies behind one case, of rows of the past."""
    own = [row for row in rows if row.key.split("|")[2] == case_id]
    events = tuple(history_event_of(row) for row in own if row.key.startswith("c|event|"))
    return Past(events, tuple(_required(row, Notice) for row in own if row.key.startswith("c|notice|")))


def utc(moment: datetime) -> str:
    """A moment as it stands in keys: UTC, to the second, sortable."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- the index: one partition, by which lists and timers find cases


def indexed_key(case_id: str) -> str:
    """The row that says what the index holds of a case."""
    return f"indexed|{case_id}"


def summary_of(case: Case) -> dict[str, Value]:
    """What a list shows of a case; what it does not have is empty."""
    return {
        "caseId": case.id,
        "seq": case.seq,
        "revision": case.content_revision,
        "company": case.request.company_name,
        "country": case.request.billing_address.country,
        "amount": str(case.request.credit_needed.amount),
        "currency": case.request.credit_needed.currency,
        "owedBy": case.wait.owed_by.value if case.wait else "",
        "lastDay": case.wait.last_day.isoformat() if case.wait and case.wait.last_day else "",
        "attention": case.attention.reason if case.attention else "",
        "call": case.request.contact.preferred_method.value == "phone",
        "messages": len(case.messages),
        "expectedOn": case.review.expected_on.isoformat() if case.review else "",
    }


def list_row(case: Case) -> Row:
    """A case's row in the list of its state that clients read, oldest wait first."""
    since = case.wait.since if case.wait else case.changed_at
    return Row(INDEX_PARTITION, f"list|{case.state.value}|{utc(since)}|{case.id}", summary_of(case))


def due_row(case: Case) -> Row | None:
    """A hint for the timers that a case is due; the case itself holds the truth."""
    if case.next_due_at is None:
        return None
    return Row(INDEX_PARTITION, f"due|{utc(case.next_due_at)}|{case.id}", {"caseId": case.id})


def due_until(now: datetime) -> tuple[str, str]:
    """The range of the rows that are due at a moment: its own second is included."""
    return "due|", f"due|{utc(now)}}}"


def due_row_of(row: Row) -> DueRow:
    """A hint that a case may be due."""
    return DueRow(str(row.values["caseId"]), row.key)


def listed_in(state: str | None, after: str) -> tuple[str, str]:
    """The range of the work list of a state, or of all, after a row's key; never more than that list."""
    prefix = f"list|{state}|" if state else "list|"
    return max(prefix, f"{after}\x20"), f"{prefix[:-1]}}}"


def listed_case_of(row: Row) -> ListedCase:
    """A row of the work list."""
    return ListedCase(row.key, row.key.split("|")[1], dict(row.values))


def scope_record_of(scope: str, rows: Iterable[Row]) -> ScopeRecord:
    """Sort the rows of a scope, receipts and drafts among them."""
    sorted_rows = list(rows)
    receipts = [receipt_of(row) for row in sorted_rows if row.key.startswith("b|receipt|")]
    hot = [row for row in sorted_rows if row.key.startswith("a|")]
    voids = {
        row.key.split("|")[2]: datetime.fromisoformat(str(row.values["at"])) for row in hot if "void" in row.values
    }
    draft = next((draft_of(row) for row in sorted_rows if row.key == DRAFT), None)
    credit_draft = next((credit_draft_of(row) for row in sorted_rows if row.key == CREDIT_DRAFT), None)
    return ScopeRecord(dossier_of(scope, hot), tuple(receipts), voids, draft, credit_draft)


def unreadable_row(queue: str, message_id: str, body: str, at: datetime) -> Row:
    """A message that nobody can read, whole, for the desk."""
    parts = {f"body{n}": body[start : start + PART_LENGTH] for n, start in enumerate(range(0, len(body), PART_LENGTH))}
    return Row(INDEX_PARTITION, f"unreadable|{message_id}", {"queue": queue, "at": utc(at), **parts})


def unreadable_message_of(row: Row) -> UnreadableMessage:
    """A message that nobody could read."""
    parts = [name for name in row.values if name.startswith("body")]
    body = "".join(str(row.values[f"body{n}"]) for n in range(len(parts)))
    return UnreadableMessage(str(row.values["queue"]), row.key.partition("|")[2], str(row.values["at"]), body)
