"""Who is calling: clients by id and secret, the portal by the signature of its webhooks,
people of the billing desk by App Service Authentication.

Everything is compared in constant time, and an unknown client costs as much as a wrong secret.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
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


class Role(StrEnum):
    """What a person of the billing desk may do, by the app roles of App Service Authentication."""

    READ = "Desk.Read"
    DECIDE = "Desk.Decide"


class Kind(StrEnum):
    """The kinds of callers."""

    ANYBODY = "anybody"
    CLIENT = "client"
    PORTAL = "portal"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller: what it is, its name, and its roles if it is a person of the desk."""

    kind: Kind
    name: str = ""
    roles: frozenset[Role] = frozenset()

    @property
    def actor(self) -> str:
        """How history names the caller."""
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value

    def may_see(self, opened_by: str) -> bool:
        """Whether a case is the caller's to see: the desk sees all, others what they opened themselves."""
        return self.kind is Kind.DESK or self.actor == opened_by


PORTAL: Final = Principal(Kind.PORTAL)


def principal_of_header(header: str) -> Principal | None:
    """The person in App Service Authentication's X-MS-CLIENT-PRINCIPAL header, or None for what is none.

    Nothing in the header is signed: ask only where the platform is known to set it.
    """
    try:
        document = json.loads(base64.b64decode(header, validate=True))
        claims = [(str(claim["typ"]), str(claim["val"])) for claim in document["claims"]]
        name_type, role_type = str(document.get("name_typ") or "name"), str(document.get("role_typ") or "roles")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    names = [value for kind, value in claims if kind in {name_type, "preferred_username"} and _names_somebody(value)]
    given = {value for kind, value in claims if kind in {role_type, "roles"}}
    roles = frozenset(role for role in Role if role.value in given)
    return Principal(Kind.DESK, names[0], roles) if names and roles else None


def _names_somebody(text: str) -> bool:
    """Whether history can name somebody by this text."""
    return bool(text.strip()) and text.isprintable()
