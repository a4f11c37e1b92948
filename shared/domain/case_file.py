"""The case file: everything that is known of a case in one document, for the billing desk to read and to hand out.

It is for the desk only: applicants see a case through views of their own, without notes, figures' weight and codes.
"""

from typing import Any, Final, Literal

from pydantic import Field

from shared.domain.case import ApplicantMessage, Attention, DeskNote, RequestForm
from shared.domain.credit import CreditNeed
from shared.domain.credit_application import CreditApplication
from shared.domain.credit_assessment import Assessment
from shared.domain.decisions import AskInformation, AskSecurity, DeclineCode, InformationReply, SecurityReceived
from shared.domain.documents import Document
from shared.domain.eligibility import Finding
from shared.domain.facts import SubscriptionFacts
from shared.domain.lifecycle import Event, NoticeKind, State, Status
from shared.domain.model import Instant, Model, Money
from shared.domain.notices import NoticeState
from shared.domain.review import ReviewClock
from shared.domain.waiting import Wait

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
    documents: tuple[Document, ...] = ()
    history: tuple[EventOnFile, ...] = ()
    chain: ChainOnFile
