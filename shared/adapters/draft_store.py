"""What applicants have typed so far, over either storage: rows beside the cases of their scope.

One storage request per method.
"""

from shared.adapters.case_rows import CASES, CREDIT_DRAFT, DRAFT, credit_draft_of, draft_of, row_of
from shared.adapters.storage import Delete, Insert, Put, Replace, Tables
from shared.domain.dossier import Stored
from shared.domain.draft import CreditDraft, Draft
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
        await self._drop(scope, DRAFT, tag)

    async def credit_draft(self, scope: str) -> Stored[CreditDraft] | None:
        """Read what was typed of a credit application."""
        row = await self._tables.get(CASES, scope, CREDIT_DRAFT)
        return credit_draft_of(row) if row else None

    async def keep_credit_draft(self, scope: str, draft: CreditDraft) -> None:
        """Keep what was typed, in place of what was kept before."""
        await self._tables.commit(CASES, [Put(row_of(scope, CREDIT_DRAFT, draft))])

    async def drop_credit_draft(self, scope: str, tag: str) -> None:
        """Delete such a draft, unless it was changed; twice does no harm."""
        await self._drop(scope, CREDIT_DRAFT, tag)

    async def _drop(self, scope: str, key: str, tag: str) -> None:
        try:
            await self._tables.commit(CASES, [Delete(scope, key, tag)])
        except RowChangedError:
            return  # it was deleted before, or somebody types again
