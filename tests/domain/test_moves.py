from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.case import Case
from shared.domain.credit import credit_check_for
from shared.domain.decisions import AskSecurity, DeclineCode
from shared.domain.documents import DocumentSlot
from shared.domain.dossier import Moment, SlotStatus
from shared.domain.eligibility import MOST_FINDINGS, Finding, Outcome, assess
from shared.domain.errors import IllegalMoveError
from shared.domain.facts import UNKNOWN
from shared.domain.history import HistoryEvent, commitment_to, first_broken
from shared.domain.lifecycle import FINAL, TRANSITIONS, WAITS_FOR_APPLICANT, Event, NoticeKind, State, events_open_to
from shared.domain.moves import (
    Advance,
    Move,
    advance,
    clear_attention,
    findings_update,
    hear,
    keep_document,
    months_later,
    opened,
    raise_attention,
    slot_after,
    take_document_out,
)
from shared.domain.passages import MOST_REMEMBERED, Passage
from shared.domain.policy import Severity
from shared.domain.review import start_review
from shared.domain.waiting import Party, over_at
from tests.builders import NOON, a_case, a_form, a_moment, a_policy, a_resource, a_slot, facts, money, terms
from tests.document_files import a_file, a_pdf

LATER = NOON + timedelta(days=2)
INVISIBLE = {Event.SCHEDULE_RETRY, Event.REMIND, Event.ESCALATE}
MAIL, BASE = a_resource("Sendgrid.Email/accounts", "mail"), a_resource("SuccessBricks.ClearDB/databases", "base")
RECHECK, RETRY = Move(Event.ASK_RECHECK, "client:contoso"), Move(Event.SCHEDULE_RETRY, "system")


def _advance(case: Case, move: Move, now: datetime = LATER, commit_id: str = "commit-2") -> Advance:
    return advance(case, move, a_moment(now, commit_id), terms())


def _move(case: Case, *moves: Move, now: datetime = LATER) -> Case:
    return reduce(lambda moved, move: _advance(moved, move, now).case, moves, case)


def _blocked_by(*resources: Any) -> Move:
    findings = assess(facts(resources=resources), a_policy())
    return Move(Event.FIND_BLOCKED, "system", updates=findings_update(findings))


def _facts_unknown() -> Move:
    findings = assess(UNKNOWN, a_policy())
    return Move(Event.FIND_UNKNOWN, "system", updates=findings_update(findings), owed_by=Party.DESK)


def _a_finding(number: int, outcome: Outcome) -> Finding:
    return Finding(rule="r", outcome=outcome, severity=Severity.BLOCK, code=str(number), reason="because", source="s")


# --- every move


def test_opens_a_case_with_its_submission() -> None:
    case = a_case()
    first = opened(case, "client:contoso", a_moment(commit_id="commit-0"))
    passage = Passage(seq=1, event=Event.SUBMIT, to_state=State.CHECKING_ELIGIBILITY, at=NOON)
    assert first.case == case.model_copy(update={"chain_head": first.event.hash, "recent": (passage,)})
    assert (first.event.event, first.event.seq, first.event.from_state) == (Event.SUBMIT, 1, None)
    assert (first.event.to_state, first.event.actor) == (State.CHECKING_ELIGIBILITY, "client:contoso")
    assert (first.notices, first_broken([first.event])) == ((), None)


def test_keeps_the_request_beside_the_first_event() -> None:
    case = a_case()
    event = opened(case, "client:contoso", Moment(NOON, "commit-0", "a salt")).event
    form = case.request.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert (event.personal, event.salt) == (form, "a salt")
    assert event.commitment == commitment_to(form, "a salt")
    assert event.personal is not None
    assert "supportPlan" in event.personal
    assert "line2" not in event.personal["billingAddress"]


def test_keeps_what_came_with_a_move_beside_its_event() -> None:
    move = Move(Event.WITHDRAW, "client:contoso", personal={"text": "hello"})
    event = advance(a_case(), move, Moment(LATER, "commit-2", "a salt"), terms()).event
    assert (event.personal, event.salt, event.commitment) == (
        {"text": "hello"},
        "a salt",
        commitment_to({"text": "hello"}, "a salt"),
    )


@pytest.mark.parametrize("pair", TRANSITIONS)
def test_follows_the_table(pair: tuple[State, Event]) -> None:
    case, transition = a_case(pair[0], side_events=2), TRANSITIONS[pair]
    moved = _advance(case, Move(pair[1], "somebody")).case
    assert (moved.state, moved.follow_up) == (transition.to, transition.follow_up)
    assert (moved.seq, moved.side_events) == (case.seq + 1, 0)
    assert (moved.committed_by, moved.changed_at) == ("commit-2", LATER)


@pytest.mark.parametrize("pair", TRANSITIONS)
def test_writes_history(pair: tuple[State, Event]) -> None:
    case = a_case(pair[0], chain_head="ab" * 32)
    step = _advance(case, Move(pair[1], "somebody", ("a_reason",)))
    event = step.event
    assert (event.event, event.from_state, event.to_state) == (pair[1], pair[0], step.case.state)
    assert (event.seq, event.at, event.commit_id) == (step.case.seq, LATER, "commit-2")
    assert (event.actor, event.reasons, event.case_id) == ("somebody", ("a_reason",), case.id)
    assert (event.previous_hash, event.hash) == (case.chain_head, step.case.chain_head)


@pytest.mark.parametrize("pair", TRANSITIONS)
def test_tells_people_what_the_table_says(pair: tuple[State, Event]) -> None:
    step = _advance(a_case(pair[0]), Move(pair[1], "somebody"))
    told = [(notice.kind, notice.case_id, notice.seq, notice.created_at) for notice in step.notices]
    kind = TRANSITIONS[pair].notice
    assert told == ([(kind, step.case.id, step.case.seq, LATER)] if kind else [])


@pytest.mark.parametrize("pair", TRANSITIONS)
def test_moves_the_content_revision_only_where_people_see_a_difference(pair: tuple[State, Event]) -> None:
    review = start_review(NOON, "NL", terms()) if pair[0] is State.CREDIT_REVIEW else None
    moved = _advance(a_case(pair[0], content_revision=7, review=review), Move(pair[1], "somebody")).case
    assert moved.content_revision == (7 if pair[1] in INVISIBLE else 8)


def test_refuses_a_move_that_the_table_does_not_have() -> None:
    with pytest.raises(IllegalMoveError) as refused:
        _advance(a_case(State.DECLINED), Move(Event.APPROVE, "desk:anna"))
    assert (refused.value.state, refused.value.open_to) == ("declined", ())


def _walk(case: Case, choices: list[int]) -> tuple[Case, list[HistoryEvent]]:
    first = opened(case, "client:contoso", a_moment())
    case, events = first.case, [first.event]
    for number, choice in enumerate(choices):
        possible = events_open_to(case.state)
        if possible:
            step = _advance(case, Move(possible[choice % len(possible)], "somebody"), commit_id=f"commit-{number}")
            case, events = step.case, [*events, step.event]
    return case, events


@given(st.lists(st.integers(0, 20), max_size=25))
def test_numbers_and_chains_every_move_of_a_life(choices: list[int]) -> None:
    case, events = _walk(a_case(), choices)
    assert [event.seq for event in events] == list(range(1, case.seq + 1))
    assert first_broken(events) is None
    assert events[-1].hash == case.chain_head


@given(st.lists(st.integers(0, 20), max_size=25))
def test_waits_for_somebody_exactly_where_a_case_rests(choices: list[int]) -> None:
    case, _ = _walk(a_case(), choices)
    rests = case.state in {*WAITS_FOR_APPLICANT, State.CREDIT_REVIEW}
    assert (case.wait is not None) or not rests
    assert case.wait is None or rests or case.state is State.CHECKING_ELIGIBILITY


@given(st.lists(st.integers(0, 20), max_size=10))
def test_carries_members_of_a_later_version_through_its_life(choices: list[int]) -> None:
    document = a_case().model_dump(mode="json", by_alias=True)
    document["later"] = document["request"]["later"] = {"kept": True}
    case, _ = _walk(Case.model_validate(document), choices)
    after = case.model_dump(mode="json", by_alias=True)
    assert after["later"] == after["request"]["later"] == {"kept": True}


# --- retries


def test_counts_retries_in_a_row_and_starts_again_with_the_next_move() -> None:
    case = _move(a_case(), RETRY, RETRY)
    assert (case.retries, case.state, case.seq) == (2, State.CHECKING_ELIGIBILITY, 3)
    assert _move(case, Move(Event.FIND_ELIGIBLE, "system")).retries == 0


def test_keeps_wait_and_findings_over_a_retry() -> None:
    case = _move(a_case(), _blocked_by(MAIL), RECHECK, now=NOON)
    retried = _move(case, RETRY)
    assert (retried.wait, retried.told_findings) == (case.wait, case.told_findings)
    assert retried.wait is not None


# --- notices


@pytest.mark.parametrize(
    "between",
    [
        (RECHECK,),
        (RECHECK, RETRY),
        (Move(Event.RESCAN, "timer"),),
        (Move(Event.REMIND, "timer"), RECHECK),
        (RECHECK, _blocked_by(MAIL), RECHECK),
    ],
)
def test_tells_what_blocks_only_when_that_changed(between: tuple[Move, ...]) -> None:
    case = _move(a_case(), _blocked_by(MAIL), *between)
    assert _advance(case, _blocked_by(MAIL)).notices == ()
    assert [notice.kind for notice in _advance(case, _blocked_by(BASE)).notices] == [NoticeKind.BLOCKED]
    assert [notice.kind for notice in _advance(case, _blocked_by(MAIL, BASE)).notices] == [NoticeKind.BLOCKED]


def test_takes_the_same_findings_in_another_order_for_no_change() -> None:
    case = _move(a_case(), _blocked_by(MAIL, BASE), RECHECK)
    assert _advance(case, _blocked_by(BASE, MAIL)).notices == ()


def test_tells_what_is_unknown_only_when_that_changed() -> None:
    case = _move(a_case(), _facts_unknown(), RECHECK)
    assert _advance(case, _facts_unknown()).notices == ()
    assert [notice.kind for notice in _advance(case, _blocked_by(MAIL)).notices] == [NoticeKind.BLOCKED]


def test_tells_again_what_blocks_once_it_was_cleared_meanwhile() -> None:
    cleared = _move(a_case(), _blocked_by(MAIL), RECHECK, Move(Event.FIND_ELIGIBLE, "system"))
    assert cleared.told_findings == ""
    assert len(_advance(cleared, _blocked_by(MAIL)).notices) == 1


def test_reminds_and_says_the_end_every_time() -> None:
    case = _move(a_case(), _blocked_by(MAIL))
    for event, kind in ((Event.REMIND, NoticeKind.REMINDER), (Event.EXPIRE, NoticeKind.EXPIRED)):
        step = _advance(case, Move(event, "timer"))
        assert [notice.kind for notice in step.notices] == [kind]
        case = step.case


def test_says_in_a_notice_what_it_is_about() -> None:
    credit = credit_check_for(a_form().credit_needed, a_policy().credit)
    step = _advance(a_case(credit=credit), _blocked_by(MAIL, BASE))
    details = step.notices[0].details
    assert [finding.code for finding in details.findings] == ["third_party_resource"] * 2
    assert (details.findings_total, details.credit) == (6, credit)
    assert step.case.wait is not None
    assert (details.owed_by, details.last_day) == (Party.APPLICANT, step.case.wait.last_day)


def test_says_in_a_notice_everything_that_a_letter_may_tell() -> None:
    security = AskSecurity.model_validate(
        {"kind": "ask_security", "type": "deposit", "amount": money("9"), "note": "n"}
    )
    received = {"type": "deposit", "amount": money("9"), "reference": "L 1", "received_on": "2026-11-02"}
    case = a_case(
        State.CREDIT_REVIEW,
        agreement_type="MicrosoftOnlineServicesProgram",
        review=start_review(NOON, "NL", terms()),
        approved_limit=money("50000"),
        information_asked={"kind": "ask_information", "items": [{"item": "bank_reference"}], "note": "n"},
        security_asked=security,
        security_received=received,
        decline_codes=(DeclineCode.NEW_COMPANY,),
    )
    details = _advance(case, Move(Event.DECLINE, "desk:anna")).notices[0].details
    assert (details.state, details.came_from) == (State.DECLINED, State.CREDIT_REVIEW)
    assert (details.agreement_type, details.review) == (case.agreement_type, case.review)
    assert (details.limit, details.information) == (case.approved_limit, case.information_asked)
    assert (details.security, details.security_received) == (security, case.security_received)
    assert details.decline_codes == (DeclineCode.NEW_COMPANY,)


def test_names_the_day_that_passed_in_a_notice_of_expiry() -> None:
    case = a_case(State.APPROVED)
    details = _advance(case, Move(Event.EXPIRE, "timer")).notices[0].details
    assert case.wait is not None
    assert details.last_day == case.wait.last_day is not None


def test_tells_again_what_blocks_when_only_the_number_of_findings_changed() -> None:
    case = _move(a_case(), _blocked_by(*[MAIL] * 60), RECHECK)
    assert _advance(case, _blocked_by(*[MAIL] * 60)).notices == ()
    assert len(_advance(case, _blocked_by(*[MAIL] * 61)).notices) == 1


def test_names_no_last_day_where_nobody_waits() -> None:
    details = _advance(a_case(), Move(Event.WITHDRAW, "client:contoso")).notices[0].details
    assert (details.owed_by, details.last_day) == (None, None)


# --- waits


def test_keeps_a_wait_over_a_recheck_that_still_blocks() -> None:
    blocked = _move(a_case(), _blocked_by(MAIL), now=NOON)
    checking = _move(blocked, RECHECK)
    assert blocked.wait is not None
    anew = blocked.wait.model_copy(update={"rescan_at": LATER + timedelta(hours=24)})
    assert checking.wait == anew
    assert _move(checking, _blocked_by(BASE)).wait == anew


@pytest.mark.parametrize(
    ("first", "second"), [(_facts_unknown(), _blocked_by(MAIL)), (_blocked_by(MAIL), _facts_unknown())]
)
def test_begins_to_wait_anew_when_another_owes_the_next_move(first: Move, second: Move) -> None:
    wait = _move(_move(a_case(), first, now=NOON), RECHECK, second).wait
    assert wait is not None
    assert (wait.owed_by, wait.since) == (second.owed_by, LATER)


@pytest.mark.parametrize("by", ["2026-12-24", None])
def test_waits_for_a_security_until_the_day_that_was_named(by: str | None) -> None:
    asked = AskSecurity.model_validate(
        {"kind": "ask_security", "type": "deposit", "amount": money("9"), "by": by, "note": "n"}
    )
    move = Move(Event.ASK_SECURITY, "desk:anna", updates={"security_asked": asked})
    wait, usual = (_move(a_case(State.CREDIT_REVIEW), each).wait for each in (move, Move(Event.ASK_SECURITY, "desk")))
    assert wait is not None
    assert usual is not None
    assert wait.last_day == (asked.by or usual.last_day)


def test_begins_to_wait_anew_when_a_case_is_held_up_again() -> None:
    cleared = _move(a_case(), _blocked_by(MAIL), RECHECK, Move(Event.FIND_ELIGIBLE, "system"), now=NOON)
    wait = _move(cleared, _blocked_by(MAIL)).wait
    assert wait is not None
    assert wait.since == LATER


def test_keeps_the_reviews_clock_when_it_is_overdue() -> None:
    case = a_case(State.CREDIT_REVIEW)
    assert _move(case, Move(Event.ESCALATE, "timer"), Move(Event.BREACH, "timer")).wait == case.wait


@pytest.mark.parametrize("state", WAITS_FOR_APPLICANT)
def test_is_due_for_the_next_reminder_after_each_and_for_expiry_after_the_last(state: State) -> None:
    wait = a_case(state).wait
    assert wait is not None
    case = a_case(state, wait=wait.model_copy(update={"rescan_at": None}))
    due = [case.next_due_at]
    for day in wait.remind_on:
        case = _move(case, Move(Event.REMIND, "timer"), now=datetime(day.year, day.month, day.day, 8, tzinfo=UTC))
        due.append(case.next_due_at)
    assert due == sorted(set(due), key=str)
    assert case.wait is not None
    assert case.wait.last_day is not None
    assert due[-1] == over_at(case.wait.last_day)


def test_counts_reminders_without_touching_the_deadline() -> None:
    case = a_case(State.APPROVED)
    assert case.wait is not None
    first = case.wait.remind_on[0]
    reminded = _move(case, Move(Event.REMIND, "timer"), now=datetime(first.year, first.month, first.day, 9, tzinfo=UTC))
    assert reminded.wait == case.wait.model_copy(update={"reminders": 1})


def test_reminds_of_nothing_where_there_is_no_wait() -> None:
    assert _move(a_case(State.APPROVED, wait=None), Move(Event.REMIND, "timer")).wait is None


# --- attention


def test_flags_a_case_beside_its_moves() -> None:
    case = a_case(State.APPROVED, content_revision=3)
    flagged = raise_attention(case, "the step failed ten times", a_moment(LATER, "commit-7"))
    after, event = flagged.case, flagged.event
    assert after.attention is not None
    assert (after.attention.reason, after.attention.since) == ("the step failed ten times", LATER)
    assert (after.state, after.seq, after.committed_by) == (case.state, case.seq, case.committed_by)
    assert (after.side_events, after.content_revision, after.changed_at) == (1, 4, LATER)
    assert (event.event, event.note, event.actor) == (None, "attention: the step failed ten times", "system")
    assert (event.number, event.commit_id, flagged.notices) == ("000004.000001", "commit-7", ())


def test_takes_the_flag_off() -> None:
    flagged = raise_attention(a_case(State.APPROVED), "a reason", a_moment())
    cleared = clear_attention(flagged.case, flagged.case.attention, "desk:anna", a_moment(LATER))
    assert (cleared.case.attention, cleared.case.side_events) == (None, 2)
    assert (cleared.event.note, cleared.event.actor) == ("attention cleared", "desk:anna")


@pytest.mark.parametrize(
    ("event", "stays"), [(Event.SCHEDULE_RETRY, True), (Event.FIND_ELIGIBLE, True), (Event.FIND_BLOCKED, False)]
)
def test_a_passing_flag_goes_when_the_case_comes_to_rest(event: Event, stays: bool) -> None:
    flagged = raise_attention(a_case(State.CHECKING_ELIGIBILITY), "no facts", a_moment(), passing=True).case
    after = advance(flagged, Move(event, "system"), a_moment(LATER), terms()).case
    assert (after.attention is not None) is stays


def test_a_flag_that_does_not_pass_stays_until_the_desk_takes_it_off() -> None:
    flagged = raise_attention(a_case(State.CHECKING_ELIGIBILITY), "stuck", a_moment()).case
    after = advance(flagged, Move(Event.FIND_BLOCKED, "system"), a_moment(LATER), terms()).case
    assert after.attention == flagged.attention


def test_keeps_the_content_revision_where_there_was_no_flag_to_take_off() -> None:
    case = a_case(State.APPROVED, content_revision=3)
    assert clear_attention(case, None, "desk:anna", a_moment(LATER)).case.content_revision == 3


def test_leaves_a_flag_that_was_raised_since_it_was_looked_at() -> None:
    flagged = raise_attention(a_case(State.APPROVED), "a reason", a_moment())
    resumed = clear_attention(flagged.case, None, "desk:anna", a_moment(LATER))
    assert (resumed.case.attention, resumed.event.note) == (flagged.case.attention, "resumed")


def test_chains_what_happens_beside_the_moves_with_them() -> None:
    first = opened(a_case(), "client:contoso", a_moment())
    flagged = raise_attention(first.case, "a reason", a_moment())
    cleared = clear_attention(flagged.case, flagged.case.attention, "desk:anna", a_moment())
    blocked = _advance(cleared.case, _blocked_by(MAIL))
    events = [step.event for step in (first, flagged, cleared, blocked)]
    assert [event.number for event in events] == ["000001", "000001.000001", "000001.000002", "000002"]
    assert first_broken(events) is None


@pytest.mark.parametrize("state", sorted(FINAL))
def test_flags_even_a_case_that_is_over(state: State) -> None:
    assert raise_attention(a_case(state), "a notice failed", a_moment()).case.attention


# --- slots


@pytest.mark.parametrize("state", sorted(frozenset(State) - FINAL))
def test_keeps_the_slot_of_an_open_case(state: State) -> None:
    slot = a_slot()
    assert slot_after(slot, a_case(state), a_moment(LATER), terms()) is slot


def test_keeps_the_slot_of_a_switched_case_for_ever() -> None:
    after = slot_after(a_slot(), a_case(State.SWITCHED), a_moment(LATER), terms())
    assert after == a_slot(status=SlotStatus.SWITCHED, since=LATER)


def test_closes_the_slot_of_a_declined_case_for_the_policys_months() -> None:
    after = slot_after(a_slot(), a_case(State.DECLINED), a_moment(LATER), terms())
    until = datetime(2027, 5, 4, 12, tzinfo=UTC)
    assert after == a_slot(status=SlotStatus.COOLING, since=LATER, until=until)


@pytest.mark.parametrize("state", [State.INELIGIBLE, State.WITHDRAWN, State.EXPIRED])
def test_frees_the_slot_of_a_case_that_ended_without_a_decision(state: State) -> None:
    assert slot_after(a_slot(), a_case(state), a_moment(LATER), terms()) is None


# --- months and findings


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2099-08-31", 6, "2100-02-28"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-31", 0, "2026-01-31"),
    ],
)
def test_adds_months_and_ends_within_the_month(start: str, months: int, end: str) -> None:
    moment = datetime.fromisoformat(f"{start}T23:59:30+00:00")
    assert months_later(moment, months) == datetime.fromisoformat(f"{end}T23:59:30+00:00")


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)), st.integers(0, 600))  # noqa: DTZ001 - bounds are naive
def test_never_adds_fewer_or_more_months(moment: datetime, months: int) -> None:
    later = months_later(moment, months)
    assert (later.year * 12 + later.month) - (moment.year * 12 + moment.month) == months
    assert later.day == moment.day or (later.day < moment.day and (later + timedelta(days=1)).day == 1)
    assert later.time() == moment.time()


@given(st.lists(st.sampled_from(Outcome), max_size=120))
def test_keeps_the_findings_that_matter_most_and_says_how_many_there_are(outcomes: list[Outcome]) -> None:
    findings = [_a_finding(number, outcome) for number, outcome in enumerate(outcomes)]
    update = findings_update(findings)
    by_weight = [
        f for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS) for f in findings if f.outcome is outcome
    ]
    assert update["findings_total"] == len(outcomes)
    assert list(update["findings"]) == by_weight[:MOST_FINDINGS]


def test_keeps_fifty_findings_and_no_more() -> None:
    case = _move(a_case(), _blocked_by(*[MAIL] * 60))
    assert (len(case.findings), case.findings_total) == (50, 64)


def test_keeps_what_the_applicant_wrote_beside_the_history() -> None:
    after = hear(a_case(State.APPROVED), "hello", "client:contoso", a_moment())
    heard = after.event
    assert [(each.text, each.by) for each in after.case.messages] == [("hello", "client:contoso")]
    assert (heard.personal, heard.commitment is not None) == ({"text": "hello"}, True)
    assert (heard.event, heard.from_state, heard.to_state) == (None, State.APPROVED, State.APPROVED)


def test_keeps_what_is_personal_of_a_document_beside_the_history_as_plain_json() -> None:
    file = a_file(a_pdf(), "Sanne's accounts.pdf")
    kept = keep_document(a_case(State.CREDIT_REVIEW), DocumentSlot.SECURITY, file, "client:contoso", a_moment(LATER))
    taken_out = take_document_out(kept.case, kept.case.documents[0], "client:contoso", a_moment(LATER))
    about = {"slot": "security", "name": file.name, "mediaType": "application/pdf"}
    assert kept.event.personal == taken_out.event.personal == {**about, "size": file.size, "sha256": file.sha256}
    assert {type(each) for each in (kept.event.personal or {}).values()} == {str, int}


# --- passages


@pytest.mark.parametrize("pair", TRANSITIONS)
def test_remembers_its_passages_without_retries(pair: tuple[State, Event]) -> None:
    case = a_case(pair[0])
    moved = _advance(case, Move(pair[1], "somebody")).case
    told = [(p.seq, p.event, p.from_state, p.to_state, p.at) for p in moved.recent]
    assert told == ([] if pair[1] is Event.SCHEDULE_RETRY else [(moved.seq, pair[1], pair[0], moved.state, LATER)])


def test_remembers_its_last_passages_only() -> None:
    moved = _move(a_case(State.APPROVED), *[Move(Event.REMIND, "system")] * (MOST_REMEMBERED + 1))
    assert [passage.seq for passage in moved.recent] == list(range(moved.seq - MOST_REMEMBERED + 1, moved.seq + 1))


def test_a_case_that_remembers_nothing_begins_with_its_wait_or_its_last_change() -> None:
    waiting = _move(a_case(State.APPROVED, changed_at=LATER), Move(Event.VERIFY_SWITCH, "portal")).recent[0]
    assert (waiting.stage, waiting.entered_at) == (State.APPROVED, NOON)
    at_work = _move(a_case(changed_at=NOON), Move(Event.FIND_ELIGIBLE, "system")).recent[0]
    assert (at_work.stage, at_work.entered_at) == (State.CHECKING_ELIGIBILITY, NOON)


def test_a_passage_says_whether_there_were_new_findings_to_clear() -> None:
    blocked = _move(a_case(), _blocked_by(MAIL), RECHECK, _blocked_by(MAIL), RECHECK, _blocked_by(BASE))
    assert [passage.told_findings for passage in blocked.recent] == [True, False, False, False, True]
