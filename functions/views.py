"""What a caller sees: the answers of the API as models, camelCase in JSON, absent instead of null.

OpenAPI is generated from these models, and every answer is made of one.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from shared.domain.case import ApplicantMessage, Attention, RequestForm
from shared.domain.credit import CreditNeed
from shared.domain.credit_application import CreditApplication
from shared.domain.credit_assessment import Assessment
from shared.domain.decisions import (
    AskedItem,
    AskInformation,
    AskSecurity,
    DeclineCode,
    InformationReply,
    SecurityReceived,
    SecurityType,
)
from shared.domain.eligibility import Finding, Verdict
from shared.domain.lifecycle import Event, State, Status
from shared.domain.model import CurrencyCode, Instant, Model, Money
from shared.domain.review import Pause
from shared.domain.waiting import Party

ETag = Annotated[str, Field(description="Entity tag of this case as you may see it", examples=['"4.client"'])]
Url = Annotated[str, Field(description="Absolute, with the api-version")]


class Failure(Model):
    """Why a request came to nothing."""

    code: State = Field(description="The state that the request ended in")
    message: str


class CaseStatus(Model):
    """How far a request is: the answer to a submission and to every action on a case. Without personal data."""

    id: str
    state: State
    status: Status
    subscription_id: UUID
    policy: str
    opened_at: Instant
    etag: ETag | None = None
    error: Failure | None = None


class Links(Model):
    """Addresses that belong to a case."""

    self: Url
    history: Url


class WaitView(Model):
    """Whose turn it is, since when, and until when if that is the applicant."""

    owed_by: Party
    since: Instant
    last_day: date | None = None


class Reckoning(Model):
    """What the expected day is reckoned from: business days of a country, paused on the applicant's turn."""

    started_on: date
    target_days: int
    country: str
    pauses: tuple[Pause, ...] = ()


class ReviewView(Model):
    """When the credit review is expected to end."""

    expected_on: date
    paused: bool
    reckoning: Reckoning


class InformationAskedView(Model):
    """What the officer asked for."""

    items: tuple[AskedItem, ...]


class SecurityAskedView(Model):
    """The security that the officer asked for."""

    type: SecurityType
    amount: Money
    by: date | None = None


class DeclineReason(Model):
    """Why a request was declined and what can be done about it, in the contact's language."""

    reason: str
    next_step: str


class CaseParts(Model):
    """What everybody sees of a case who may see it at all."""

    id: str
    state: State
    status: Status
    error: Failure | None = None
    etag: ETag
    policy: str
    opened_at: Instant
    request: RequestForm
    findings: tuple[Finding, ...]
    findings_total: int
    credit_check: CreditNeed | None = None
    wait: WaitView | None = None
    review: ReviewView | None = None
    credit_application: CreditApplication | None = None
    information: InformationReply | None = None
    security_received: SecurityReceived | None = None
    approved_limit: Money | None = None
    decline_reasons: tuple[DeclineReason, ...] | None = None
    messages: tuple[ApplicantMessage, ...]
    actions: tuple[str, ...] = Field(description="Parts of this case's address that can be called in this state")
    links: Links


class CaseView(CaseParts):
    """A case as who opened it may see it: what the officer asked for is without the officer's note."""

    information_asked: InformationAskedView | None = None
    security_asked: SecurityAskedView | None = None


class DeskCaseView(CaseParts):
    """A case as the billing desk sees it: with the assessment, the officer's notes and why it needs attention."""

    opened_by: str
    assessment: Assessment | None = None
    information_asked: AskInformation | None = None
    security_asked: AskSecurity | None = None
    attention: Attention | None = None
    decline_codes: tuple[DeclineCode, ...] | None = None


class EventView(Model):
    """One thing that happened to a case, as who opened it may see it."""

    case_id: str
    seq: int
    side: int = 0
    at: Instant
    event: Event | None = None
    note: str = ""
    from_state: State | None = None
    to_state: State
    actor: str = Field(description="Who did it: client, applicant (on the pages), portal, desk or system")
    reasons: tuple[str, ...] = ()
    commit_id: str
    previous_hash: str
    commitment: str | None = None
    hash: str


class DeskEventView(EventView):
    """One thing that happened to a case, as the desk sees it: with names, and what people wrote."""

    actor: str = Field(
        description=(
            "Who did it: portal, system, or client, desk or applicant with, after a colon, the client's id, the "
            "person's name, or the hash that stands for the applicant's subscription"
        )
    )
    personal: dict[str, Any] | None = None


class History(Model):
    """What happened to a case, in order."""

    value: tuple[EventView, ...]


class DeskHistory(Model):
    """What happened to a case, in order, as the desk sees it."""

    value: tuple[DeskEventView, ...]


class ListedView(Model):
    """A row of the work list."""

    id: str
    state: State
    etag: ETag | None = None
    company: str
    country: str
    amount: str
    currency: CurrencyCode
    owed_by: Party | None = None
    last_day: date | None = None
    expected_on: date | None = None
    attention: str | None = Field(default=None, description="Why the desk must look at it")
    call: bool | None = Field(default=None, description="The contact prefers the phone")
    messages: int = Field(description="Messages of the applicant")
    links: Annotated[dict[str, Url], Field(examples=[{"self": "https://..."}])]


class WorkList(Model):
    """A page of the work list."""

    value: tuple[ListedView, ...]
    next_link: Url | None = Field(default=None, description="The next page; absent on the last one")


class UnreadableView(Model):
    """A queue message that nobody could read."""

    queue: str
    message_id: str
    at: Instant
    body: str


class UnreadableMessages(Model):
    """Queue messages that nobody could read."""

    value: tuple[UnreadableView, ...]


class ConsentView(Model):
    """The words to agree to, and their hash, which a request's consent names."""

    text: str
    text_sha256: str


class PreCheckView(Model):
    """A dry run: every rule, what it found and how to mend it."""

    policy: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    credit_check: CreditNeed | None = None
    consent: ConsentView


class Health(Model):
    """How the app is."""

    status: str
