"""Files as people upload them, made of the least that each type needs."""

import struct
import zlib

from shared.domain.documents import CheckedFile, checked_file

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def a_pdf(catalog: bytes = CATALOG, *, more: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one empty page, with `more` between its objects and its cross-references."""
    objects = (catalog, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page /Parent 2 0 R >>")
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate(objects, 1)) + more
    references = b"xref\n0 4\n0000000000 65535 f \n" + b"0000000009 00000 n \n" * 3
    end = b"trailer\n<< /Size 4 /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(body))
    return body + references + end


def a_stream(entries: bytes, content: bytes) -> bytes:
    """A stream object of a PDF; `content` lies in it as it is."""
    return b"9 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (entries, len(content), content)


def an_object_stream(objects: bytes) -> bytes:
    """Objects in a compressed stream, as PDF has them since 1.5."""
    return a_stream(b"/Type /ObjStm /N 1 /First 5 /Filter /FlateDecode", zlib.compress(b"10 0 " + objects))


def a_chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_png(*chunks: bytes) -> bytes:
    """A PNG of one black pixel, or of other chunks."""
    pixel = (
        a_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        a_chunk(b"IDAT", zlib.compress(b"\0\0")),
        a_chunk(b"IEND"),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks or pixel)


def a_segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG."""
    return b"\xff%c%s%s" % (marker, struct.pack(">H", len(data) + 2), data)


FRAME = a_segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
SCAN = a_segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34"
END = b"\xff\xd9"


def a_jpeg(*parts: bytes) -> bytes:
    """A JPEG of one pixel as far as its segments tell, or of other parts after the usual first segment."""
    first = b"\xff\xd8" + a_segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    return first + b"".join(parts or (FRAME, SCAN, END))


def a_file(content: bytes, name: str = "accounts.pdf") -> CheckedFile:
    """A file that was found to be fit."""
    return checked_file(name, content)
