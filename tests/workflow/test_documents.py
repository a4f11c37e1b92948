"""Documents of a case: uploaded once, there when acknowledged, read by those who may, taken out before a decision."""

import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from shared.adapters.documents_memory import MemoryDocuments
from shared.domain.callers import Kind, Principal
from shared.domain.case import scope_of_case
from shared.domain.documents import CheckedFile, DocumentSlot
from shared.domain.errors import (
    CaseNotFoundError,
    DocumentNotFoundError,
    IllegalMoveError,
    PreconditionFailedError,
    RepeatKeyReusedError,
    RowChangedError,
    StorageUnavailableError,
    WrongFieldError,
)
from shared.domain.history import first_broken
from shared.workflow import actions, documents
from shared.workflow.erasure import erase
from shared.workflow.repeats import Acceptance, Asked
from tests.document_files import a_pdf, a_png
from tests.workflow.test_credit import DECLINE, decide, in_review
from tests.workflow.test_steps import settled
from tests.world import CLIENT, OFFICER, OTHER, Fault, World, asked

CONTENT = a_pdf()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SLOT = DocumentSlot.AUDITED_STATEMENTS


class CountingDocuments(MemoryDocuments):
    """Counts how often a content was put."""

    puts = 0

    async def put(self, case_id: str, file: CheckedFile, content: bytes) -> None:
        self.puts += 1
        await super().put(case_id, file, content)


class SlowDocuments(MemoryDocuments):
    """Takes so long to put a content that something else happens first."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    async def put(self, case_id: str, file: CheckedFile, content: bytes) -> None:
        await self.meanwhile()
        await super().put(case_id, file, content)


async def uploaded(world: World, asking: Asked, content: bytes = CONTENT, slot: DocumentSlot = SLOT) -> Acceptance:
    return await documents.upload(world.services, asking, slot, "Sanne's accounts", content)


async def removed(world: World, asking: Asked) -> Acceptance:
    return await documents.remove(world.services, asking, SLOT, SHA256)


async def notes(world: World, case_id: str) -> list[str]:
    return [event.note for event in await world.store.history(case_id) if event.event is None]


async def test_an_uploaded_document_is_there_to_be_read(world: World) -> None:
    case_id = await in_review(world)
    before = await world.case(case_id)
    answer = await uploaded(world, asked(case_id))
    (document,) = (after := await world.case(case_id)).documents
    assert (document.slot, document.name, document.sha256) == (SLOT, "Sanne's accounts.pdf", SHA256)
    assert (document.by, document.uploaded_at) == (CLIENT.actor, world.clock.now)
    assert (after.seq, after.content_revision) == (before.seq, before.content_revision + 1)
    assert (answer.replayed, answer.answer.revision) == (False, after.content_revision)
    found = await documents.read(world.services, case_id, SHA256, OFFICER)
    assert found == documents.Content(document, CONTENT)


@pytest.mark.parametrize("answer_lost", [False, True])
async def test_a_content_that_lands_after_the_erasure_of_its_case_goes_with_the_refusal(
    world: World, answer_lost: bool
) -> None:
    case_id = await in_review(world)

    async def erase_it() -> None:
        await actions.withdraw(world.services, asked(case_id))
        await erase(world.services, asked(case_id, OFFICER))
        world.storage.faults += [Fault("commit", StorageUnavailableError("away"))] * answer_lost

    object.__setattr__(world.services, "documents", SlowDocuments(erase_it))
    if answer_lost:
        with pytest.raises(StorageUnavailableError):
            await uploaded(world, asked(case_id))
    with pytest.raises(IllegalMoveError):
        await uploaded(world, asked(case_id))
    assert await world.services.documents.get(case_id, SHA256) is None


async def test_an_upload_costs_three_requests_before_it_is_shown_and_a_reading_two(world: World) -> None:
    case_id = await in_review(world)
    world.storage.calls.clear()
    await uploaded(world, asked(case_id))
    assert world.storage.calls == Counter(page=1, commit=2, get=1)  # and the content; the last two show it
    world.storage.calls.clear()
    await documents.read(world.services, case_id, SHA256, CLIENT)
    assert world.storage.calls == Counter(page=1)


async def test_history_has_it_in_its_chain_and_no_message_goes_out(world: World) -> None:
    case_id = await in_review(world)
    await uploaded(world, asked(case_id))
    await removed(world, asked(case_id))
    events = await world.store.history(case_id)
    assert await notes(world, case_id) == ["document", "document removed"]
    assert first_broken(events) is None
    assert events[-1].personal is not None
    assert events[-1].personal["name"] == "Sanne's accounts.pdf"
    assert world.messages() == []


async def test_names_lie_beside_what_is_hashed(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    case_id = await in_review(world)
    await uploaded(world, asked(case_id))
    event = (await world.store.history(case_id))[-1]
    assert "Sanne" not in event.model_dump_json(exclude={"personal"})
    assert "Sanne" not in caplog.text


async def test_the_work_list_is_of_the_case_with_its_document(world: World) -> None:
    case_id = await in_review(world)
    await uploaded(world, asked(case_id))
    entry = await world.store.entry(case_id)
    assert entry is not None
    assert entry.side == 1


@pytest.mark.parametrize("key", [None, "key"])
async def test_the_same_content_in_the_same_slot_is_no_second_document(world: World, key: str | None) -> None:
    case_id = await in_review(world)
    first = await uploaded(world, asked(case_id, key=key))
    again = await uploaded(world, asked(case_id, key=key, seen=1))
    assert again == Acceptance(first.answer, replayed=True)
    assert await notes(world, case_id) == ["document"]


async def test_the_same_content_in_another_slot_is_another_document(world: World) -> None:
    case_id = await in_review(world)
    for slot in DocumentSlot:
        await uploaded(world, asked(case_id), slot=slot)
    assert [each.slot for each in (await world.case(case_id)).documents] == list(DocumentSlot)


async def test_a_key_stands_for_one_content(world: World) -> None:
    case_id = await in_review(world)
    await uploaded(world, asked(case_id, key="key"))
    with pytest.raises(RepeatKeyReusedError):
        await uploaded(world, asked(case_id, key="key"), a_png())
    assert len((await world.case(case_id)).documents) == 1


async def test_refuses_what_cannot_be_taken_and_keeps_nothing(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(WrongFieldError, match="neither a PDF"):
        await uploaded(world, asked(case_id), b"MZ")
    assert (await world.case(case_id)).documents == ()


async def test_refuses_an_eleventh_document_and_keeps_nothing_of_it(world: World) -> None:
    case_id = await in_review(world)
    for number in range(10):
        await uploaded(world, asked(case_id), CONTENT + b"\n" * number)
    with pytest.raises(WrongFieldError, match="remove one first"):
        await uploaded(world, asked(case_id), a_png())
    assert await world.documents.get(case_id, hashlib.sha256(a_png()).hexdigest()) is None


async def test_a_case_that_is_over_takes_no_documents_and_keeps_nothing_of_them(world: World) -> None:
    case_id = await in_review(world)
    await decide(world, case_id, DECLINE)
    with pytest.raises(IllegalMoveError, match="upload a document"):
        await uploaded(world, asked(case_id))
    assert await world.documents.get(case_id, SHA256) is None


async def test_looks_into_no_file_that_could_not_be_kept(world: World) -> None:
    case_id = await in_review(world)
    for number in range(10):
        await uploaded(world, asked(case_id), CONTENT + b"\n" * number)
    with pytest.raises(WrongFieldError, match="remove one first"):
        await uploaded(world, asked(case_id), b"MZ")
    await decide(world, case_id, DECLINE)
    with pytest.raises(IllegalMoveError, match="upload a document"):
        await uploaded(world, asked(case_id), b"MZ")


async def test_refuses_an_upload_to_a_case_that_changed_since_it_was_seen(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(PreconditionFailedError):
        await uploaded(world, asked(case_id, seen=1))


async def test_the_content_is_there_before_the_case_speaks_of_it(world: World) -> None:
    case_id = await in_review(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await uploaded(world, asked(case_id))
    assert await world.documents.get(case_id, SHA256) == CONTENT
    with pytest.raises(DocumentNotFoundError):
        await documents.read(world.services, case_id, SHA256, CLIENT)


async def test_puts_the_content_once_though_others_were_first(world: World) -> None:
    case_id = await in_review(world)
    world.storage.faults.append(Fault("commit", RowChangedError()))
    counting = CountingDocuments()
    services = replace(world.services, documents=counting)
    await documents.upload(services, asked(case_id), SLOT, "accounts", CONTENT)
    assert (len((await world.case(case_id)).documents), counting.puts) == (1, 1)


async def test_a_document_that_was_not_shown_is_shown_when_it_is_uploaded_again(world: World) -> None:
    case_id = await in_review(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError(), skip=1))
    with pytest.raises(StorageUnavailableError):
        await uploaded(world, asked(case_id))
    await uploaded(world, asked(case_id))
    entry = await world.store.entry(case_id)
    assert entry is not None
    assert entry.side == 1


async def test_others_neither_upload_nor_read_nor_remove(world: World) -> None:
    case_id = await in_review(world)
    await uploaded(world, asked(case_id))
    for attempt in (uploaded(world, asked(case_id, OTHER)), removed(world, asked(case_id, OTHER))):
        with pytest.raises(CaseNotFoundError):
            await attempt
    for stranger in (OTHER, Principal(Kind.APPLICANT, "f" * 32)):
        with pytest.raises(CaseNotFoundError):
            await documents.read(world.services, case_id, SHA256, stranger)
    with pytest.raises(CaseNotFoundError):
        await documents.read(world.services, "no/id", SHA256, OFFICER)


async def test_the_scopes_applicant_uploads_and_reads(world: World) -> None:
    case_id = await in_review(world)
    applicant = Principal(Kind.APPLICANT, scope_of_case(case_id))
    await uploaded(world, asked(case_id, applicant))
    assert (await documents.read(world.services, case_id, SHA256, applicant)).content == CONTENT


async def test_what_is_no_document_of_the_case_is_not_there(world: World) -> None:
    case_id = await in_review(world)
    await uploaded(world, asked(case_id))
    with pytest.raises(DocumentNotFoundError):
        await documents.read(world.services, case_id, "0" * 64, CLIENT)
    await world.documents.delete_all(case_id)
    with pytest.raises(DocumentNotFoundError):
        await documents.read(world.services, case_id, SHA256, CLIENT)


@pytest.mark.parametrize("key", [None, "key"])
async def test_a_removed_document_cannot_be_read_and_is_removed_once(world: World, key: str | None) -> None:
    case_id = await in_review(world)
    await uploaded(world, asked(case_id))
    first = await removed(world, asked(case_id, key=key))
    assert await removed(world, asked(case_id, key=key)) == Acceptance(first.answer, replayed=True)
    with pytest.raises(DocumentNotFoundError):
        await documents.read(world.services, case_id, SHA256, OFFICER)
    assert await notes(world, case_id) == ["document", "document removed"]


async def test_removing_leaves_the_same_content_in_another_slot(world: World) -> None:
    case_id = await in_review(world)
    await uploaded(world, asked(case_id))
    await uploaded(world, asked(case_id), slot=DocumentSlot.OTHER)
    await removed(world, asked(case_id))
    assert (await documents.read(world.services, case_id, SHA256, CLIENT)).document.slot is DocumentSlot.OTHER


async def test_a_document_stays_once_the_case_is_approved_or_over(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    await uploaded(world, asked(case_id))
    with pytest.raises(IllegalMoveError, match=r"remove a document.*withdraw"):
        await removed(world, asked(case_id))
    await actions.withdraw(world.services, asked(case_id))
    with pytest.raises(IllegalMoveError, match="nothing"):
        await removed(world, asked(case_id))
    assert len((await world.case(case_id)).documents) == 1
