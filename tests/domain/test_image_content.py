"""Images: taken when they are whole."""

import struct

import pytest

from shared.domain.document_faults import DocumentFault
from shared.domain.errors import WrongFieldError
from shared.domain.image_content import check_jpeg, check_png
from tests.document_files import END, FRAME, SCAN, a_chunk, a_jpeg, a_png, a_segment

HEADER, DATA, LAST = a_png()[8:33], a_png()[33:-12], a_chunk(b"IEND")


def test_takes_whole_images() -> None:
    check_png(a_png())
    check_png(a_png(HEADER, a_chunk(b"tEXt", b"Title\0Accounts"), DATA, DATA, LAST))
    check_jpeg(a_jpeg())
    check_jpeg(a_jpeg(a_segment(0xE1, b"Exif" + END), b"\xff\xff", FRAME, SCAN, END))
    check_jpeg(a_jpeg(b"\xff", FRAME, SCAN, END))
    check_jpeg(a_jpeg(b"\xff" * 1_000_000, FRAME, b"\xff" * 1_000_000, SCAN, END))
    check_jpeg(a_jpeg(FRAME, a_segment(0xE1, b"x" * 700), SCAN, END))


def a_frame(height: int, width: int) -> bytes:
    return a_segment(0xC0, b"\x08" + struct.pack(">HH", height, width) + b"\x03\x01\x11\x00")


@pytest.mark.parametrize(("height", "width"), [(256, 1), (1, 256), (256, 256), (1, 1)])
def test_takes_a_jpeg_of_any_size(height: int, width: int) -> None:
    check_jpeg(a_jpeg(a_frame(height, width), SCAN, END))


@pytest.mark.parametrize(("height", "width"), [(0, 256), (0, 1), (256, 0), (1, 0)])
def test_refuses_a_jpeg_without_height_or_width(height: int, width: int) -> None:
    with pytest.raises(WrongFieldError):
        check_jpeg(a_jpeg(a_frame(height, width), SCAN, END))


def test_takes_what_telephones_put_behind_a_photograph() -> None:
    check_jpeg(a_jpeg() + b"SEFT of a telephone")


@pytest.mark.parametrize(
    "content",
    [
        a_png()[:8],
        a_png()[:-1],
        a_png() + b"\0",
        a_png(HEADER, LAST),
        a_png(DATA, HEADER, LAST),
        a_png(HEADER, DATA),
        a_png(HEADER, DATA.replace(b"IDAT", b"IDAS"), LAST),
        a_png(HEADER, *[DATA] * 20_000, LAST),
    ],
    ids=range(8),
)
def test_refuses_a_png_that_is_not_whole(content: bytes) -> None:
    with pytest.raises(WrongFieldError) as refusal:
        check_png(content)
    assert refusal.value.code == DocumentFault.DAMAGED


@pytest.mark.parametrize(
    "content",
    [
        a_jpeg()[:3],
        a_jpeg()[:20],
        a_jpeg(FRAME, SCAN),
        a_jpeg(SCAN, END),
        a_jpeg(FRAME, b"\xff" * 1_000_000),
        a_jpeg(FRAME, b"here is no marker", SCAN, END),
        a_jpeg(a_segment(0xC0, b"\x08\x00\x00\x00\x01"), SCAN, END),
        a_jpeg(a_segment(0xC4, FRAME[4:]), SCAN, END),
        a_jpeg(a_segment(0xE1, b"thumbnail" + END), FRAME, SCAN),
        a_jpeg(*[a_segment(0xE1, b"")] * 20_000, FRAME, SCAN, END),
    ],
    ids=range(10),
)
def test_refuses_a_jpeg_that_is_not_whole(content: bytes) -> None:
    with pytest.raises(WrongFieldError) as refusal:
        check_jpeg(content)
    assert refusal.value.code == DocumentFault.DAMAGED
