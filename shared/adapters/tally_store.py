"""Tallies, and the movements that are not in them yet, over either storage."""

from collections.abc import AsyncIterator, Sequence

from shared.adapters.case_rows import INDEX, INDEX_PARTITION
from shared.adapters.index_rows import INDEXED, progress_of
from shared.adapters.storage import MOST_ROWS, Delete, Row, Search, Tables, rows_between
from shared.adapters.tally_rows import (
    STATISTICS,
    TOTALS,
    day_of_row,
    days_in,
    keeping_day,
    keeping_totals,
    movement_of,
    totals_of_row,
)
from shared.domain.dossier import Stored
from shared.domain.movements import Progress
from shared.domain.tallies import DayTally, Fold, Period, Totals, Uncounted, Waiting


class TallyStore:
    """The workflow's `Tallies`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def waiting(self, most: int = MOST_ROWS - 1) -> Waiting:
        """The totals, and up to so many movements that are not in them, oldest first."""
        rows, more = await self._first_rows(most + 1)
        totals = [totals_of_row(row) for row in rows if row.key == TOTALS]
        moved = tuple(Uncounted(row.key, movement_of(row)) for row in rows if row.key != TOTALS)
        known = totals[0] if totals else Stored(Totals(), "")
        return Waiting(known, moved[:most], more=more or len(moved) > most)

    async def _first_rows(self, limit: int) -> tuple[list[Row], bool]:
        """One request, unless the storage answers with less than is there, as it may; and whether there are more."""
        rows: list[Row] = []
        continuation: str | None = None
        while True:
            wanted = Search(*STATISTICS, limit=limit - len(rows))
            page = await self._tables.search(INDEX, INDEX_PARTITION, wanted, continuation=continuation)
            rows += page.rows
            continuation = page.continuation
            if continuation is None or len(rows) == limit:
                return rows, continuation is not None

    async def days(self, period: Period) -> Sequence[Stored[DayTally]]:
        """The days of a period on which something happened, in order: one request, as `waiting`."""
        rows = rows_between(self._tables, INDEX, INDEX_PARTITION, *days_in(period))
        return [day_of_row(row) async for row in rows]

    async def fold(self, fold: Fold) -> None:
        """Keep tallies in place of the movements that were added to them: one request, all or nothing.

        RowExistsError or RowChangedError if others were first.
        """
        deletions = [Delete(INDEX_PARTITION, key) for key in fold.counted]
        operations = [keeping_totals(fold.totals), *(keeping_day(day) for day in fold.days), *deletions]
        await self._tables.commit(INDEX, operations)

    async def told(self) -> AsyncIterator[Progress]:
        """What was told of each case, page by page: for the nightly pass."""
        async for row in rows_between(self._tables, INDEX, INDEX_PARTITION, *INDEXED):
            yield progress_of(row)
