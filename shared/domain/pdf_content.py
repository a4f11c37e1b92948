"""Is this a PDF that people can safely open? As far as its structure tells: nothing here looks for viruses.

Refused, beside what is damaged:

- encrypted ones: neither we nor the desk could look into them;
- active ones: what runs, plays or carries other files when it is opened. The names are those that `pdfid` by Didier
  Stevens takes for signs of malicious documents, less those that ordinary programs write as well: /OpenAction (the page
  to show first), /AcroForm (a signature is a field of a form), /AA, /JBIG2Decode. /JS needs no look: each script is an
  action of the subtype /JavaScript (ISO 32000-1, 12.6.4.16).

Names may be written with hexadecimal digits, and lie in compressed object streams (7.3.5, 7.5.7): both are undone. Who
wants to hide something will find a way all the same, so documents are to be shown as downloads only.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from shared.domain.document_faults import DocumentFault, refused

_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_TAIL_BYTES: Final = 1024
"""How far from the end the end is looked for, as Acrobat does (ISO 32000-1, Annex H.3)."""

_END: Final = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF")
_CROSS_REFERENCES: Final = re.compile(rb"\s*(?:xref|[0-9]+\s+[0-9]+\s+obj)\b")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_ENCRYPTED: Final = re.compile(rb"/Encrypt(?![0-9A-Za-z])")
_ACTIVE: Final = re.compile(rb"/(?:JavaScript|Launch|RichMedia|EmbeddedFiles?|XFA)(?![0-9A-Za-z])")
_OBJECT_STREAM: Final = re.compile(rb"/ObjStm\b")
_STREAM: Final = re.compile(rb"stream\r?\n")
_OBJECT_NUMBERS: Final = re.compile(rb"\s*(?:[0-9]+\s+[0-9]|\Z)")

_PIECE_BYTES: Final = 16 * 1024

# Bounds on the work, far above what any document of 10 MB needs: pure chance makes 300 escapes in so many bytes.
_MOST_ESCAPED: Final = 100_000
_MOST_OBJECT_STREAMS: Final = 2000
_LONGEST_DICTIONARY: Final = 4096
_MOST_INFLATED_BYTES: Final = 20 * 1024 * 1024


def check_pdf(content: bytes) -> None:
    """Raise WrongFieldError for a PDF that is not whole, not readable for everybody, or active."""
    if not _is_whole(content):
        raise refused(DocumentFault.DAMAGED)
    names = _unescaped(content)
    if _ENCRYPTED.search(names):
        raise refused(DocumentFault.ENCRYPTED)
    if _ACTIVE.search(names) or any(_ACTIVE.search(_unescaped(each)) for each in _object_streams(content, names)):
        raise refused(DocumentFault.ACTIVE)


def _is_whole(content: bytes) -> bool:
    """Whether it begins as a PDF, and ends with where its cross-references are."""
    ends = _END.findall(content, max(0, len(content) - _TAIL_BYTES))
    return (
        _HEADER.match(content) is not None
        and bool(ends)
        and _CROSS_REFERENCES.match(content, int(ends[-1])) is not None
    )


def _unescaped(content: bytes) -> bytes:
    plain, undone = _ESCAPED.subn(lambda escaped: bytes([int(escaped[1], 16)]), content, _MOST_ESCAPED)
    if undone == _MOST_ESCAPED:
        raise refused(DocumentFault.DAMAGED)
    return plain


def _object_streams(content: bytes, names: bytes) -> Iterator[bytes]:
    """What the object streams contain. Raises WrongFieldError where one cannot be read, or there is too much of it."""
    named = [each.end() for each in _OBJECT_STREAM.finditer(content)]
    # Nobody has a reason to write this name in another way.
    if not len(_OBJECT_STREAM.findall(names)) == len(named) <= _MOST_OBJECT_STREAMS:
        raise refused(DocumentFault.DAMAGED)
    left, end = _MOST_INFLATED_BYTES, 0
    for place in named:
        found = _STREAM.search(content, place, place + _LONGEST_DICTIONARY)
        # Each byte is inflated once: many names of one stream, or streams within streams, are work without any output.
        if found is None or found.end() < end:
            raise refused(DocumentFault.DAMAGED)
        inflated, unused = _inflated(memoryview(content)[found.end() :], left)
        left, end = left - len(inflated), len(content) - unused
        yield inflated


def _inflated(stream: memoryview, most: int) -> tuple[bytes, int]:
    """An object stream's content, which begins with the numbers of its objects, and how many bytes lie behind it.

    It is compressed, and not coded otherwise besides.
    """
    inflater = zlib.decompressobj()
    inflated = bytearray()
    fed = 0
    try:
        while fed < len(stream) and not inflater.eof and len(inflated) <= most:
            inflated += inflater.decompress(stream[fed : fed + _PIECE_BYTES], most + 1 - len(inflated))
            fed = min(fed + _PIECE_BYTES, len(stream))
    except zlib.error:
        raise refused(DocumentFault.DAMAGED) from None
    if not inflater.eof or len(inflated) > most or not _OBJECT_NUMBERS.match(inflated):
        raise refused(DocumentFault.DAMAGED)
    return bytes(inflated), len(stream) - fed + len(inflater.unused_data)
