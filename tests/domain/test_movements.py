"""Movements: what is told of a case to be counted, once."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Any

import pytest

from shared.domain.case import Attention, Case
from shared.domain.decisions import DeclineCode
from shared.domain.eligibility import Finding, Outcome
from shared.domain.lifecycle import Event, State
from shared.domain.model import Money
from shared.domain.movements import MOST_TOLD, FunnelStep, Movement, Progress, amount_band, remembers, tell
from shared.domain.moves import Move, advance, opened
from shared.domain.passages import Passage
from shared.domain.policy import Severity
from shared.domain.review import start_review
from tests.builders import NOON, a_case, a_moment, money, terms

FLAG = Attention(reason="a step failed", since=NOON)
REVIEW = (Event.FIND_ELIGIBLE, Event.REQUIRE_APPLICATION, Event.SUBMIT_APPLICATION, Event.ASSESS)


def a_told_case(*events: Event, **updates: Any) -> Case:
    """A case after these events, one a day; `updates` come with the last."""

    def move(case: Case, event: Event) -> Case:
        made = Move(event, "somebody", updates=updates if case.seq == len(events) else {})
        return advance(case, made, a_moment(NOON + timedelta(days=case.seq)), terms()).case

    return reduce(move, events, opened(a_case(), "client:contoso", a_moment()).case)


def movements_of(case: Case) -> Sequence[Movement]:
    return tell(case, Progress(), case.recent)[1]


def test_tells_each_passage_once() -> None:
    case = a_told_case(*REVIEW)
    progress, first = tell(case, Progress(), case.recent)
    assert [(each.seq, each.event) for each in first] == list(enumerate((Event.SUBMIT, *REVIEW), 1))
    assert tell(case, progress, case.recent) == (progress, ())
    moved = advance(case, Move(Event.APPROVE, "desk:ada"), a_moment(), terms()).case
    assert [each.event for each in tell(moved, progress, moved.recent)[1]] == [Event.APPROVE]


def test_tells_nothing_that_happened_after_the_case_it_speaks_of() -> None:
    later = a_told_case(*REVIEW)
    earlier = a_told_case(*REVIEW[:2])
    progress, told = tell(earlier, Progress(), later.recent)
    assert ([each.seq for each in told], progress.told, progress.state) == ([1, 2, 3], 3, earlier.state)


def test_tells_of_retries_that_there_is_nothing_to_count() -> None:
    case = a_told_case(Event.SCHEDULE_RETRY)
    assert [tell(case, Progress(told=1), case.recent)[n] for n in (0, 1)] == [Progress(told=2), ()]


def test_tells_more_than_fits_another_time() -> None:
    case = a_case(State.APPROVED, seq=MOST_TOLD + 5)
    passages = [
        Passage(seq=n, event=Event.REMIND, from_state=State.APPROVED, to_state=State.APPROVED, at=NOON)
        for n in range(1, MOST_TOLD + 6)
    ]
    progress, first = tell(case, Progress(), passages)
    assert (progress.told, len(first)) == (MOST_TOLD, MOST_TOLD)
    progress, rest = tell(case, progress, passages)
    assert (progress.told, len(rest)) == (MOST_TOLD + 5, 5)


def a_reminder(n: int, **more: Any) -> Passage:
    return Passage(seq=n, event=Event.REMIND, from_state=State.APPROVED, to_state=State.APPROVED, at=NOON, **more)


def test_is_done_with_a_case_once_all_that_fits_is_told() -> None:
    """What came after the last passage is nothing to tell of."""
    case = a_case(State.APPROVED, seq=MOST_TOLD + 1)
    progress, told = tell(case, Progress(), [a_reminder(n) for n in range(1, MOST_TOLD + 1)])
    assert (progress.told, len(told)) == (MOST_TOLD + 1, MOST_TOLD)


def test_counts_how_often_findings_were_told() -> None:
    case = a_case(State.ACTION_REQUIRED, seq=4)
    passages = [a_reminder(n, told_findings=n != 2) for n in (1, 2, 3)]
    assert tell(case, Progress(findings_told=1), passages)[0].findings_told == 1 + 2


def test_a_flag_is_told_when_it_is_raised_and_when_it_is_taken_off() -> None:
    case = a_told_case().model_copy(update={"attention": FLAG, "side_events": 1})
    progress, (_, raised) = tell(case, Progress(), case.recent)
    assert (raised.flag, raised.event, raised.number) == (1, None, "000001.000001")
    assert tell(case, progress, case.recent)[1] == ()
    calm = case.model_copy(update={"attention": None, "side_events": 2})
    (taken_off,) = tell(calm, progress, calm.recent)[1]
    assert (taken_off.flag, taken_off.number) == (-1, "000001.000002")


def test_every_step_of_the_funnel_is_reached_once() -> None:
    again = (Event.ASK_INFORMATION, Event.SUBMIT_INFORMATION, Event.ASSESS)
    told = movements_of(a_told_case(*REVIEW, *again, Event.APPROVE, Event.VERIFY_SWITCH))
    assert [step for each in told for step in each.reached] == list(FunnelStep)


def test_a_waived_check_reaches_approval_without_a_decision() -> None:
    (_, _, approved) = movements_of(a_told_case(Event.FIND_ELIGIBLE, Event.WAIVE_CHECK))
    assert approved.reached == (FunnelStep.APPROVED,)


def test_a_request_that_is_declined_while_held_up_is_decided_only_after_its_credit_application() -> None:
    early = movements_of(a_told_case(Event.FIND_UNKNOWN, Event.DECLINE))
    assert [step for each in early for step in each.reached] == [FunnelStep.OPENED]
    late = movements_of(a_told_case(*REVIEW[:3], Event.FIND_UNKNOWN, Event.DECLINE))
    assert late[-1].reached == (FunnelStep.DECIDED,)


def test_a_stage_is_told_when_it_ends() -> None:
    told = movements_of(a_told_case(Event.FIND_BLOCKED, Event.RESCAN, Event.FIND_BLOCKED, Event.EXPIRE))
    assert [each.stage for each in told] == [None, State.CHECKING_ELIGIBILITY, None, None, State.ACTION_REQUIRED]
    assert told[-1].entered_at == NOON + timedelta(days=1)
    assert told[2].entered_at is None


def test_the_day_a_review_began_is_told_where_it_is_entered_and_left() -> None:
    told = movements_of(a_told_case(*REVIEW, Event.ESCALATE, Event.ASK_SECURITY, Event.CONFIRM_SECURITY))
    began = date(2026, 11, 5)
    assert [each.review_on for each in told[4:]] == [began, None, began, began]
    without = a_case(State.CREDIT_REVIEW, recent=a_told_case(*REVIEW).recent, seq=5, review=None)
    assert [each.review_on for each in movements_of(without)] == [None] * 5


def test_what_had_to_be_asked_again_is_told_of_a_closed_case() -> None:
    again = (Event.ASK_INFORMATION, Event.SUBMIT_INFORMATION, Event.ASSESS) * 2
    told = movements_of(a_told_case(*REVIEW, *again, Event.WITHDRAW))
    assert [each.asked_again for each in told] == [None] * (len(told) - 1) + [1]
    assert Progress(information_asked=3, findings_told=2).asked_again == 3


def a_finding(code: str, severity: Severity, outcome: Outcome) -> Finding:
    return Finding(rule="r", outcome=outcome, severity=severity, code=code, reason="because", source="s")


def test_the_codes_that_refused_are_told() -> None:
    codes = (DeclineCode.NEW_COMPANY, DeclineCode.OTHER)
    movements = movements_of(a_told_case(*REVIEW, Event.DECLINE, decline_codes=codes))
    assert movements[-1].reasons == codes
    assert {each.reasons for each in movements[:-1]} == {()}
    findings = (
        a_finding("account_is_personal", Severity.REFUSE, Outcome.FAIL),
        a_finding("account_is_personal", Severity.REFUSE, Outcome.FAIL),
        a_finding("country_served", Severity.REFUSE, Outcome.PASS),
        a_finding("balance_outstanding", Severity.BLOCK, Outcome.FAIL),
    )
    assert movements_of(a_told_case(Event.FIND_INELIGIBLE, findings=findings))[-1].reasons == ("account_is_personal",)
    assert movements_of(a_told_case(Event.WITHDRAW, findings=findings))[-1].reasons == ()


def test_a_movement_says_what_charts_are_made_of_and_who_nobody() -> None:
    (told,) = movements_of(a_told_case())
    assert (told.country, told.policy, told.band) == ("NL", "2017-07", "EUR 1000")
    assert "contoso" not in told.model_dump_json().lower()


@pytest.mark.parametrize(
    ("amount", "band"),
    [("999.99", "USD 100"), ("1000", "USD 1000"), ("9999", "USD 1000"), ("0.50", "USD 0"), ("1", "USD 1")],
)
def test_a_band_is_a_power_of_ten(amount: str, band: str) -> None:
    assert amount_band(Money.model_validate(money(amount, "USD"))) == band


@pytest.mark.parametrize(("told", "wanted"), [(0, False), (3, False), (4, True), (5, True), (6, True)])
def test_a_case_remembers_what_follows_on_what_was_told(told: int, wanted: bool) -> None:
    whole = a_told_case(*REVIEW)
    case = whole.model_copy(update={"recent": whole.recent[-1:]})
    assert remembers(case, told) is wanted
    assert remembers(whole, told)
    assert remembers(whole.model_copy(update={"recent": ()}), told) is (told >= 5)


def test_a_review_is_known_by_the_day_its_clock_began() -> None:
    case = a_told_case(*REVIEW)
    assert case.review is not None
    assert case.review.started_on == start_review(NOON + timedelta(days=3), "NL", terms()).started_on
    assert tell(case, Progress(), case.recent)[0].review_on == case.review.started_on
