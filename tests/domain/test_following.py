"""What an applicant follows."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.case import Case, case_id_in
from shared.domain.dossier import Dossier, Stored
from shared.domain.errors import CaseNotFoundError
from shared.domain.facts import UNKNOWN
from shared.domain.following import Following, current_request, requests_in, told_of
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, NoticeKind, State
from shared.domain.notices import Notice, NoticeState
from tests.builders import NOON, a_case, a_slot, terms


def _case(letter: str, days: int = 0) -> Case:
    return a_case(id=case_id_in(a_case().scope, letter * 32), opened_at=NOON + timedelta(days=days))


def _dossier(*cases: Case, held_by: str = "") -> Dossier:
    slot = Stored(a_slot(case_id=held_by), "tag") if held_by else None
    held: dict[str, Stored[Case | None]] = {case.id: Stored(case, "tag") for case in cases}
    return Dossier(a_case().scope, slot=slot, cases=held)


def _event(**changes: Any) -> HistoryEvent:
    made = {"case_id": "1", "seq": 1, "at": NOON, "to_state": State.CHECKING_ELIGIBILITY, "actor": "client:demo"}
    return HistoryEvent.model_validate({**made, "commit_id": "1", "previous_hash": "", **changes})


def _following(*events: HistoryEvent) -> Following:
    return Following(a_case(), events, (), None, UNKNOWN, (), terms(), is_current=True)


def _notice(seq: int, kind: NoticeKind = NoticeKind.BLOCKED, state: NoticeState = NoticeState.PENDING) -> Notice:
    return Notice(case_id="1", seq=seq, kind=kind, state=state, created_at=NOON)


def test_lists_requests_newest_first_without_void_ones() -> None:
    old, new = _case("a"), _case("b", days=1)
    dossier = _dossier(old, new)
    void: Stored[Case | None] = Stored(None, "tag")
    assert requests_in(Dossier(dossier.scope, cases={**dossier.cases, "void": void})) == [new, old]


@pytest.mark.parametrize(("holder", "current"), [("a", "a"), ("b", "b"), ("f", "b"), ("", "b")])
def test_the_current_request_has_the_slot_or_is_the_newest(holder: str, current: str) -> None:
    held_by = _case(holder).id if holder else ""
    assert current_request(_dossier(_case("a"), _case("b", days=1), held_by=held_by)) == _case(
        current, days=1 if current == "b" else 0
    )


def test_there_is_no_current_request_where_there_is_none() -> None:
    with pytest.raises(CaseNotFoundError):
        current_request(_dossier())


def test_knows_the_state_before_the_last_move() -> None:
    submitted = _event(event=Event.SUBMIT)
    found = _event(event=Event.FIND_ELIGIBLE, from_state=State.CHECKING_ELIGIBILITY, to_state=State.CHECKING_CREDIT)
    stayed = _event(event=Event.SCHEDULE_RETRY, from_state=State.CHECKING_CREDIT, to_state=State.CHECKING_CREDIT)
    assert _following(submitted, found, stayed, _event(note="document")).came_from is State.CHECKING_ELIGIBILITY


def test_a_request_that_has_not_moved_came_from_nowhere() -> None:
    assert _following(_event(note="document")).came_from is None
    assert _following(_event(event=Event.SUBMIT)).came_from is None


def test_tells_in_order_of_notices_to_the_applicant_only() -> None:
    to_desk = _notice(2, NoticeKind.REVIEW_OVERDUE)
    assert told_of([_notice(3), to_desk], [_notice(4), _notice(1)]) == (_notice(1), _notice(3), _notice(4))


def test_a_notice_that_was_sent_between_two_reads_is_told_of_once() -> None:
    done = _notice(3, state=NoticeState.DONE)
    assert told_of([done], [_notice(3)]) == (done,)
