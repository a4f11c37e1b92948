"""What only shows while handlers run, and not in what they leave: each is held against what it could know."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.adapters.case_rows import document_of, history_event_of
from shared.adapters.case_store import CaseStore
from shared.adapters.storage import Insert, Replace
from shared.domain.case import Attention, Case, scope_of
from shared.domain.dossier import place_of
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, NoticeKind, State
from shared.domain.notices import Letter, Notice, NoticeState
from shared.workflow.notices import LONGEST_SEND
from tests.faults.ports import Call, Kind, run_now
from tests.world import SUBSCRIPTION

SKEW: Final = timedelta(minutes=10)
"""How far the clock of a machine may be from the true time."""

_HELD_UP: Final = {State.ACTION_REQUIRED, State.CHECKING_ELIGIBILITY}
_TRUE_IN: Final = {
    NoticeKind.INSTRUCTIONS: {State.APPROVED},
    NoticeKind.BLOCKED: _HELD_UP,
    NoticeKind.FACTS_UNKNOWN: _HELD_UP,
    NoticeKind.CREDIT_APPLICATION: {State.CREDIT_APPLICATION_DUE},
    NoticeKind.INFORMATION_ASKED: {State.INFORMATION_DUE},
    NoticeKind.SECURITY_ASKED: {State.SECURITY_DUE},
    NoticeKind.IN_REVIEW: {State.CREDIT_REVIEW},
    NoticeKind.SECURITY_RECEIVED: {State.CREDIT_REVIEW},
    NoticeKind.REVIEW_OVERDUE: {State.CREDIT_REVIEW},
    NoticeKind.REVIEW_DELAYED: {State.CREDIT_REVIEW},
}
_PROMISED: Final = frozenset({Event.REMIND, Event.EXPIRE, Event.RESCAN, Event.ESCALATE, Event.BREACH})
"""What happens because a moment has come."""

_WRITES: Final = (Kind.COMMIT, Kind.SEND, Kind.DELETE, Kind.MAIL)


class Watch:
    """Follows one handler, call by call. `problems` are what it did and must not do."""

    def __init__(self, name: str, store: CaseStore) -> None:
        self.problems: list[str] = []
        self._name = name
        self._store = store
        self._at_first = self._cases()
        self._seen: list[Attention | None] = []
        self._still_looks = True

    def _cases(self) -> dict[str, Case]:
        """Every case of the subscription as it is."""
        dossier = run_now(self._store.read(scope_of(SUBSCRIPTION)))
        return {case_id: stored.value for case_id, stored in dossier.cases.items() if stored.value}

    def before(self, call: Call, now: datetime) -> None:
        """The call is about to be carried out."""
        self._still_looks &= call.kind is Kind.READ
        if self._name.startswith("pre_check") and call.kind in _WRITES:
            self.problems.append(f"{self._name} wrote: {call}")
        if call.letter is not None:
            self._mail(call.letter)
        for event in _events_in(call):
            self._early(event, now)
        self._taken(call)
        self._unseen(call)
        if self._still_looks and self._name.startswith("resume"):
            self._seen += [case.attention for case in self._cases().values()]

    def _mail(self, letter: Letter) -> None:
        """What did not hold any more when the handler got its message is not sent."""
        case_id, number, _ = letter.key.split("|")
        case = self._at_first.get(case_id)
        if case is None or case.seq < int(number):
            return
        kind = NoticeKind(letter.kind)
        is_over = kind is NoticeKind.REMINDER and case.seq != int(number)
        if is_over or case.state not in _TRUE_IN.get(kind, {case.state}):
            self.problems.append(f"the letter {kind.value} of number {number} went out in {case.state.value}")

    def _early(self, event: HistoryEvent, now: datetime) -> None:
        """Nothing that was promised for a moment happens before it, but for what clocks may differ."""
        before = self._cases().get(event.case_id) if event.event in _PROMISED else None
        if before is None or before.seq + 1 != event.seq or before.next_due_at is None:
            return
        if now < before.next_due_at - SKEW:
            self.problems.append(f"{event.event} came at {now}, and was due at {before.next_due_at}")

    def _taken(self, call: Call) -> None:
        """Nobody takes a notice from somebody who may still be sending it: it would go out twice for nothing."""
        for after, tag in _notices_in(call):
            dossier = run_now(self._store.read(scope_of(SUBSCRIPTION)))
            for before in (stored for stored in dossier.notices if stored.tag == tag):
                both = {before.value.state, after.state}
                if both == {NoticeState.INFLIGHT} and before.age < LONGEST_SEND:
                    self.problems.append(f"{self._name} took {after.key}, which was taken {before.age} ago")

    def _unseen(self, call: Call) -> None:
        """Resuming takes off no flag but one that was there when it looked first."""
        for after in _cases_in(call) if self._name.startswith("resume") else ():
            before = self._cases().get(after.id)
            if before is None or place_of(before) != (after.seq, after.side_events - 1):
                continue
            if after.attention is None and before.attention not in (None, *self._seen):
                self.problems.append(f"{self._name} took off a flag that it had not seen: {before.attention}")


def _events_in(call: Call) -> Sequence[HistoryEvent]:
    inserted = [operation.row for operation in call.operations if isinstance(operation, Insert)]
    return [history_event_of(row) for row in inserted if row.key.startswith("c|event|")]


def _notices_in(call: Call) -> Sequence[tuple[Notice, str]]:
    """The notices that a commit replaces, each with the version that it depends on."""
    replaced = [operation.row for operation in call.operations if isinstance(operation, Replace)]
    found = [(document_of(row, Notice), row.tag) for row in replaced if row.key.startswith("a|notice|")]
    return [(notice, tag) for notice, tag in found if notice]


def _cases_in(call: Call) -> Sequence[Case]:
    replaced = [operation.row for operation in call.operations if isinstance(operation, Replace)]
    return [case for row in replaced if row.key.startswith("a|case|") and (case := document_of(row, Case))]
