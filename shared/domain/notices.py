"""Notices: what people are told, when, and how far its sending got."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from pydantic import Field

from shared.domain.credit import CreditNeed
from shared.domain.decisions import AskInformation, AskSecurity, DeclineCode, Language, SecurityReceived
from shared.domain.eligibility import Finding
from shared.domain.lifecycle import NoticeKind, State
from shared.domain.model import Instant, Model, Money
from shared.domain.review import ReviewClock
from shared.domain.waiting import Party


class NoticeState(StrEnum):
    """How far a notice got."""

    PENDING = "pending"
    INFLIGHT = "inflight"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    DONE = "done"
    SUPERSEDED = "superseded"


class Delivery(StrEnum):
    """What to do when nobody knows whether a notice went out and the mail system cannot tell."""

    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


AT_MOST_ONCE: Final = frozenset({NoticeKind.REMINDER})
"""A reminder in doubt is left: the next one follows. Everything else is said again, and says so."""

MOST_RENEWED: Final = 50
"""Refused notices that are sent again at once: their case and its event are in the same transaction of 100 at most."""

DESK_NOTICES: Final = frozenset({NoticeKind.REVIEW_OVERDUE, NoticeKind.SECURITY_RECEIVED})
"""These go to the billing desk only; all others go to the contact, with a copy to the account administrator."""


def delivery_of(kind: NoticeKind) -> Delivery:
    """How often a notice of this kind may go out when in doubt."""
    return Delivery.AT_MOST_ONCE if kind in AT_MOST_ONCE else Delivery.AT_LEAST_ONCE


class NoticeDetails(Model):
    """What the notice is about, as it was when the case moved: later moves do not change its words.

    `came_from` is the state before the move, `state` the one after it. In a notice of expiry `last_day` is the day that
    passed. `agreement_type` is Microsoft.Billing's word for the account's agreement; the way to switch depends on it.
    """

    findings: tuple[Finding, ...] = ()
    findings_total: int = 0
    credit: CreditNeed | None = None
    owed_by: Party | None = None
    last_day: date | None = None
    state: State | None = None
    came_from: State | None = None
    agreement_type: str | None = None
    review: ReviewClock | None = None
    limit: Money | None = None
    information: AskInformation | None = None
    security: AskSecurity | None = None
    security_received: SecurityReceived | None = None
    decline_codes: tuple[DeclineCode, ...] = ()


class Notice(Model):
    """A notice to send, or sent. Its key never contains an attempt.

    `renewed`: it was refused for good, and is to be sent again because the desk says so.
    """

    case_id: str
    seq: int
    ordinal: int = 0
    kind: NoticeKind
    state: NoticeState = NoticeState.PENDING
    details: NoticeDetails = Field(default_factory=NoticeDetails)
    created_at: Instant
    taken_at: Instant | None = None
    taken_by: str | None = None
    attempts: int = 0
    doubtful: bool = False
    renewed: bool = False
    ended_at: Instant | None = None
    problem: str | None = None

    @property
    def key(self) -> str:
        """The notice's own name, the same at every attempt."""
        return f"{self.case_id}|{self.seq:06}|{self.ordinal}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice in words, ready for the mail system. Addresses are personal data: never log a letter.

    `key` names the notice; a mail system that knows it sends each key once. `kind` is a `NoticeKind`, or `link`.
    `message_id` is the Message-ID. `language` is that of subject, text and HTML. `trace_id` (32 hex digits) tells of
    which call the letter is a consequence; who writes the letter does not know it, who sends it does.
    """

    key: str
    kind: str
    language: Language
    message_id: str
    to: str
    cc: tuple[str, ...]
    subject: str
    text: str
    html: str
    trace_id: str = ""
