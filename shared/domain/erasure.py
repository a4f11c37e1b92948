"""Erasing: a closed case, its notices and its facts without anything that tells of people or of a company's figures.

What stays says what happened, and to whom nothing: states, times, codes, the policy, the size of the amounts. A case
keeps only what is named here, so that a member that is added later is erased until somebody decides otherwise.
"""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Final

from shared.domain.case import BillingAddress, Case, Contact, RequestForm
from shared.domain.credit import CreditNeed
from shared.domain.facts import SubscriptionFacts
from shared.domain.model import Money, plain
from shared.domain.notices import Notice, NoticeDetails, NoticeState

ERASED: Final = "(erased)"
"""Stands where a text was that a request cannot be without."""

ERASED_EMAIL: Final = "erased@erased.invalid"
"""Stands where an address was: nobody can ever have this domain (RFC 2606)."""

KEPT: Final = frozenset(
    {
        *("id", "scope", "state", "seq", "follow_up", "committed_by", "side_events", "policy", "chain_head"),
        *("opened_by", "opened_at", "changed_at", "wait", "review", "retries", "security_accepted_at"),
        *("agreement_type", "findings_total", "decline_codes", "recent", "uploads"),
    }
)
"""What an erased case keeps as it was. Not its flag: there is nothing left that the desk could do about it."""

_TO_BE_SENT: Final = frozenset({NoticeState.PENDING, NoticeState.INFLIGHT})


def redacted(case: Case, at: datetime) -> Case:
    """The case without personal data. Its content revision moves; what other rows hold of it is still to be erased."""
    rewritten = {
        "content_revision": case.content_revision + 1,
        "request": _redacted_request(case.request),
        "credit": _redacted_need(case.credit) if case.credit else None,
        "approved_limit": size_of(case.approved_limit) if case.approved_limit else None,
        "erased_at": at,
        "erasure_pending": True,
    }
    return Case.model_validate({name: getattr(case, name) for name in KEPT} | rewritten)


def _redacted_request(request: RequestForm) -> RequestForm:
    """The subscription stays named: it is no person, and its partition is known by it. So does what was agreed to."""
    return RequestForm(
        subscription_id=request.subscription_id,
        support_plan=ERASED,
        company_name=ERASED,
        billing_address=BillingAddress(line1=ERASED, city=ERASED, country=request.billing_address.country),
        account_administrator_email=ERASED_EMAIL,
        contact=Contact(name=ERASED, email=ERASED_EMAIL, language=request.contact.language),
        credit_needed=size_of(request.credit_needed),
        consent=request.consent,
    )


def _redacted_need(need: CreditNeed) -> CreditNeed:
    """Its words and details name the exact amount."""
    return CreditNeed(needed=need.needed, code=need.code, reason=ERASED, source=need.source)


def size_of(money: Money) -> Money:
    """An amount's size: its first digit, the others 0. EUR 12,345.67 has that of 10,000."""
    leading = Decimal(1).scaleb(money.amount.adjusted())
    return Money(amount=plain(money.amount.quantize(leading, rounding=ROUND_DOWN)), currency=money.currency)


def redacted_notice(notice: Notice) -> Notice:
    """The notice without what it was about. One that was not sent yet is not sent any more: there is no address."""
    state = NoticeState.SUPERSEDED if notice.state in _TO_BE_SENT else notice.state
    return notice.model_copy(update={"state": state, "details": NoticeDetails()})


def redacted_facts(facts: SubscriptionFacts) -> SubscriptionFacts:
    """The facts without people, names and amounts. They stay as new as they were: no older ones may replace them."""
    kept = {"observed_at", "observation_id", "account_type", "agreement_type", "country", "payment_method_family"}
    return SubscriptionFacts(
        **{name: getattr(facts, name) for name in kept}, payment_method_observed_at=facts.payment_method_observed_at
    )
