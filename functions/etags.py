"""Entity tags of cases: the content revision, and who it is shown to, since the desk sees another representation."""

import re
from typing import Final

from shared.domain.callers import Kind

_TAG: Final = re.compile(r'"(\d{1,9})\.(\w+)"', re.ASCII)


def etag_of(revision: int, reader: Kind) -> str:
    """The strong entity tag (RFC 9110) of a case as this caller sees it: moves with the content only."""
    return f'"{revision}.{reader.value}"'


def revision_in(etag: str, reader: Kind) -> int | None:
    """The content revision in a tag that this caller was given, or None for whatever is no such tag."""
    found = _TAG.fullmatch(etag.strip())
    return int(found[1]) if found and found[2] == reader.value else None


def is_among(etag: str, listed: str) -> bool:
    """Whether If-None-Match lists this tag, or any by `*`; weak comparison, as RFC 9110 has it for this header."""
    tags = {tag.strip().removeprefix("W/") for tag in listed.split(",")}
    return "*" in tags or etag in tags
