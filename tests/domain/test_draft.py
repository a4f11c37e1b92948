"""What an applicant has typed so far."""

from datetime import timedelta

from shared.domain.draft import DRAFT_LIFETIME, CreditDraft, Draft, Step
from shared.domain.lifecycle import State
from tests.builders import CLIENT, NOON, a_case


def test_steps_follow_one_another() -> None:
    assert [step.number for step in Step] == [1, 2, 3, 4, 5]
    assert [step.next for step in Step] == [*list(Step)[1:], Step.REVIEW]


def test_keeps_what_was_typed_and_how_far_it_came_under_another_id() -> None:
    first = Draft().changed({"city": "Schiphol", "line1": "x"}, Step.CONTACT, "1", NOON)
    second = first.changed({"city": "Delft"}, Step.DETAILS, "2", NOON + timedelta(hours=1))
    assert second.values == {"city": "Delft", "line1": "x"}
    assert (second.step, second.id, second.saved_at) == (Step.CONTACT, "2", NOON + timedelta(hours=1))


def test_is_over_when_it_was_left_alone_for_a_month() -> None:
    draft = Draft(id="1", saved_at=NOON)
    assert not draft.is_over(NOON + DRAFT_LIFETIME - timedelta(seconds=1))
    assert draft.is_over(NOON + DRAFT_LIFETIME)
    assert not Draft().is_over(NOON)


def test_was_sent_if_its_applicant_opened_a_case_since() -> None:
    draft, case = Draft(id="1", saved_at=NOON), a_case(State.WITHDRAWN)
    assert draft.was_sent(CLIENT, [case])
    assert not draft.was_sent("client:another", [case])
    assert not draft.changed({}, Step.REVIEW, "2", NOON + timedelta(seconds=1)).was_sent(CLIENT, [case])
    assert not draft.was_sent(CLIENT, [])


def test_what_was_typed_of_a_credit_application_is_kept_while_its_request_waits_for_it() -> None:
    due = a_case(State.CREDIT_APPLICATION_DUE)
    draft = CreditDraft(case_id=due.id, saved_at=NOON, values={"equity": "1"})
    assert draft.is_waited_for([a_case(State.WITHDRAWN), due])
    assert not draft.is_waited_for([a_case(State.CREDIT_REVIEW)])
    assert not draft.model_copy(update={"case_id": "another"}).is_waited_for([due])
