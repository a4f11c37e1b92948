"""What can happen to a case: the transition table is the specification.

A *machine* state has a step queued, a *resting* state waits for somebody, a *final* state has no way out.
Every transition names exactly one follow-up message: a step, or `notify` (bring the index up to date, send notices).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.domain.errors import IllegalMoveError


class State(StrEnum):
    """Where a case stands."""

    CHECKING_ELIGIBILITY = "checking_eligibility"
    CHECKING_CREDIT = "checking_credit"
    ACTION_REQUIRED = "action_required"
    CREDIT_APPLICATION_DUE = "credit_application_due"
    CREDIT_REVIEW = "credit_review"
    INFORMATION_DUE = "information_due"
    SECURITY_DUE = "security_due"
    APPROVED = "approved"
    SWITCHED = "switched"
    INELIGIBLE = "ineligible"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happens to a case."""

    SUBMIT = "submit"
    FIND_ELIGIBLE = "find_eligible"
    FIND_BLOCKED = "find_blocked"
    FIND_UNKNOWN = "find_unknown"
    FIND_INELIGIBLE = "find_ineligible"
    CHANGE_FACTS = "change_facts"
    ASK_RECHECK = "ask_recheck"
    RESCAN = "rescan"
    WAIVE_CHECK = "waive_check"
    REQUIRE_APPLICATION = "require_application"
    ASSESS = "assess"
    SCHEDULE_RETRY = "schedule_retry"
    SUBMIT_APPLICATION = "submit_application"
    SUBMIT_INFORMATION = "submit_information"
    ASK_INFORMATION = "ask_information"
    ASK_SECURITY = "ask_security"
    CONFIRM_SECURITY = "confirm_security"
    ESCALATE = "escalate"
    BREACH = "breach"
    APPROVE = "approve"
    DECLINE = "decline"
    REVOKE = "revoke"
    REMIND = "remind"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    VERIFY_SWITCH = "verify_switch"


class FollowUp(StrEnum):
    """The kind of a case's message: what a transition leaves pending, or `wake`, which a timer sends when it is due."""

    ELIGIBILITY = "eligibility"
    CREDIT = "credit"
    NOTIFY = "notify"
    WAKE = "wake"


class NoticeKind(StrEnum):
    """What a notice tells; which words it gets is the letter writer's affair."""

    BLOCKED = "blocked"
    FACTS_UNKNOWN = "facts_unknown"
    INELIGIBLE = "ineligible"
    INSTRUCTIONS = "instructions"
    CREDIT_APPLICATION = "credit_application"
    IN_REVIEW = "in_review"
    INFORMATION_ASKED = "information_asked"
    SECURITY_ASKED = "security_asked"
    SECURITY_RECEIVED = "security_received"
    REVIEW_OVERDUE = "review_overdue"
    REVIEW_DELAYED = "review_delayed"
    DECLINED = "declined"
    REMINDER = "reminder"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SWITCHED = "switched"


@dataclass(frozen=True, slots=True)
class Transition:
    """Where an event leads, the message it leaves pending, and the notice it brings about, if any."""

    to: State
    follow_up: FollowUp
    notice: NoticeKind | None = None


S, E, N = State, Event, NoticeKind


def _notify(to: State, notice: NoticeKind) -> Transition:
    return Transition(to, FollowUp.NOTIFY, notice)


_ELIGIBILITY: Final = Transition(S.CHECKING_ELIGIBILITY, FollowUp.ELIGIBILITY)
_CREDIT: Final = Transition(S.CHECKING_CREDIT, FollowUp.CREDIT)
_BLOCKED: Final = _notify(S.ACTION_REQUIRED, N.BLOCKED)
_UNKNOWN: Final = _notify(S.ACTION_REQUIRED, N.FACTS_UNKNOWN)
_INELIGIBLE: Final = _notify(S.INELIGIBLE, N.INELIGIBLE)
_APPROVED: Final = _notify(S.APPROVED, N.INSTRUCTIONS)
_DECLINED: Final = _notify(S.DECLINED, N.DECLINED)

SUBMITTED: Final = _ELIGIBILITY
"""The transition that makes a case; it has no state to come from."""

_STEPS: Final = {
    (S.CHECKING_ELIGIBILITY, E.FIND_ELIGIBLE): _CREDIT,
    (S.CHECKING_ELIGIBILITY, E.FIND_BLOCKED): _BLOCKED,
    (S.CHECKING_ELIGIBILITY, E.FIND_UNKNOWN): _UNKNOWN,
    (S.CHECKING_ELIGIBILITY, E.FIND_INELIGIBLE): _INELIGIBLE,
    (S.CHECKING_ELIGIBILITY, E.SCHEDULE_RETRY): _ELIGIBILITY,
    (S.ACTION_REQUIRED, E.CHANGE_FACTS): _ELIGIBILITY,
    (S.ACTION_REQUIRED, E.ASK_RECHECK): _ELIGIBILITY,
    (S.ACTION_REQUIRED, E.RESCAN): _ELIGIBILITY,
    (S.CHECKING_CREDIT, E.FIND_BLOCKED): _BLOCKED,
    (S.CHECKING_CREDIT, E.FIND_UNKNOWN): _UNKNOWN,
    (S.CHECKING_CREDIT, E.FIND_INELIGIBLE): _INELIGIBLE,
    (S.CHECKING_CREDIT, E.WAIVE_CHECK): _APPROVED,
    (S.CHECKING_CREDIT, E.REQUIRE_APPLICATION): _notify(S.CREDIT_APPLICATION_DUE, N.CREDIT_APPLICATION),
    (S.CHECKING_CREDIT, E.ASSESS): _notify(S.CREDIT_REVIEW, N.IN_REVIEW),
    (S.CHECKING_CREDIT, E.SCHEDULE_RETRY): _CREDIT,
    (S.CREDIT_APPLICATION_DUE, E.SUBMIT_APPLICATION): _CREDIT,
    (S.INFORMATION_DUE, E.SUBMIT_INFORMATION): _CREDIT,
    (S.APPROVED, E.FIND_BLOCKED): _BLOCKED,
    (S.APPROVED, E.FIND_INELIGIBLE): _INELIGIBLE,
}

_REVIEW: Final = {
    (S.CREDIT_REVIEW, E.ASK_INFORMATION): _notify(S.INFORMATION_DUE, N.INFORMATION_ASKED),
    (S.CREDIT_REVIEW, E.ASK_SECURITY): _notify(S.SECURITY_DUE, N.SECURITY_ASKED),
    (S.CREDIT_REVIEW, E.ESCALATE): _notify(S.CREDIT_REVIEW, N.REVIEW_OVERDUE),
    (S.CREDIT_REVIEW, E.BREACH): _notify(S.CREDIT_REVIEW, N.REVIEW_DELAYED),
    (S.SECURITY_DUE, E.CONFIRM_SECURITY): _notify(S.CREDIT_REVIEW, N.SECURITY_RECEIVED),
    (S.APPROVED, E.REVOKE): _DECLINED,
}

_IN_REVIEW: Final = (S.CREDIT_REVIEW, S.INFORMATION_DUE, S.SECURITY_DUE)
_DECLINED_IN: Final = (*_IN_REVIEW, S.ACTION_REQUIRED)

WAITS_FOR_APPLICANT: Final = (
    S.ACTION_REQUIRED,
    S.CREDIT_APPLICATION_DUE,
    S.INFORMATION_DUE,
    S.SECURITY_DUE,
    S.APPROVED,
)
"""The resting states in which it can be the applicant's turn; only these get reminders and expire."""

_OPEN: Final = tuple(dict.fromkeys(state for state, _ in [*_STEPS, *_REVIEW]))

TRANSITIONS: Final[dict[tuple[State, Event], Transition]] = (
    _STEPS
    | _REVIEW
    | {(state, E.APPROVE): _APPROVED for state in _IN_REVIEW}
    | {(state, E.DECLINE): _DECLINED for state in _DECLINED_IN}
    | {(state, E.REMIND): _notify(state, N.REMINDER) for state in WAITS_FOR_APPLICANT}
    | {(state, E.EXPIRE): _notify(S.EXPIRED, N.EXPIRED) for state in WAITS_FOR_APPLICANT}
    | {(state, E.WITHDRAW): _notify(S.WITHDRAWN, N.WITHDRAWN) for state in _OPEN}
    | {(state, E.VERIFY_SWITCH): _notify(S.SWITCHED, N.SWITCHED) for state in _OPEN}
)

FINAL: Final = frozenset(State) - {state for state, _ in TRANSITIONS}

MACHINE: Final = {S.CHECKING_ELIGIBILITY: FollowUp.ELIGIBILITY, S.CHECKING_CREDIT: FollowUp.CREDIT}
"""The states in which a step is at work, and its kind."""


class Status(StrEnum):
    """How far a case is in the words of Azure's long-running operations."""

    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELED = "Canceled"


def status_of(state: State) -> Status:
    """The status of a state: an open case runs, a switched one succeeded, a withdrawn one was canceled."""
    if state not in FINAL:
        return Status.RUNNING
    return {S.SWITCHED: Status.SUCCEEDED, S.WITHDRAWN: Status.CANCELED}.get(state, Status.FAILED)


def events_open_to(state: State) -> tuple[Event, ...]:
    """Name the events that can happen in a state, in the order of the enumeration."""
    return tuple(event for event in Event if (state, event) in TRANSITIONS)


def refusal_in(state: State) -> Event:
    """The event by which the desk declines a case in a state: what was approved is revoked."""
    return E.REVOKE if state is S.APPROVED else E.DECLINE


def transition_for(state: State, event: Event) -> Transition:
    """Look a transition up. Raises IllegalMoveError, naming what is possible, for a pair not in the table."""
    found = TRANSITIONS.get((state, event))
    if found is None:
        raise IllegalMoveError(state, event, events_open_to(state))
    return found
