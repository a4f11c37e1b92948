import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import IllegalMoveError
from shared.domain.lifecycle import (
    FINAL,
    MACHINE,
    SUBMITTED,
    TRANSITIONS,
    WAITS_FOR_APPLICANT,
    Event,
    FollowUp,
    NoticeKind,
    State,
    Status,
    Transition,
    events_open_to,
    refusal_in,
    status_of,
    transition_for,
)

OPEN = frozenset(State) - FINAL
EVERY_PAIR = [(state, event) for state in State for event in Event]
MISSING = [pair for pair in EVERY_PAIR if pair not in TRANSITIONS]


@pytest.mark.parametrize(("state", "event"), MISSING)
def test_refuses_every_pair_not_in_the_table_and_names_what_is_possible(state: State, event: Event) -> None:
    with pytest.raises(IllegalMoveError) as refused:
        transition_for(state, event)
    possible = {other for origin, other in TRANSITIONS if origin is state}
    assert (refused.value.state, refused.value.event) == (state, event)
    assert set(refused.value.open_to) == possible


@pytest.mark.parametrize("pair", TRANSITIONS)
def test_finds_every_transition_in_the_table(pair: tuple[State, Event]) -> None:
    assert transition_for(*pair) is TRANSITIONS[pair]


def test_ends_in_exactly_these_states() -> None:
    assert {State.SWITCHED, State.INELIGIBLE, State.DECLINED, State.WITHDRAWN, State.EXPIRED} == FINAL


@pytest.mark.parametrize("state", sorted(FINAL))
def test_leaves_no_way_out_of_a_final_state(state: State) -> None:
    assert events_open_to(state) == ()


def _reachable(start: State) -> set[State]:
    found, edge = {start}, {start}
    while edge:
        edge = {transition.to for (state, _), transition in TRANSITIONS.items() if state in edge} - found
        found |= edge
    return found


@pytest.mark.parametrize("state", State)
def test_leads_every_state_to_a_final_one(state: State) -> None:
    assert _reachable(state) & FINAL


def test_reaches_every_state_from_a_submission() -> None:
    assert _reachable(SUBMITTED.to) == set(State)


@given(st.lists(st.sampled_from(Event), max_size=60))
def test_never_leaves_a_final_state_whatever_happens(events: list[Event]) -> None:
    state = SUBMITTED.to
    for event in events:
        before, transition = state, TRANSITIONS.get((state, event))
        state = transition.to if transition else state
        assert before not in FINAL or state is before


@pytest.mark.parametrize("transition", [SUBMITTED, *TRANSITIONS.values()])
def test_queues_the_step_of_a_machine_state_and_notifies_everywhere_else(transition: Transition) -> None:
    assert transition.follow_up is MACHINE.get(transition.to, FollowUp.NOTIFY)
    assert (transition.notice is None) is (transition.to in MACHINE)


@pytest.mark.parametrize("state", sorted(OPEN))
def test_lets_every_open_case_be_withdrawn_or_found_switched(state: State) -> None:
    assert transition_for(state, Event.WITHDRAW).to is State.WITHDRAWN
    assert transition_for(state, Event.VERIFY_SWITCH).to is State.SWITCHED


def test_reminds_of_and_expires_the_applicants_waits_only() -> None:
    for event in (Event.REMIND, Event.EXPIRE):
        assert {state for state in State if event in events_open_to(state)} == set(WAITS_FOR_APPLICANT)


@pytest.mark.parametrize("pair", [pair for pair in TRANSITIONS if pair[1] is Event.REMIND])
def test_leaves_a_reminded_case_where_it_is(pair: tuple[State, Event]) -> None:
    assert TRANSITIONS[pair].to is pair[0]


def test_lets_an_officer_approve_in_the_review_only_and_decline_what_is_held_up_or_approved_too() -> None:
    review = {State.CREDIT_REVIEW, State.INFORMATION_DUE, State.SECURITY_DUE}
    assert {state for state in State if Event.APPROVE in events_open_to(state)} == review
    declined = {state for state in State if refusal_in(state) in events_open_to(state)}
    assert declined == review | {State.ACTION_REQUIRED, State.APPROVED}


@pytest.mark.parametrize("state", MACHINE)
def test_retries_a_step_with_the_same_step(state: State) -> None:
    retry = transition_for(state, Event.SCHEDULE_RETRY)
    assert (retry.to, retry.follow_up) == (state, MACHINE[state])


def test_names_the_open_events_in_the_order_of_the_enumeration() -> None:
    found = events_open_to(State.CREDIT_APPLICATION_DUE)
    assert found == (Event.SUBMIT_APPLICATION, Event.REMIND, Event.EXPIRE, Event.WITHDRAW, Event.VERIFY_SWITCH)


@pytest.mark.parametrize("state", State)
def test_runs_while_a_case_is_open(state: State) -> None:
    assert (status_of(state) is Status.RUNNING) is (state in OPEN)


def test_tells_success_cancellation_and_failure_apart() -> None:
    ends = {state: status_of(state) for state in FINAL}
    failed = dict.fromkeys([State.INELIGIBLE, State.DECLINED, State.EXPIRED], Status.FAILED)
    assert ends == failed | {State.SWITCHED: Status.SUCCEEDED, State.WITHDRAWN: Status.CANCELED}


@pytest.mark.parametrize("word", [*State, *Event, *FollowUp, *NoticeKind])
def test_keeps_the_words_that_rows_hold(word: State | Event | FollowUp | NoticeKind) -> None:
    assert word.value == word.name.lower()


def test_speaks_of_its_status_in_azures_words() -> None:
    assert list(Status) == ["Running", "Succeeded", "Failed", "Canceled"]


# The specification once more, read the other way round: per event, from where to where ("=": stays).
SPECIFICATION = {
    "find_eligible": ("checking_eligibility", "checking_credit"),
    "find_blocked": ("checking_eligibility checking_credit approved", "action_required"),
    "find_unknown": ("checking_eligibility checking_credit", "action_required"),
    "find_ineligible": ("checking_eligibility checking_credit approved", "ineligible"),
    "change_facts": ("action_required", "checking_eligibility"),
    "ask_recheck": ("action_required", "checking_eligibility"),
    "rescan": ("action_required", "checking_eligibility"),
    "waive_check": ("checking_credit", "approved"),
    "require_application": ("checking_credit", "credit_application_due"),
    "assess": ("checking_credit", "credit_review"),
    "schedule_retry": ("checking_eligibility checking_credit", "="),
    "submit_application": ("credit_application_due", "checking_credit"),
    "submit_information": ("information_due", "checking_credit"),
    "ask_information": ("credit_review", "information_due"),
    "ask_security": ("credit_review", "security_due"),
    "confirm_security": ("security_due", "credit_review"),
    "escalate": ("credit_review", "="),
    "breach": ("credit_review", "="),
    "approve": ("credit_review information_due security_due", "approved"),
    "decline": ("action_required credit_review information_due security_due", "declined"),
    "revoke": ("approved", "declined"),
    "remind": ("action_required credit_application_due information_due security_due approved", "="),
    "expire": ("action_required credit_application_due information_due security_due approved", "expired"),
    "withdraw": (" ".join(OPEN), "withdrawn"),
    "verify_switch": (" ".join(OPEN), "switched"),
}


def test_holds_every_transition_of_the_specification_and_no_other() -> None:
    specified = {
        (origin, event): origin if to == "=" else to
        for event, (origins, to) in SPECIFICATION.items()
        for origin in origins.split()
    }
    assert {pair: transition.to for pair, transition in TRANSITIONS.items()} == specified
