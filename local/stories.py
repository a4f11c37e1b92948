"""The stories of `make demo`: each plays one case over real HTTP and says what must come out."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http import HTTPStatus
from pathlib import Path
from typing import Any

from local.api import PATIENCE_SECONDS, POLL_SECONDS, Answer, Api
from local.sample import sample_request, sample_snapshot

Json = Any
Say = Callable[[str], None]


@dataclass
class Stage:
    """Where a story plays: the app, the folder of its notices, and what was right and wrong so far."""

    api: Api
    notices: Path
    say: Say
    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, *, holds: bool) -> None:
        """Say whether an outcome is right, and remember if not."""
        self.say(f"   {'ok   ' if holds else 'WRONG'} {what}")
        if not holds:
            self.wrong.append(what)

    async def notice(self, case_id: str, subject_part: str) -> EmailMessage | None:
        """The case's notice whose subject has these words, once it is there; None after 30 seconds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for mail in notices_of(self.notices, case_id):
                if subject_part in mail["Subject"]:
                    return mail
            await asyncio.sleep(POLL_SECONDS)
        return None

    async def tell(self, case_id: str) -> None:
        """Print a case's timeline and its notices."""
        self.say("   Timeline")
        for event in await self.api.history(case_id):
            self.say(f"     {event['at'][11:19]}  {event.get('event', event['note']):<20} {_passage(event)}")
        self.say("   Notices")
        for mail in notices_of(self.notices, case_id):
            self.say(f"     To {mail['To']}: {mail['Subject']}")
            self.say("".join(f"       | {line}\n" for line in text_of(mail).splitlines()).rstrip("\n"))


def _passage(event: Json) -> str:
    origin = event.get("fromState")
    reasons = f"  ({', '.join(event['reasons'])})" if event.get("reasons") else ""
    return f"{origin + ' -> ' if origin else ''}{event['toState']}  by {event['actor']}{reasons}"


def notices_of(folder: Path, case_id: str) -> list[EmailMessage]:
    """A case's notices in the order they were made."""
    files = sorted(folder.glob(f"{case_id}_*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


def text_of(mail: EmailMessage) -> str:
    """A notice's plain text."""
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


async def approved(stage: Stage) -> None:
    """(a) A business subscription, small amount: approved, instructions."""
    subscription = str(uuid.uuid4())
    stage.say("   The portal reports a business account; Contoso asks for EUR 2,500.")
    await stage.api.portal_reports(sample_snapshot(subscription))
    answer = await stage.api.submit(sample_request(subscription))
    stage.expect("the request is accepted (202) with the case's address", holds=_accepted(answer))
    case = await stage.api.until_state(answer.body["id"], "approved")
    stage.expect("no credit check is needed", holds=case["creditCheck"]["needed"] is False)
    stage.expect("it is the applicant's turn, with a last day", holds=_applicants_turn(case))
    mail = await stage.notice(case["id"], "is approved")
    stage.expect("the instructions went out", holds=mail is not None and "Make default" in text_of(mail))
    await stage.tell(case["id"])


async def ineligible(stage: Stage) -> None:
    """(b) An individual account: ineligible, with the reason."""
    subscription = str(uuid.uuid4())
    stage.say("   The portal reports a personal account.")
    await stage.api.portal_reports({**sample_snapshot(subscription), "accountType": "Individual"})
    answer = await stage.api.submit(sample_request(subscription))
    case = await stage.api.until_state(answer.body["id"], "ineligible")
    codes = [finding["code"] for finding in case["findings"] if finding["outcome"] == "fail"]
    stage.expect("the reason is the personal account, and nothing else", holds=codes == ["account_is_personal"])
    mail = await stage.notice(case["id"], "cannot be granted")
    stage.expect("the notice says why", holds=mail is not None and "personal account" in text_of(mail))
    await stage.tell(case["id"])


async def third_party(stage: Stage) -> None:
    """(c) SendGrid and ClearDB block; when the portal reports them gone, the case moves on by itself."""
    subscription = str(uuid.uuid4())
    snapshot, request = sample_snapshot(subscription), sample_request(subscription)
    group = f"/subscriptions/{subscription}/resourceGroups/shop/providers"
    third_parties = [
        {"id": f"{group}/Sendgrid.Email/accounts/mail", "name": "mail", "type": "Sendgrid.Email/accounts"},
        {
            "id": f"{group}/SuccessBricks.ClearDB/databases/orders",
            "name": "orders",
            "type": "SuccessBricks.ClearDB/databases",
        },
    ]
    stage.say("   The portal reports a SendGrid account and a ClearDB database. First a pre-check:")
    await stage.api.portal_reports({**snapshot, "resources": snapshot["resources"] + third_parties})
    await _pre_check(stage, request)
    answer = await stage.api.submit(request)
    case = await stage.api.until_state(answer.body["id"], "action_required")
    mail = await stage.notice(case["id"], "action required")
    listed = mail is not None and all(each["id"] in text_of(mail) for each in third_parties)
    stage.expect("the request waits, and the notice lists both resources", holds=listed)
    stage.say("   Contoso deletes both; the portal reports what is left.")
    await stage.api.portal_reports(snapshot)
    await stage.api.until_state(case["id"], "approved")
    stage.expect("the case moved on by itself", holds=await stage.notice(case["id"], "is approved") is not None)
    await stage.tell(case["id"])


async def _pre_check(stage: Stage, request: Json) -> None:
    form = {name: request[name] for name in ("subscriptionId", "accountAdministratorEmail", "creditNeeded")}
    found = (await stage.api.pre_check(form)).body
    blocking = [finding for finding in found["findings"] if finding["outcome"] == "fail"]
    for finding in blocking:
        stage.say(f"     - {finding['reason']}\n       {finding['fix']}")
    products = sorted(finding["resource"]["product"] for finding in blocking)
    layers = {finding["resource"]["layer"] for finding in blocking}
    stage.expect("the pre-check names exactly these two", holds=products == ["ClearDB", "SendGrid"])
    stage.expect("and the layer that found them", holds=layers == {"foreign_namespace"})


async def posted_twice(stage: Stage) -> None:
    """(d) The same request posted twice makes one case."""
    subscription = str(uuid.uuid4())
    request, key = sample_request(subscription), str(uuid.uuid4())
    await stage.api.portal_reports(sample_snapshot(subscription))
    first, second = await asyncio.gather(stage.api.submit(request, key), stage.api.submit(request, key))
    same = _accepted(first) and _accepted(second) and first.body == second.body
    stage.expect("the same request at the same moment, with one Idempotency-Key: the same answer twice", holds=same)
    third = await stage.api.submit(request)
    named = third.status == HTTPStatus.CONFLICT and third.body.get("requestId") == first.body["id"]
    stage.expect("once more, without a key: refused (409), and its owner is told which case is open", holds=named)
    await stage.api.until_state(first.body["id"], "approved")
    await stage.notice(first.body["id"], "is approved")
    stage.expect("one notice", holds=len(notices_of(stage.notices, first.body["id"])) == 1)
    await stage.tell(first.body["id"])


def _accepted(answer: Answer) -> bool:
    return answer.status == HTTPStatus.ACCEPTED and answer.body["id"] in answer.headers.get("Location", "")


def _applicants_turn(case: Json) -> bool:
    wait = case.get("wait", {})
    return wait.get("owedBy") == "applicant" and "lastDay" in wait


STORIES: tuple[Callable[[Stage], Awaitable[None]], ...] = (approved, ineligible, third_party, posted_twice)
