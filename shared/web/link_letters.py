"""Puts the letter with an applicant's link into words."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import UTC
from email.utils import parseaddr
from typing import Final

from shared.domain.access import Invitation
from shared.domain.decisions import Language
from shared.domain.notices import Letter
from shared.web.mail_templates import MailTemplates
from shared.web.notation import day_in

SUBJECTS: Final[Mapping[Language, str]] = {
    "en": "Your link to Pay by Invoice",
    "nl": "Uw link naar Betalen op factuur",
}
KIND: Final = "link"


class LinkLetters:
    """The workflow's `LinkWriter`. Templates are compiled once each, in a thread."""

    def __init__(self, *, mail_from: str, desk_email: str) -> None:
        self._desk_email = desk_email
        self._mail_domain = parseaddr(mail_from)[1].rpartition("@")[2]
        self._templates = MailTemplates("links")

    async def write_link(self, invitation: Invitation) -> Letter:
        """The letter with a link, to the account administrator alone."""
        language = invitation.language
        words = {
            "language": language,
            "subject": SUBJECTS[language],
            "url": invitation.url,
            "until": day_in(language, invitation.ends_at.astimezone(UTC).date()),
            "desk_email": self._desk_email,
        }
        text, html = await asyncio.to_thread(self._templates.filled, f"{language}.j2", words)
        key = f"{KIND}|{invitation.message_id}"
        return Letter(
            key=key,
            kind=KIND,
            language=language,
            message_id=f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{self._mail_domain}>",
            to=invitation.to,
            cc=(),
            subject=SUBJECTS[language],
            text=text,
            html=html,
        )
