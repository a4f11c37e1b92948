"""The contents of documents in memory, with the semantics of those in Azure Storage.

Every method lets other tasks run once before it acts, and then acts in one go.
"""

import asyncio

from shared.domain.documents import CheckedFile


class MemoryDocuments:
    """Contents by case and SHA-256."""

    def __init__(self) -> None:
        self._contents: dict[tuple[str, str], bytes] = {}

    async def put(self, case_id: str, file: CheckedFile, content: bytes) -> None:
        """Keep a content with a case, under its SHA-256; twice does no harm."""
        await asyncio.sleep(0)
        self._contents[case_id, file.sha256] = content

    async def get(self, case_id: str, sha256: str) -> bytes | None:
        """Read a content of a case, or None where there is none."""
        await asyncio.sleep(0)
        return self._contents.get((case_id, sha256))

    async def delete_all(self, case_id: str) -> None:
        """Delete every content of a case; twice does no harm."""
        await asyncio.sleep(0)
        self._contents = {place: content for place, content in self._contents.items() if place[0] != case_id}
