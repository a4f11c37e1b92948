"""What a caller sees of a case: the JSON of the API, camelCase, absent instead of null."""

import re
from collections.abc import Iterable
from typing import Any, Final

from pydantic.alias_generators import to_camel

from shared.domain.callers import Kind, Principal
from shared.domain.case import Case
from shared.domain.decisions import DECLINE_WORDS, DeclineCode, Language
from shared.domain.dossier import ListedCase, UnreadableMessage
from shared.domain.eligibility import Finding
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, status_of
from shared.domain.model import Model
from shared.domain.review import ReviewClock
from shared.domain.waiting import Wait
from shared.workflow.intake import PreCheck
from shared.workflow.repeats import CaseGist

View = dict[str, Any]

_WEIGHED_BY_THE_DESK: Final = frozenset({Event.ASSESS, Event.DECLINE})
"""Events whose reasons are the desk's own: what the figures say, and the codes of a refusal."""


def case_view(case: Case, url: str, history_url: str) -> View:
    """A case for who opened it."""
    view: View = {
        "id": case.id,
        "state": case.state.value,
        "status": status_of(case.state).value,
        "etag": etag_of(case),
        "policy": case.policy,
        "openedAt": case.opened_at.isoformat(),
        "request": _json(case.request),
        "findings": [finding_view(finding) for finding in case.findings],
        "findingsTotal": case.findings_total,
        "links": {"self": url, "history": history_url},
    }
    if case.credit:
        view["creditCheck"] = _json(case.credit)
    if case.wait and not case.is_final:
        view["wait"] = _wait_view(case.wait)
    if case.review:
        view["review"] = _review_view(case.review)
    for name in ("credit_application", "information_asked", "information", "security_asked", "security_received"):
        if (papers := getattr(case, name)) is not None:
            view[to_camel(name)] = _without_note(papers)
    if case.approved_limit:
        view["approvedLimit"] = _json(case.approved_limit)
    if case.decline_codes:
        view["declineReasons"] = [_decline_view(code, case.request.contact.language) for code in case.decline_codes]
    view["messages"] = [_json(message) for message in case.messages]
    return view


def desk_case_view(case: Case, url: str, history_url: str) -> View:
    """A case for the billing desk: also the assessment, the officer's notes and why it needs attention."""
    view = {**case_view(case, url, history_url), "openedBy": case.opened_by}
    for name in ("assessment", "information_asked", "security_asked", "attention"):
        if (found := getattr(case, name)) is not None:
            view[to_camel(name)] = _json(found)
    if case.decline_codes:
        view["declineCodes"] = [code.value for code in case.decline_codes]
    return view


def gist_view(gist: CaseGist) -> View:
    """What became of a case: the same at every replay."""
    return _without(_json(gist), "revision") | {"etag": f'"{gist.revision}"'}


def listed_view(listed: ListedCase, url: str) -> View:
    """A row of the work list; what is empty is left out."""
    summary = {name: value for name, value in listed.summary.items() if value not in {"", False} and name != "caseId"}
    return {"id": listed.summary["caseId"], "state": listed.state, **summary, "links": {"self": url}}


def unreadable_view(message: UnreadableMessage) -> View:
    """A queue message that nobody could read."""
    return {"queue": message.queue, "messageId": message.message_id, "at": message.at, "body": message.body}


def revision_of(etag: str) -> int | None:
    """The content revision in a strong entity tag of ours, or None."""
    found = re.fullmatch(r'"(\d{1,9})"', etag.strip(), re.ASCII)
    return int(found[1]) if found else None


def etag_of(case: Case) -> str:
    """The strong entity tag of what a caller sees: moves with the content only."""
    return f'"{case.content_revision}"'


def finding_view(finding: Finding) -> View:
    """What one rule found."""
    return _json(finding)


def pre_check_view(found: PreCheck) -> View:
    """A dry run: every rule, what it found and how to mend it."""
    view: View = {
        "policy": found.policy,
        "verdict": found.verdict.value,
        "findings": [finding_view(finding) for finding in found.findings],
        "consent": {"text": found.consent.text, "textSha256": found.consent.sha256},
    }
    if found.credit:
        view["creditCheck"] = _json(found.credit)
    return view


def history_view(events: Iterable[HistoryEvent], reader: Principal) -> list[View]:
    """A case's history. The desk reads it whole, with what people wrote; others see what concerns them.

    For them, the desk's escalation and what the desk or the system noted beside the case's transitions is left out,
    the desk's people have no names, and the desk's reasons stay with the desk.
    """
    if reader.kind is Kind.DESK:
        return [_without(_json(event), "salt") for event in events]
    shown = (event for event in events if event.event or event.actor == reader.actor)
    return [_applicants_event_view(event) for event in shown if event.event is not Event.ESCALATE]


def _applicants_event_view(event: HistoryEvent) -> View:
    view = _without(_json(event), "salt", "personal") | {"actor": event.actor.partition(":")[0]}
    return _without(view, "reasons") if event.event in _WEIGHED_BY_THE_DESK else view


def _wait_view(wait: Wait) -> View:
    view: View = {"owedBy": wait.owed_by.value, "since": wait.since.isoformat()}
    if wait.last_day:
        view["lastDay"] = wait.last_day.isoformat()
    return view


def _review_view(review: ReviewClock) -> View:
    """When the review is expected to end, and what that is reckoned from."""
    reckoning = review.model_dump(
        mode="json", by_alias=True, exclude_none=True, include={"started_on", "target_days", "country", "pauses"}
    )
    return {"expectedOn": review.expected_on.isoformat(), "paused": review.is_paused, "reckoning": reckoning}


def _without_note(papers: Model) -> View:
    """Papers as the applicant may see them: the officer's note is the desk's own."""
    return _without(_json(papers), "note", "kind")


def _decline_view(code: DeclineCode, language: Language) -> View:
    """A reason in words that the applicant may read; the code is the desk's own."""
    words = DECLINE_WORDS[code].applicant[language]
    return {"reason": words.text, "nextStep": words.next_step}


def _without(view: View, *names: str) -> View:
    return {name: value for name, value in view.items() if name not in names}


def _json(model: Model) -> View:
    view: View = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return view
