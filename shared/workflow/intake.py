"""A request comes in: pre-check (nothing is kept), submission (a case is made), reading."""

from dataclasses import dataclass
from typing import Final

from pydantic import Field

from shared.domain.callers import Kind, Principal
from shared.domain.case import Case, RequestForm, case_id_in, scope_of
from shared.domain.credit import CreditNeed, credit_check_for
from shared.domain.dossier import (
    Change,
    Dossier,
    FactsChange,
    Moment,
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
    PayByInvoiceError,
    RequestOpenError,
    RowChangedError,
    RowExistsError,
)
from shared.domain.facts import UNKNOWN, as_shown_to
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import SUBMITTED
from shared.domain.model import EmailAddress, Model, Money, SubscriptionId
from shared.domain.moves import opened
from shared.domain.policy import ConsentText
from shared.workflow.actions import case_for, scope_to_read
from shared.workflow.ports import Services
from shared.workflow.protocol import TRIES, open_case
from shared.workflow.repeats import Acceptance, Claim, Earlier, RepeatKey, claim_of, earlier, gist_of, judged

FIRST: Final = 1
"""The number of a new case's first transition."""


class PreCheckForm(Model):
    """What a pre-check asks for."""

    subscription_id: SubscriptionId = Field(
        description="The Azure subscription.", examples=["0b1f6471-1bf0-4dda-aec3-cb9272f09590"]
    )
    account_administrator_email: EmailAddress = Field(
        description="The account administrator's address: what is known is shown to who names it only.",
        examples=["azure-admin@contoso.example"],
    )
    credit_needed: Money | None = Field(
        default=None,
        description="With it, the answer says whether a credit check will be needed.",
        examples=[{"amount": "2500.00", "currency": "EUR"}],
    )


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
    """A valid request, by whom, and under which key, if any."""

    form: RequestForm
    principal: Principal
    key: RepeatKey | None = None

    @property
    def claim(self) -> Claim | None:
        """This submission under its key."""
        return claim_of(self.key, self.principal, "POST /api/requests", self.form)


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
    """Make a case: two storage requests where nothing is in the way, three under a client's key.

    Raises RequestOpenError, AlreadySwitchedError, CoolingOffError, RepeatKeyReusedError, ConsentOutdatedError.
    """
    claim = submission.claim
    policy = await services.shelf.policy(services.current_policy)
    if submission.form.consent.text_sha256 != policy.consent.sha256:
        before = await earlier(services, scope_of(submission.form.subscription_id), claim)
        return _answer_again(before, ConsentOutdatedError(policy.consent.sha256))
    if claim is not None and submission.principal.kind is not Kind.PORTAL:
        await _reserve(services, claim)
    return await _open(services, submission, claim)


async def _reserve(services: Services, claim: Claim) -> None:
    """Let a key stand for this request, whatever subscription others under it are for. RepeatKeyReusedError.

    It goes first: whoever comes later finds it, even if this request gets no further, and may then be its retry.
    """
    expired = ""
    for _ in range(TRIES):
        try:
            return await services.keys.keep_key(claim.receipt(services.now() + services.receipt_lifetime), expired)
        except (RowExistsError, RowChangedError):
            before = judged(await services.keys.key(claim.receipt_key), claim, services.now())
        if before.stands:
            return None
        expired = before.tag
    raise CaseBusyError


async def _open(services: Services, submission: Submission, claim: Claim | None) -> Acceptance:
    obstacle = _Obstacle()
    for _ in range(TRIES):
        case, change = _opening(services, submission, claim, obstacle)
        try:
            await open_case(services, case, change)
            return Acceptance(gist_of(case), replayed=False)
        except (RowExistsError, RowChangedError):
            found = await _look_why(services, submission, claim)
            if isinstance(found, Acceptance):
                return found
            obstacle = found
    raise CaseBusyError


def _answer_again(before: Earlier, refusal: PayByInvoiceError) -> Acceptance:
    """The answer of an earlier request under the same key; where there is none, the refusal is raised."""
    if before.answer is None:
        raise refusal
    return Acceptance(before.answer, replayed=True)


def _opening(
    services: Services, submission: Submission, claim: Claim | None, obstacle: _Obstacle
) -> tuple[Case, Change]:
    moment = Moment(services.now(), services.new_id(), services.new_id())
    case = _new_case(services, submission, moment)
    first = opened(case, submission.principal.actor, moment)
    expires_at = moment.now + services.receipt_lifetime
    slot = Slot(case_id=case.id, owner=submission.principal.actor, status=SlotStatus.OPEN, since=moment.now)
    change = Change(
        scope=case.scope,
        case=first.case,
        event=first.event,
        facts=FactsChange(None, ""),
        slot=SlotChange(slot, obstacle.slot_tag),
        receipt=ReceiptChange(claim.receipt(expires_at, gist_of(case)), obstacle.receipt_tag) if claim else None,
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


async def _look_why(services: Services, submission: Submission, claim: Claim | None) -> Acceptance | _Obstacle:
    """Why the case could not be inserted: an answer to give again, a refusal (raised), or rows that may be replaced."""
    scope = scope_of(submission.form.subscription_id)
    # The slot first: a commit of ours that lands between the two reads is then found by its receipt.
    dossier = await services.cases.read(scope)
    before = await earlier(services, scope, claim)
    if before.answer is not None:
        return Acceptance(before.answer, replayed=True)
    return _Obstacle(_replaceable(dossier, services, submission), before.tag)


def _replaceable(dossier: Dossier, services: Services, submission: Submission) -> str:
    """The tag of a slot that a new case may take over, "" if there is none; what forbids it is raised as the reason.

    Who neither opened the earlier case nor names the account administrator is told no more than that it is taken.
    """
    if dossier.slot is None:
        return ""
    slot = dossier.slot.value
    if slot.status is SlotStatus.COOLING and (slot.until is None or slot.until <= services.now()):
        return dossier.slot.tag
    is_owner = submission.principal.may_see(slot.owner, dossier.scope)
    shown = as_shown_to(dossier.known_facts, submission.form.account_administrator_email)
    if not is_owner and (slot.status is SlotStatus.OPEN or shown == UNKNOWN):
        raise RequestOpenError(None)
    if slot.status is SlotStatus.SWITCHED:
        raise AlreadySwitchedError(slot.since)
    if slot.until is not None and slot.status is SlotStatus.COOLING:
        raise CoolingOffError(slot.until)
    raise RequestOpenError(slot.case_id)


async def read_case(services: Services, case_id: str, principal: Principal) -> Case:
    """A case, for who opened it and for the desk. CaseNotFoundError for all others too."""
    return case_for(await services.cases.read(scope_to_read(case_id)), case_id, principal).value


async def read_history(services: Services, case_id: str, principal: Principal) -> tuple[HistoryEvent, ...]:
    """A case's events in order, for who opened it and for the desk. CaseNotFoundError for all others too."""
    case = await read_case(services, case_id, principal)
    return tuple(await services.cases.history(case.id))
