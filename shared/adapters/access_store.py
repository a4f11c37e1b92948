"""What is kept of a scope's passes, and the queue of those who ask for a link."""

from shared.adapters.case_rows import ACCESS, CASES, row_of
from shared.adapters.storage import Insert, Queues, Replace, Tables
from shared.domain.access import Access
from shared.domain.messages import LINKS, LinkRequest


class AccessStore:
    """The workflow's `Accesses`, over either storage."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def keep_access(self, scope: str, access: Access, tag: str) -> None:
        """Keep it in place of the version of that tag, else RowChangedError; with "" there must be none yet."""
        row = row_of(scope, ACCESS, access, tag=tag)
        await self._tables.commit(CASES, [Replace(row) if tag else Insert(row)])


class LinkQueue:
    """The workflow's `LinkRequests`, over either storage."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    async def send_link_request(self, request: LinkRequest) -> None:
        """Send to the queue of links."""
        await self._queues.send(LINKS, request.model_dump_json(by_alias=True, exclude_none=True))
