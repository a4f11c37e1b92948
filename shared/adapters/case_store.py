"""Cases, receipts, notices and their index, over either storage. One storage request per method."""

from collections.abc import Sequence
from datetime import datetime

from shared.adapters.case_rows import (
    CASES,
    FACTS,
    HOT,
    INDEX,
    INDEX_PARTITION,
    SLOT,
    case_key,
    case_row,
    done_notice_key,
    dossier_of,
    due_row,
    event_key,
    events_of,
    history_event_of,
    index_entry_of,
    indexed_key,
    indexed_row,
    list_row,
    notice_key,
    receipt_key,
    receipt_of,
    row_of,
    unreadable_row,
    void_row,
)
from shared.adapters.storage import Delete, Insert, Operation, Put, Replace, Tables, Touch, rows_between
from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import Change, Dossier, FactsChange, IndexEntry, Receipt, ReceiptChange, SlotChange, Stored
from shared.domain.errors import RowChangedError
from shared.domain.history import HistoryEvent
from shared.domain.notices import Notice


class CaseStore:
    """The workflow's `Cases`, `Receipts`, `NoticeRows` and `Index`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def read(self, scope: str) -> Dossier:
        """Read everything of a scope but its old events."""
        return dossier_of(scope, [row async for row in rows_between(self._tables, CASES, scope, *HOT)])

    async def commit(self, change: Change) -> None:
        """Write a change, all or nothing. RowExistsError or RowChangedError if others were first."""
        await self._tables.commit(CASES, _operations(change))

    async def committed(self, case_id: str, seq: int, commit_id: str) -> bool:
        """Whether the case's event `seq` was written under this commit id."""
        row = await self._tables.get(CASES, scope_of_case(case_id), event_key(case_id, f"{seq:06}"))
        return row is not None and history_event_of(row).commit_id == commit_id

    async def fence(self, case_id: str, tag: str) -> None:
        """Make a late commit fail: touch the case of that tag, or with "" put a void in its place."""
        fence = Touch(scope_of_case(case_id), case_key(case_id), tag) if tag else Insert(void_row(case_id))
        await self._tables.commit(CASES, [fence])

    async def history(self, case_id: str) -> Sequence[HistoryEvent]:
        """The events of a case in order."""
        found = rows_between(self._tables, CASES, scope_of_case(case_id), *events_of(case_id))
        return [history_event_of(row) async for row in found]

    async def receipt(self, scope: str, key: str) -> Stored[Receipt] | None:
        """Read a receipt, expired or not."""
        row = await self._tables.get(CASES, scope, receipt_key(key))
        return receipt_of(row) if row else None

    async def mark(self, notice: Notice, tag: str) -> str:
        """Keep a notice that is not done with, if it is still the version of that tag; returns its new tag."""
        scope = scope_of_case(notice.case_id)
        tags = await self._tables.commit(CASES, [Replace(row_of(scope, notice_key(notice), notice, tag=tag))])
        return tags[0]

    async def finish(self, notice: Notice) -> None:
        """Move a notice that is done with or superseded out of the rows to be read; twice does no harm."""
        scope = scope_of_case(notice.case_id)
        moved: list[Operation] = [
            Put(row_of(scope, done_notice_key(notice), notice)),
            Delete(scope, notice_key(notice)),
        ]
        try:
            await self._tables.commit(CASES, moved)
        except RowChangedError:
            return  # it was moved before

    async def entry(self, case_id: str) -> IndexEntry | None:
        """What the index says of a case."""
        row = await self._tables.get(INDEX, INDEX_PARTITION, indexed_key(case_id))
        return index_entry_of(case_id, row) if row else None

    async def settle(self, case: Case, entry: IndexEntry | None) -> None:
        """Make the index speak of this case as it is now; RowExistsError or RowChangedError if others were first."""
        listed, due = list_row(case), due_row(case)
        indexed = indexed_row(case, listed.key, entry.tag if entry else "")
        operations: list[Operation] = [Replace(indexed) if entry else Insert(indexed), Put(listed)]
        if entry and entry.list_key != listed.key:
            operations.append(Delete(INDEX_PARTITION, entry.list_key))
        if due:
            operations.append(Put(due))
        await self._tables.commit(INDEX, operations)

    async def keep_unreadable(self, queue: str, message_id: str, body: str, at: datetime) -> None:
        """Keep a message nobody can read where the desk sees it; twice does no harm."""
        await self._tables.commit(INDEX, [Put(unreadable_row(queue, message_id, body, at))])


def _operations(change: Change) -> list[Operation]:
    """The rows of a change. The receipt comes first: a repeated request is to be told apart from other conflicts."""
    operations: list[Operation] = []
    if change.receipt:
        operations.append(_receipt_operation(change.scope, change.receipt))
    if change.case:
        row = case_row(change.case, change.case_tag)
        operations.append(Replace(row) if change.case_tag else Insert(row))
    if change.event:
        key = event_key(change.event.case_id, change.event.number)
        operations.append(Insert(row_of(change.scope, key, change.event)))
    operations.extend(Insert(row_of(change.scope, notice_key(n), n)) for n in change.notices)
    if change.slot:
        operations.append(_slot_operation(change.scope, change.slot))
    if change.facts:
        operations.append(_facts_operation(change.scope, change.facts))
    return operations


def _receipt_operation(scope: str, change: ReceiptChange) -> Operation:
    row = row_of(scope, receipt_key(change.receipt.key), change.receipt, tag=change.tag)
    return Replace(row) if change.tag else Insert(row)


def _slot_operation(scope: str, change: SlotChange) -> Operation:
    if change.slot is None:
        return Delete(scope, SLOT, change.tag)
    row = row_of(scope, SLOT, change.slot, tag=change.tag)
    return Replace(row) if change.tag else Insert(row)


def _facts_operation(scope: str, change: FactsChange) -> Operation:
    if change.facts is None:
        return Touch(scope, FACTS, change.tag)
    row = row_of(scope, FACTS, change.facts, tag=change.tag)
    return Replace(row) if change.tag else Insert(row)
