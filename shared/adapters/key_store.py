"""Clients' keys, each with the request that it stands for, over either storage. One storage request per method.

Each key has a partition of its own: keys are many, come evenly, and have nothing to commit together with.
"""

from collections.abc import AsyncIterator
from typing import Final

from shared.adapters.case_rows import receipt_of, row_of
from shared.adapters.storage import Delete, Insert, Replace, Tables
from shared.domain.dossier import Receipt, Stored
from shared.domain.errors import RowChangedError

KEYS: Final = "keys"
ROW: Final = "key"
_AFTER_ROW: Final = "key~"


class KeyStore:
    """The workflow's `Keys`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def key(self, key: str) -> Stored[Receipt] | None:
        """Read what a key stands for, expired or not."""
        row = await self._tables.get(KEYS, key, ROW)
        return receipt_of(row) if row else None

    async def keep_key(self, receipt: Receipt, tag: str) -> None:
        """Let a key stand for a request: a new one with "", else in place of the version of that tag."""
        row = row_of(receipt.key, ROW, receipt, tag=tag)
        await self._tables.commit(KEYS, [Replace(row) if tag else Insert(row)])

    async def all_keys(self) -> AsyncIterator[Stored[Receipt]]:
        """Every key, page by page: the one read of the whole table."""
        continuation: str | None = None
        while True:
            page = await self._tables.scan(KEYS, _AFTER_ROW, continuation=continuation)
            for row in page.rows:
                yield receipt_of(row)
            continuation = page.continuation
            if continuation is None:
                return

    async def drop_key(self, key: Stored[Receipt]) -> None:
        """Delete a key, unless it stands for something new; twice does no harm."""
        try:
            await self._tables.commit(KEYS, [Delete(key.value.key, ROW, key.tag)])
        except RowChangedError:
            return  # it was deleted before, or stands for something new
