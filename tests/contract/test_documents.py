"""What every keeper of documents' contents promises."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from local.azurite import Azurite
from shared.adapters.documents_azure import AzureDocuments
from shared.adapters.documents_memory import MemoryDocuments
from shared.domain.case import case_id_in
from shared.domain.document_faults import MOST_BYTES
from shared.wiring import LateDocuments
from shared.workflow.ports import Documents
from tests.document_files import a_file, a_jpeg, a_pdf, a_png, a_stream

CASE, OTHER_CASE = (case_id_in("a" * 32, digit * 32) for digit in "12")
CONTENT = a_pdf()
FILE = a_file(CONTENT)


@pytest.fixture(params=["memory", "azurite"])
async def documents(request: pytest.FixtureRequest) -> AsyncIterator[Documents]:
    if request.param == "memory":
        yield MemoryDocuments()
        return
    connection_string = request.getfixturevalue("azurite").connection_string
    kept = AzureDocuments(connection_string, container=f"c-{uuid4().hex}")
    yield kept
    await kept.close()


async def test_gives_a_content_back(documents: Documents) -> None:
    for content in (CONTENT, a_png(), a_jpeg()):
        file = a_file(content, "file")
        await documents.put(CASE, file, content)
        assert await documents.get(CASE, file.sha256) == content


async def test_gives_the_largest_content_back(documents: Documents) -> None:
    content = a_pdf(more=a_stream(b"", b"\xff" * (MOST_BYTES - 1000)))
    file = a_file(content)
    await documents.put(CASE, file, content)
    assert await documents.get(CASE, file.sha256) == content


async def test_has_nothing_before_something_was_put(documents: Documents) -> None:
    assert await documents.get(CASE, FILE.sha256) is None
    await documents.delete_all(CASE)


async def test_has_only_what_was_put_with_the_case(documents: Documents) -> None:
    await documents.put(CASE, FILE, CONTENT)
    assert await documents.get(OTHER_CASE, FILE.sha256) is None
    assert await documents.get(CASE, a_file(a_png(), "image").sha256) is None


async def test_takes_the_same_content_again(documents: Documents) -> None:
    for _ in range(2):
        await documents.put(CASE, FILE, CONTENT)
    assert await documents.get(CASE, FILE.sha256) == CONTENT


async def test_takes_the_first_contents_from_several_at_once(documents: Documents) -> None:
    await asyncio.gather(*(documents.put(CASE, FILE, CONTENT) for _ in range(4)))
    assert await documents.get(CASE, FILE.sha256) == CONTENT


async def test_deletes_all_of_one_case_only(documents: Documents) -> None:
    image = a_file(a_png(), "image")
    for case_id in (CASE, OTHER_CASE):
        await documents.put(case_id, FILE, CONTENT)
        await documents.put(case_id, image, a_png())
    for _ in range(2):
        await documents.delete_all(CASE)
    assert [await documents.get(CASE, each.sha256) for each in (FILE, image)] == [None, None]
    assert await documents.get(OTHER_CASE, FILE.sha256) == CONTENT


async def test_takes_a_content_anew_after_it_was_deleted(documents: Documents) -> None:
    await documents.put(CASE, FILE, CONTENT)
    await documents.delete_all(CASE)
    await documents.put(CASE, FILE, CONTENT)
    assert await documents.get(CASE, FILE.sha256) == CONTENT


async def test_what_is_loaded_with_the_first_document_keeps_the_same_promises(azurite: Azurite) -> None:
    case_id = case_id_in("a" * 32, uuid4().hex)
    late: Documents = (loaded := LateDocuments(azurite.connection_string))
    await loaded.close()
    await late.put(case_id, FILE, CONTENT)
    assert await late.get(case_id, FILE.sha256) == CONTENT
    await late.delete_all(case_id)
    assert await late.get(case_id, FILE.sha256) is None
    await loaded.close()
