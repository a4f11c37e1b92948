"""What an erased case keeps, and what it does not."""

from decimal import Decimal

import pytest

from shared.domain.case import ApplicantMessage, Attention, Case, DeskNote
from shared.domain.credit import CreditNeed
from shared.domain.erasure import ERASED, KEPT, redacted, redacted_facts, redacted_notice, size_of
from shared.domain.facts import SubscriptionFacts
from shared.domain.lifecycle import NoticeKind, State
from shared.domain.model import Money
from shared.domain.notices import Notice, NoticeDetails, NoticeState
from tests.builders import NOON, a_case, a_contact, a_form, facts, money

REWRITTEN = {"content_revision", "request", "credit", "approved_limit", "erased_at", "erasure_pending"}
DROPPED = {
    *("findings", "told_findings", "credit_application", "assessment", "information_asked", "information"),
    *("security_asked", "security_received", "messages", "notes", "assignee", "documents", "attention"),
}


def a_closed_case() -> Case:
    need = CreditNeed(needed=True, code="above_amount", reason="EUR 12345", details={"asked": "12345"}, source="s")
    form = a_form(contact=a_contact(phone="+31 20 123 4567", preferred_method="phone", language="nl"))
    return a_case(
        State.DECLINED,
        request=form,
        credit=need,
        approved_limit=money("12345.67"),
        decline_codes=("new_company",),
        messages=(ApplicantMessage(at=NOON, text="call Sanne", by="client:sanne"),),
        notes=(DeskNote(at=NOON, by="ada", text="Sanne called"),),
        attention=Attention(reason="a notice was refused", since=NOON),
        ofTomorrow="Sanne",
    )


def a_notice(state: NoticeState) -> Notice:
    details = NoticeDetails(limit=Money.model_validate(money("12345.67")))
    return Notice(case_id="c", seq=4, kind=NoticeKind.INSTRUCTIONS, state=state, details=details, created_at=NOON)


def test_decides_of_every_member_whether_it_is_kept() -> None:
    assert set(Case.model_fields) == KEPT | REWRITTEN | DROPPED
    assert not KEPT & (REWRITTEN | DROPPED)


def test_keeps_what_happened() -> None:
    case = a_closed_case()
    after = redacted(case, NOON)
    assert {name: getattr(after, name) for name in KEPT} == {name: getattr(case, name) for name in KEPT}
    assert (after.erased_at, after.erasure_pending) == (NOON, True)
    assert after.content_revision == case.content_revision + 1


def test_drops_what_is_not_named_also_what_a_later_version_added() -> None:
    after = redacted(a_closed_case(), NOON)
    fresh = a_case(State.DECLINED)
    assert {name: getattr(after, name) for name in DROPPED} == {name: getattr(fresh, name) for name in DROPPED}
    assert after.model_extra == {}


def test_keeps_of_a_request_what_the_rules_need() -> None:
    before, after = a_closed_case().request, redacted(a_closed_case(), NOON).request
    assert (after.subscription_id, after.consent) == (before.subscription_id, before.consent)
    assert (after.billing_address.country, after.contact.language) == ("NL", "nl")
    assert {after.company_name, after.support_plan, after.contact.name, after.billing_address.line1} == {ERASED}
    assert (str(after.credit_needed.amount), after.contact.phone) == ("2000", None)


def test_keeps_that_a_credit_check_was_needed_without_the_amount() -> None:
    credit = redacted(a_closed_case(), NOON).credit
    assert credit == CreditNeed(needed=True, code="above_amount", reason=ERASED, source="s")
    assert redacted(a_case(State.WITHDRAWN), NOON).credit is None


def test_keeps_the_size_of_what_was_approved() -> None:
    assert redacted(a_closed_case(), NOON).approved_limit == Money(amount=Decimal(10000), currency="EUR")


@pytest.mark.parametrize(
    ("amount", "size"), [("12345.67", "10000"), ("10000", "10000"), ("9999.99", "9000"), ("0.0456", "0.04")]
)
def test_keeps_the_size_of_an_amount(amount: str, size: str) -> None:
    assert size_of(Money(amount=Decimal(amount), currency="EUR")) == Money(amount=Decimal(size), currency="EUR")


@pytest.mark.parametrize("state", NoticeState)
def test_takes_from_a_notice_what_it_was_about(state: NoticeState) -> None:
    after = redacted_notice(a_notice(state))
    unsent = state in {NoticeState.PENDING, NoticeState.INFLIGHT}
    assert after.state is (NoticeState.SUPERSEDED if unsent else state)
    assert (after.details, after.key) == (NoticeDetails(), a_notice(state).key)


def test_keeps_the_facts_as_new_as_they_were() -> None:
    known = facts(payment_method_observed_at=NOON)
    after = redacted_facts(known)
    assert after.updated_by(known) is None
    changed = {name for name in SubscriptionFacts.model_fields if getattr(after, name) != getattr(known, name)}
    assert changed == {"account_administrator_email", "outstanding_balance", "resources"}
