"""What applicants have typed so far, over either storage: one row beside the cases of its scope.

One storage request per method.
"""

from shared.adapters.case_rows import CASES, DRAFT, draft_of, row_of
from shared.adapters.storage import Delete, Insert, Replace, Tables
from shared.domain.dossier import Stored
from shared.domain.draft import Draft
from shared.domain.errors import RowChangedError


class DraftStore:
    """The workflow's `Drafts`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def draft(self, scope: str) -> Stored[Draft] | None:
        """Read what was typed for a scope."""
        row = await self._tables.get(CASES, scope, DRAFT)
        return draft_of(row) if row else None

    async def keep_draft(self, scope: str, draft: Draft, tag: str) -> None:
        """Keep what was typed: a new draft with "", else in place of the version of that tag."""
        row = row_of(scope, DRAFT, draft, tag=tag)
        await self._tables.commit(CASES, [Replace(row) if tag else Insert(row)])

    async def drop_draft(self, scope: str, tag: str) -> None:
        """Delete a draft, unless it was changed; twice does no harm."""
        try:
            await self._tables.commit(CASES, [Delete(scope, DRAFT, tag)])
        except RowChangedError:
            return  # it was deleted before, or somebody types again
