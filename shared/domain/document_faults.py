"""What can be wrong with a document that is uploaded, and how to correct it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.domain.errors import WrongFieldError

MOST_MEGABYTES: Final = 10
MOST_BYTES: Final = MOST_MEGABYTES * 1024 * 1024
"""Of one document. Our own choice: annual accounts of 50 pages, scanned at 200 dpi in grey, have 5 to 8 MB."""

MOST_DOCUMENTS: Final = 10
"""Of one case. Our own choice: three years of accounts and a few papers beside them."""

MOST_UPLOADS: Final = 50
"""Of one case, with the documents that were taken out again, whose content stays until the case is erased. Our own
choice: all may be replaced four times, and no case takes more than 500 MB."""

FILE: Final = "/file"
"""Where a form has the file."""


class DocumentFault(StrEnum):
    """The code of each fault, by which pages can word it in other languages."""

    EMPTY = "document_empty"
    TOO_LARGE = "document_too_large"
    TOO_MANY = "document_too_many"
    TOO_OFTEN = "document_too_often"
    UNKNOWN_TYPE = "document_unknown_type"
    OTHER_EXTENSION = "document_other_extension"
    DAMAGED = "document_damaged"
    ENCRYPTED = "document_encrypted"
    ACTIVE = "document_active"


_PRINT_IT: Final = "open it, print it to PDF (or save it as PDF anew), and upload that"

WORDS: Final[Mapping[DocumentFault, str]] = {
    DocumentFault.EMPTY: "is missing or empty: choose a file that has content",
    DocumentFault.TOO_LARGE: (
        f"is larger than {MOST_MEGABYTES} MB: scan it at a lower resolution, or upload it in several parts"
    ),
    DocumentFault.TOO_MANY: f"is one too many: a request has at most {MOST_DOCUMENTS} documents, so remove one first",
    DocumentFault.TOO_OFTEN: (
        f"is one too many: {MOST_UPLOADS} were uploaded for this request, with those that were removed; ask the desk "
        "how to send it"
    ),
    DocumentFault.UNKNOWN_TYPE: f"is neither a PDF nor a PNG or JPEG image: {_PRINT_IT}",
    DocumentFault.OTHER_EXTENSION: (
        "does not contain what its name says: give the name the ending of what the file is (.pdf, .png or .jpg)"
    ),
    DocumentFault.DAMAGED: f"is damaged or not complete: {_PRINT_IT}",
    DocumentFault.ENCRYPTED: f"is protected, so that we cannot look into it: without a password, {_PRINT_IT}",
    DocumentFault.ACTIVE: f"contains scripts, forms with scripts, media or other files: {_PRINT_IT}",
}
"""Each fault in English, as what follows the words "the file"."""


def refused(fault: DocumentFault) -> WrongFieldError:
    """The error to raise for a fault."""
    return WrongFieldError(FILE, fault.value, WORDS[fault])
