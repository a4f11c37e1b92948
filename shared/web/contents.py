"""What a letter's templates may say of a case and its notice, in words of the letter's language."""

from collections.abc import Iterable
from datetime import UTC, date
from functools import partial
from typing import Any, Final

from shared.domain.case import Case, ContactMethod
from shared.domain.decisions import DECLINE_WORDS, ApplicantWords, AskedItem, DeclineCode, Language
from shared.domain.eligibility import MOST_FINDINGS, Finding, Outcome
from shared.domain.moves import months_later
from shared.domain.notices import DESK_NOTICES, Notice, NoticeDetails
from shared.domain.policy import Policy, Severity
from shared.web.notation import day_in, money_in
from shared.web.notice_words import FORM, ITEMS, LABELS, MISSED, SECURITIES, STATES, SUBJECTS
from shared.web.words import FindingWords, credit_need_in, finding_in

PROFILE_AGREEMENT: Final = "MicrosoftCustomerAgreement"
"""Microsoft.Billing's agreementType whose payment method belongs to a billing profile, not to the subscription."""


def language_of(case: Case, notice: Notice) -> Language:
    """The contact's language; the desk reads English."""
    return "en" if notice.kind in DESK_NOTICES else case.request.contact.language


def contents_of(case: Case, notice: Notice, policy: Policy, language: Language) -> dict[str, Any]:
    """The names that templates use. Lists are empty and things None where the notice has nothing of the kind."""
    details = notice.details
    return {
        "case": case,
        "request": case.request,
        "details": details,
        "policy": policy,
        "language": language,
        "labels": LABELS[language],
        "subject": SUBJECTS[language][notice.kind],
        "to_desk": notice.kind in DESK_NOTICES,
        "rows": _rows(case, notice, language),
        "day": partial(day_in, language),
        "money": partial(money_in, language),
        "written_on": notice.created_at.astimezone(UTC).date(),
        "form": FORM[language].values(),
        "for_profiles": details.agreement_type in {None, PROFILE_AGREEMENT},
        "for_subscriptions": details.agreement_type != PROFILE_AGREEMENT,
        "reapply_after": _reapply_after(notice, policy),
        **_findings(details, language),
        **_papers(details, language),
    }


def _findings(details: NoticeDetails, language: Language) -> dict[str, Any]:
    failed = [finding for finding in details.findings if finding.outcome is Outcome.FAIL]
    unknown = (finding for finding in details.findings if finding.outcome is Outcome.UNKNOWN)
    return {
        "refusing": _told(language, failed, Severity.REFUSE),
        "blocking": _told(language, failed, Severity.BLOCK),
        "warnings": _told(language, failed, Severity.WARN),
        "unknowns": [finding_in(language, finding) for finding in unknown],
        # Those that pass are not told, and are dropped first: only a list that is full may lack something.
        "more_findings": details.findings_total > len(details.findings) >= MOST_FINDINGS,
        "credit_reason": credit_need_in(language, details.credit) if details.credit else None,
    }


def _told(language: Language, findings: Iterable[Finding], severity: Severity) -> list[FindingWords]:
    return [finding_in(language, finding) for finding in findings if finding.severity is severity]


def _papers(details: NoticeDetails, language: Language) -> dict[str, Any]:
    asked, security, received = details.information, details.security, details.security_received
    return {
        "items": [_item_in(language, item) for item in asked.items] if asked else [],
        "security_name": SECURITIES[language][security.type] if security else None,
        "received_name": SECURITIES[language][received.type] if received else None,
        "refusals": _refusals(details, language),
        "missed": MISSED[language].get(details.came_from) if details.came_from else None,
    }


def _item_in(language: Language, asked: AskedItem) -> str:
    name = ITEMS[language][asked.item]
    return f"{name}: {asked.text}" if asked.text else name


def _refusals(details: NoticeDetails, language: Language) -> list[ApplicantWords]:
    """A refusal without codes, such as a withdrawn approval, is told in the words that give no reason."""
    codes = details.decline_codes or (DeclineCode.OTHER,)
    return [DECLINE_WORDS[code].applicant[language] for code in codes]


def _reapply_after(notice: Notice, policy: Policy) -> date | None:
    """The last day on which a declined applicant may not apply again; None where they may at once."""
    months = policy.reapply_after_months
    return months_later(notice.created_at.astimezone(UTC), months).date() if months else None


def _rows(case: Case, notice: Notice, language: Language) -> list[tuple[str, str]]:
    """The table at the end: what the letter is about, and for the desk whom to reach and how."""
    labels, request, state = LABELS[language], case.request, notice.details.state
    rows = [
        (labels.request, case.id),
        (labels.company, request.company_name),
        (labels.subscription, str(request.subscription_id)),
        (labels.credit_asked, money_in(language, request.credit_needed)),
    ]
    if state:
        rows.append((labels.status, STATES[language][state]))
    return rows + _contact_rows(case) if notice.kind in DESK_NOTICES else rows


def _contact_rows(case: Case) -> list[tuple[str, str]]:
    contact = case.request.contact
    rows = [("Contact", f"{contact.name}, {contact.email} ({contact.language})")]
    if contact.preferred_method is ContactMethod.PHONE and contact.phone:
        rows.append(("Please call", contact.phone))
    return rows
