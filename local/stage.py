"""Where a story plays: the app and its notices, what was right and wrong so far, and how a case is told."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http import HTTPStatus
from pathlib import Path
from textwrap import shorten
from typing import Any

from local.api import POLL_SECONDS, Api
from paybyinvoice import Answer, ApiProblem, Conflict
from paybyinvoice.models import CaseStatus

Json = Any
Say = Callable[[str], None]

TICK_AND_A_HALF = timedelta(seconds=1.5)
"""The timer fires each second: once at least in this time."""

FIRST_LINES = 3
LINE_LENGTH = 110


@dataclass
class Stage:
    """The app, the folder of its notices, and what was right and wrong so far.

    `whole_notices` prints all of a notice instead of its subject and first lines.
    """

    api: Api
    notices: Path
    say: Say
    whole_notices: bool = False
    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, *, holds: bool) -> None:
        """Say whether an outcome is right, and remember if not."""
        self.say(f"   {'ok   ' if holds else 'WRONG'} {what}")
        if not holds:
            self.wrong.append(what)

    def begin_at(self, moment: datetime, what: str) -> None:
        """Let the app's clock show a moment, so that the story has the same dates whenever it is played."""
        self.api.clock.set_to(moment)
        self.say(f"   {moment:%A %-d %B %Y}: {what}")

    def on(self, moment: datetime, what: str) -> None:
        """Let the app's clock go to a later moment of the story."""
        self.api.move_clock(moment - self.api.now())
        self.say(f"   {moment:%A %-d %B %Y}: {what}")

    def on_the_eve_of(self, due: datetime, what: str) -> None:
        """Let the clock go to just before a moment at which something is due.

        What would come too early then does so before that moment: see `came_on_time`.
        """
        self.api.move_clock(due - TICK_AND_A_HALF - self.api.now())
        self.say(f"   {due:%A %-d %B %Y, %H:%M}: {what}")

    async def notice(self, case_id: str, kind: str, count: int = 1) -> EmailMessage | None:
        """The case's newest notice of a kind, once there are so many; None if they do not come."""
        deadline = time.monotonic() + self.api.patience
        while time.monotonic() < deadline:
            found = notices_of(self.notices, case_id, kind)
            if len(found) >= count:
                return found[-1]
            await asyncio.sleep(POLL_SECONDS)
        return None

    async def tell(self, case_id: str) -> None:
        """Print a case's page, its timeline and its notices."""
        self.say(f"   Page     {self.api.base_url}/desk/cases/{case_id}")
        self.say("   Timeline")
        for event in await self.api.history(case_id):
            at = datetime.fromisoformat(event["at"])
            self.say(f"     {at:%a %d %b %Y %H:%M}  {event.get('event', event['note']):<20} {_passage(event)}")
        self.say("   Notices")
        for mail in notices_of(self.notices, case_id):
            self.say(f"     To {mail['To']}: {mail['Subject']}")
            for line in self._lines_to_show(text_of(mail).splitlines()):
                self.say(f"       | {line}".rstrip())

    def _lines_to_show(self, lines: list[str]) -> Sequence[str]:
        if self.whole_notices:
            return lines
        after_greeting = [line for line in lines[1:] if line.strip()]
        return [shorten(line, LINE_LENGTH, placeholder=" ...") for line in after_greeting[:FIRST_LINES]]


def _passage(event: Json) -> str:
    origin = event.get("fromState")
    reasons = f"  ({', '.join(event['reasons'])})" if event.get("reasons") else ""
    return f"{origin + ' -> ' if origin else ''}{event['toState']}  by {event['actor']}{reasons}"


def notices_of(folder: Path, case_id: str, kind: str | None = None) -> list[EmailMessage]:
    """A case's notices, or those of a kind, in the order they were made."""
    files = sorted(folder.glob(f"{case_id}_*.eml"))
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [mail for mail in mails if kind in (None, mail["X-Notice-Kind"])]


def text_of(mail: EmailMessage) -> str:
    """A notice's plain text."""
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def says(mail: EmailMessage | None, *words: str) -> bool:
    """Whether there is a notice that has all these words, wherever its lines break."""
    text = " ".join(text_of(mail).split()) if mail is not None else ""
    return bool(text) and all(word in text for word in words)


def is_silent_on(mail: EmailMessage | None, *words: str) -> bool:
    """Whether there is a notice that has none of these words, in capitals or not."""
    text = " ".join(text_of(mail).split()).casefold() if mail is not None else ""
    return bool(text) and not any(word.casefold() in text for word in words)


def is_accepted(answer: Answer[CaseStatus]) -> bool:
    """Whether a request was taken, and the answer says where the case is."""
    return answer.status == HTTPStatus.ACCEPTED and answer.content.id in (answer.operation or "")


async def refusal(call: Awaitable[Answer[Any]]) -> ApiProblem | None:
    """Await a call that should be refused: the refusal, or None if it was not."""
    try:
        await call
    except ApiProblem as problem:
        return problem
    return None


def is_refused(problem: ApiProblem | None, code: str, *words: str) -> bool:
    """Whether this is a conflict of this code whose detail has these words."""
    refused = isinstance(problem, Conflict) and problem.code == code
    return refused and problem is not None and all(word in problem.detail for word in words)


def came_on_time(history: Sequence[Json], event: str, *due: datetime) -> bool:
    """Whether an event happened to a case as often as it was due, each time within the hour after, never before."""
    came = [datetime.fromisoformat(each["at"]) for each in history if each.get("event") == event]
    if len(came) != len(due):
        return False
    return all(moment <= at < moment + timedelta(hours=1) for at, moment in zip(came, due, strict=True))
