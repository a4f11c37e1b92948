"""The work list: which tabs a case is in, and who comes first."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.case import Attention, Case
from shared.domain.lifecycle import FINAL, State
from shared.domain.review import start_review
from shared.domain.waiting import Party, begin_wait
from shared.domain.work_list import ALL, ATTENTION, deadline_of, folded, matches, places_of
from tests.builders import NOON, a_case, terms

FLAG = Attention(reason="a step failed", since=NOON)


def in_review(since: datetime = NOON, **changes: Any) -> Case:
    return a_case(State.CREDIT_REVIEW, review=start_review(since, "NL", terms()), **changes)


def owed_by_desk(since: datetime = NOON) -> Case:
    return a_case(State.ACTION_REQUIRED, wait=begin_wait(State.ACTION_REQUIRED, Party.DESK, since, terms()))


def waiting(since: datetime = NOON, state: State = State.APPROVED) -> Case:
    return a_case(state, wait=begin_wait(state, Party.APPLICANT, since, terms()))


def place_in(case: Case, tab: str) -> str:
    return dict(places_of(case))[tab]


def test_puts_the_most_urgent_first() -> None:
    later = NOON + timedelta(days=3)
    ordered = [
        waiting().model_copy(update={"attention": FLAG}),
        in_review().model_copy(update={"attention": FLAG.model_copy(update={"since": later})}),
        in_review(),
        in_review(later),
        owed_by_desk(),
        owed_by_desk(later),
        a_case(),
        a_case(State.CHECKING_CREDIT, changed_at=later),
        waiting(),
        waiting(later),
    ]
    places = [place_in(case, ALL) for case in ordered]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_who_must_act_sooner_comes_first_whoever_began_to_wait_before() -> None:
    later = waiting(NOON + timedelta(hours=1))
    assert later.wait is not None
    sooner = later.model_copy(update={"wait": later.wait.model_copy(update={"last_day": NOON.date()})})
    assert place_in(sooner, ALL) < place_in(waiting(), ALL)


def test_an_overdue_review_stays_first_when_a_new_day_was_promised() -> None:
    clock = in_review().review
    assert clock is not None
    late = clock.model_copy(update={"breaches": 1, "escalated": True, "breach_on": clock.breach_on + timedelta(days=9)})
    assert place_in(in_review().model_copy(update={"review": late}), ALL) == place_in(in_review(), ALL)


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_an_open_case_is_among_all_and_in_the_tab_of_its_state(state: State) -> None:
    assert [tab for tab, _ in places_of(a_case(state))] == [ALL, state]
    flagged = places_of(a_case(state, attention=FLAG))
    assert {tab for tab, _ in flagged} == {ALL, state, ATTENTION}
    assert len({place for _, place in flagged}) == 1


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_closed_case_is_in_the_tab_of_its_state_only_newest_first(state: State) -> None:
    older, newer = a_case(state), a_case(state, changed_at=NOON + timedelta(seconds=1))
    assert [tab for tab, _ in places_of(older)] == [state]
    assert place_in(newer, state) < place_in(older, state)


def test_a_closed_case_with_a_flag_is_shown_to_the_desk() -> None:
    assert [tab for tab, _ in places_of(a_case(State.DECLINED, attention=FLAG))] == [State.DECLINED, ATTENTION]


def test_a_deadline_is_the_end_of_its_day_everywhere_on_earth() -> None:
    assert deadline_of(in_review()) == datetime.fromisoformat("2026-11-10T12:00:00Z")
    assert deadline_of(waiting()) == datetime.fromisoformat("2026-12-03T12:00:00Z")


@pytest.mark.parametrize(
    "case",
    [
        a_case(),
        a_case(State.CHECKING_ELIGIBILITY, wait=waiting().wait),
        a_case(State.SWITCHED),
        a_case(State.SWITCHED, wait=waiting().wait),
        owed_by_desk(),
        a_case(State.CREDIT_REVIEW),
        waiting().model_copy(update={"wait": None}),
    ],
    ids=["step", "step-in-a-wait", "closed", "closed-in-a-wait", "desk", "without-a-clock", "without-a-wait"],
)
def test_has_no_deadline_where_nothing_is_owed_by_a_day(case: Case) -> None:
    assert deadline_of(case) is None
    assert places_of(case)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("  CONTOSO B.V. ", "contoso b.v."), ("Zoë & Søn", "zoe & søn"), ("Straße", "strasse"), ("ﬁrma", "firma")],
)
def test_folds_case_accents_and_spaces(text: str, wanted: str) -> None:
    assert folded(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("SOL", True), ("elia", True), ("Solé", True), ("c0ffee", True), ("ffee", False), ("x", False)]
)
def test_finds_a_part_of_the_name_or_the_beginning_of_the_id(text: str, wanted: bool) -> None:
    assert matches({"companyFolded": folded("Solélia"), "caseId": "c0ffee-1"}, text) is wanted
