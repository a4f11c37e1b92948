"""A request comes in: pre-check (nothing is kept), submission (a case is made), reading."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import EmailStr

from shared.domain.callers import Principal
from shared.domain.case import Case, RequestForm, case_id_in, scope_of
from shared.domain.credit import CreditNeed, credit_check_for
from shared.domain.dossier import (
    Change,
    Dossier,
    FactsChange,
    Moment,
    Receipt,
    ReceiptChange,
    Slot,
    SlotChange,
    SlotStatus,
)
from shared.domain.eligibility import Finding, Verdict, assess, verdict
from shared.domain.errors import (
    AlreadySwitchedError,
    CaseBusyError,
    ConsentOutdatedError,
    CoolingOffError,
    IdempotencyKeyReusedError,
    RequestOpenError,
    RowChangedError,
    RowExistsError,
)
from shared.domain.facts import UNKNOWN, as_shown_to
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import SUBMITTED, status_of
from shared.domain.model import Model, Money
from shared.domain.moves import opened
from shared.domain.policy import ConsentText
from shared.workflow.actions import case_for, scope_to_read
from shared.workflow.ports import Services
from shared.workflow.protocol import TRIES, open_case

FIRST: Final = 1
"""The number of a new case's first transition."""


class PreCheckForm(Model):
    """What a pre-check asks for."""

    subscription_id: UUID
    account_administrator_email: EmailStr
    credit_needed: Money | None = None


@dataclass(frozen=True, slots=True)
class PreCheck:
    """Every rule's findings, what they come to, whether a credit check will be needed, and the words to agree to."""

    policy: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    credit: CreditNeed | None
    consent: ConsentText


@dataclass(frozen=True, slots=True)
class Submission:
    """A valid request, by whom, and under which idempotency key, if any."""

    form: RequestForm
    principal: Principal
    idempotency_key: str | None = None

    @property
    def receipt_key(self) -> str | None:
        """The key as stored: bound to the client and the route, never the caller's own text."""
        if self.idempotency_key is None:
            return None
        return hashlib.sha256(
            "\n".join([self.principal.actor, "POST /api/requests", self.idempotency_key]).encode()
        ).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Tells whether two submissions ask the same, whatever the order and white space of their JSON."""
        body = self.form.model_dump(mode="json", by_alias=True)
        return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The answer to a submission; the same again (`replayed`) for the same idempotency key."""

    answer: Mapping[str, Any]
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """What stands in the place of rows a submission wants to insert, and may be replaced."""

    slot_tag: str = ""
    receipt_tag: str = ""


async def pre_check(services: Services, form: PreCheckForm) -> PreCheck:
    """Hold the known facts against every rule. Makes no case."""
    policy = await services.shelf.policy(services.current_policy)
    dossier = await services.cases.read(scope_of(form.subscription_id))
    known = await services.directory.look_up(form.subscription_id, dossier.known_facts)
    findings = assess(as_shown_to(known, form.account_administrator_email), policy)
    credit = credit_check_for(form.credit_needed, policy.credit) if form.credit_needed else None
    return PreCheck(policy.id, verdict(findings), findings, credit, policy.consent)


async def submit(services: Services, submission: Submission) -> Acceptance:
    """Make a case: two storage requests where nothing is in the way.

    Raises RequestOpenError, AlreadySwitchedError, CoolingOffError, IdempotencyKeyReusedError, ConsentOutdatedError.
    """
    policy = await services.shelf.policy(services.current_policy)
    if submission.form.consent.text_sha256 != policy.consent.sha256:
        raise ConsentOutdatedError(policy.consent.sha256)
    obstacle = _Obstacle()
    for _ in range(TRIES):
        case, change = _opening(services, submission, obstacle)
        try:
            await open_case(services, case, change)
            return Acceptance(answer_for(case), replayed=False)
        except (RowExistsError, RowChangedError):
            found = await _look_why(services, submission)
            if isinstance(found, Acceptance):
                return found
            obstacle = found
    raise CaseBusyError


def answer_for(case: Case) -> dict[str, Any]:
    """What a submission is answered, now and at every replay. It holds no personal data."""
    return {
        "id": case.id,
        "state": case.state.value,
        "status": status_of(case.state).value,
        "subscriptionId": str(case.request.subscription_id),
        "policy": case.policy,
        "openedAt": case.opened_at.isoformat(),
    }


def _opening(services: Services, submission: Submission, obstacle: _Obstacle) -> tuple[Case, Change]:
    moment = Moment(services.now(), services.new_id(), services.new_id())
    case = _new_case(services, submission, moment)
    first = opened(case, submission.principal.actor, moment)
    slot = Slot(case_id=case.id, owner=submission.principal.actor, status=SlotStatus.OPEN, since=moment.now)
    change = Change(
        scope=case.scope,
        case=first.case,
        event=first.event,
        facts=FactsChange(None, ""),
        slot=SlotChange(slot, obstacle.slot_tag),
        receipt=_receipt(services, submission, first.case, obstacle),
    )
    return first.case, change


def _new_case(services: Services, submission: Submission, moment: Moment) -> Case:
    scope = scope_of(submission.form.subscription_id)
    return Case(
        id=case_id_in(scope, services.new_id()),
        scope=scope,
        state=SUBMITTED.to,
        seq=FIRST,
        follow_up=SUBMITTED.follow_up,
        committed_by=moment.commit_id,
        policy=services.current_policy,
        opened_by=submission.principal.actor,
        opened_at=moment.now,
        changed_at=moment.now,
        request=submission.form,
    )


def _receipt(services: Services, submission: Submission, case: Case, obstacle: _Obstacle) -> ReceiptChange | None:
    key = submission.receipt_key
    if key is None:
        return None
    receipt = Receipt(
        key=key,
        expires_at=case.opened_at + services.receipt_lifetime,
        fingerprint=submission.fingerprint,
        answer=json.dumps(answer_for(case)),
    )
    return ReceiptChange(receipt, obstacle.receipt_tag)


async def _look_why(services: Services, submission: Submission) -> Acceptance | _Obstacle:
    """Why the case could not be inserted: an answer to give again, a refusal (raised), or rows that may be replaced."""
    scope = scope_of(submission.form.subscription_id)
    # The slot first: a commit of ours that lands between the two reads is then found by its receipt.
    dossier = await services.cases.read(scope)
    receipt_tag = ""
    if submission.receipt_key is not None:
        stored = await services.receipts.receipt(scope, submission.receipt_key)
        if stored is not None and stored.value.expires_at > services.now():
            return _replay(stored.value, submission)
        receipt_tag = stored.tag if stored else ""
    return _Obstacle(_replaceable(dossier, services, submission), receipt_tag)


def _replay(receipt: Receipt, submission: Submission) -> Acceptance:
    if receipt.fingerprint != submission.fingerprint:
        raise IdempotencyKeyReusedError
    return Acceptance(json.loads(receipt.answer), replayed=True)


def _replaceable(dossier: Dossier, services: Services, submission: Submission) -> str:
    """The tag of a slot that a new case may take over, "" if there is none; what forbids it is raised as the reason.

    Who neither opened the earlier case nor names the account administrator is told no more than that it is taken.
    """
    if dossier.slot is None:
        return ""
    slot = dossier.slot.value
    if slot.status is SlotStatus.COOLING and (slot.until is None or slot.until <= services.now()):
        return dossier.slot.tag
    is_owner = submission.principal.may_see(slot.owner)
    shown = as_shown_to(dossier.known_facts, submission.form.account_administrator_email)
    if not is_owner and (slot.status is SlotStatus.OPEN or shown == UNKNOWN):
        raise RequestOpenError(None)
    if slot.status is SlotStatus.SWITCHED:
        raise AlreadySwitchedError(slot.since.isoformat())
    if slot.until is not None and slot.status is SlotStatus.COOLING:
        raise CoolingOffError(slot.until.isoformat())
    raise RequestOpenError(slot.case_id)


async def read_case(services: Services, case_id: str, principal: Principal) -> Case:
    """A case, for who opened it and for the desk. CaseNotFoundError for all others too."""
    return case_for(await services.cases.read(scope_to_read(case_id)), case_id, principal).value


async def read_history(services: Services, case_id: str, principal: Principal) -> tuple[HistoryEvent, ...]:
    """A case's events in order, for who opened it and for the desk. CaseNotFoundError for all others too."""
    case = await read_case(services, case_id, principal)
    return tuple(await services.cases.history(case.id))
