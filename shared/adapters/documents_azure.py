"""The contents of documents as blobs: one request per call, two more where the container is missing.

A blob is named after its case and its content, `{scope}/{case id}/{SHA-256}`, and never after the file that was
uploaded: names are personal data, and blobs' names end in logs. Its media type is what its content was found to be. The
service checks the MD5 of what arrives and keeps it; what is read is checked by its SHA-256.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.transport import HttpRequest
from azure.storage.blob import ContentSettings
from azure.storage.blob.aio import BlobServiceClient, ContainerClient

from shared.adapters.azure_requests import DIRECT, Connections, Patience, code_of, outages_translated
from shared.domain.case import scope_of_case
from shared.domain.documents import CheckedFile
from shared.domain.errors import StorageUnavailableError

CONTAINER: Final = "documents"

_PIECE_BYTES: Final = 64 * 1024
_NOT_THERE: Final = frozenset({"BlobNotFound", "ContainerNotFound"})


class AzureDocuments:
    """Blobs in a container of a storage account or of Azurite.

    The connections belong to the event loop of the first call.
    """

    def __init__(self, connection_string: str, patience: Patience | None = None, *, container: str = CONTAINER) -> None:
        options = {**(patience or Patience()).for_queues_and_blobs(), **DIRECT, "raw_request_hook": _in_pieces}
        self._container = container
        self._connections = Connections(
            lambda: BlobServiceClient.from_connection_string(connection_string, **options),
            BlobServiceClient.get_container_client,
        )

    async def put(self, case_id: str, file: CheckedFile, content: bytes) -> None:
        """Keep a content with a case, under its SHA-256; twice does no harm."""
        blob = self._client().get_blob_client(_name(case_id, file.sha256))
        settings = ContentSettings(content_type=file.media_type.value)

        async def upload() -> None:
            await blob.upload_blob(content, overwrite=True, content_settings=settings, validate_content="md5")

        with outages_translated():
            await self._or_make_container(upload)

    async def get(self, case_id: str, sha256: str) -> bytes | None:
        """Read a content of a case, checked against its SHA-256, or None where there is none."""
        blob = self._client().get_blob_client(_name(case_id, sha256))
        with outages_translated():
            try:
                content: bytes = await (await blob.download_blob()).readall()
            except ResourceNotFoundError as error:
                if code_of(error) not in _NOT_THERE:
                    raise
                return None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise StorageUnavailableError("what was read is not what was put")
        return content

    async def delete_all(self, case_id: str) -> None:
        """Delete every content of a case; twice does no harm. One request to list them, and one for each."""
        container = self._client()
        with outages_translated():
            try:
                names = [name async for name in container.list_blob_names(name_starts_with=_name(case_id, ""))]
            except ResourceNotFoundError as error:
                if code_of(error) not in _NOT_THERE:
                    raise
                return
            for name in names:
                # Another instance may delete it at the same moment: then it is gone, which is all that is wanted.
                with suppress(ResourceNotFoundError):
                    await container.delete_blob(name, delete_snapshots="include")

    async def close(self) -> None:
        """Close the connections; a later call would open new ones."""
        await self._connections.close()

    def _client(self) -> ContainerClient:
        return self._connections.client(self._container)

    async def _or_make_container(self, request: Callable[[], Awaitable[None]]) -> None:
        try:
            return await request()
        except HttpResponseError as error:
            if code_of(error) != "ContainerNotFound":
                raise
        # Another instance may make it at the same moment: then it is there, which is all that is wanted.
        with suppress(ResourceExistsError):
            await self._client().create_container()
        return await request()


class _Pieces:
    """A content that is sent piece by piece, at each attempt anew: as bytes it would hold up the event loop."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for at in range(0, len(self._content), _PIECE_BYTES):
            yield self._content[at : at + _PIECE_BYTES]


def _in_pieces(request: PipelineRequest[HttpRequest]) -> None:
    # Any: the SDK hands on whatever aiohttp takes, and declares less.
    sent: Any = request.http_request
    if isinstance(sent.data, bytes):
        sent.data = _Pieces(sent.data)


def _name(case_id: str, sha256: str) -> str:
    return f"{scope_of_case(case_id)}/{case_id}/{sha256}"
