"""Files that a browser saves rather than shows."""

from urllib.parse import quote

from functions.replies import Reply


def attachment(content: bytes, media_type: str, name: str) -> Reply:
    """A file to save under a name, which may be in any script (RFC 6266, RFC 8187)."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Reply(200, content, media_type, {"Content-Disposition": disposition})
