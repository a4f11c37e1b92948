"""What letters may say of a case and its notice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.decisions import DECLINE_WORDS, DeclineCode, Language
from shared.domain.lifecycle import WAITS_FOR_APPLICANT, Event, NoticeKind, State
from shared.domain.moves import Move, advance
from shared.domain.notices import DESK_NOTICES, NoticeDetails
from shared.web.contents import contents_of, language_of
from shared.web.notice_words import MISSED
from tests.builders import a_case, a_moment, a_policy, terms
from tests.web.letter_examples import a_case_of, a_notice


def _contents(kind: NoticeKind, language: Language = "en", **changes: Any) -> dict[str, Any]:
    return contents_of(a_case_of(language), a_notice(kind, **changes), a_policy(), language)


def _details_after(event: Event, state: State, **changes: Any) -> NoticeDetails:
    """What a real move of a case in that state tells."""
    (notice,) = advance(a_case(state, **changes), Move(event, "somebody"), a_moment(), terms()).notices
    return notice.details


@pytest.mark.parametrize("kind", NoticeKind)
def test_speaks_the_contacts_language_and_english_to_the_desk(kind: NoticeKind) -> None:
    expected = "en" if kind in DESK_NOTICES else "nl"
    assert language_of(a_case_of("nl"), a_notice(kind)) == expected


def test_sorts_failures_by_what_they_mean() -> None:
    found = _contents(NoticeKind.BLOCKED)
    assert [len(found[name]) for name in ("refusing", "blocking", "warnings", "unknowns")] == [2, 3, 1, 1]


@pytest.mark.parametrize(
    ("agreement", "subscriptions", "profiles"),
    [
        ("MicrosoftCustomerAgreement", False, True),
        ("MicrosoftOnlineServicesProgram", True, False),
        ("SomethingNew", True, False),
        (None, True, True),
    ],
)
def test_knows_where_an_agreement_keeps_its_payment_method(
    agreement: str | None, subscriptions: bool, profiles: bool
) -> None:
    found = _contents(NoticeKind.INSTRUCTIONS, agreement_type=agreement)
    assert (found["for_subscriptions"], found["for_profiles"]) == (subscriptions, profiles)


def test_tells_a_refusal_without_codes_without_a_reason() -> None:
    found = _contents(NoticeKind.DECLINED, "nl", decline_codes=[])
    assert found["refusals"] == [DECLINE_WORDS[DeclineCode.OTHER].applicant["nl"]]


def test_reckons_the_day_after_which_a_declined_company_may_apply_again() -> None:
    assert str(_contents(NoticeKind.DECLINED)["reapply_after"]) == "2027-05-02"
    at_once = a_policy().model_copy(update={"reapply_after_months": 0})
    found = contents_of(a_case_of(), a_notice(NoticeKind.DECLINED), at_once, "en")
    assert found["reapply_after"] is None


def test_counts_days_in_utc_wherever_the_notice_was_made() -> None:
    early = datetime(2026, 11, 2, 23, 30, tzinfo=UTC) - timedelta(hours=24)
    notice = a_notice(NoticeKind.REVIEW_DELAYED).model_copy(update={"created_at": early})
    assert str(contents_of(a_case_of(), notice, a_policy(), "en")["written_on"]) == "2026-11-01"


def test_names_what_an_officer_asks_for_in_its_own_words_too() -> None:
    items = _contents(NoticeKind.INFORMATION_ASKED)["items"]
    assert items[0] == "audited financial statements"
    assert items[2] == "something else: a <b>"


def test_shows_the_desk_whom_to_call_where_the_contact_prefers_the_phone() -> None:
    notice, by_phone = a_notice(NoticeKind.REVIEW_OVERDUE), {"phone": "+31 20 555 0100", "preferred_method": "phone"}
    rows = dict(contents_of(a_case_of(**by_phone), notice, a_policy(), "en")["rows"])
    assert rows["Please call"] == "+31 20 555 0100"
    assert "Sanne de Vries" in rows["Contact"]


def test_shows_no_phone_number_to_call_otherwise() -> None:
    case = a_case_of(phone="+31 20 555 0100")
    assert "Please call" not in dict(contents_of(case, a_notice(NoticeKind.REVIEW_OVERDUE), a_policy(), "en")["rows"])
    applicants = contents_of(case, a_notice(NoticeKind.BLOCKED), a_policy(), "en")["rows"]
    assert "Contact" not in dict(applicants)


def test_leaves_out_what_a_notice_has_not() -> None:
    bare: dict[str, Any] = {
        "security": None,
        "information": None,
        "security_received": None,
        "credit": None,
        "state": None,
    }
    found = _contents(NoticeKind.BLOCKED, **bare)
    assert [found[name] for name in ("security_name", "received_name", "credit_reason")] == [None] * 3
    assert found["items"] == []
    assert "Status" not in dict(found["rows"])


@pytest.mark.parametrize("state", WAITS_FOR_APPLICANT)
def test_knows_what_was_missed_and_its_last_day_when_a_case_expires(state: State) -> None:
    details = _details_after(Event.EXPIRE, state)
    wait = a_case(state).wait
    assert wait is not None
    assert (details.came_from, details.last_day) == (state, wait.last_day)
    notice = a_notice(NoticeKind.EXPIRED).model_copy(update={"details": details})
    assert contents_of(a_case_of("nl"), notice, a_policy(), "nl")["missed"] == MISSED["nl"][state]


def test_has_the_agreement_of_the_case_in_its_instructions() -> None:
    details = _details_after(Event.APPROVE, State.CREDIT_REVIEW, agreement_type="MicrosoftCustomerAgreement")
    assert details.agreement_type == "MicrosoftCustomerAgreement"


def test_has_the_security_that_the_desk_received() -> None:
    received = a_notice(NoticeKind.SECURITY_RECEIVED).details.security_received
    details = _details_after(Event.CONFIRM_SECURITY, State.SECURITY_DUE, security_received=received)
    assert received is not None
    assert details.security_received == received
