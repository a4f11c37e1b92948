"""PDF files: taken as every program writes them, refused where they are damaged, encrypted or active."""

import random
import zlib

import pytest

from shared.domain.document_faults import MOST_BYTES, DocumentFault
from shared.domain.errors import WrongFieldError
from shared.domain.pdf_content import check_pdf
from tests.document_files import CATALOG, a_pdf, a_stream, an_object_stream

MOST_INFLATED = 20 * 1024 * 1024
SCRIPT = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"


def fault_of(content: bytes) -> str:
    with pytest.raises(WrongFieldError) as refusal:
        check_pdf(content)
    assert refusal.value.pointer == "/file"
    return refusal.value.code


@pytest.mark.parametrize(
    "content",
    [
        a_pdf(),
        a_pdf(more=a_stream(b"", b"BT (hello) Tj ET")),
        a_pdf(more=an_object_stream(b"<< /Type /Font /BaseFont /XFAKLM+Arial >>")),
        a_pdf(more=a_stream(b"/Type /ObjStm /N 0 /First 0", zlib.compress(b""))),
        a_pdf() + b"\r\n" * 100,
        a_pdf(b"<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] /AcroForm << /SigFlags 3 >> >>"),
        a_pdf(b"<< /Type /Catalog /Pages 2 0 R /Lang (nl#4EL) /Metadata#20 4 0 R >>"),
        a_pdf(more=b"11 0 obj\n<< /EncryptedBy (nobody) /LaunchPad 1 >>\nendobj\n"),
        a_pdf().replace(b"\n%%EOF", b" %%EOF"),
    ],
    ids=range(9),
)
def test_takes_what_ordinary_programs_write(content: bytes) -> None:
    check_pdf(content)


def test_takes_cross_references_in_a_stream() -> None:
    begin = b"%PDF-2.0\n"
    check_pdf(begin + a_stream(b"/Type /XRef", b"\x01\x02") + b"startxref\n%d\n%%%%EOF" % len(begin))


@pytest.mark.parametrize(
    "content",
    [
        a_pdf().replace(b"%PDF-1.7", b"%PDF-x.y"),
        b"\n" + a_pdf(),
        a_pdf()[:-8],
        a_pdf() + b"\0" * 1025,
        a_pdf().replace(b"xref\n0 4", b"xfer\n0 4"),
        a_pdf().replace(b"startxref\n", b"startxref\n9"),
        a_pdf(more=a_stream(b"/Type /ObjStm", b"not compressed")),
        a_pdf(more=a_stream(b"/Type /ObjStm" + b" " * 5000, zlib.compress(b"10 0 << >>"))),
        a_pdf(more=a_stream(b"/Type /ObjStm", zlib.compress(zlib.compress(b"10 0 << >>")))),
        a_pdf(more=a_stream(b"/Type /ObjStm", zlib.compress(random.Random(1).randbytes(60_000))[:40_000])),
        a_pdf(more=a_stream(b"/Type /Obj#53tm", zlib.compress(b"10 0 << >>"))),
    ],
    ids=range(11),
)
def test_refuses_what_is_not_whole_or_cannot_be_read(content: bytes) -> None:
    assert fault_of(content) == DocumentFault.DAMAGED


@pytest.mark.parametrize("name", [b"/Encrypt", b"/#45ncrypt", b"/E#6ecr#79pt"])
def test_refuses_what_is_encrypted(name: bytes) -> None:
    assert fault_of(a_pdf(trailer=name + b" 5 0 R ")) == DocumentFault.ENCRYPTED


@pytest.mark.parametrize("name", ["JavaScript", "J#61vaScript", "Launch", "RichMedia", "EmbeddedFiles", "XFA"])
@pytest.mark.parametrize("within", [lambda objects: b"11 0 obj\n" + objects, an_object_stream], ids=["plain", "packed"])
def test_refuses_what_does_something_by_itself(name: str, within: object) -> None:
    assert callable(within)
    assert fault_of(a_pdf(more=within(b"<< /S /%s >>\n" % name.encode()))) == DocumentFault.ACTIVE


def test_refuses_a_script_that_runs_when_the_file_is_opened() -> None:
    assert fault_of(a_pdf(SCRIPT)) == DocumentFault.ACTIVE


def objects_of(size: int, level: int = -1) -> bytes:
    """An object stream whose content has so many bytes."""
    content = b"10 0 ".ljust(size, b"0")
    return a_stream(b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", zlib.compress(content, level))


IN_PIECES = 16_375
"""Bytes that, not compressed, fill the first piece that is looked at, all but the check sum behind them."""


@pytest.mark.parametrize(
    "more",
    [
        b"% " + b"#41" * 99_999 + b"\n",
        an_object_stream(b"<< >>") * 2000,
        objects_of(MOST_INFLATED),
        objects_of(MOST_INFLATED - IN_PIECES) + objects_of(IN_PIECES, 0),
        an_object_stream(random.Random(1).randbytes(60_000)),
    ],
    ids=["escapes", "streams", "large", "large-together", "not-compressed-much"],
)
def test_looks_into_as_much_as_a_document_needs(more: bytes) -> None:
    check_pdf(a_pdf(more=more))


@pytest.mark.parametrize(
    "more",
    [
        b"% " + b"#41" * 100_000 + b"\n",
        b"% " + b"#41" * 100_001 + b"\n",
        an_object_stream(b"<< >>") * 2001,
        objects_of(MOST_INFLATED + 1),
        objects_of(MOST_INFLATED - IN_PIECES) + objects_of(6 * IN_PIECES, 0),
        objects_of(MOST_INFLATED - IN_PIECES + 1) + objects_of(IN_PIECES, 0),
        objects_of(MOST_INFLATED) + objects_of(5),
        objects_of(MOST_INFLATED + 1) + objects_of(5) * 2,
        objects_of(MOST_INFLATED // 2) * 3,
    ],
    ids=range(9),
)
def test_refuses_what_would_take_too_long_to_look_into(more: bytes) -> None:
    assert fault_of(a_pdf(more=more)) == DocumentFault.DAMAGED


@pytest.mark.parametrize(
    "more",
    [
        a_stream(b"/Type /ObjStm /Was /ObjStm", zlib.compress(b"10 0 << >>")),
        a_stream(b"/Type /ObjStm", zlib.compress(b"10 0 " + a_stream(b"/Type /ObjStm", zlib.compress(b"")), level=0)),
    ],
    ids=["twice", "within"],
)
def test_inflates_no_byte_twice(more: bytes) -> None:
    assert fault_of(a_pdf(more=more)) == DocumentFault.DAMAGED


def test_refuses_what_does_something_by_itself_far_into_an_object_stream() -> None:
    more = an_object_stream(random.Random(1).randbytes(60_000) + b" << /S /Launch >>")
    assert fault_of(a_pdf(more=more)) == DocumentFault.ACTIVE


def test_chance_makes_no_scan_look_active() -> None:
    scan = random.Random(6).randbytes(MOST_BYTES // 2)
    check_pdf(a_pdf(CATALOG, more=a_stream(b"/Filter /DCTDecode", scan)))
