"""Cases, receipts, notices and their index, over either storage. One storage request per method."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from shared.adapters.case_rows import (
    CASES,
    EVENTS,
    FACTS,
    HOT,
    INDEX,
    INDEX_PARTITION,
    SLOT,
    UNREADABLE,
    case_key,
    case_row,
    done_notice_key,
    dossier_of,
    due_row,
    due_row_of,
    due_until,
    event_key,
    events_of,
    history_event_of,
    indexed_key,
    listed_case_of,
    listed_in,
    notice_key,
    past_in,
    past_of,
    receipt_key,
    receipt_of,
    row_of,
    scope_record_of,
    unreadable_message_of,
    unreadable_row,
    void_row,
)
from shared.adapters.index_rows import index_entry_of, names_rows_of, settling
from shared.adapters.storage import (
    MOST_OPERATIONS,
    Delete,
    Insert,
    Operation,
    Put,
    Replace,
    Row,
    Tables,
    Touch,
    rows_between,
)
from shared.adapters.work_rows import work_page_of, work_search
from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import (
    Change,
    Dossier,
    DueRow,
    FactsChange,
    IndexEntry,
    ListedCase,
    Past,
    Receipt,
    ReceiptChange,
    ScopeRecord,
    SlotChange,
    Stored,
    UnreadableMessage,
    place_of,
)
from shared.domain.errors import RowChangedError
from shared.domain.history import HistoryEvent
from shared.domain.notices import Notice
from shared.domain.passages import Passage
from shared.domain.work_list import WorkPage, WorkQuery


class CaseStore:
    """The workflow's `Cases`, `PastRows`, `Receipts`, `NoticeRows`, `Index`, `DueRows`, `WorkList` and `Archive`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def read(self, scope: str) -> Dossier:
        """Read everything of a scope but its old events."""
        return dossier_of(scope, [row async for row in rows_between(self._tables, CASES, scope, *HOT)])

    async def commit(self, change: Change) -> None:
        """Write a change, all or nothing. RowExistsError or RowChangedError if others were first."""
        await self._tables.commit(CASES, _operations(change))

    async def committed(self, event: HistoryEvent) -> bool:
        """Whether the event with this number was written under this commit id."""
        row = await self._tables.get(CASES, scope_of_case(event.case_id), event_key(event.case_id, event.number))
        return row is not None and history_event_of(row).commit_id == event.commit_id

    async def fence(self, case_id: str, tag: str, at: datetime) -> None:
        """Make a late commit fail: touch the case of that tag, or with "" put a void of that moment in its place."""
        fence = Touch(scope_of_case(case_id), case_key(case_id), tag) if tag else Insert(void_row(case_id, at))
        await self._tables.commit(CASES, [fence])

    async def history(self, case_id: str) -> Sequence[HistoryEvent]:
        """The events of a case in order."""
        found = rows_between(self._tables, CASES, scope_of_case(case_id), *events_of(case_id))
        return [history_event_of(row) async for row in found]

    async def past(self, case_id: str) -> Past:
        """Read a case's events and its notices that are done with."""
        found = rows_between(self._tables, CASES, scope_of_case(case_id), *past_of(case_id))
        return past_in(case_id, [row async for row in found])

    async def rewrite_past(self, case_id: str, past: Past) -> None:
        """Put these events and notices of a case in place of what they were; twice does no harm."""
        scope = scope_of_case(case_id)
        events = [Put(row_of(scope, event_key(case_id, event.number), event)) for event in past.events]
        rows = [*events, *(Put(row_of(scope, done_notice_key(notice), notice)) for notice in past.notices)]
        for start in range(0, len(rows), MOST_OPERATIONS):
            await self._tables.commit(CASES, rows[start : start + MOST_OPERATIONS])

    async def receipt(self, scope: str, key: str) -> Stored[Receipt] | None:
        """Read a receipt, expired or not."""
        row = await self._tables.get(CASES, scope, receipt_key(key))
        return receipt_of(row) if row else None

    async def mark(self, notice: Notice, tag: str) -> str:
        """Keep a notice that is not done with, if it is still the version of that tag; returns its new tag."""
        scope = scope_of_case(notice.case_id)
        tags = await self._tables.commit(CASES, [Replace(row_of(scope, notice_key(notice), notice, tag=tag))])
        return tags[0]

    async def finish(self, notice: Notice, tag: str) -> bool:
        """Move a notice that is done with or superseded out of the rows to be read, if it is still that version."""
        scope = scope_of_case(notice.case_id)
        moved: list[Operation] = [
            Put(row_of(scope, done_notice_key(notice), notice)),
            Delete(scope, notice_key(notice), tag),
        ]
        try:
            await self._tables.commit(CASES, moved)
        except RowChangedError:
            return False  # somebody else has it in hand, or moved it before
        return True

    async def entry(self, case_id: str) -> IndexEntry | None:
        """What the index says of a case."""
        row = await self._tables.get(INDEX, INDEX_PARTITION, indexed_key(case_id))
        return index_entry_of(case_id, row) if row else None

    async def settle(self, case: Case, entry: IndexEntry | None, past: Sequence[Passage] | None = None) -> None:
        """Make the index speak of this case as it is now, and tell what is to be counted of it.

        Told are the passages of its `past`, else those it remembers, that were not told before. RowExistsError or
        RowChangedError if others were first.
        """
        change = settling(case, entry, case.recent if past is None else past)
        written, deleted = change.written, change.deleted
        while True:
            try:
                await self._tables.commit(INDEX, [*written, *deleted])
            except RowChangedError as error:
                if error.index < len(written):
                    raise
                # An old row is gone by other hands: that must not keep the case from being listed.
                del deleted[error.index - len(written)]
            else:
                return

    async def due(self, now: datetime) -> AsyncIterator[DueRow]:
        """The due rows up to now, earliest first, page by page."""
        async for row in rows_between(self._tables, INDEX, INDEX_PARTITION, *due_until(now)):
            yield due_row_of(row)

    async def drop(self, row: DueRow) -> None:
        """Delete a due row; twice does no harm."""
        await self._delete(INDEX, INDEX_PARTITION, row.key)

    async def listed(self, state: str | None, after: str, limit: int) -> Sequence[ListedCase]:
        """Up to `limit` cases of a state, longest wait first, or of all, state by state, after a row's key.

        One request, unless the storage answers with less than is there, as it may.
        """
        return [listed_case_of(row) for row in await self._first_of(listed_in(state, after), limit)]

    async def work(self, query: WorkQuery) -> WorkPage:
        """A page of a tab of the desk's work list, most urgent first: one request."""
        search, continuation = work_search(query)
        page = await self._tables.search(INDEX, INDEX_PARTITION, search, continuation=continuation)
        return work_page_of(page.rows, page.continuation, query)

    async def unreadable(self, limit: int) -> Sequence[UnreadableMessage]:
        """Up to `limit` messages that nobody could read."""
        return [unreadable_message_of(row) for row in await self._first_of(UNREADABLE, limit)]

    async def _first_of(self, bounds: tuple[str, str], limit: int) -> list[Row]:
        """The first rows of a range of the index; a page that is short, or empty, is not its end yet."""
        found: list[Row] = []
        continuation: str | None = None
        while True:
            left = limit - len(found)
            page = await self._tables.page(INDEX, INDEX_PARTITION, *bounds, limit=left, continuation=continuation)
            found += page.rows
            continuation = page.continuation
            if continuation is None or len(found) == limit:
                return found

    async def scopes(self) -> AsyncIterator[ScopeRecord]:
        """Every scope, page by page: the one read of the whole table."""
        waiting: list[Row] = []
        continuation: str | None = None
        while True:
            page = await self._tables.scan(CASES, EVENTS, continuation=continuation)
            for row in page.rows:
                if waiting and waiting[0].partition != row.partition:
                    yield scope_record_of(waiting[0].partition, waiting)
                    waiting = []
                waiting.append(row)
            continuation = page.continuation
            if continuation is None:
                break
        if waiting:
            yield scope_record_of(waiting[0].partition, waiting)

    async def agrees(self, case: Case, entry: IndexEntry) -> bool:
        """Whether the index has the rows that the case must have."""
        due = due_row(case)
        if entry.place != place_of(case) or not names_rows_of(entry, case):
            return False
        return due is None or await self._tables.get(INDEX, INDEX_PARTITION, due.key) is not None

    async def drop_void(self, case_id: str) -> None:
        """Delete a void; twice does no harm."""
        await self._delete(CASES, scope_of_case(case_id), case_key(case_id))

    async def drop_receipt(self, scope: str, receipt: Stored[Receipt]) -> None:
        """Delete a receipt, unless it was replaced by a new one; twice does no harm."""
        await self._delete(CASES, scope, receipt_key(receipt.value.key), receipt.tag)

    async def _delete(self, table: str, partition: str, key: str, tag: str = "") -> None:
        try:
            await self._tables.commit(table, [Delete(partition, key, tag)])
        except RowChangedError:
            return  # it was deleted before, or is not that version any more

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
    renewed = ((each.value, each.tag) for each in change.renewed)
    operations.extend(Replace(row_of(change.scope, notice_key(n), n, tag=tag)) for n, tag in renewed)
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
