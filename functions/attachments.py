"""Files that a browser saves rather than shows."""

from typing import Final
from urllib.parse import quote

from functions.replies import Reply
from shared.workflow.documents import Content

_SANDBOX: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For a browser that shows a file all the same: it may run and load nothing, and is no page of this site."""


def attachment(content: bytes, media_type: str, name: str) -> Reply:
    """A file to save under a name, which may be in any script (RFC 6266, RFC 8187)."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Reply(200, content, media_type, {"Content-Disposition": disposition}, _SANDBOX)


def document_to_save(found: Content) -> Reply:
    """A document of a case: what others made is never opened as a page of ours."""
    return attachment(found.content, found.document.media_type.value, found.document.name)
