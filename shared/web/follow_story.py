"""How far a request is, drawn as a path, and what happened to it, in plain words without codes and officers' names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.domain.case import Case
from shared.domain.decisions import Language
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, State
from shared.domain.notices import Notice, NoticeState
from shared.web.languages import has_words, word
from shared.web.notice_words import SUBJECTS

PATH: Final = ("received", "eligibility", "credit", "decision", "switch")
"""What a request passes through, in order."""

_PLACES: Final = {
    State.CHECKING_ELIGIBILITY: 1,
    State.ACTION_REQUIRED: 1,
    State.CHECKING_CREDIT: 2,
    State.CREDIT_APPLICATION_DUE: 2,
    State.CREDIT_REVIEW: 3,
    State.INFORMATION_DUE: 3,
    State.SECURITY_DUE: 3,
    State.APPROVED: 4,
    State.SWITCHED: len(PATH),
}
"""Which step of the path is current in a state; a request that ended otherwise stopped where it was before."""

_NOT_TOLD: Final = frozenset({Event.ESCALATE, Event.SCHEDULE_RETRY})
"""The desk's own clock, and what mends itself."""

_NOTES: Final = {
    "message from the applicant": "message",
    "document": "document",
    "document removed": "document_removed",
    "security accepted": "security_accepted",
    "personal data erased": "erased",
}
"""What happens beside a request's transitions and is told, by the notes of the history."""

_SENT: Final = frozenset({NoticeState.DONE})
_ON_ITS_WAY: Final = frozenset({NoticeState.PENDING, NoticeState.INFLIGHT})


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of the path: `status` is done, current, stopped, skipped, ahead or unreached; `at` is when it was done."""

    name: str
    status: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about what happened, and when."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class SentNotice:
    """A notice by its subject; `state` is sent, on_its_way or failed, `at` when that became so."""

    at: datetime
    subject: str
    state: str


def path_of(case: Case, came_from: State | None, events: Iterable[HistoryEvent]) -> list[PathStep]:
    """The path with how far the request is."""
    here = _PLACES.get(case.state) or _PLACES.get(came_from or State.CHECKING_ELIGIBILITY, 1)
    done_at = _done_at(events)
    return [PathStep(name, _status(case, place, here), done_at.get(place)) for place, name in enumerate(PATH)]


def _status(case: Case, place: int, here: int) -> str:
    if place < here:
        is_skipped = PATH[place] == "credit" and case.credit is not None and not case.credit.needed
        return "skipped" if is_skipped else "done"
    goes_on = case.state in _PLACES
    if place > here:
        return "ahead" if goes_on else "unreached"
    return "current" if goes_on else "stopped"


def _done_at(events: Iterable[HistoryEvent]) -> dict[int, datetime]:
    """Per step, when the request last went beyond it."""
    done_at: dict[int, datetime] = {}
    for event in events:
        begun, reached = _PLACES.get(event.from_state, 0) if event.from_state else 0, _PLACES.get(event.to_state, 0)
        done_at |= dict.fromkeys(range(begun, reached), event.at)
    return done_at


def story_of(language: Language, events: Sequence[HistoryEvent]) -> list[Told]:
    """What happened, newest first."""
    told = ((event, _key_of(event)) for event in reversed(events))
    return [Told(event.at, word(language, key)) for event, key in told if key]


def _key_of(event: HistoryEvent) -> str | None:
    if event.event in _NOT_TOLD or (event.event is None and event.note not in _NOTES):
        return None
    key = f"follow.events.{event.event.value}" if event.event else f"follow.notes.{_NOTES[event.note]}"
    by_other = f"{key}_by_{event.actor.partition(':')[0]}"
    return by_other if has_words("en", by_other) else key


def notices_in(language: Language, notices: Sequence[Notice]) -> list[SentNotice]:
    """The notices by their subjects, newest first; one that was overtaken was never sent."""
    shown = (notice for notice in reversed(notices) if notice.state is not NoticeState.SUPERSEDED)
    return [
        SentNotice(notice.ended_at or notice.created_at, SUBJECTS[language][notice.kind], _delivery(notice.state))
        for notice in shown
    ]


def _delivery(state: NoticeState) -> str:
    if state in _SENT:
        return "sent"
    return "on_its_way" if state in _ON_ITS_WAY else "failed"
