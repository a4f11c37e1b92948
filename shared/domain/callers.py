"""Who is calling: clients by id and secret, the portal by the signature of its webhooks.

Everything is compared in constant time, and an unknown client costs as much as a wrong secret.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

TOLERANCE: Final = timedelta(minutes=5)
"""How far a webhook's time may be from ours, both ways (Standard Webhooks 1.0.0)."""

_NOBODY: Final = ("sha256:" + "0" * 64,)


@dataclass(frozen=True, slots=True)
class ClientBook:
    """The clients: per id, the hashes (`sha256:` and 64 hex digits) of the secrets that are valid now.

    Secrets are 256 random bits, so a plain hash cannot be searched.
    """

    hashes: Mapping[str, Sequence[str]]

    def client_of(self, authorization: str | None) -> str | None:
        """The client id of a Basic Authorization header (RFC 7617) with a valid secret, else None."""
        client_id, _, secret = _basic(authorization or "").partition(":")
        digest = "sha256:" + hashlib.sha256(secret.encode()).hexdigest()
        known = self.hashes.get(client_id, _NOBODY)
        matches = [hmac.compare_digest(digest, candidate) for candidate in known]
        return client_id if any(matches) else None


def _basic(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a webhook claims about itself: the headers webhook-id, webhook-timestamp and webhook-signature."""

    webhook_id: str
    timestamp: str
    signatures: str


def signature_problem(signed: Signed, body: bytes, keys: Sequence[bytes], now: datetime) -> str | None:
    """Why a webhook is not to be believed, or None if it is (Standard Webhooks 1.0.0, symmetric signatures).

    The signature is HMAC-SHA256 over `id.timestamp.body`; any `v1` signature in the list may match any key.
    """
    if not signed.webhook_id or not signed.webhook_id.isascii() or "." in signed.webhook_id:
        return "webhook-id is missing, not ASCII, or contains a dot"
    if not (signed.timestamp.isascii() and signed.timestamp.isdigit() and len(signed.timestamp) <= len("9999999999")):
        return "webhook-timestamp is not a number of seconds since 1970"
    if abs(now.timestamp() - int(signed.timestamp)) > TOLERANCE.total_seconds():
        return "webhook-timestamp is more than 5 minutes from now"
    content = f"{signed.webhook_id}.{signed.timestamp}.".encode() + body
    expected = [hmac.digest(key, content, "sha256") for key in keys]
    given = [_v1(entry) for entry in signed.signatures.split(" ")]
    matches = [hmac.compare_digest(one, other) for one in expected for other in given]
    return None if any(matches) else "webhook-signature does not match"


def _v1(entry: str) -> bytes:
    version, _, encoded = entry.partition(",")
    if version != "v1":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:
        return b""
