"""The same request again: a caller that lost the answer sends it once more under its key, and nothing happens twice.

The receipt of a request commits together with what the request did, so that either both are there or neither. It is
looked at only when the request was refused: a first request costs nothing more, and a refusal leaves no receipt, so
that its key can be used again. Whether a receipt still counts, its own time and the clock say, not its clean-up.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from shared.domain.callers import Principal
from shared.domain.case import Case
from shared.domain.dossier import Receipt, Stored
from shared.domain.errors import RepeatKeyReusedError
from shared.domain.lifecycle import State, Status, status_of
from shared.domain.model import Instant, Model
from shared.workflow.ports import Services


class KeyKind(StrEnum):
    """By which convention a caller names a request.

    The Idempotency-Key header is draft-ietf-httpapi-idempotency-key-header-07, Operation-Id is Azure's, and
    repeatability is OASIS Repeatable Requests 1.0.
    """

    IDEMPOTENCY_KEY = "idempotency_key"
    OPERATION_ID = "operation_id"
    REPEATABILITY = "repeatability"


@dataclass(frozen=True, slots=True)
class RepeatKey:
    """A caller's own name for one request, the same each time the request is sent."""

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A request under a key: where its receipt lies, and what tells it from another request under the same key."""

    receipt_key: str
    fingerprint: str
    kind: KeyKind

    def receipt(self, expires_at: datetime, answer: "CaseGist | None" = None) -> Receipt:
        """The proof that this request was acted on, with its answer if it has one."""
        return Receipt(
            key=self.receipt_key,
            expires_at=expires_at,
            fingerprint=self.fingerprint,
            answer=answer.model_dump_json(by_alias=True) if answer else "",
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for an action on which case, under which key, having seen which content revision, if any.

    `seen_event` is the last event that the caller was shown (`dossier.place_of`): for people of the desk, for whom
    also counts what leaves the content as it is, such as a colleague's note.
    """

    case_id: str
    principal: Principal
    key: RepeatKey | None = None
    seen: int | None = None
    seen_event: tuple[int, int] | None = None

    def claim(self, method: str, action: str, body: "Body" = None) -> Claim | None:
        """This action under the caller's key, if there is one; `body` is what was asked, once validated."""
        return claim_of(self.key, self.principal, f"{method} /api/requests/{self.case_id}/{action}", body)


class CaseGist(Model):
    """What every submission and every action is answered, now and at every replay. It holds no personal data.

    `revision` is the content revision. Older receipts do not have it: they are of submissions, which leave a case at 1.
    """

    id: str
    state: State
    status: Status
    subscription_id: UUID
    policy: str
    opened_at: Instant
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The answer to a submission or an action; an earlier one again (`replayed`) for the same request."""

    answer: CaseGist
    replayed: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of an earlier request under a claim.

    If it `stands`, it was acted on, and `answer` is its answer, if it had one. If not, `tag` is the version of its
    expired receipt, which may be replaced; it is empty where there is none.
    """

    stands: bool = False
    answer: CaseGist | None = None
    tag: str = ""


Body = Model | Mapping[str, Any] | None
"""What a request asks, once validated; None for a request without a body."""

_NEVER: Final = Earlier()


def gist_of(case: Case) -> CaseGist:
    """A case as it is answered."""
    return CaseGist(
        id=case.id,
        state=case.state,
        status=status_of(case.state),
        subscription_id=case.request.subscription_id,
        policy=case.policy,
        opened_at=case.opened_at,
        revision=case.content_revision,
    )


def claim_of(key: RepeatKey | None, principal: Principal, route: str, body: Body) -> Claim | None:
    """A request under a key, if it has one. `route` is its method and path.

    The key as stored is bound to caller and route and never shows the caller's own text. The kind of an
    Idempotency-Key is left out of it: receipts were written that way before there were others.
    """
    if key is None:
        return None
    named = [] if key.kind is KeyKind.IDEMPOTENCY_KEY else [key.kind.value]
    return Claim(_hash("\n".join([*named, principal.actor, route, key.value])), _fingerprint(body), key.kind)


def claim_of_webhook(webhook_id: str) -> Claim:
    """A webhook, which its id alone names (Standard Webhooks 1.0.0: it is the idempotency key), whatever it says."""
    return Claim(_hash(f"webhook\n{webhook_id}"), "", KeyKind.IDEMPOTENCY_KEY)


def _fingerprint(body: Body) -> str:
    """Tells whether two requests ask the same, whatever the order and white space of their JSON."""
    document = body.model_dump(mode="json", by_alias=True) if isinstance(body, Model) else body
    return _hash(json.dumps(document, sort_keys=True, separators=(",", ":")))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def earlier(services: Services, scope: str, claim: Claim | None) -> Earlier:
    """What the receipt of an earlier request under this claim says. Raises RepeatKeyReusedError."""
    if claim is None:
        return _NEVER
    return judged(await services.receipts.receipt(scope, claim.receipt_key), claim, services.now())


def judged(stored: Stored[Receipt] | None, claim: Claim, now: datetime) -> Earlier:
    """What a receipt says of a claim. Raises RepeatKeyReusedError if it is of another request and has not expired."""
    if stored is None:
        return _NEVER
    receipt = stored.value
    if receipt.expires_at <= now:
        return Earlier(tag=stored.tag)
    if receipt.fingerprint != claim.fingerprint:
        raise RepeatKeyReusedError(claim.kind)
    return Earlier(stands=True, answer=CaseGist.model_validate_json(receipt.answer) if receipt.answer else None)
