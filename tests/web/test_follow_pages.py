"""What the pages show by which an applicant follows a request."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.domain.callers import Kind, Principal
from shared.domain.case import Case
from shared.domain.credit import CreditNeed
from shared.domain.decisions import AskSecurity, Language
from shared.domain.dossier import Slot, SlotStatus
from shared.domain.eligibility import assess
from shared.domain.facts import UNKNOWN
from shared.domain.following import Following
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import FINAL, Event, NoticeKind, State
from shared.domain.notices import Notice, NoticeState
from shared.domain.policy import Severity
from shared.domain.waiting import Party, Terms, begin_wait
from shared.web.follow_pages import follow, turn_of
from shared.web.follow_story import notices_in, path_of, story_of
from shared.web.frame import Frame
from shared.web.languages import LANGUAGES
from tests.builders import NOON, a_case, a_policy, a_resource, a_slot, facts, monday_to_friday, money, terms

HOLIDAY = date(2026, 11, 3)
WITH_HOLIDAY = Terms(a_policy(), lambda day: monday_to_friday(day) and day != HOLIDAY)


def an_event(event: Event | None, from_: State | None, to: State, **changes: Any) -> HistoryEvent:
    made = {"case_id": "1", "seq": 1, "at": NOON, "event": event, "from_state": from_, "to_state": to}
    return HistoryEvent.model_validate(
        {**made, "actor": "client:demo", "commit_id": "1", "previous_hash": "", **changes}
    )


def a_following(case: Case, *events: HistoryEvent, slot: Slot | None = None, by: Terms | None = None) -> Following:
    return Following(case, events, (), slot, UNKNOWN, (), by or terms(), is_current=True)


def shown(following: Following, language: Language = "en") -> dict[str, Any]:
    frame = Frame(language, "/follow", Principal(Kind.APPLICANT, following.case.scope), NOON)
    return dict(follow(frame, following, "key"))


def held_up() -> Case:
    seen = facts(resources=(a_resource("Sendgrid.Email/accounts", "mail"),), outstanding_balance=money("10.00"))
    block = {"severity": Severity.BLOCK}  # a policy may say so of everything
    return a_case(State.ACTION_REQUIRED, findings=[each.model_copy(update=block) for each in assess(seen, a_policy())])


# --- whose turn it is


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nobody_owes_anything_of_what_has_ended(state: State) -> None:
    assert turn_of(a_case(state), terms()).of == "nobody"


def test_the_service_is_at_work_in_a_step() -> None:
    assert turn_of(a_case(), terms()).of == "service"


def test_says_which_days_an_applicant_has_and_which_do_not_count() -> None:
    wait = begin_wait(State.CREDIT_APPLICATION_DUE, Party.APPLICANT, NOON, WITH_HOLIDAY)
    assert wait
    turn = turn_of(a_case(State.CREDIT_APPLICATION_DUE, wait=wait), WITH_HOLIDAY)
    assert (turn.of, turn.until, turn.in_business_days) == ("applicant", wait.last_day, True)
    assert turn.skipped == (HOLIDAY,)


def test_of_calendar_days_none_are_skipped() -> None:
    turn = turn_of(a_case(State.APPROVED), WITH_HOLIDAY)
    assert (turn.of, turn.days > 0, turn.in_business_days, turn.skipped) == ("applicant", True, False, ())


def test_a_day_that_the_desk_chose_is_not_reckoned() -> None:
    asked = AskSecurity.model_validate(
        {"kind": "ask_security", "type": "deposit", "amount": money("1"), "by": "2026-12-01", "note": "thin"}
    )
    turn = turn_of(a_case(State.SECURITY_DUE, security_asked=asked), terms())
    assert (turn.days, turn.in_business_days, turn.skipped) == (0, False, ())


def test_what_the_desk_owes_without_a_date_has_none() -> None:
    wait = begin_wait(State.ACTION_REQUIRED, Party.DESK, NOON, terms())
    turn = turn_of(a_case(State.ACTION_REQUIRED, wait=wait), terms())
    assert (turn.of, turn.until) == ("desk", None)


# --- what is owed


@pytest.mark.parametrize(
    ("language", "because"),
    [("en", "its namespace Sendgrid.Email is not Microsoft's"), ("nl", "Sendgrid.Email")],
)
def test_says_why_a_resource_is_a_third_partys(language: Language, because: str) -> None:
    contents = shown(a_following(held_up()), language)
    (removal,) = contents["removals"]
    assert because in removal.because
    assert ("namespace" in removal.because and "not Microsoft's" in removal.because) is (language == "en")
    assert removal.fix
    assert len(contents["blocking"]) == 1, "the balance is not paid"


def test_reckons_when_a_payment_of_today_is_booked() -> None:
    contents = shown(a_following(a_case(State.APPROVED), by=WITH_HOLIDAY))
    booked = {each.way: each.booked_on for each in contents["postings"]}
    assert booked["wire_domestic"] == date(2026, 11, 9), "four days after Monday 2 November, without the holiday"
    assert contents["portal_steps"]


@pytest.mark.parametrize(
    ("status", "until", "apply_after"),
    [
        (SlotStatus.COOLING, NOON + timedelta(days=90), date(2027, 1, 31)),
        (SlotStatus.COOLING, NOON + timedelta(hours=2), NOON.date()),
        (SlotStatus.COOLING, NOON, None),
        (SlotStatus.COOLING, None, None),
        (SlotStatus.OPEN, None, None),
    ],
)
def test_says_after_which_day_one_may_apply_again(status: SlotStatus, until: Any, apply_after: date | None) -> None:
    following = a_following(a_case(State.DECLINED), slot=a_slot(status=status, until=until))
    assert shown(following)["apply_after"] == apply_after


def test_a_country_without_a_name_is_shown_by_its_code() -> None:
    case = a_case()
    address = case.request.billing_address.model_copy(update={"country": "ZZ"})
    nowhere = case.model_copy(update={"request": case.request.model_copy(update={"billing_address": address})})
    assert shown(a_following(nowhere))["country"] == "ZZ"


# --- the path


def test_draws_how_far_a_request_is() -> None:
    submitted = an_event(Event.SUBMIT, None, State.CHECKING_ELIGIBILITY)
    path = path_of(a_case(), None, [submitted])
    assert [step.status for step in path] == ["done", "current", "ahead", "ahead", "ahead"]
    assert path[0].at == NOON


def test_a_request_stops_where_it_was() -> None:
    path = path_of(a_case(State.WITHDRAWN), State.CREDIT_REVIEW, [])
    assert [step.status for step in path] == ["done", "done", "done", "stopped", "unreached"]
    assert [step.status for step in path_of(a_case(State.INELIGIBLE), None, [])][1] == "stopped"


def test_a_credit_check_that_was_not_needed_is_shown_as_such() -> None:
    case = a_case(State.APPROVED, credit=CreditNeed(needed=False, reason="little", source="s"))
    assert path_of(case, State.CHECKING_CREDIT, [])[2].status == "skipped"


def test_a_switched_request_is_through() -> None:
    assert {step.status for step in path_of(a_case(State.SWITCHED), State.APPROVED, [])} == {"done"}


# --- the story


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("actor", ["client:demo", "desk:ada"])
def test_every_event_has_words_without_names(language: Language, actor: str) -> None:
    events = [an_event(event, None, State.CHECKING_CREDIT, actor=actor) for event in Event]
    story = story_of(language, events)
    assert len(story) == len(Event) - 2
    assert not [told for told in story if not told.text or "ada" in told.text.split() or "_" in told.text]


def test_tells_what_happened_beside_the_moves_newest_first() -> None:
    state = State.CREDIT_REVIEW
    notes = ("document", "a colleague's note", "personal data erased")
    story = story_of("en", [an_event(None, None, state, note=note) for note in notes])
    assert [told.text for told in story] == [
        "The personal data of this request were erased.",
        "You uploaded a document.",
    ]


@pytest.mark.parametrize(
    ("actor", "words"),
    [("applicant:1", "You wrote"), ("client:demo", "The computer system that sent the request wrote")],
)
def test_tells_who_wrote_to_the_desk(actor: str, words: str) -> None:
    wrote = an_event(None, None, State.CREDIT_REVIEW, note="message from the applicant", actor=actor)
    assert [told.text for told in story_of("en", [wrote])] == [f"{words} to the billing desk."]


def test_tells_what_became_of_notices() -> None:
    states = [NoticeState.DONE, NoticeState.PENDING, NoticeState.SUPERSEDED, NoticeState.FAILED]
    ended = NOON + timedelta(hours=1)
    notices = [
        Notice(case_id="1", seq=seq, kind=NoticeKind.BLOCKED, state=state, created_at=NOON, ended_at=ended)
        for seq, state in enumerate(states)
    ]
    assert [(each.state, each.at) for each in notices_in("en", notices)] == [
        ("failed", ended), ("on_its_way", ended), ("sent", ended)
    ]  # fmt: skip
