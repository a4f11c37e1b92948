"""Is this a whole image? As far as its structure tells, by its parts from the first to the last."""

import re
import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

from shared.domain.document_faults import DocumentFault, refused

PNG_BEGINS: Final = b"\x89PNG\r\n\x1a\n"
JPEG_BEGINS: Final = b"\xff\xd8\xff"

_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = b"\xff\xd9"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers SOF0 to SOF15; those left out are no frames (ITU-T T.81, table B.1)."""

_FILLED: Final = re.compile(rb"\xff+")
"""What begins a marker: any number of fill bytes may stand before it (ITU-T T.81, B.1.1.2)."""

_MOST_PARTS: Final = 20_000
"""A bound on the work: an image of 10 MB has 1,300 chunks as libpng writes them, and 160 segments."""

_WIDTH_AND_HEIGHT: Final = 4
"""Bytes: of a frame's segment, they follow its precision."""


def check_png(content: bytes) -> None:
    """Raise WrongFieldError unless it is a PNG from its header to its end, each chunk sound, with nothing behind it."""
    kinds = list(islice(_chunks(content), _MOST_PARTS))
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise refused(DocumentFault.DAMAGED)


def _chunks(content: bytes) -> Iterator[bytes]:
    """The kind of each chunk: length, kind, data, CRC-32 of kind and data (W3C PNG 5.3)."""
    at = len(PNG_BEGINS)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        body, check = content[at + 4 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if check != struct.pack(">I", zlib.crc32(body)):
            raise refused(DocumentFault.DAMAGED)
        yield body[:4]
        at += 12 + length


def check_jpeg(content: bytes) -> None:
    """Raise WrongFieldError unless it is a JPEG with a frame that has a size, a scan and an end.

    Something may follow the end: telephones put their own data there.
    """
    has_frame = False
    for marker, at in islice(_segments(content), _MOST_PARTS):
        if marker == _START_OF_SCAN:
            if has_frame and content.find(_END_OF_IMAGE, at) > 0:
                return
            break
        size = content[at + 5 : at + 5 + _WIDTH_AND_HEIGHT]
        has_frame |= marker in _FRAMES and any(size[:2]) and any(size[2:])
    raise refused(DocumentFault.DAMAGED)


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Marker and place of each segment, for as long as there are any: marker, length from itself on, and data."""
    at = 2
    while begin := _FILLED.match(content, at):
        at = begin.end() - 1
        if at + 4 > len(content):
            return
        yield content[at + 1], at
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
