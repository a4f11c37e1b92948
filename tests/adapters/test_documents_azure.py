"""What only documents in Azure can meet: outages, odd answers, and how a blob lies there.

The servers are real and local; what every keeper of documents promises is in tests/contract.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import md5

import pytest
from aiohttp import web
from azure.core.exceptions import HttpResponseError
from azure.storage.blob.aio import BlobServiceClient

from local.azurite import Azurite
from shared.adapters.azure_requests import Patience
from shared.adapters.documents_azure import AzureDocuments
from shared.domain.errors import StorageUnavailableError
from tests.adapters.test_storage_azure import (
    HURRIED,
    QUICK_RETRIES,
    Answer,
    always,
    cut_short,
    hang_up,
    in_turn,
    say_nothing,
    served,
)
from tests.document_files import a_file, a_pdf, a_stream

CASE = f"{'a' * 32}-{'1' * 32}"
CONTENT = a_pdf(more=a_stream(b"", b"\xff" * 2**21))
FILE = a_file(CONTENT)
NAMES = (
    '<?xml version="1.0"?><EnumerationResults><Blobs><Blob><Name>a</Name><Properties/></Blob>'
    "</Blobs><NextMarker/></EnumerationResults>"
)

CALLS: dict[str, Callable[[AzureDocuments], Awaitable[object]]] = {
    "put": lambda documents: documents.put(CASE, FILE, CONTENT),
    "get": lambda documents: documents.get(CASE, FILE.sha256),
    "delete_all": lambda documents: documents.delete_all(CASE),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@asynccontextmanager
async def _serving(
    answer: Answer, patience: Patience = HURRIED
) -> AsyncIterator[tuple[AzureDocuments, list[tuple[str, bytes]]]]:
    """Documents at the far end of a connection string, and what was asked there: methods and bodies."""
    asked: list[tuple[str, bytes]] = []

    async def note_and_answer(request: web.BaseRequest) -> web.StreamResponse:
        asked.append((request.method, await request.content.read()))
        return await answer(request)

    async with served(note_and_answer) as port:
        host = f"http://127.0.0.1:{port}/devstoreaccount1"
        documents = AzureDocuments(f"AccountName=devstoreaccount1;AccountKey=a2V5;BlobEndpoint={host}", patience)
        try:
            yield documents, asked
        finally:
            await documents.close()


@every_call
@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_takes_server_errors_for_an_outage(
    call: Callable[[AzureDocuments], Awaitable[object]], status: int
) -> None:
    async with _serving(always(status)) as (documents, _):
        with pytest.raises(StorageUnavailableError, match=str(status)):
            await call(documents)


@every_call
@pytest.mark.parametrize("answer", [hang_up, say_nothing])
async def test_takes_a_missing_answer_for_an_outage(
    call: Callable[[AzureDocuments], Awaitable[object]], answer: Answer
) -> None:
    async with asyncio.timeout(10), _serving(answer) as (documents, _):
        with pytest.raises(StorageUnavailableError):
            await call(documents)


async def _cut_short_content(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(status=206, headers={"Content-Range": "bytes 0-999/1000"})
    response.content_length = 1000
    await response.prepare(request)
    await response.write(CONTENT[:500])
    return await hang_up(request)


@pytest.mark.parametrize(("name", "answer"), [("get", _cut_short_content), ("delete_all", cut_short)])
async def test_takes_a_broken_answer_for_an_outage(name: str, answer: Answer) -> None:
    async with asyncio.timeout(10), _serving(answer) as (documents, _):
        with pytest.raises(StorageUnavailableError):
            await CALLS[name](documents)


@every_call
async def test_passes_a_refused_request_on_unchanged(call: Callable[[AzureDocuments], Awaitable[object]]) -> None:
    async with _serving(always(403, x_ms_error_code="AuthorizationFailure")) as (documents, _):
        with pytest.raises(HttpResponseError) as refusal:
            await call(documents)
    assert refusal.value.status_code == 403


@every_call
async def test_makes_nothing_for_another_kind_of_not_found(call: Callable[[AzureDocuments], Awaitable[object]]) -> None:
    async with _serving(always(404, x_ms_error_code="AccountNotFound")) as (documents, asked):
        with pytest.raises(HttpResponseError):
            await call(documents)
    assert len(asked) == 1


@every_call
async def test_asks_three_times_before_it_gives_up(call: Callable[[AzureDocuments], Awaitable[object]]) -> None:
    async with _serving(always(503), QUICK_RETRIES) as (documents, asked):
        with pytest.raises(StorageUnavailableError):
            await call(documents)
    assert len(asked) == 3


async def test_sends_the_whole_content_at_each_attempt_and_in_one_request() -> None:
    answers = in_turn(always(503), always(201))
    async with _serving(answers, QUICK_RETRIES) as (documents, asked):
        await documents.put(CASE, FILE, CONTENT)
    assert asked == [("PUT", CONTENT)] * 2


async def test_bears_losing_the_race_to_make_the_container() -> None:
    race = in_turn(
        always(404, x_ms_error_code="ContainerNotFound"),
        always(409, x_ms_error_code="ContainerAlreadyExists"),
        always(201),
    )
    async with _serving(race) as (documents, asked):
        await documents.put(CASE, FILE, CONTENT)
    assert [body for _, body in asked] == [CONTENT, b"", CONTENT]


async def test_bears_losing_the_race_to_delete() -> None:
    race = in_turn(always(200, NAMES, Content_Type="application/xml"), always(404, x_ms_error_code="BlobNotFound"))
    async with _serving(race) as (documents, asked):
        await documents.delete_all(CASE)
    assert [method for method, _ in asked] == ["GET", "DELETE"]


async def test_takes_a_content_that_was_changed_for_an_outage() -> None:
    async with _serving(always(206, "something", Content_Range="bytes 0-8/9")) as (documents, _):
        with pytest.raises(StorageUnavailableError, match="not what was put"):
            await documents.get(CASE, FILE.sha256)


async def test_a_blob_tells_nothing_of_the_file_but_what_it_is(azurite: Azurite) -> None:
    documents = AzureDocuments(azurite.connection_string)
    await documents.put(CASE, a_file(CONTENT, "Sanne de Vries.pdf"), CONTENT)
    await documents.close()
    async with BlobServiceClient.from_connection_string(azurite.connection_string) as account:
        blob = account.get_blob_client("documents", f"{'a' * 32}/{CASE}/{FILE.sha256}")
        found = await blob.get_blob_properties()
    assert (found.content_settings.content_type, found.metadata) == ("application/pdf", {})
    assert list(found.content_settings.content_md5 or b"") == list(md5(CONTENT).digest())
    assert "Sanne" not in str(found)


async def test_can_be_used_again_after_closing() -> None:
    async with _serving(always(404, x_ms_error_code="BlobNotFound")) as (documents, asked):
        for _ in range(2):
            assert await documents.get(CASE, FILE.sha256) is None
            await documents.close()
    assert len(asked) == 2


async def test_knows_the_well_known_port_of_development_storage() -> None:
    documents = AzureDocuments("UseDevelopmentStorage=true")
    assert documents._client().url == "http://127.0.0.1:10000/devstoreaccount1/documents"
    await documents.close()
    await documents.close()
