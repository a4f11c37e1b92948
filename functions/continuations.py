"""Where the next page of the work list begins: opaque, signed, and of use to its reader and for the same list only."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from functions.problems import wrong_parameter
from shared.domain.callers import Principal

_MAC_BYTES: Final = 16
"""Half of a SHA-256: 128 bits are beyond guessing, and addresses stay short."""

_PURPOSE: Final = "work list"


def continuation_after(key: str, state: str | None, reader: Principal, signing_keys: Sequence[bytes]) -> str:
    """The continuation for the rows after the row of this key, signed with the first of the keys."""
    mac = _mac(key, state, reader, signing_keys[0])
    return base64.urlsafe_b64encode(mac + key.encode()).decode().rstrip("=")


def key_in(continuation: str | None, state: str | None, reader: Principal, signing_keys: Sequence[bytes]) -> str:
    """The row's key in a continuation, "" without one.

    Raises ProblemError 400 for whatever was not made for this reader and state with one of the keys.
    """
    if continuation is None:
        return ""
    decoded = _decoded(continuation)
    mac, key = decoded[:_MAC_BYTES], decoded[_MAC_BYTES:].decode(errors="replace")
    matches = [hmac.compare_digest(mac, _mac(key, state, reader, signing_key)) for signing_key in signing_keys]
    if not any(matches):
        raise wrong_parameter("continuation", "left as it stands in the 'nextLink' of the page before")
    return key


def _mac(key: str, state: str | None, reader: Principal, signing_key: bytes) -> bytes:
    bound = "\n".join([_PURPOSE, reader.actor, state or "", key])
    return hmac.digest(signing_key, bound.encode(), hashlib.sha256)[:_MAC_BYTES]


def _decoded(continuation: str) -> bytes:
    try:
        padded = continuation + "=" * (-len(continuation) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
