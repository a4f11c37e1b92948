"""Passes: how a person without an account proves who they are. Signed, with an end, and void when they are called back.

A pass is text for a link or a cookie: base64url of its JSON, a dot, base64url of an HMAC-SHA256 under a key of the
service. It names no person: of the account administrator it holds a keyed fingerprint only.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from shared.domain.decisions import Language
from shared.domain.model import Instant, Model
from shared.domain.reading import address_form

LINK_LIFETIME: Final = timedelta(days=7)
"""How long a mailed link opens the door: as long as comparable services' activation links."""

SESSION_LIFETIME: Final = timedelta(hours=12)
"""How long somebody stays signed in: a working day."""

LONGEST_PASS: Final = 1024
"""Characters; a pass has about 250."""


class Purpose(StrEnum):
    """What a pass is good for; one for a link opens no session by itself."""

    LINK = "link"
    APPLICANT = "applicant"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Pass:
    """Who holds it until when. `holder` is a scope, or the name of a person of the desk.

    `grip` is the fingerprint of the account administrator's address at the time: another administrator ends it.
    `generation` is that of the scope's access: calling back all passes moves it on.
    """

    purpose: Purpose
    holder: str
    expires_at: datetime
    grip: str = ""
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link on its way to the account administrator's address: personal data, and a secret. Never log it."""

    message_id: str
    to: str
    language: Language
    url: str
    ends_at: datetime


class Access(Model):
    """What is kept of a scope's passes: their generation, and the links sent of late."""

    generation: int = 0
    links: tuple["SentLink", ...] = ()


class SentLink(Model):
    """A link that was sent, under the message that asked for it."""

    message_id: str
    at: Instant


def fingerprint(address: str, key: bytes) -> str:
    """32 hex digits that stand for an address, however it is written; without the key they tell nothing."""
    return hmac.digest(key, b"fingerprint." + address_form(address).encode(), sha256).hex()[:32]


def written(pass_: Pass, key: bytes) -> str:
    """The pass as text."""
    until = int(pass_.expires_at.timestamp())
    claims = [pass_.purpose.value, pass_.holder, until, pass_.grip, pass_.generation]
    body = _encoded(json.dumps(claims, separators=(",", ":")).encode())
    return f"{body}.{_signature(body, key)}"


def read_pass(text: str, purpose: Purpose, keys: Sequence[bytes], now: datetime) -> Pass | None:
    """The pass in a text, if any of the keys signed it, it is for this purpose and not over; else None."""
    body, _, signature = text.partition(".")
    if len(text) > LONGEST_PASS or not signature.isascii():
        return None
    if not any(hmac.compare_digest(_signature(body, key), signature) for key in keys):
        return None
    kind, holder, until, grip, generation = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    found = Pass(Purpose(kind), holder, datetime.fromtimestamp(until, UTC), grip, generation)
    return found if found.purpose is purpose and now < found.expires_at else None


def token_of(visit: str, actor: str, key: bytes) -> str:
    """What a form must bring back to show that it came from a page of ours for this visit and this person."""
    return hmac.digest(key, f"form.{visit}.{actor}".encode(), sha256).hex()[:32]


def is_token(given: str, visit: str, actor: str, keys: Sequence[bytes]) -> bool:
    """Whether a form brought back what it was given, under any of the keys."""
    sent = given.encode()
    return bool(visit) and any(hmac.compare_digest(token_of(visit, actor, key).encode(), sent) for key in keys)


def _signature(body: str, key: bytes) -> str:
    return _encoded(hmac.digest(key, b"pass." + body.encode(), sha256))


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
