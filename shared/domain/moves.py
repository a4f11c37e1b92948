"""How a case moves: one pure function makes the next case, its history event, its notices and what becomes of its slot.

Nothing else gives a case another state.
"""

import calendar
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from shared.domain.case import MOST_MESSAGES, MOST_NOTES, ApplicantMessage, Attention, Case, DeskNote
from shared.domain.documents import CheckedFile, Document, DocumentSlot
from shared.domain.dossier import Moment, Slot, SlotStatus
from shared.domain.eligibility import MOST_FINDINGS, Finding, Outcome
from shared.domain.erasure import redacted
from shared.domain.history import HistoryEvent, commitment_to, sealed
from shared.domain.lifecycle import SUBMITTED, Event, FollowUp, NoticeKind, State, Transition, transition_for
from shared.domain.notices import Notice, NoticeDetails
from shared.domain.passages import Passage, with_passage
from shared.domain.review import ReviewClock, review_after
from shared.domain.waiting import Party, Terms, Wait, begin_wait, rescanned, until

_UNSEEN: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("seq", "follow_up", "committed_by", "side_events", "retries", "told_findings"), True),
    **dict.fromkeys(("notes", "assignee", "security_accepted_at", "erasure_pending"), True),
    **dict.fromkeys(("content_revision", "changed_at", "chain_head", "agreement_type", "recent", "uploads"), True),
    "wait": {"remind_on", "reminders", "rescan_at"},
    "review": {"target_on", "breach_on", "escalated", "breaches"},
}
"""What the API's views of a case do not show; of a review's days, people see the one that is expected.

The desk's notes and whose case it is are not the applicant's affair: what an applicant asks for must not fail, as if
the case had changed, because the desk wrote something down. People of the desk name the last event they saw instead.
"""

TOLD_ONCE: Final = frozenset({NoticeKind.BLOCKED, NoticeKind.FACTS_UNKNOWN})
"""Notices that are sent only when the findings changed since the last one."""

_ORDER: Final = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS)
"""What people must act on comes first, and is kept where not all findings are."""

_REMEMBERS_TOLD: Final = frozenset({State.CHECKING_ELIGIBILITY, State.ACTION_REQUIRED})
"""The states in which a case is still held up by the findings that were told last."""


@dataclass(frozen=True, slots=True)
class Move:
    """What shall happen to a case: the event, who brought it about, and what it changes besides the state.

    `personal` are the personal data that came with it: kept beside the history event, which holds a commitment to them.
    """

    event: Event
    actor: str
    reasons: tuple[str, ...] = ()
    updates: Mapping[str, Any] = field(default_factory=dict)
    owed_by: Party = Party.APPLICANT
    personal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """The case after a move, and what is stored beside it."""

    case: Case
    event: HistoryEvent
    notices: tuple[Notice, ...]


def opened(case: Case, actor: str, moment: Moment) -> Advance:
    """The submission as the first event of a new case's history."""
    move = Move(Event.SUBMIT, actor, personal=case.request.model_dump(mode="json", by_alias=True, exclude_none=True))
    passage = Passage(seq=case.seq, event=Event.SUBMIT, to_state=case.state, at=moment.now)
    begun = case.model_copy(update={"recent": (passage,)})
    return _sealed(begun, _event(begun, None, move, SUBMITTED, moment), ())


def advance(case: Case, move: Move, moment: Moment, terms: Terms) -> Advance:
    """Move a case. Raises IllegalMoveError where the transition table has no such move."""
    transition = transition_for(case.state, move.event)
    draft = case.model_copy(
        update={
            **move.updates,
            "state": transition.to,
            "seq": case.seq + 1,
            "side_events": 0,
            "follow_up": transition.follow_up,
            "committed_by": moment.commit_id,
            "changed_at": moment.now,
            "retries": case.retries + 1 if move.event is Event.SCHEDULE_RETRY else 0,
            "attention": _attention_after(case, transition),
            "wait": _wait_after(case, transition.to, move, moment, terms),
            "review": _review_after(case, move, moment, terms),
        }
    )
    told, notices = _notices(case, draft, transition, moment)
    following = draft.model_copy(
        update={
            "told_findings": told,
            "content_revision": _revision_after(case, draft),
            "recent": with_passage(case.recent, _passage(case, draft, move, notices)),
        }
    )
    return _sealed(following, _event(following, case.state, move, transition, moment), notices)


def _review_after(case: Case, move: Move, moment: Moment, terms: Terms) -> ReviewClock | None:
    """The clock of the review. Once a limit is granted it has no more to say: a later block pauses nothing."""
    if case.approved_limit is not None:
        return case.review
    return review_after(case.review, move.event, moment.now, case.request.billing_address.country, terms)


def hear(case: Case, text: str, actor: str, moment: Moment) -> Advance:
    """Keep a message of the applicant for the desk. The case keeps its state and its number."""
    heard = ApplicantMessage(at=moment.now, text=text, by=actor)
    update = {"messages": (*case.messages, heard)[-MOST_MESSAGES:]}
    return _aside(case, update, "message from the applicant", actor, moment, {"text": text})


def keep_document(case: Case, slot: DocumentSlot, file: CheckedFile, actor: str, moment: Moment) -> Advance:
    """Keep a document of a case that has room for it. The case keeps its state and its number."""
    document = Document(
        slot=slot,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        uploaded_at=moment.now,
        by=actor,
    )
    update = {"documents": (*case.documents, document), "uploads": case.uploads + 1}
    return _aside(case, update, "document", actor, moment, _told_of(document))


def take_document_out(case: Case, document: Document, actor: str, moment: Moment) -> Advance:
    """Take a document out of a case, which keeps its state and its number."""
    left = tuple(each for each in case.documents if each != document)
    return _aside(case, {"documents": left}, "document removed", actor, moment, _told_of(document))


def _told_of(document: Document) -> dict[str, Any]:
    """What history keeps of a document, as personal data: people name files after themselves."""
    return document.model_dump(mode="json", by_alias=True, exclude={"uploaded_at", "by"})


def raise_attention(case: Case, reason: str, moment: Moment, *, passing: bool = False) -> Advance:
    """Flag a case for the desk; a passing flag goes by itself. The case keeps its state and its number."""
    attention = Attention(reason=reason, since=moment.now, passing=passing)
    return _aside(case, {"attention": attention}, f"attention: {reason}", "system", moment)


def clear_attention(case: Case, seen: Attention | None, actor: str, moment: Moment) -> Advance:
    """Take the flag off that was seen: the desk has dealt with it. One raised since stays."""
    left = None if case.attention == seen else case.attention
    return _aside(case, {"attention": left}, "attention cleared" if left is None else "resumed", actor, moment)


def note_down(case: Case, text: str, by: str, actor: str, moment: Moment) -> Advance:
    """Keep a note of a person of the desk. The case keeps its state and its number."""
    note = DeskNote(at=moment.now, by=by, text=text)
    update = {"notes": (*case.notes, note)[-MOST_NOTES:]}
    return _aside(case, update, "note of the desk", actor, moment, {"text": text})


def assign(case: Case, to: str | None, actor: str, moment: Moment) -> Advance:
    """Give a case to a person of the desk, or with None to nobody."""
    return _aside(case, {"assignee": to}, f"assigned to {to}" if to else "released", actor, moment)


def accept_security(case: Case, actor: str, moment: Moment) -> Advance:
    """Keep when the applicant agreed to give the security; the case goes on when the desk has it."""
    return _aside(case, {"security_accepted_at": moment.now}, "security accepted", actor, moment)


def begin_erasure(case: Case, actor: str, moment: Moment) -> Advance:
    """Erase the personal data on the case itself, and mark that other rows have to follow."""
    return _aside(redacted(case, moment.now), {}, "erasure of personal data begun", actor, moment)


def end_erasure(case: Case, moment: Moment) -> Advance:
    """Say that no row holds personal data of the case any more."""
    return _aside(case, {"erasure_pending": False}, "personal data erased", "system", moment)


def slot_after(slot: Slot, case: Case, moment: Moment, terms: Terms) -> Slot | None:
    """What becomes of a case's slot: kept while open and once switched, closed for a while once declined, else free."""
    if not case.is_final:
        return slot
    if case.state is State.SWITCHED:
        return slot.model_copy(update={"status": SlotStatus.SWITCHED, "since": moment.now})
    if case.state is State.DECLINED:
        until = months_later(moment.now, terms.policy.reapply_after_months)
        return slot.model_copy(update={"status": SlotStatus.COOLING, "since": moment.now, "until": until})
    return None


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it has no such day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def findings_update(findings: Iterable[Finding]) -> dict[str, Any]:
    """The findings as kept on a case: capped, with the total said; what fails comes first."""
    ordered = sorted(findings, key=lambda finding: _ORDER.index(finding.outcome))
    return {"findings": tuple(ordered[:MOST_FINDINGS]), "findings_total": len(ordered)}


def _revision_after(case: Case, following: Case) -> int:
    """The content revision moves exactly when somebody can see a difference."""
    return case.content_revision + (_shown(case) != _shown(following))


def _shown(case: Case) -> tuple[Any, ...]:
    return case.model_dump(exclude=dict(_UNSEEN)), case.review and case.review.expected_on


def _attention_after(case: Case, transition: Transition) -> Attention | None:
    """A passing flag goes with a transition that settles the index: the work list never shows one that is gone."""
    passes = case.attention and case.attention.passing and transition.follow_up is FollowUp.NOTIFY
    return None if passes else case.attention


def _passage(case: Case, draft: Case, move: Move, notices: tuple[Notice, ...]) -> Passage:
    """The passage of a move; its stage is that of a case which remembers none before it."""
    return Passage(
        seq=draft.seq,
        event=move.event,
        from_state=case.state,
        to_state=draft.state,
        at=draft.changed_at,
        stage=case.state,
        entered_at=case.wait.since if case.wait else case.changed_at,
        told_findings=any(notice.kind is NoticeKind.BLOCKED for notice in notices),
    )


def _wait_after(case: Case, to: State, move: Move, moment: Moment, terms: Terms) -> Wait | None:
    if case.wait and move.event is Event.REMIND:
        return case.wait.reminded(moment.now)
    if case.wait and case.state is State.ACTION_REQUIRED and to is State.CHECKING_ELIGIBILITY:
        return rescanned(case.wait, case.state, moment.now, terms)
    kept = to is State.CHECKING_ELIGIBILITY or to is case.state
    rechecked = case.state is State.CHECKING_ELIGIBILITY and to is State.ACTION_REQUIRED
    if kept or (rechecked and case.wait and case.wait.owed_by is move.owed_by):
        return case.wait
    wait = begin_wait(to, move.owed_by, moment.now, terms)
    asked = move.updates.get("security_asked")
    return until(wait, asked.by) if wait and asked and asked.by else wait


def _notices(case: Case, draft: Case, transition: Transition, moment: Moment) -> tuple[str, tuple[Notice, ...]]:
    told = draft.told_findings if draft.state in _REMEMBERS_TOLD else ""
    if transition.notice is None:
        return told, ()
    if transition.notice in TOLD_ONCE:
        told = _fingerprint(draft.findings, draft.findings_total)
        if told == draft.told_findings:
            return told, ()
    return told, (_notice(case, draft, transition.notice, moment),)


def _notice(case: Case, draft: Case, kind: NoticeKind, moment: Moment) -> Notice:
    wait = case.wait if kind is NoticeKind.EXPIRED else draft.wait
    details = notice_details(draft, case.state, wait)
    return Notice(case_id=draft.id, seq=draft.seq, kind=kind, details=details, created_at=moment.now)


def notice_details(case: Case, came_from: State | None, wait: Wait | None) -> NoticeDetails:
    """What can be told of a case as it is, of the state that it came from, and of the wait that is spoken of."""
    return NoticeDetails(
        findings=tuple(finding for finding in case.findings if finding.outcome is not Outcome.PASS),
        findings_total=case.findings_total,
        credit=case.credit,
        owed_by=wait.owed_by if wait else None,
        last_day=wait.last_day if wait else None,
        state=case.state,
        came_from=came_from,
        agreement_type=case.agreement_type,
        review=case.review,
        limit=case.approved_limit,
        information=case.information_asked,
        security=case.security_asked,
        security_received=case.security_received,
        decline_codes=case.decline_codes,
    )


def told_by(notice: Notice) -> str:
    """What a notice tells of findings, as `told_findings` of the case keeps it of the last one."""
    return _fingerprint(notice.details.findings, notice.details.findings_total)


def _fingerprint(findings: Iterable[Finding], total: int) -> str:
    parts = [f"{f.code}:{f.resource.id if f.resource else ''}" for f in findings if f.outcome is not Outcome.PASS]
    return hashlib.sha256("\n".join([str(total), *sorted(parts)]).encode()).hexdigest()


def _event(case: Case, origin: State | None, move: Move, transition: Transition, moment: Moment) -> HistoryEvent:
    return HistoryEvent(
        case_id=case.id,
        seq=case.seq,
        at=moment.now,
        event=move.event,
        from_state=origin,
        to_state=transition.to,
        actor=move.actor,
        reasons=move.reasons,
        commit_id=moment.commit_id,
        previous_hash=case.chain_head,
        **_committed(move.personal, moment),
    )


def _committed(personal: Mapping[str, Any] | None, moment: Moment) -> dict[str, Any]:
    if not personal:
        return {}
    commitment = commitment_to(personal, moment.salt)
    return {"commitment": commitment, "personal": dict(personal), "salt": moment.salt}


def _aside(
    case: Case,
    update: Mapping[str, Any],
    note: str,
    actor: str,
    moment: Moment,
    personal: Mapping[str, Any] | None = None,
) -> Advance:
    changed = case.model_copy(update=update)
    following = changed.model_copy(
        update={
            "side_events": case.side_events + 1,
            "content_revision": _revision_after(case, changed),
            "changed_at": moment.now,
        }
    )
    event = HistoryEvent(
        case_id=case.id,
        seq=case.seq,
        side=following.side_events,
        at=moment.now,
        event=None,
        note=note,
        from_state=case.state,
        to_state=case.state,
        actor=actor,
        commit_id=moment.commit_id,
        previous_hash=case.chain_head,
        **_committed(personal, moment),
    )
    return _sealed(following, event, ())


def _sealed(case: Case, event: HistoryEvent, notices: tuple[Notice, ...]) -> Advance:
    whole = sealed(event)
    return Advance(case.model_copy(update={"chain_head": whole.hash}), whole, notices)
