"""The pages on which an applicant uploads documents, in a browser in memory."""

import hashlib
import re
from typing import Any

import pytest

from functions.document_pages import LARGEST_UPLOAD
from functions.visits import LARGEST_FORM, MOST_PARTS
from shared.domain.document_faults import MOST_BYTES, MOST_DOCUMENTS, MOST_UPLOADS
from shared.domain.documents import DocumentSlot
from shared.workflow import actions, documents
from tests.document_files import a_pdf, a_png
from tests.functions.stages import APPROVE, ASK_SECURITY, decided, in_review
from tests.functions.visitor import Sight, Visitor, multipart
from tests.world import World, asked

PDF = a_pdf()
SHA256 = hashlib.sha256(PDF).hexdigest()


def an_applicant(world: World, language: str = "en") -> Visitor:
    visitor = Visitor.applicant(world.clock.now)
    visitor.headers["accept-language"] = language
    return visitor


async def uploaded(visitor: Visitor, content: bytes = PDF, name: str = "accounts.pdf", form: int = 0) -> Sight:
    """Send the form of a slot: the first is for the accounts, the second for the registration."""
    return await visitor.hand_in(await visitor.look("/follow/documents"), form, {"file": (name, content)})


async def test_says_before_what_may_be_uploaded(world: World) -> None:
    await in_review(world)
    text = (await an_applicant(world).look("/follow/documents")).text
    for words in ("PDF, PNG, JPEG", "At most 10 MB", "At most 10 documents", "there are 0 now"):
        assert words in text
    assert "Registration of the company" in text
    assert "letter of credit" not in text, "no security is asked for"


async def test_keeps_an_upload_and_lists_it(world: World) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    page = await uploaded(visitor, form=1)
    assert (page.path.partition("?")[0], "The document is there" in page.text) == ("/follow/documents", True)
    assert re.search(rf'/follow/documents/{SHA256}">accounts.pdf</a>', page.html)
    assert "PDF, 1 kB, 23 November 2026" in page.text
    (document,) = (await world.case(case_id)).documents
    assert (document.slot, document.name) == (DocumentSlot.REGISTRATION, "accounts.pdf")
    assert "Documents (1)" in (await visitor.look("/follow")).text


async def test_the_same_upload_again_is_one_document(world: World) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/documents")
    await actions.write_to_desk(world.services, asked(case_id), "What an upload does not care for.")
    for _ in range(2):
        assert "The document is there" in (await visitor.hand_in(page, 0, {"file": ("a.pdf", PDF)})).text
    assert len((await world.case(case_id)).documents) == 1


@pytest.mark.parametrize(
    ("content", "name", "english", "dutch"),
    [
        (b"", "empty.pdf", "No file was chosen", "Er is geen bestand gekozen"),
        (b"%PDF-1.7\n" + b"0" * MOST_BYTES, "scan.pdf", "larger than 10 MB", "groter dan 10 MB"),
        (b"PK\x03\x04", "accounts.docx", "neither a PDF nor", "geen pdf en ook geen"),
        (a_png(), "accounts.pdf", "does not fit what is in it", "past niet bij de inhoud"),
        (PDF[:-20], "accounts.pdf", "damaged", "beschadigd"),
        (a_pdf(trailer=b"/Encrypt 4 0 R "), "accounts.pdf", "is protected", "is beveiligd"),
        (a_pdf(b"<< /Names << /JavaScript 1 0 R >> >>"), "accounts.pdf", "contains scripts", "bevat scripts"),
    ],
)
async def test_says_in_both_languages_what_is_wrong_with_a_file(
    world: World, content: bytes, name: str, english: str, dutch: str
) -> None:
    case_id = await in_review(world)
    for language, words in (("en", english), ("nl", dutch)):
        page = await uploaded(an_applicant(world, language), content, name, form=1)
        beside = page.html.partition('id="file-registration-wrong">')[2].partition("</p>")[0]
        assert (page.status, words in beside, 'href="#file-registration"' in page.html) == (400, True, True)
    assert not (await world.case(case_id)).documents


async def test_a_form_without_a_file_is_told_so(world: World) -> None:
    await in_review(world)
    visitor = an_applicant(world)
    page = await visitor.hand_in(await visitor.look("/follow/documents"), 0, {"file": ("", b"")})
    assert (page.status, "No file was chosen" in page.text) == (400, True)


async def test_a_full_request_takes_no_more(world: World) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    before = await visitor.look("/follow/documents")
    for number in range(MOST_DOCUMENTS):
        content = a_pdf(more=b"%%%d\n" % number)
        await documents.upload(world.services, asked(case_id), DocumentSlot.OTHER, "a.pdf", content)
    assert "at most 10 documents. Remove one" in (await visitor.hand_in(before, 0, {"file": ("b.pdf", PDF)})).text
    page = await visitor.look("/follow/documents")
    assert ("all that a request can have" in page.text, page.forms) == (True, [])


async def test_takes_no_more_when_too_many_were_uploaded_and_removed(world: World) -> None:
    case_id = await in_review(world)
    for number in range(MOST_UPLOADS):
        content = a_pdf(more=b"%%%d\n" % number)
        await documents.upload(world.services, asked(case_id), DocumentSlot.OTHER, "a.pdf", content)
        kept = (await world.case(case_id)).documents[0]
        await documents.remove(world.services, asked(case_id), kept.slot, kept.sha256)
    visitor = an_applicant(world)
    page = await visitor.hand_in(await visitor.look("/follow/documents"), 0, {"file": ("b.pdf", PDF)})
    assert (page.status, "50 documents were uploaded for this request" in page.text) == (400, True)
    assert not (await world.case(case_id)).documents


async def test_has_room_for_a_security_that_is_asked_for(world: World) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, ASK_SECURITY)
    await world.drain()
    visitor = an_applicant(world)
    page = await uploaded(visitor, form=0)
    assert "letter of credit" in page.text
    assert [each.slot for each in (await world.case(case_id)).documents] == [DocumentSlot.SECURITY]
    await visitor.send(await visitor.look("/follow"))
    assert 'href="/follow/documents">Upload the papers<' in (await visitor.look("/follow")).html


async def test_removes_a_document_once_after_asking(world: World) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    page = await uploaded(visitor)
    address = re.search(r"/follow/documents/audited_statements/[0-9a-f]+/remove", page.html)
    assert address
    page = await visitor.look(address[0])
    assert ("Remove this document?" in page.text, len((await world.case(case_id)).documents)) == (True, 1)
    for _ in range(2):
        assert "The document is removed." in (await visitor.send(page)).text
    assert not (await world.case(case_id)).documents
    assert (await visitor.look(address[0])).status == 404


async def test_removes_nothing_that_was_decided_on(world: World) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    page = await uploaded(visitor)
    address = f"/follow/documents/audited_statements/{SHA256}/remove"
    form = await visitor.look(address)
    await decided(world, case_id, APPROVE)
    await world.drain()
    page = await visitor.look("/follow/documents")
    assert (address in page.html, "cannot be removed any more" in page.text, len(page.forms)) == (False, True, 3)
    assert (await visitor.look(address)).forms == []
    assert (await visitor.send(form)).status == 409
    assert len((await world.case(case_id)).documents) == 1


async def test_an_ended_request_shows_its_documents_and_takes_no_more(world: World) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    page = await uploaded(visitor)
    await actions.withdraw(world.services, asked(case_id))
    assert (await visitor.hand_in(page, 0, {"file": ("b.png", a_png())})).status == 409
    page = await visitor.look("/follow/documents")
    assert (page.status, page.forms, SHA256 in page.html) == (200, [], True)
    assert (await visitor.once("GET", f"/follow/documents/{SHA256}", b"")).status_code == 200
    assert "Documents (1)" in (await visitor.look("/follow")).text


async def test_a_document_is_saved_and_never_opened_as_a_page(world: World) -> None:
    await in_review(world)
    visitor = an_applicant(world)
    await uploaded(visitor, name='Jaarrekening é".pdf')
    response = await visitor.once("GET", f"/follow/documents/{SHA256}", b"")
    assert (response.get_body(), response.mimetype) == (PDF, "application/pdf")
    headers = response.headers
    assert headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Jaarrekening%20%C3%A9")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


async def test_who_else_may_read_a_document(world: World) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    await uploaded(visitor)
    address, desks = f"/follow/documents/{SHA256}", f"/desk/cases/{case_id}/documents/{SHA256}"
    bo, stranger = Visitor.of_the_desk("bo", world.clock.now), Visitor()
    assert (await bo.once("GET", desks, b"")).get_body() == PDF
    assert (await visitor.once("GET", f"/follow/documents/{'0' * 64}", b"")).status_code == 404
    assert (await visitor.once("GET", desks, b"")).status_code in {303, 403}
    assert [(await each.once("GET", address, b"")).status_code for each in (bo, stranger)] == [401, 401]


async def test_costs_at_most_three_requests_a_page(world: World) -> None:
    await in_review(world)
    visitor = an_applicant(world)
    await uploaded(visitor)
    remove = f"/follow/documents/audited_statements/{SHA256}/remove"
    # Reading the content of a document is one request more, which the world does not count.
    for path, most in (("/follow/documents", 1), (remove, 1), (f"/follow/documents/{SHA256}", 2)):
        world.storage.calls.clear()
        assert (await visitor.once("GET", path, b"")).status_code == 200
        assert world.storage.calls.total() == most, path


async def test_escapes_the_names_of_files(world: World) -> None:
    await in_review(world)
    visitor = an_applicant(world)
    page = await uploaded(visitor, name="<script>alert(1)<!--&amp;.pdf")
    assert "<script>alert" not in page.html
    assert "script alert(1) !--&amp;amp;.pdf" in page.html, "as the domain keeps names"


@pytest.mark.parametrize("path", ["/follow/documents", f"/follow/documents/strange/{SHA256}/remove"])
async def test_knows_no_other_slots(world: World, path: str) -> None:
    await in_review(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/documents")
    body, kind = multipart({**page.forms[0].fields, "slot": "strange"}, {"file": ("a.pdf", PDF)})
    assert (await visitor.post(path, body, kind)).status == 404


@pytest.mark.parametrize("changes", [{"token": "x"}, {"key": "1"}, {"seen": "0"}])
async def test_a_form_that_is_none_of_ours_uploads_nothing(world: World, changes: dict[str, Any]) -> None:
    case_id = await in_review(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/documents")
    assert (await visitor.hand_in(page, 0, {"file": ("a.pdf", PDF)}, **changes)).status == 403
    assert not (await world.case(case_id)).documents


async def test_nobody_uploads_to_a_request_of_others(world: World) -> None:
    await in_review(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/documents")
    other = f"{'a' * 32}-{'b' * 32}"
    assert (await visitor.hand_in(page, 0, {"file": ("a.pdf", PDF)}, request=other)).status == 404


async def test_there_are_no_documents_without_a_request(world: World) -> None:
    await world.portal_reports()
    for path in ("/follow/documents", f"/follow/documents/{SHA256}", "/follow/information"):
        assert (await an_applicant(world).look(path)).status == 404


# --- what holds for every form with files


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"token": "x" * (LARGEST_FORM + 1)}, 0),
        ({f"field{number}": "" for number in range(MOST_PARTS + 1)}, 0),
        ({}, LARGEST_UPLOAD),
    ],
)
async def test_refuses_a_form_that_is_too_much(world: World, fields: dict[str, str], size: int) -> None:
    await in_review(world)
    body, kind = multipart(fields, {"file": ("a.pdf", b"0" * size)})
    page = await an_applicant(world).post("/follow/documents", body, kind)
    assert (page.status, "That was too much" in page.text) == (413, True)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=other", "multipart/mixed"])
async def test_a_body_that_is_no_form_is_none_of_ours(world: World, kind: str) -> None:
    await in_review(world)
    body, _ = multipart({"token": "x"}, {})
    assert (await an_applicant(world).post("/follow/documents", body, kind)).status in {403, 415}
