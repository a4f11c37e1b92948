"""The documents of a case: what an applicant uploads for the desk, and what is taken as such.

Taken are PDF, PNG and JPEG, by what a file contains and not by what it says of itself. Documents of office programs are
not: they carry macros, and refer to what lies elsewhere; every office program writes PDF.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PureWindowsPath
from typing import Final

from shared.domain.characters import control_in, unseen_in
from shared.domain.document_faults import MOST_BYTES, MOST_DOCUMENTS, MOST_UPLOADS, DocumentFault, refused
from shared.domain.image_content import JPEG_BEGINS, PNG_BEGINS, check_jpeg, check_png
from shared.domain.model import Instant, Model
from shared.domain.pdf_content import check_pdf

LONGEST_NAME: Final = 120
"""Of a file, in characters, its extension among them. Our own choice: it is shown in one line."""

_EXTENSION: Final = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,4})$")
"""What programs take for the type of a file; the "2025" of "accounts 31.12.2025" is none."""

_NOT_IN_NAMES: Final = re.compile(r'[<>:"/\\|?*]')
"""What Windows does not take in the name of a file."""


class DocumentSlot(StrEnum):
    """What a document is."""

    AUDITED_STATEMENTS = "audited_statements"
    REGISTRATION = "registration"
    SECURITY = "security"
    OTHER = "other"


class MediaType(StrEnum):
    """The kinds of files that are taken (RFC 6838)."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that can be a document. `size` is in bytes, `sha256` that of its content: 64 hexadecimal digits."""

    name: str
    media_type: MediaType
    size: int
    sha256: str


class Document(Model):
    """A document as a case has it; its content lies elsewhere, under its SHA-256. `size` is in bytes."""

    slot: DocumentSlot
    name: str
    media_type: MediaType
    size: int
    sha256: str
    uploaded_at: Instant
    by: str


_BEGINS: Final[Mapping[bytes, MediaType]] = {
    b"%PDF-": MediaType.PDF,
    PNG_BEGINS: MediaType.PNG,
    JPEG_BEGINS: MediaType.JPEG,
}

_CHECKS: Final[Mapping[MediaType, Callable[[bytes], None]]] = {
    MediaType.PDF: check_pdf,
    MediaType.PNG: check_png,
    MediaType.JPEG: check_jpeg,
}

_EXTENSIONS: Final[Mapping[MediaType, tuple[str, ...]]] = {
    MediaType.PDF: ("pdf",),
    MediaType.PNG: ("png",),
    MediaType.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
}
"""The extensions that files of a type have; the first one is given where there is none."""


def checked_file(name: str, content: bytes) -> CheckedFile:
    """A file as it is uploaded, once it is found to be what can be taken. Raises WrongFieldError with the remedy."""
    if not content:
        raise refused(DocumentFault.EMPTY)
    if len(content) > MOST_BYTES:
        raise refused(DocumentFault.TOO_LARGE)
    media_type = next((kind for begin, kind in _BEGINS.items() if content.startswith(begin)), None)
    if media_type is None:
        raise refused(DocumentFault.UNKNOWN_TYPE)
    cleaned = _name_of(name, media_type)
    _CHECKS[media_type](content)
    return CheckedFile(cleaned, media_type, len(content), sha256_of(content))


def sha256_of(content: bytes) -> str:
    """The name of a content: 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _name_of(sent: str, media_type: MediaType) -> str:
    """A file's name, fit to be shown and to be saved under. Raises WrongFieldError for the name of another type."""
    name = _visible(PureWindowsPath(sent).name)
    extension = _EXTENSION.search(name)
    if extension and extension[1].lower() not in _EXTENSIONS[media_type]:
        raise refused(DocumentFault.OTHER_EXTENSION)
    ending = extension[0] if extension else f".{_EXTENSIONS[media_type][0]}"
    stem = name.removesuffix(ending).strip(" .")
    return (stem[: LONGEST_NAME - len(ending)].rstrip(" .") or "document") + ending


def _visible(name: str) -> str:
    """Text in one form, of characters that people see and file systems take."""
    composed = unicodedata.normalize("NFC", name)
    shown = "".join(each for each in composed if each.isspace() or not (control_in(each) or unseen_in(each)))
    return " ".join(_NOT_IN_NAMES.sub(" ", shown).split()).rstrip(" .")


def check_room(documents: tuple[Document, ...], uploads: int) -> None:
    """Raise WrongFieldError where one document more is one too many; `uploads` counts those taken out again, too."""
    if uploads >= MOST_UPLOADS:
        raise refused(DocumentFault.TOO_OFTEN)
    if len(documents) >= MOST_DOCUMENTS:
        raise refused(DocumentFault.TOO_MANY)


def document_in(documents: tuple[Document, ...], slot: DocumentSlot, sha256: str) -> Document | None:
    """The document of a content in a slot, if a case has it."""
    return next((each for each in documents if (each.slot, each.sha256) == (slot, sha256)), None)
