"""What all instances count together, as rows: one per client and window, its key the window's beginning."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from shared.adapters.case_rows import utc
from shared.adapters.storage import MOST_OPERATIONS, Delete, Insert, Operation, Replace, Row, Tables, rows_between
from shared.domain.errors import RowChangedError, RowExistsError

QUOTAS: Final = "quotas"

_TRIES: Final = 6
"""Each conflict is another instance's count, so this many in a row hardly ever happen."""


class StoredQuotas:
    """The workflow's `Quotas`, over either storage."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def count(self, client: str, window: datetime, onward: Callable[[int], int]) -> tuple[int, int]:
        """Take a window's count from what it is to what `onward` makes of it: two requests, one if that is the same.

        After a lost answer it may be counted or not. RowExistsError or RowChangedError if others were first each time.
        """
        partition, key = hashlib.sha256(client.encode()).hexdigest(), utc(window)
        for _ in range(_TRIES - 1):
            with suppress(RowExistsError, RowChangedError):
                return await self._attempt(partition, key, onward)
        return await self._attempt(partition, key, onward)

    async def _attempt(self, partition: str, key: str, onward: Callable[[int], int]) -> tuple[int, int]:
        rows = [row async for row in rows_between(self._tables, QUOTAS, partition, "", f"{key} ")]
        found = rows.pop() if rows and rows[-1].key == key else None
        before = int(found.values["counted"]) if found else 0
        after = onward(before)
        if after != before:
            row = Row(partition, key, {"counted": after}, found.tag if found else "")
            await self._tables.commit(QUOTAS, [Replace(row)] if found else [Insert(row), *_outdated(rows)])
        return before, after


def _outdated(earlier: Sequence[Row]) -> list[Operation]:
    """Delete the rows of earlier windows but the last, which an instance whose clock is behind may still count in."""
    return [Delete(row.partition, row.key) for row in earlier[:-1][: MOST_OPERATIONS - 1]]
