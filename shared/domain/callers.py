"""Who is calling: clients by id and secret, the portal by the signature of its webhooks,
people of the billing desk by App Service Authentication.

Everything is compared in constant time, and an unknown client costs as much as a wrong secret.
"""

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.domain.clients import MOST_SECRETS, ClientSecret, hash_of
from shared.domain.errors import RoleNeededError

TOLERANCE: Final = timedelta(minutes=5)
"""How far a webhook's time may be from ours, both ways (Standard Webhooks 1.0.0)."""

MOST_SIGNATURES: Final = 16
"""How many entries of a webhook's signature list are looked at: a rotation of the portal's secret needs two."""

LONGEST_WEBHOOK_ID: Final = 255
"""In characters."""

LONGEST_SIGN_IN: Final = 1024
"""Of an Authorization header, in characters; an id of 64 and a secret of 256 bits need 150."""

LONGEST_PRINCIPAL: Final = 65_536
"""Of the platform's header, in characters; a token with the most groups that Entra ID lists (200) needs a third."""

LONGEST_NAME: Final = 256
"""Of a person, in characters: the longest display name in Entra ID; addresses are shorter."""

_SIGNATURE_CHARACTERS: Final = 44
"""The base64 of the 32 bytes of an HMAC-SHA256."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
# Constructed: what validates the model is built when the first one is read, 5 ms that not each start shall pay twice.
_NOBODYS: Final = ClientSecret.model_construct(hash="sha256:" + "0" * 64, until=_NEVER)


@dataclass(frozen=True, slots=True)
class ClientBook:
    """The clients: per id, the secrets that are valid now or at some other time."""

    secrets: Mapping[str, Sequence[ClientSecret]]

    def client_of(self, authorization: str | None, now: datetime) -> str | None:
        """The client id of a Basic Authorization header (RFC 7617) with a secret that is valid now, else None.

        Whatever the header says, one digest is made and as many are compared.
        """
        client_id, _, secret = _basic(authorization or "").partition(":")
        digest = hash_of(secret)
        known = self.secrets.get(client_id, ())
        padding = [_NOBODYS] * (MOST_SECRETS - len(known))
        matches = [hmac.compare_digest(digest, each.hash) & each.is_valid(now) for each in (*known, *padding)]
        return client_id if any(matches) else None


def _basic(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(authorization) > LONGEST_SIGN_IN:
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

    The signature is HMAC-SHA256 over `id.timestamp.body`; any `v1` signature among the first 16 in the list may match
    any key. Other versions and what is no signature are passed over, as they may be there for other receivers.
    """
    if not _is_webhook_id(signed.webhook_id):
        return f"webhook-id is missing, longer than {LONGEST_WEBHOOK_ID} characters, not ASCII, or contains a dot"
    if not (signed.timestamp.isascii() and signed.timestamp.isdigit() and len(signed.timestamp) <= len("9999999999")):
        return "webhook-timestamp is not a number of seconds since 1970"
    if abs(now.timestamp() - int(signed.timestamp)) > TOLERANCE.total_seconds():
        return "webhook-timestamp is more than 5 minutes from now"
    content = f"{signed.webhook_id}.{signed.timestamp}.".encode() + body
    expected = [hmac.digest(key, content, "sha256") for key in keys]
    given = [_v1(entry) for entry in signed.signatures.split(" ", MOST_SIGNATURES)[:MOST_SIGNATURES]]
    matches = [hmac.compare_digest(one, other) for one in expected for other in given]
    return None if any(matches) else "webhook-signature does not match"


def _is_webhook_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_WEBHOOK_ID and text.isascii() and "." not in text


def _v1(entry: str) -> bytes:
    version, _, encoded = entry.partition(",")
    if version != "v1" or len(encoded) != _SIGNATURE_CHARACTERS:
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
    APPLICANT = "applicant"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller: what it is, its name, and its roles if it is a person of the desk.

    An applicant is known by a scope: whoever administers its account.
    """

    kind: Kind
    name: str = ""
    roles: frozenset[Role] = frozenset()

    @property
    def actor(self) -> str:
        """How history names the caller."""
        return f"{self.kind.value}:{self.name}" if self.name else self.kind.value

    def needs(self, role: Role) -> None:
        """Raise RoleNeededError unless the caller is a person of the desk with this role."""
        if role not in self.roles:
            raise RoleNeededError(role)

    def may_see(self, opened_by: str, scope: str) -> bool:
        """Whether a case is the caller's to see: the desk sees all, an applicant what is of the scope, whoever opened
        it, others what they opened themselves.
        """
        if self.kind is Kind.APPLICANT:
            return self.name == scope
        return self.kind is Kind.DESK or self.actor == opened_by


PORTAL: Final = Principal(Kind.PORTAL)


_NAMES: Final = (
    "preferred_username",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "name",
)
"""What a person may be called by if the claim that the header calls the name is not there, best first."""

_ROLES: Final = frozenset({"roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"})
"""The claims that app roles come in: as the token calls it, or by the platform's mapping of claims."""


def principal_of_header(header: str) -> Principal | None:
    """The person in App Service Authentication's X-MS-CLIENT-PRINCIPAL header, or None for what is none.

    Nothing in the header is signed: ask only where the platform is known to set it. Its form is Microsoft's "Work with
    user identities in Azure App Service authentication": base64 of JSON with `claims` (`typ`, `val`; one per role),
    `name_typ` and `role_typ`. Entra ID's app roles come as `roles` also where `role_typ` names the mapped claim.
    """
    if len(header) > LONGEST_PRINCIPAL:
        return None
    try:
        document = json.loads(base64.b64decode(header, validate=True))
        claims = [(str(claim["typ"]), claim["val"]) for claim in document["claims"]]
        name_type, role_type = document.get("name_typ"), document.get("role_typ")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    names = [value for wanted in (name_type, *_NAMES) for kind, value in claims if kind == wanted and _is_name(value)]
    given = [value for kind, value in claims if kind == role_type or kind in _ROLES]
    roles = frozenset(role for role in Role if role.value in given)
    return Principal(Kind.DESK, names[0], roles) if names and roles else None


def _is_name(value: object) -> bool:
    """Whether history can name somebody by this."""
    return isinstance(value, str) and len(value) <= LONGEST_NAME and value.isprintable() and bool(value.strip())
