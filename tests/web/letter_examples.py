"""Notices of every kind for tests of letters, with everything in their details that such a notice can have."""

from datetime import date
from decimal import Decimal
from typing import Any

from shared.adapters.terms_shelf import FileTermsShelf
from shared.domain.case import Case
from shared.domain.credit import credit_check_for
from shared.domain.decisions import DeclineCode
from shared.domain.eligibility import Outcome, assess
from shared.domain.lifecycle import TRANSITIONS, NoticeKind, State
from shared.domain.model import Money
from shared.domain.notices import DESK_NOTICES, Letter, Notice, NoticeDetails
from shared.web.letters import TemplateLetters
from tests.builders import NOON, a_case, a_contact, a_form, a_policy, a_resource, facts, money

THIRD_PARTIES = (
    a_resource("Sendgrid.Email/accounts", "mail <b>"),
    a_resource("Microsoft.SaaS/resources", "chart", "isvdeveloper"),
    a_resource("Microsoft.Compute/virtualMachines", "stack", "bitnami"),
)
FOUND = (
    *assess(facts(resources=THIRD_PARTIES, account_type="Individual", outstanding_balance=money("1250")), a_policy()),
    *assess(facts(country=None, payment_method_family="CheckWire"), a_policy()),
)
REVIEW = {
    "started_on": date(2026, 11, 9),
    "target_days": 5,
    "target_on": date(2026, 11, 18),
    "breach_on": date(2026, 11, 20),
    "country": "NL",
    "pauses": [{"from_on": date(2026, 11, 11), "until_on": date(2026, 11, 13)}],
}
ASKED = [
    {"item": "audited_statements"},
    {"item": "legal_document", "text": "nummer <i>7</i>"},
    {"item": "other", "text": "a <b>"},
]
SECURITY = {"type": "deposit", "amount": money("5000"), "by": date(2026, 11, 30)}
PAPERS = {
    "information": {"kind": "ask_information", "items": ASKED, "note": "To see."},
    "security": {"kind": "ask_security", **SECURITY, "note": "To be safe."},
    "security_received": {**SECURITY, "reference": "TRX 77", "received_on": date(2026, 11, 27)},
    "decline_codes": [DeclineCode.NEW_COMPANY, DeclineCode.ADVERSE_INFORMATION],
}
LETTERS = [(kind, "en") for kind in NoticeKind] + [(kind, "nl") for kind in NoticeKind if kind not in DESK_NOTICES]
"""Every letter there is: the desk reads English."""


def a_notice(kind: NoticeKind, **changes: Any) -> Notice:
    """A notice as its case's move makes it, with the state that its kind comes in."""
    given = {
        "findings": [finding for finding in FOUND if finding.outcome is not Outcome.PASS],
        "findings_total": 10,
        "credit": credit_check_for(Money(amount=Decimal(12000), currency="EUR"), a_policy().credit),
        "last_day": date(2026, 12, 7),
        "state": next(move.to for move in TRANSITIONS.values() if move.notice is kind),
        "came_from": State.CREDIT_APPLICATION_DUE if kind is NoticeKind.EXPIRED else None,
        "review": REVIEW,
        **PAPERS,
        **changes,
    }
    return Notice(case_id=a_case().id, seq=3, kind=kind, details=NoticeDetails.model_validate(given), created_at=NOON)


def a_case_of(language: str = "en", **contact: Any) -> Case:
    return a_case(request=a_form(contact=a_contact(language=language, **contact)))


async def written(notice: Notice, case: Case | None = None, *, again: bool = False) -> Letter:
    writer = TemplateLetters(
        FileTermsShelf().policy,
        mail_from="Pay <pay@example.com>",
        desk_email="desk@example.com",
        follow_url="http://localhost:7071/start",
    )
    return await writer.write(case or a_case_of(), notice, again=again)


async def a_letter(kind: NoticeKind, language: str = "en", **changes: Any) -> Letter:
    return await written(a_notice(kind, **changes), a_case_of(language))
