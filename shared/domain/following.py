"""What an applicant follows: a request of the scope with all that lies behind it, and the other requests there."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.case import Case
from shared.domain.dossier import Dossier, Slot
from shared.domain.errors import CaseNotFoundError
from shared.domain.facts import SubscriptionFacts
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import State
from shared.domain.notices import DESK_NOTICES, Notice
from shared.domain.waiting import Terms


@dataclass(frozen=True, slots=True)
class Following:
    """A request as it is followed.

    `events` and `notices` are in order; notices to the desk are not among them. `slot` is the scope's if this request
    has it, `facts` what is known of the subscription, `others` the other requests, newest first. Only the request that
    `is_current` in the scope is acted on.
    """

    case: Case
    events: tuple[HistoryEvent, ...]
    notices: tuple[Notice, ...]
    slot: Slot | None
    facts: SubscriptionFacts
    others: tuple[Case, ...]
    terms: Terms
    is_current: bool

    @property
    def came_from(self) -> State | None:
        """The state before the last one that the request moved out of, if it moved at all."""
        moved = [event for event in self.events if event.event and event.from_state is not event.to_state]
        return moved[-1].from_state if moved else None


def current_request(dossier: Dossier) -> Case:
    """The request that has the scope's slot, else the newest. Raises CaseNotFoundError where there is none."""
    cases = requests_in(dossier)
    if not cases:
        raise CaseNotFoundError
    current = current_of(dossier, cases)
    return next(case for case in cases if case.id == current)


def requests_in(dossier: Dossier) -> list[Case]:
    """The scope's requests, newest first."""
    cases = [stored.value for stored in dossier.cases.values() if stored.value]
    return sorted(cases, key=lambda case: (case.opened_at, case.id), reverse=True)


def current_of(dossier: Dossier, cases: list[Case]) -> str:
    """The id of the request that is followed where none is named; there must be one."""
    held = dossier.slot.value.case_id if dossier.slot else ""
    return held if any(case.id == held for case in cases) else cases[0].id


def told_of(done: Iterable[Notice], pending: Iterable[Notice]) -> tuple[Notice, ...]:
    """What the applicant was told, in order. A notice that was sent between the two reads is told of once, as done."""
    every = {notice.key: notice for notice in (*pending, *done) if notice.kind not in DESK_NOTICES}
    return tuple(every[key] for key in sorted(every))
