"""The case file: everything that is known of a case in one document, for the billing desk to read and to hand out.

It is for the desk only: applicants see a case through views of their own, without notes, figures' weight and codes.
"""

from typing import Any, Final, Literal

from pydantic import Field

from shared.domain.callers import Principal, Role
from shared.domain.case import ApplicantMessage, Attention, Case, DeskNote, RequestForm
from shared.domain.credit import CreditNeed
from shared.domain.credit_application import CreditApplication
from shared.domain.credit_assessment import Assessment
from shared.domain.decisions import AskInformation, AskSecurity, DeclineCode, InformationReply, SecurityReceived
from shared.domain.dossier import Dossier, Past
from shared.domain.eligibility import Finding
from shared.domain.facts import UNKNOWN, SubscriptionFacts, as_shown_to
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, NoticeKind, State, Status, status_of
from shared.domain.model import Instant, Model, Money
from shared.domain.notices import Notice, NoticeState
from shared.domain.review import ReviewClock
from shared.domain.waiting import Wait
from shared.workflow.actions import case_for, scope_to_read
from shared.workflow.audit import audited
from shared.workflow.ports import Services

VERSION: Final = 1
"""Of the document: it moves when a member goes or changes its meaning, not when one comes."""


class Standing(Model):
    """Where the case stands. `seq` and `side` name its last event, `revision` the version that an If-Match names."""

    id: str
    state: State
    status: Status
    seq: int
    side: int
    revision: int
    policy: str
    opened_by: str
    opened_at: Instant
    changed_at: Instant
    wait: Wait | None = None
    review: ReviewClock | None = None
    attention: Attention | None = None
    assignee: str | None = None
    erased_at: Instant | None = None
    erasure_pending: bool = False


class FactsOnFile(Model):
    """What is known of the subscription, with when it was observed.

    They count for the case only if its request names the account administrator of the facts.
    """

    known: SubscriptionFacts
    count: bool


class CreditOnFile(Model):
    """The credit check: whether one is needed, what was handed in, how it was weighed, what was asked and decided."""

    need: CreditNeed | None = None
    application: CreditApplication | None = None
    assessment: Assessment | None = None
    information_asked: AskInformation | None = None
    information: InformationReply | None = None
    security_asked: AskSecurity | None = None
    security_accepted_at: Instant | None = None
    security_received: SecurityReceived | None = None
    approved_limit: Money | None = None
    decline_codes: tuple[DeclineCode, ...] = ()


class NoticeOnFile(Model):
    """A notice and how far its sending got; `seq` is the number of the transition that it tells of."""

    seq: int
    ordinal: int = 0
    kind: NoticeKind
    state: NoticeState
    created_at: Instant
    taken_at: Instant | None = None
    ended_at: Instant | None = None
    attempts: int = 0
    doubtful: bool = False
    problem: str | None = None


class EventOnFile(Model):
    """One thing that happened, with what people wrote; `commitment` and hashes as the chain has them."""

    seq: int
    side: int = 0
    at: Instant
    event: Event | None = None
    note: str = ""
    from_state: State | None = None
    to_state: State
    actor: str
    reasons: tuple[str, ...] = ()
    commit_id: str
    previous_hash: str
    commitment: str | None = None
    hash: str
    personal: dict[str, Any] | None = None


class ChainOnFile(Model):
    """Whether the history is whole; if not, the first event that was touched (its number), and what is wrong."""

    whole: bool
    events: int
    touched: str | None = None
    problem: str | None = None


class CaseFile(Model):
    """Everything of a case. Members keep their names; `version` says which names they are."""

    version: Literal[1] = VERSION
    made_at: Instant
    standing: Standing
    request: RequestForm
    facts: FactsOnFile
    findings: tuple[Finding, ...] = ()
    findings_total: int = Field(default=0, description="The findings that there were: not more than 50 are kept")
    credit: CreditOnFile
    notices: tuple[NoticeOnFile, ...] = ()
    messages: tuple[ApplicantMessage, ...] = ()
    notes: tuple[DeskNote, ...] = ()
    history: tuple[EventOnFile, ...] = ()
    chain: ChainOnFile


async def case_file(services: Services, case_id: str, principal: Principal) -> CaseFile:
    """Everything of a case, for people of the desk: two storage requests.

    Raises RoleNeededError, CaseNotFoundError.
    """
    principal.needs(Role.READ)
    dossier = await services.cases.read(scope_to_read(case_id))
    case = case_for(dossier, case_id, principal).value
    past = await services.past_rows.past(case_id)
    pending = [stored.value for stored in dossier.notices_of(case_id)]
    return CaseFile(
        made_at=services.now(),
        standing=_standing(case),
        request=case.request,
        facts=_facts(dossier, case),
        findings=case.findings,
        findings_total=case.findings_total,
        credit=_credit(case),
        notices=_notices([*past.notices, *pending]),
        messages=case.messages,
        notes=case.notes,
        history=tuple(_event(event) for event in past.events),
        chain=_chain(case, past),
    )


def as_json(file: CaseFile) -> str:
    """The file to hand out: camelCase, absent members left out, indented for people."""
    return file.model_dump_json(by_alias=True, exclude_none=True, indent=2)


def _standing(case: Case) -> Standing:
    own = {name: getattr(case, name) for name in Standing.model_fields if name in Case.model_fields}
    return Standing(**own, status=status_of(case.state), side=case.side_events, revision=case.content_revision)


def _facts(dossier: Dossier, case: Case) -> FactsOnFile:
    known = dossier.known_facts
    return FactsOnFile(known=known, count=as_shown_to(known, case.request.account_administrator_email) != UNKNOWN)


def _credit(case: Case) -> CreditOnFile:
    own = {name: getattr(case, name) for name in CreditOnFile.model_fields if name in Case.model_fields}
    return CreditOnFile(**own, need=case.credit, application=case.credit_application)


def _notices(notices: list[Notice]) -> tuple[NoticeOnFile, ...]:
    ordered = sorted(notices, key=lambda notice: notice.key)
    return tuple(NoticeOnFile(**{name: getattr(each, name) for name in NoticeOnFile.model_fields}) for each in ordered)


def _event(event: HistoryEvent) -> EventOnFile:
    return EventOnFile(**{name: getattr(event, name) for name in EventOnFile.model_fields})


def _chain(case: Case, past: Past) -> ChainOnFile:
    audit = audited(case, past.events)
    return ChainOnFile(whole=audit.is_whole, events=audit.events, touched=audit.touched, problem=audit.problem)
