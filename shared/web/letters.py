"""Puts notices into words: subject, plain text and HTML, in the language of their reader.

A notice's words are in one template per language. Text and HTML are rendered from the same one: `frame.j2` and
`parts.j2`, which it builds on, are there once per format.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.domain.case import Case
from shared.domain.lifecycle import NoticeKind
from shared.domain.notices import DESK_NOTICES, Letter, Notice
from shared.domain.policy import Policy
from shared.web.contents import contents_of, language_of

NOTICES: Final = Path(__file__).parent / "templates" / "notices"


class TemplateLetters:
    """The workflow's `LetterWriter`. Templates are compiled once each, in a thread."""

    def __init__(
        self, policy_of: Callable[[str], Awaitable[Policy]], *, mail_from: str, desk_email: str, follow_url: str
    ) -> None:
        self._policy_of = policy_of
        self._desk_email = desk_email
        self._follow_url = follow_url
        self._mail_domain = parseaddr(mail_from)[1].rpartition("@")[2]
        self._text = _templates("text", escape=False)
        self._html = _templates("html", escape=True)

    async def write(self, case: Case, notice: Notice, *, again: bool) -> Letter:
        """The letter; with `again` it says that the reader may have had it already."""
        language = language_of(case, notice)
        contents = contents_of(case, notice, await self._policy_of(case.policy), language)
        words = {**contents, "again": again, "desk_email": self._desk_email, "follow_url": self._follow_url}
        text, html = await asyncio.to_thread(self._render, notice.kind, words)
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

    def _render(self, kind: NoticeKind, words: Mapping[str, Any]) -> tuple[str, str]:
        name = f"{words['language']}/{kind.value}.j2"
        return self._text.get_template(name).render(words), self._html.get_template(name).render(words)


def _templates(form: str, *, escape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader([NOTICES / form, NOTICES]),
        undefined=StrictUndefined,
        autoescape=escape,  # noqa: S701 - off for plain text only
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _copies(case: Case) -> tuple[str, ...]:
    contact, administrator = case.request.contact.email, case.request.account_administrator_email
    return () if administrator.casefold() == contact.casefold() else (administrator,)
