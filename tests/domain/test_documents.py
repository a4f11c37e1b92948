"""Documents: what is taken as one, under which name, and how many."""

import hashlib
from datetime import UTC, datetime

import pytest

from shared.domain.document_faults import MOST_BYTES, WORDS, DocumentFault
from shared.domain.documents import Document, DocumentSlot, MediaType, check_room, checked_file, document_in
from shared.domain.errors import WrongFieldError
from tests.document_files import a_file, a_jpeg, a_pdf, a_png, a_stream

FILES = {"pdf": a_pdf(), "png": a_png(), "jpg": a_jpeg()}


def fault_of(name: str, content: bytes) -> str:
    with pytest.raises(WrongFieldError) as refusal:
        checked_file(name, content)
    assert (refusal.value.pointer, refusal.value.detail) == ("/file", WORDS[DocumentFault(refusal.value.code)])
    return refusal.value.code


def a_document(slot: DocumentSlot = DocumentSlot.OTHER, content: bytes = FILES["pdf"]) -> Document:
    file = a_file(content)
    return Document(
        slot=slot,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_at=datetime(2026, 11, 23, tzinfo=UTC),
        by="client:demo",
    )


@pytest.mark.parametrize(
    ("ending", "media_type"), [("pdf", MediaType.PDF), ("png", "image/png"), ("jpg", "image/jpeg")]
)
def test_a_file_is_what_its_content_is(ending: str, media_type: str) -> None:
    content = FILES[ending]
    file = checked_file("jaarrekening", content)
    assert (file.name, file.media_type) == (f"jaarrekening.{ending}", media_type)
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Jaarrekening 2025.PDF", "Jaarrekening 2025.PDF"),
        ("accounts 31.12.2025", "accounts 31.12.2025.pdf"),
        ("C:\\Users\\Zoë\\accounts.pdf", "accounts.pdf"),
        ("../../etc/accounts.pdf", "accounts.pdf"),
        ("", "document.pdf"),
        (".pdf", "document.pdf"),
        (" .. . ", "document.pdf"),
        ("a\r\nb\t\tc\u202egnp\u200b.pdf", "a b cgnp.pdf"),
        ('<say "what"?>|*.pdf', "say what.pdf"),
        ("Bru\u0308ggen\ud800.pdf", "Brüggen.pdf"),
        ("accounts.pdf. ", "accounts.pdf"),
        (" ..accounts .. .pdf", "accounts.pdf"),
        ("XX-accounts-XX.pdf", "XX-accounts-XX.pdf"),
        ("accounts-XX", "accounts-XX.pdf"),
        ("x" * 115 + ".31.12.pdf", "x" * 115 + ".pdf"),
        ("x" * 115 + "X31.12.pdf", "x" * 115 + "X.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_people_see_it_and_file_systems_take_it(sent: str, kept: str) -> None:
    assert checked_file(sent, FILES["pdf"]).name == kept


@pytest.mark.parametrize("ending", ["jpg", "JPEG", "jpe", "jfif"])
def test_a_jpeg_may_end_as_programs_name_it(ending: str) -> None:
    assert checked_file(f"scan.{ending}", FILES["jpg"]).name == f"scan.{ending}"


@pytest.mark.parametrize("name", ["accounts.docx", "accounts.png", "accounts.pdf.exe", "stnuocca\u202efdp.exe"])
def test_refuses_a_name_that_says_something_else(name: str) -> None:
    assert fault_of(name, FILES["pdf"]) == DocumentFault.OTHER_EXTENSION


@pytest.mark.parametrize("content", [b"PK\x03\x04 a docx", b"GIF89a", b"<html>", b"MZ", b"\xff\xd8", b" %PDF-1.7"])
def test_refuses_what_is_neither_pdf_nor_image(content: bytes) -> None:
    assert fault_of("accounts.pdf", content) == DocumentFault.UNKNOWN_TYPE


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_refuses_what_only_begins_as_a_file_of_its_type(content: bytes) -> None:
    assert fault_of("accounts", content[:12]) == DocumentFault.DAMAGED


def test_refuses_nothing_and_too_much() -> None:
    padding = MOST_BYTES - len(a_pdf(more=a_stream(b"", b"0" * 10**7))) + 10**7
    full = a_pdf(more=a_stream(b"", b"0" * padding))
    assert fault_of("accounts.pdf", b"") == DocumentFault.EMPTY
    assert checked_file("accounts.pdf", full).size == MOST_BYTES
    assert fault_of("accounts.pdf", full + b"\n") == DocumentFault.TOO_LARGE


def test_a_case_has_room_for_ten() -> None:
    check_room((a_document(),) * 9, 9)
    with pytest.raises(WrongFieldError, match="at most 10 documents, so remove one first"):
        check_room((a_document(),) * 10, 10)


def test_a_case_takes_fifty_with_those_taken_out_again() -> None:
    check_room((), 49)
    with pytest.raises(WrongFieldError, match="50 were uploaded for this request") as refusal:
        check_room((), 50)
    assert refusal.value.code == DocumentFault.TOO_OFTEN


def test_a_document_is_found_by_its_slot_and_content() -> None:
    first, second = a_document(DocumentSlot.SECURITY), a_document(DocumentSlot.OTHER)
    assert document_in((first, second), DocumentSlot.OTHER, second.sha256) is second
    assert document_in((first, second), DocumentSlot.REGISTRATION, first.sha256) is None
    assert document_in((first, second), DocumentSlot.SECURITY, "0" * 64) is None


def test_every_fault_says_how_to_correct_it() -> None:
    assert set(WORDS) == set(DocumentFault)
    assert all(": " in words for words in WORDS.values())
