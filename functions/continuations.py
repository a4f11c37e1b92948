"""Where the next page of the work list begins: opaque to callers, and never more than a place in that list."""

import base64
import binascii
import re
from typing import Final

from functions.problems import wrong_parameter
from shared.domain.case import CASE_ID_PATTERN
from shared.domain.lifecycle import State

_CASE_ID: Final = CASE_ID_PATTERN.strip("^$")
_MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
_LIST_KEY: Final = re.compile(rf"list\|({'|'.join(State)})\|{_MOMENT}\|{_CASE_ID}", re.ASCII)


def continuation_after(key: str) -> str:
    """The continuation for the rows after the row of this key."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def key_in(continuation: str | None, state: str | None) -> str:
    """The row's key in a continuation, "" without one.

    Raises ProblemError 400 for whatever is not the key of a row in the list of this state (None: of any).
    """
    if continuation is None:
        return ""
    found = _LIST_KEY.fullmatch(_decoded(continuation))
    if found is None or state not in {None, found[1]}:
        raise wrong_parameter("continuation", "left as it stands in the 'nextLink' of the page before")
    return found[0]


def _decoded(continuation: str) -> str:
    try:
        padded = continuation + "=" * (-len(continuation) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
