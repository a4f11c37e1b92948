"""Makes the answers of the API from what the workflow returns: each caller sees what concerns it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from functions.etags import etag_of
from functions.views import (
    CaseStatus,
    CaseView,
    ConsentView,
    DeclineReason,
    DeskCaseView,
    DeskEventView,
    DeskHistory,
    EventView,
    Failure,
    History,
    InformationAskedView,
    Links,
    ListedView,
    PreCheckView,
    Reckoning,
    ReviewView,
    SecurityAskedView,
    UnreadableView,
    WaitView,
)
from shared.domain.callers import Kind, Principal
from shared.domain.case import ApplicantMessage, Case
from shared.domain.decisions import DECLINE_WORDS
from shared.domain.dossier import ListedCase, UnreadableMessage
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, State, Status, events_open_to, status_of
from shared.domain.review import ReviewClock
from shared.workflow.intake import PreCheck
from shared.workflow.repeats import CaseGist

_BY_BOTH: Final = {
    Event.ASK_RECHECK: "recheck",
    Event.SUBMIT_APPLICATION: "credit-application",
    Event.SUBMIT_INFORMATION: "information",
    Event.WITHDRAW: "withdrawal",
}

ACTIONS: Final = {
    Kind.CLIENT: _BY_BOTH,
    Kind.DESK: _BY_BOTH
    | dict.fromkeys((Event.APPROVE, Event.ASK_INFORMATION, Event.DECLINE, Event.REVOKE), "decision")
    | {Event.CONFIRM_SECURITY: "security-received"},
}
"""The parts of a case's address by which a caller brings an event about."""

_WEIGHED_BY_THE_DESK: Final = frozenset({Event.ASSESS, Event.DECLINE, Event.REVOKE})
"""Events whose reasons are the desk's own: what the figures say, and the codes of a refusal."""

_ENDED: Final = {
    State.INELIGIBLE: "The rules do not allow payment by invoice; the findings say which and why.",
    State.DECLINED: "The request was declined; the reasons say why and what can be done.",
    State.EXPIRED: "What was owed by the applicant did not come in time. A new request is possible.",
}


def status_view(gist: CaseGist, reader: Principal) -> CaseStatus:
    """What a submission or an action is answered."""
    return CaseStatus(
        **gist.model_dump(exclude={"revision"}),
        etag=etag_of(gist.revision, reader.kind) if gist.revision else None,
        error=_failure(gist.state),
    )


def case_view(case: Case, reader: Principal, url: str, history_url: str) -> CaseView | DeskCaseView:
    """A case for who reads it: the desk, or who opened it."""
    parts: dict[str, Any] = {
        **_standing(case, reader),
        "etag": etag_of(case.content_revision, reader.kind),
        "policy": case.policy,
        "opened_at": case.opened_at,
        "request": case.request,
        "findings": case.findings,
        "findings_total": case.findings_total,
        "credit_check": case.credit,
        "credit_application": case.credit_application,
        "information": case.information,
        "security_received": case.security_received,
        "approved_limit": case.approved_limit,
        "decline_reasons": _decline_reasons(case),
        "messages": _messages(case, reader),
        "links": Links(self=url, history=history_url),
    }
    return DeskCaseView(**parts, **_desks_own(case)) if reader.kind is Kind.DESK else CaseView(**parts, **_asked(case))


def _messages(case: Case, reader: Principal) -> tuple[ApplicantMessage, ...]:
    """What was written to the desk. Others see only what they wrote: two may write of one case, each in confidence."""
    return tuple(each for each in case.messages if reader.kind is Kind.DESK or each.by == reader.actor)


def _standing(case: Case, reader: Principal) -> dict[str, Any]:
    """Where a case stands, whose turn it is and what can be done."""
    wait = case.wait if case.wait and not case.is_final else None
    return {
        "id": case.id,
        "state": case.state,
        "status": status_of(case.state),
        "error": _failure(case.state),
        "wait": WaitView(owed_by=wait.owed_by, since=wait.since, last_day=wait.last_day) if wait else None,
        "review": _review_view(case.review) if case.review else None,
        "actions": actions_open_to(case.state, reader),
    }


def actions_open_to(state: State, reader: Principal) -> tuple[str, ...]:
    """What this caller can do to a case in this state, as parts of its address."""
    by_event = ACTIONS.get(reader.kind, {})
    return tuple(dict.fromkeys(by_event[event] for event in events_open_to(state) if event in by_event))


def _failure(state: State) -> Failure | None:
    return Failure(code=state, message=_ENDED[state]) if status_of(state) is Status.FAILED else None


def _desks_own(case: Case) -> dict[str, Any]:
    return {
        "opened_by": case.opened_by,
        "assessment": case.assessment,
        "information_asked": case.information_asked,
        "security_asked": case.security_asked,
        "attention": case.attention,
        "decline_codes": case.decline_codes or None,
    }


def _asked(case: Case) -> dict[str, Any]:
    """What the officer asked for as the applicant may see it: the officer's note is the desk's own."""
    information, security = case.information_asked, case.security_asked
    return {
        "information_asked": InformationAskedView(items=information.items) if information else None,
        "security_asked": SecurityAskedView(type=security.type, amount=security.amount, by=security.by)
        if security
        else None,
    }


def _review_view(review: ReviewClock) -> ReviewView:
    reckoning = Reckoning(
        started_on=review.started_on, target_days=review.target_days, country=review.country, pauses=review.pauses
    )
    return ReviewView(expected_on=review.expected_on, paused=review.is_paused, reckoning=reckoning)


def _decline_reasons(case: Case) -> tuple[DeclineReason, ...] | None:
    """The reasons in words that the applicant may read; the codes are the desk's own."""
    words = [DECLINE_WORDS[code].applicant[case.request.contact.language] for code in case.decline_codes]
    return tuple(DeclineReason(reason=each.text, next_step=each.next_step) for each in words) or None


def listed_view(listed: ListedCase, reader: Principal, url: str) -> ListedView:
    """A row of the work list; what is empty is left out."""
    summary = {name: value for name, value in listed.summary.items() if value not in {"", False}}
    revision = summary.pop("revision", None)
    return ListedView.model_validate(
        {
            **{name: value for name, value in summary.items() if name not in {"caseId", "seq"}},
            "id": summary["caseId"],
            "state": listed.state,
            "etag": etag_of(int(revision), reader.kind) if revision else None,
            "messages": listed.summary.get("messages", 0),
            "links": {"self": url},
        }
    )


def unreadable_view(message: UnreadableMessage) -> UnreadableView:
    """A queue message that nobody could read."""
    at = datetime.fromisoformat(message.at)
    return UnreadableView(queue=message.queue, message_id=message.message_id, at=at, body=message.body)


def pre_check_view(found: PreCheck) -> PreCheckView:
    """A dry run."""
    return PreCheckView(
        policy=found.policy,
        verdict=found.verdict,
        findings=found.findings,
        credit_check=found.credit,
        consent=ConsentView(text=found.consent.text, text_sha256=found.consent.sha256),
    )


def history_view(events: Iterable[HistoryEvent], reader: Principal) -> History | DeskHistory:
    """A case's history. The desk reads it whole, with what people wrote; others see what concerns them.

    For them, the desk's escalation and what the desk or the system noted beside the case's transitions is left out,
    the desk's people have no names, and the desk's reasons stay with the desk.
    """
    if reader.kind is Kind.DESK:
        whole = (DeskEventView.model_validate(event.model_dump(exclude={"salt"})) for event in events)
        return DeskHistory(value=tuple(whole))
    shown = (event for event in events if event.event or event.actor == reader.actor)
    return History(value=tuple(_applicants_event(event) for event in shown if event.event is not Event.ESCALATE))


def _applicants_event(event: HistoryEvent) -> EventView:
    kept = event.model_dump(exclude={"salt", "personal"})
    reasons = () if event.event in _WEIGHED_BY_THE_DESK else event.reasons
    return EventView.model_validate({**kept, "actor": event.actor.partition(":")[0], "reasons": reasons})
