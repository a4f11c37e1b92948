"""A case: one company's request that one subscription may pay by invoice."""

import hashlib
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.domain import reading
from shared.domain.credit import CreditNeed
from shared.domain.credit_application import CreditApplication
from shared.domain.credit_assessment import Assessment
from shared.domain.decisions import (
    AskInformation,
    AskSecurity,
    DeclineCode,
    InformationReply,
    Language,
    SecurityReceived,
)
from shared.domain.documents import Document
from shared.domain.door import Door, WrongMember, needed_where, wrong_members
from shared.domain.eligibility import Finding
from shared.domain.lifecycle import FINAL, MACHINE, Event, FollowUp, State
from shared.domain.model import (
    CountryCode,
    EmailAddress,
    Instant,
    Line,
    Model,
    Money,
    Note,
    PositiveMoney,
    SubscriptionId,
    Text,
)
from shared.domain.passages import Passage
from shared.domain.review import ReviewClock
from shared.domain.waiting import Wait

MOST_MESSAGES: Final = 20
"""Messages of the applicant kept on a case; older ones stay in its history."""

MOST_NOTES: Final = 20
"""Notes of the desk kept on a case; older ones stay in its history."""


class ContactMethod(StrEnum):
    """How a contact prefers to be reached, as in Microsoft.Support."""

    EMAIL = "email"
    PHONE = "phone"


class BillingAddress(Model):
    """Where invoices go; it should match the Azure account's address."""

    line1: Line = Field(description="Street and number, or post-office box.", examples=["Evert van de Beekstraat 354"])
    line2: Line | None = Field(default=None, description="What else the address needs.", examples=["Building B"])
    city: Line = Field(examples=["Schiphol"])
    region: Line | None = Field(
        default=None, description="State or province, where addresses have one.", examples=["Noord-Holland"]
    )
    postal_code: Line | None = Field(default=None, description="Where the country has them.", examples=["1118 CZ"])
    country: CountryCode = Field(description="ISO 3166-1 alpha-2: two capital letters.", examples=["NL"])


class Contact(Model):
    """The person who follows the request."""

    model_config = ConfigDict(json_schema_extra=needed_where("preferredMethod", ContactMethod.PHONE.value, "phone"))

    name: Line = Field(examples=["Sanne de Vries"])
    email: EmailAddress = Field(
        description="Where notices go: the address alone.", examples=["accounts.payable@contoso.example"]
    )
    phone: (
        Annotated[
            str,
            StringConstraints(pattern=r"^\+?[0-9 ().\-]{5,30}$"),
            Door(reading.phone, reading.phone_schema),
        ]
        | None
    ) = Field(
        default=None,
        description="5 to 30 digits and marks, with a + before the country's code; needed where calls are preferred.",
        examples=["+31 20 123 4567"],
    )
    preferred_method: ContactMethod = Field(default=ContactMethod.EMAIL, examples=["email"])
    language: Language = Field(default="en", description="The language of the notices.", examples=["en"])

    @model_validator(mode="after")
    def _phone_for_calls(self) -> "Contact":
        if self.preferred_method is ContactMethod.PHONE and self.phone is None:
            words = "is missing: the preferred method is phone, so give the number too"
            raise wrong_members("Contact", WrongMember("phone", "missing", words))
        return self


class Consent(Model):
    """The applicant's agreement that the switch cannot be undone; the hash says to which words."""

    accepted: Annotated[Literal[True], Door(reading.true, reading.true_schema)] = Field(
        description="Whether the applicant agrees: nothing but true.", examples=[True]
    )
    text_sha256: Annotated[
        str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Door(reading.sha256, reading.sha256_schema)
    ] = Field(
        description="SHA-256 of the text that was shown, in UTF-8, as a pre-check returns it.",
        examples=["2f5d0b0c3a1e4d6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"],
    )


class RequestForm(Model):
    """What an applicant sends: the form of 2017 and the portal's steps around it."""

    subscription_id: SubscriptionId = Field(
        description="The Azure subscription that is to pay by invoice.",
        examples=["0b1f6471-1bf0-4dda-aec3-cb9272f09590"],
    )
    support_plan: Line = Field(description="The subscription's support plan.", examples=["Standard"])
    company_name: Line = Field(description="As it is registered.", examples=["Contoso B.V."])
    billing_address: BillingAddress
    account_administrator_email: EmailAddress = Field(
        description="The address that the Azure account's administrator signs in with.",
        examples=["azure-admin@contoso.example"],
    )
    contact: Contact
    credit_needed: PositiveMoney = Field(description="The most that will be owed at any time.")
    consent: Consent


class ApplicantMessage(Model):
    """What the applicant wrote to the desk, by a client or on a page."""

    at: Instant
    text: Text
    by: str | None = Field(
        default=None,
        description=(
            "Who wrote it: client or applicant with, after a colon, the client's id or the hash that stands for the "
            "applicant's subscription; absent where it was written before this was kept"
        ),
    )


class DeskNote(Model):
    """What a person of the desk wrote down, by name; for the desk only."""

    at: Instant
    by: str
    text: Note


class Attention(Model):
    """Why the desk must look at a case: a step or a notice failed for good, or a step waits and waits."""

    reason: str
    since: Instant
    passing: bool = Field(default=False, description="Whether it goes by itself when the case comes to rest.")


class Case(Model):
    """Everything that is kept of a case in one row.

    `seq` numbers its transitions and its one pending message, whose kind is `follow_up`; `committed_by` is the id of
    the message, or the fresh commit id of the endpoint, that made the last transition. `side_events` counts events
    since then that made none. `content_revision` moves when people can see a difference: it is the ETag's value.
    `assignee` is the person of the desk who has taken the case, by name. `erased_at` is when its personal data were
    erased; `erasure_pending` says that some may be left in other rows.
    `uploads` counts documents, also those taken out again; not those from before they were counted.
    `recent` are its last passages, for those who count; in rows from before they were kept, there are none.
    """

    id: str
    scope: str
    state: State
    seq: int
    follow_up: FollowUp
    committed_by: str
    side_events: int = 0
    content_revision: int = 1
    policy: str
    opened_by: str
    opened_at: Instant
    changed_at: Instant
    request: RequestForm
    agreement_type: str | None = None
    findings: tuple[Finding, ...] = ()
    findings_total: int = 0
    told_findings: str = ""
    credit: CreditNeed | None = None
    wait: Wait | None = None
    retries: int = 0
    review: ReviewClock | None = None
    credit_application: CreditApplication | None = None
    assessment: Assessment | None = None
    approved_limit: Money | None = None
    decline_codes: tuple[DeclineCode, ...] = ()
    information_asked: AskInformation | None = None
    information: InformationReply | None = None
    security_asked: AskSecurity | None = None
    security_received: SecurityReceived | None = None
    messages: tuple[ApplicantMessage, ...] = ()
    documents: tuple[Document, ...] = ()
    uploads: int = 0
    attention: Attention | None = None
    assignee: str | None = None
    notes: tuple[DeskNote, ...] = ()
    security_accepted_at: Instant | None = None
    erased_at: Instant | None = None
    erasure_pending: bool = False
    recent: tuple[Passage, ...] = ()
    chain_head: str = Field(default="")

    @property
    def next_due_at(self) -> datetime | None:
        """When the case needs looking at again if nothing happens. A case in a step or at its end is never due."""
        if self.is_final or self.state in MACHINE:
            return None
        if self.state is State.CREDIT_REVIEW:
            return self.review.next_due_at if self.review else None
        return self.wait.next_due_at if self.wait else None

    def due_event(self, now: datetime) -> Event | None:
        """What is due now, if anything."""
        due_at = self.next_due_at
        if due_at is None or due_at > now:
            return None
        if self.state is State.CREDIT_REVIEW and self.review:
            return Event.BREACH if self.review.escalated else Event.ESCALATE
        return self.wait.due_event(now) if self.wait else None

    @property
    def is_final(self) -> bool:
        """Whether the case is over."""
        return self.state in FINAL


def scope_of(subscription_id: UUID) -> str:
    """The partition of a billing scope: 32 hex digits of the SHA-256 of the subscription id in lower case."""
    return hashlib.sha256(str(subscription_id).encode()).hexdigest()[:32]


CASE_ID_PATTERN: Final = r"^[0-9a-f]{32}-[0-9a-f]{32}$"
"""What a case id looks like: its scope, then 128 random bits."""


def is_case_id(text: str) -> bool:
    """Whether a text can be a case id at all."""
    return re.fullmatch(CASE_ID_PATTERN, text) is not None


def case_id_in(scope: str, random_hex: str) -> str:
    """A public case id. It carries its partition, so that every read by id is one request."""
    return f"{scope}-{random_hex}"


def scope_of_case(case_id: str) -> str:
    """The partition of a case id; an id that was never given out gives one where nothing is found."""
    return case_id.partition("-")[0]
