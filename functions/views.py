"""What a caller sees of a case: the JSON of the API, camelCase, absent instead of null."""

from typing import Any

from shared.domain.case import Case
from shared.domain.eligibility import Finding
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import status_of
from shared.domain.model import Model
from shared.workflow.intake import PreCheck

View = dict[str, Any]


def case_view(case: Case, url: str, history_url: str) -> View:
    """A case for the client that opened it."""
    view: View = {
        "id": case.id,
        "state": case.state.value,
        "status": status_of(case.state).value,
        "etag": etag_of(case),
        "policy": case.policy,
        "openedAt": case.opened_at.isoformat(),
        "changedAt": case.changed_at.isoformat(),
        "request": _json(case.request),
        "findings": [finding_view(finding) for finding in case.findings],
        "findingsTotal": case.findings_total,
        "links": {"self": url, "history": history_url},
    }
    if case.credit:
        view["creditCheck"] = _json(case.credit)
    if case.wait and not case.is_final:
        view["wait"] = _wait_view(case)
    return view


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


def event_view(event: HistoryEvent) -> View:
    """One entry of a case's history."""
    return _json(event)


def _wait_view(case: Case) -> View:
    assert case.wait is not None, "only a waiting case has this view"  # noqa: S101 - checked by the caller
    view: View = {"owedBy": case.wait.owed_by.value, "since": case.wait.since.isoformat()}
    if case.wait.last_day:
        view["lastDay"] = case.wait.last_day.isoformat()
    return view


def _json(model: Model) -> View:
    view: View = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return view
