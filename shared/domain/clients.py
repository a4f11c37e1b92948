"""The clients of the API as their setting holds them: per id, hashes of secrets and when each is valid.

The app reads the setting when it starts; the functions here make the next value of it and change nothing themselves.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import ErrorDetails

from shared.domain.errors import PayByInvoiceError, SettingsError
from shared.domain.model import DEFERRED, Instant, Model

SETTING: Final = "PAYBYINVOICE_CLIENTS"
MOST_SECRETS: Final = 2
"""Of one client: the one in use, and the one that replaces it."""

_ID: Final = re.compile(r"[a-z0-9-]{1,64}")
_HASH: Final = re.compile(r"sha256:[0-9a-f]{64}")
_UTC_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|\+00:00)")
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


class ClientRefusedError(PayByInvoiceError):
    """A change of the clients that their present state does not allow; the text says what would help."""


def hash_of(secret: str) -> str:
    """What is kept of a secret: `sha256:` and 64 hex digits. Secrets are 256 random bits, which nobody can search."""
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()


def checked_id(text: str) -> str:
    """The same text, if a client can be called so. Raises ValueError."""
    if not _ID.fullmatch(text):
        raise ValueError("a client id is 1 to 64 lower-case letters a-z, digits and hyphens")
    return text


def _checked_hash(text: str) -> str:
    if not _HASH.fullmatch(text):
        raise ValueError("must be sha256: followed by the 64 hex digits of the secret's SHA-256")
    return text


def _in_utc(moment: object) -> object:
    if isinstance(moment, datetime) or (isinstance(moment, str) and _UTC_INSTANT.fullmatch(moment)):
        return moment
    raise ValueError("must be a moment in UTC (RFC 3339), such as 2026-11-30T09:00:00Z")


_UtcInstant = Annotated[Instant, BeforeValidator(_in_utc)]


class ClientSecret(Model, extra="forbid"):
    """A secret by its hash, valid from `since` on and no more at `until`.

    In JSON `since` is `from`, and a hash alone is a secret that is valid always.
    """

    hash: Annotated[str, AfterValidator(_checked_hash)]
    since: _UtcInstant | None = Field(default=None, alias="from")
    until: _UtcInstant | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: object) -> object:
        if isinstance(written, str):
            return {"hash": written}
        if not isinstance(written, dict):
            # Not TypeError, which pydantic would not turn into a problem with the setting.
            raise ValueError('must be "sha256:..." or {"hash": "sha256:...", "from": ..., "until": ...}')  # noqa: TRY004
        return written

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.since and self.until and self.until <= self.since:
            raise ValueError("'until' must be later than 'from'")
        return self

    def is_valid(self, now: datetime) -> bool:
        """Whether who knows the secret may come in at this moment."""
        return (self.since is None or self.since <= now) and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether the secret is valid no more, and never will be."""
        return self.until is not None and self.until <= now


ClientId = Annotated[str, AfterValidator(checked_id)]
Clients = Mapping[ClientId, Annotated[tuple[ClientSecret, ...], Field(max_length=MOST_SECRETS)]]
"""Per client id its secrets; two while one replaces the other."""

_CLIENTS: Final[TypeAdapter[Clients]] = TypeAdapter(Clients, config=DEFERRED)


def read_clients(text: str) -> Clients:
    """The clients in a value of the setting. Raises SettingsError, which shows nothing of the value."""
    try:
        return _CLIENTS.validate_json(text)
    except ValidationError as error:
        wrong = "; ".join(_worded(each) for each in error.errors(include_input=False))
        raise SettingsError(f"{SETTING}: {wrong}") from None


def _worded(error: ErrorDetails) -> str:
    client_id, number, member = (*error["loc"], "", "", "")[:3]
    # What is no client id and no known member may be anything, a secret in the wrong place too.
    if not _ID.fullmatch(str(client_id)):
        return error["msg"].removeprefix("Value error, ")
    where = f"{client_id}, secret {number + 1}" if isinstance(number, int) else str(client_id)
    if error["type"] == "extra_forbidden":
        return f"{where}: only hash, from and until may be said of it"
    return f"{where}{f', {member}' if member else ''}: {error['msg'].removeprefix('Value error, ')}"


def written(clients: Clients) -> str:
    """The value of the setting for these clients (JSON, one line)."""
    return json.dumps({client_id: [_form(each) for each in secrets] for client_id, secrets in clients.items()})


def _form(secret: ClientSecret) -> object:
    document = secret.model_dump(mode="json", by_alias=True, exclude_none=True)
    return document if len(document) > 1 else secret.hash


def without_expired(clients: Clients, now: datetime) -> Clients:
    """The clients with the secrets that are valid now or will be. A client may be left without any."""
    return {client_id: tuple(s for s in secrets if not s.is_over(now)) for client_id, secrets in clients.items()}


def with_new_client(clients: Clients, client_id: str, new_hash: str, now: datetime) -> Clients:
    """The clients and one more, with its first secret. Raises ClientRefusedError if the id is taken."""
    if client_id in clients:
        raise ClientRefusedError(f"{client_id} is a client already; 'rotate {client_id}' gives it a new secret")
    return {**without_expired(clients, now), client_id: (ClientSecret(hash=new_hash, since=now),)}


def without_client(clients: Clients, client_id: str, now: datetime) -> Clients:
    """The clients but one, none of whose secrets is valid any more. Raises ClientRefusedError if there is none."""
    _known(clients, client_id)
    return {other: secrets for other, secrets in without_expired(clients, now).items() if other != client_id}


class Drop(StrEnum):
    """Which secret of a client ends at once when a new one is made."""

    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Rotation:
    """How a new secret replaces the old: both are valid for the overlap, but for the one that is dropped at once."""

    overlap: timedelta
    drop: Drop | None = None


def with_new_secret(clients: Clients, client_id: str, new_hash: str, now: datetime, rotation: Rotation) -> Clients:
    """The clients, one of them with a new secret besides the one it has, which ends after the overlap.

    An end that is set already and comes sooner stays. Raises ClientRefusedError for an unknown client, and when two
    secrets would stay besides the new one: which of them nobody uses, only people know.
    """
    _known(clients, client_id)
    current = without_expired(clients, now)
    old = _without(rotation.drop, current[client_id])
    ending = tuple(_ended(each, now + rotation.overlap) for each in old if _outlives(each, now, rotation.overlap))
    if len(ending) >= MOST_SECRETS:
        raise ClientRefusedError(
            f"{client_id} has {len(ending)} secrets already. Say which one to end at once: '--drop newest' if the"
            " last one was lost or never put to use, '--drop oldest' if it is in use; or '--overlap PT0S' for both"
        )
    return {**current, client_id: (*ending, ClientSecret(hash=new_hash, since=now))}


def _known(clients: Clients, client_id: str) -> None:
    if client_id not in clients:
        there_are = f"there are: {', '.join(sorted(clients))}" if clients else "there are none"
        raise ClientRefusedError(f"there is no client {client_id}; {there_are}")


def _without(drop: Drop | None, secrets: tuple[ClientSecret, ...]) -> tuple[ClientSecret, ...]:
    by_age = tuple(sorted(secrets, key=lambda each: each.since or _BEGINNING))
    kept = {None: by_age, Drop.OLDEST: by_age[1:], Drop.NEWEST: by_age[:-1]}
    return kept[drop]


def _outlives(secret: ClientSecret, now: datetime, overlap: timedelta) -> bool:
    """Whether there is still a time at which the secret is valid, if the overlap ends it."""
    return overlap > timedelta(0) and (secret.since is None or secret.since < now + overlap)


def _ended(secret: ClientSecret, end: datetime) -> ClientSecret:
    return ClientSecret(hash=secret.hash, since=secret.since, until=min(end, secret.until or end))
