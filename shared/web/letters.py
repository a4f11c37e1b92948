"""Puts notices into words: subject, plain text and HTML from the templates in `templates/notices`."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from shared.domain.case import Case
from shared.domain.eligibility import Outcome
from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import DESK_NOTICES, Letter, Notice
from shared.domain.policy import Policy

TEMPLATES: Final = Path(__file__).parent / "templates"

SUBJECTS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.BLOCKED: "Your request to pay by invoice: action required",
    NoticeKind.FACTS_UNKNOWN: "Your request to pay by invoice: we are looking something up",
    NoticeKind.INELIGIBLE: "Your request to pay by invoice cannot be granted",
    NoticeKind.INSTRUCTIONS: "Your request to pay by invoice is approved: how to switch",
    NoticeKind.CREDIT_APPLICATION: "Your request to pay by invoice: a credit check is needed",
    NoticeKind.SWITCHED: "Your subscription now pays by invoice",
}
"""The notices that there are words for. A case cannot yet reach the states of the others."""


class TemplateLetters:
    """The workflow's `LetterWriter`. Templates are compiled once each, in a thread."""

    def __init__(self, policy_of: Callable[[str], Awaitable[Policy]], *, mail_from: str, desk_email: str) -> None:
        self._policy_of = policy_of
        self._desk_email = desk_email
        self._mail_domain = parseaddr(mail_from)[1].rpartition("@")[2]
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            undefined=StrictUndefined,
            autoescape=select_autoescape(["html"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["day"] = _day

    async def write(self, case: Case, notice: Notice, *, again: bool) -> Letter:
        """The letter; with `again` it says that the reader may have had it already."""
        policy = await self._policy_of(case.policy)
        words = {
            "case": case,
            "request": case.request,
            "details": notice.details,
            "failures": [f for f in notice.details.findings if f.outcome is Outcome.FAIL],
            "unknowns": [f for f in notice.details.findings if f.outcome is Outcome.UNKNOWN],
            "policy": policy,
            "again": again,
            "desk_email": self._desk_email,
            "subject": SUBJECTS[notice.kind],
        }
        text, html = await asyncio.to_thread(self._render, notice.kind, words)
        return self._letter(case, notice, text, html)

    def _render(self, kind: NoticeKind, words: Mapping[str, Any]) -> tuple[str, str]:
        text = self._templates.get_template(f"notices/{kind.value}.txt").render(words)
        html = self._templates.get_template(f"notices/{kind.value}.html").render(words)
        return text, html

    def _letter(self, case: Case, notice: Notice, text: str, html: str) -> Letter:
        contact, administrator = case.request.contact.email, case.request.account_administrator_email
        to_desk = notice.kind in DESK_NOTICES
        copies = () if to_desk or administrator.casefold() == contact.casefold() else (administrator,)
        name = hashlib.sha256(notice.key.encode()).hexdigest()[:32]
        return Letter(
            key=notice.key,
            message_id=f"<{name}@{self._mail_domain}>",
            to=self._desk_email if to_desk else contact,
            cc=copies,
            subject=SUBJECTS[notice.kind],
            text=text,
            html=html,
        )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
