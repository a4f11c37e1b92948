"""Passages: in which stage each transition found a case, and since when."""

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce

from shared.domain.case import Case
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event, State
from shared.domain.moves import Move, advance, opened, raise_attention
from shared.domain.passages import Passage, passages_of, with_passage
from tests.builders import NOON, a_case, a_moment, terms

HELD_UP = (Event.FIND_BLOCKED, Event.RESCAN, Event.FIND_BLOCKED, Event.REMIND, Event.ASK_RECHECK, Event.FIND_ELIGIBLE)


def told(*events: Event) -> tuple[Case, Sequence[HistoryEvent]]:
    """A case after these events, one a day, a flag among them; and its history."""
    first = opened(a_case(), "client:contoso", a_moment())
    flagged = raise_attention(first.case, "a step failed", a_moment())
    history = [first.event, flagged.event]

    def move(case: Case, event: Event) -> Case:
        step = advance(case, Move(event, "somebody"), a_moment(NOON + timedelta(days=case.seq)), terms())
        history.append(step.event)
        return step.case

    return reduce(move, events, flagged.case), history


def stages(case: Case) -> list[tuple[State | None, int]]:
    """The stages that ended, and on which day each had been entered."""
    ended = [passage for passage in case.recent if passage.ends_stage]
    return [(p.stage, (p.entered_at - NOON).days if p.entered_at else -1) for p in ended]


def test_a_case_stays_held_up_while_it_is_checked_anew_and_reminded() -> None:
    case, _ = told(*HELD_UP)
    assert stages(case) == [(State.CHECKING_ELIGIBILITY, 0), (State.ACTION_REQUIRED, 1)]


def test_a_stage_that_is_entered_again_begins_anew() -> None:
    review = (Event.ASSESS, Event.ASK_INFORMATION, Event.SUBMIT_INFORMATION, Event.ASSESS, Event.APPROVE)
    case, _ = told(Event.FIND_ELIGIBLE, *review)
    assert [day for stage, day in stages(case) if stage is State.CREDIT_REVIEW] == [2, 5]


def test_a_retry_is_no_passage_and_ends_no_stage() -> None:
    case, _ = told(Event.SCHEDULE_RETRY, Event.SCHEDULE_RETRY, Event.FIND_ELIGIBLE)
    assert stages(case) == [(State.CHECKING_ELIGIBILITY, 0)]
    assert [passage.seq for passage in case.recent] == [1, 4]


def test_a_history_tells_the_same_as_the_case_remembers() -> None:
    case, history = told(Event.SCHEDULE_RETRY, *HELD_UP, Event.REQUIRE_APPLICATION, Event.WITHDRAW)
    remembered = tuple(passage.model_copy(update={"told_findings": False}) for passage in case.recent)
    assert passages_of(history) == remembered
    assert any(passage.told_findings for passage in case.recent)


def test_the_first_passage_has_no_stage_before_it() -> None:
    (first,) = with_passage((), Passage(seq=1, event=Event.SUBMIT, to_state=State.CHECKING_ELIGIBILITY, at=NOON))
    assert (first.stage, first.entered_at, first.ends_stage) == (None, None, False)
