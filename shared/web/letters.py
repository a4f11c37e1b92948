"""Puts notices into words: subject, plain text and HTML, in the language of their reader.

A notice's words are in one template per language. Text and HTML are rendered from the same one: `frame.j2` and
`parts.j2`, which it builds on, are there once per format.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parseaddr
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from shared.domain.case import Case
from shared.domain.notices import DESK_NOTICES, Letter, Notice
from shared.domain.policy import Policy
from shared.web.contents import contents_of, language_of
from shared.web.mail_templates import MailTemplates, environment_of


class TemplateLetters:
    """The workflow's `LetterWriter`. Templates are compiled once each, in a thread."""

    def __init__(
        self, policy_of: Callable[[str], Awaitable[Policy]], *, mail_from: str, desk_email: str, follow_url: str
    ) -> None:
        self._policy_of = policy_of
        self._desk_email = desk_email
        self._follow_url = follow_url
        self._mail_domain = parseaddr(mail_from)[1].rpartition("@")[2]
        self._templates = MailTemplates("notices")

    async def write(self, case: Case, notice: Notice, *, again: bool) -> Letter:
        """The letter; with `again` it says that the reader may have had it already."""
        language = language_of(case, notice)
        contents = contents_of(case, notice, await self._policy_of(case.policy), language)
        words = {**contents, "again": again, "desk_email": self._desk_email, "follow_url": self._follow_url}
        text, html = await asyncio.to_thread(self._templates.filled, f"{language}/{notice.kind.value}.j2", words)
        to_desk = notice.kind in DESK_NOTICES
        return Letter(
            key=notice.key,
            message_id=f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:32]}@{self._mail_domain}>",
            to=self._desk_email if to_desk else case.request.contact.email,
            cc=() if to_desk else _copies(case),
            subject=contents["subject"],
            text=text,
            html=html,
            kind=notice.kind,
            language=language,
        )


def part_in_html(name: str, words: Mapping[str, Any]) -> Markup:
    """A part of the letters, such as `owed/approved`, for a page to say the same, by words of `contents_of`."""
    return Markup(_parts().get_template(f"{words['language']}/{name}.j2").render(words))  # noqa: S704 - it escapes


@cache
def _parts() -> Environment:
    return environment_of("notices", "html")


def _copies(case: Case) -> tuple[str, ...]:
    contact, administrator = case.request.contact.email, case.request.account_administrator_email
    return () if administrator.casefold() == contact.casefold() else (administrator,)
