"""The content revision, which is the ETag, moves exactly when a caller can see a difference."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.view_builders import case_view
from shared.domain.case import Case
from shared.domain.credit import credit_check_for
from shared.domain.credit_assessment import assess_application
from shared.domain.decisions import DeclineCode
from shared.domain.dossier import Moment
from shared.domain.eligibility import assess
from shared.domain.facts import UNKNOWN
from shared.domain.lifecycle import FINAL, TRANSITIONS, Event, State, events_open_to
from shared.domain.moves import (
    Advance,
    Move,
    accept_security,
    advance,
    assign,
    begin_erasure,
    clear_attention,
    end_erasure,
    findings_update,
    hear,
    note_down,
    raise_attention,
)
from shared.domain.review import start_review
from shared.domain.waiting import Party
from tests.builders import NOON, a_case, a_form, a_policy, a_resource, facts, terms
from tests.workflow.test_credit import APPROVE, ASK, RECEIVED, REPLY, SECURE, an_application
from tests.world import CLIENT, OFFICER

POLICY = a_policy()
BLOCKED = findings_update(assess(facts(resources=(a_resource("Sendgrid.Email/accounts"),)), POLICY))
ASSESSED = assess_application(an_application(), a_form().credit_needed, NOON.date(), POLICY.credit.assessment)
UPDATES: dict[Event, dict[str, Any]] = {
    Event.FIND_BLOCKED: BLOCKED,
    Event.FIND_UNKNOWN: findings_update(assess(UNKNOWN, POLICY)),
    Event.FIND_ELIGIBLE: {**findings_update(assess(facts(), POLICY)), "agreement_type": "MicrosoftCustomerAgreement"},
    Event.REQUIRE_APPLICATION: {"credit": credit_check_for(a_form().credit_needed, POLICY.credit)},
    Event.ASSESS: {"assessment": ASSESSED},
    Event.SUBMIT_APPLICATION: {"credit_application": an_application()},
    Event.SUBMIT_INFORMATION: {"information": REPLY},
    Event.ASK_INFORMATION: {"information_asked": ASK},
    Event.ASK_SECURITY: {"security_asked": SECURE},
    Event.CONFIRM_SECURITY: {"security_received": RECEIVED},
    Event.APPROVE: {"approved_limit": APPROVE.limit},
    Event.DECLINE: {"decline_codes": (DeclineCode.NEW_COMPANY,)},
    Event.REVOKE: {"decline_codes": (DeclineCode.NEW_COMPANY,), "approved_limit": None},
}
ASIDES: dict[str, Callable[[Case, Moment], Advance]] = {
    "hear": lambda case, moment: hear(case, "hello", "client:demo", moment),
    "flag": lambda case, moment: raise_attention(case, "stuck", moment),
    "clear": lambda case, moment: clear_attention(case, case.attention, "desk:ada", moment),
    "clear what was not seen": lambda case, moment: clear_attention(case, None, "desk:ada", moment),
    "note": lambda case, moment: note_down(case, "hm", "ada", "desk:ada", moment),
    "assign": lambda case, moment: assign(case, "ada", "desk:ada", moment),
    "accept": lambda case, moment: accept_security(case, "client:demo", moment),
    "end": end_erasure,
}

happenings = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60), st.booleans()), min_size=1, max_size=12)


def after(case: Case, choice: int, moment: Moment, *, by_desk: bool) -> Case:
    """The case after one of the things that can happen to it now; an end comes last, and so seldom."""
    events = sorted(events_open_to(case.state), key=lambda event: TRANSITIONS[case.state, event].to in FINAL)
    possible = [*ASIDES, *events]
    what = possible[choice % len(possible)]
    if what in ASIDES:
        return ASIDES[what](case, moment).case
    move = Move(Event(what), "somebody", (), UPDATES.get(Event(what), {}), Party.DESK if by_desk else Party.APPLICANT)
    return advance(case, move, moment, terms()).case


def shown(case: Case) -> tuple[dict[str, Any], dict[str, Any]]:
    """What callers see of a case, without the ETag."""
    desks, clients = (case_view(case, reader, "", "").model_dump(exclude={"etag"}) for reader in (OFFICER, CLIENT))
    return desks, clients


def begun(state: State) -> Case:
    """A case in a state, with the clock of its review if it is in one."""
    is_reviewed = state in {State.CREDIT_REVIEW, State.INFORMATION_DUE, State.SECURITY_DUE}
    return a_case(state, review=start_review(NOON, "NL", terms()) if is_reviewed else None)


@given(st.sampled_from(State), happenings)
def test_a_view_differs_exactly_when_the_revision_does(state: State, steps: list[tuple[int, int, bool]]) -> None:
    case, now = begun(state), NOON
    for number, (choice, hours, by_desk) in enumerate(steps):
        now += timedelta(hours=hours)
        following = after(case, choice, Moment(now, f"commit-{number}"), by_desk=by_desk)
        assert (shown(following) != shown(case)) == (following.content_revision != case.content_revision)
        assert following.content_revision in {case.content_revision, case.content_revision + 1}
        case = following


def test_an_erasure_moves_the_revision_and_leaves_a_view() -> None:
    case = a_case(State.DECLINED, decline_codes=(DeclineCode.NEW_COMPANY,))
    erased = begin_erasure(case, "desk:ada", Moment(NOON, "commit-1")).case
    assert erased.content_revision == case.content_revision + 1
    desks, clients = shown(erased)
    assert desks["request"]["company_name"] == clients["request"]["company_name"] == "(erased)"
    assert (clients["decline_reasons"], clients["state"]) == (shown(case)[1]["decline_reasons"], State.DECLINED)
