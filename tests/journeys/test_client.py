"""The client and its command line against the app itself."""

import asyncio
import io
import json
import uuid
from dataclasses import dataclass, field

import pytest

from local.api import OFFICER, Api
from local.sample import sample_application, sample_request, sample_snapshot
from local.stack import Stack
from paybyinvoice import Answer, ChangedMeanwhile, Client, ClientSecret, InvalidRequest, NotFound
from paybyinvoice.command_line.arguments import parser
from paybyinvoice.command_line.program import run
from paybyinvoice.command_line.terminal import Terminal
from paybyinvoice.models import Approve, CaseStatus, CaseView, MoneyInput

DECLINE = {"kind": "decline", "codes": ["new_company"], "note": "Young."}


@dataclass
class Person:
    """Somebody at a terminal; `said` is what the last command printed, out and err."""

    app: Stack
    typed: str = ""
    said: list[str] = field(default_factory=list)

    async def type(self, *arguments: str) -> int:
        screen, credentials = io.StringIO(), self.app.credentials
        environment = {
            "PAYBYINVOICE_URL": self.app.base_url,
            "PAYBYINVOICE_CLIENT_ID": credentials.client_id,
            "PAYBYINVOICE_CLIENT_SECRET": credentials.client_secret,
            "PAYBYINVOICE_DESK_USER": OFFICER,
        }
        code = await run(parser().parse_args(arguments), Terminal(environment, io.StringIO(self.typed), screen, screen))
        self.said = screen.getvalue().splitlines()
        return code

    def line(self, name: str) -> str:
        """The rest of the line that begins so."""
        return next(line.strip().removeprefix(name).strip() for line in self.said if line.strip().startswith(name))


@pytest.fixture
def person(running: Stack) -> Person:
    return Person(running)


@pytest.fixture
async def subscription(api: Api) -> str:
    """A subscription that the portal has reported."""
    made = str(uuid.uuid4())
    await api.portal_reports(sample_snapshot(made))
    return made


async def submitted(api: Api, subscription: str) -> Answer[CaseStatus]:
    return await api.client.submit(sample_request(subscription, "25000.00"))


async def in_review(api: Api, subscription: str) -> str:
    case_id = (await submitted(api, subscription)).content.id
    await api.until_state(case_id, "credit_application_due")
    await api.client.send_credit_application(case_id, sample_application("25000.00"))
    await api.until_state(case_id, "credit_review")
    return case_id


async def on_the_list(api: Api, case_id: str, state: str) -> None:
    """The list follows its cases a little later."""
    await api.listed(state, lambda row: bool(row["id"] == case_id))


async def test_a_request_is_followed_until_it_is_the_applicants_turn(api: Api, subscription: str) -> None:
    seen: list[CaseView] = []
    async with asyncio.timeout(60):
        settled = await api.client.wait_until_settled(
            await submitted(api, subscription), on_change=lambda answer: seen.append(answer.content)
        )
    assert settled.content.state == "credit_application_due"
    assert settled.content.wait is not None
    assert settled.content.wait.owed_by == "applicant"
    assert seen[-1] == settled.content


async def test_a_call_sent_again_gives_the_same_answer(api: Api, subscription: str) -> None:
    case_id = (await submitted(api, subscription)).content.id
    await api.until_state(case_id, "credit_application_due")
    first = await api.client.withdraw(case_id, idempotency_key="my-withdrawal")
    again = await api.client.withdraw(case_id, idempotency_key="my-withdrawal")
    assert first.document == again.document
    assert (first.replayed, again.replayed) == (False, True)


async def test_every_wrong_field_is_named(api: Api, subscription: str) -> None:
    request = sample_request(subscription)
    wrong = {**request, "companyName": "", "creditNeeded": {"amount": "-1", "currency": "euro"}}
    with pytest.raises(InvalidRequest) as caught:
        await api.client.submit(wrong)
    pointers = {each.pointer for each in caught.value.errors}
    assert pointers == {"/companyName", "/creditNeeded/amount", "/creditNeeded/currency"}
    assert caught.value.request_id is not None


async def test_nobody_else_sees_a_request(running: Stack, api: Api, subscription: str) -> None:
    case_id = (await submitted(api, subscription)).content.id
    with pytest.raises(NotFound):
        await api.client.request(f"{case_id}0")
    async with Client(running.base_url, ClientSecret("demo", "wrong")) as stranger:
        with pytest.raises(Exception, match="401 Unauthenticated"):
            await stranger.request(case_id)


async def test_an_officer_does_not_decide_on_what_has_changed(api: Api, subscription: str) -> None:
    case_id = await in_review(api, subscription)
    seen = (await api.officer.show(case_id)).etag
    assert seen is not None
    await api.client.send_message(case_id, "Please hurry.")
    with pytest.raises(ChangedMeanwhile) as caught:
        await api.officer.decide(case_id, DECLINE, if_match=seen)
    assert [message.text for message in caught.value.fresh.content.messages] == ["Please hurry."]
    approval = Approve(kind="approve", limit=MoneyInput(amount="20000.00", currency="EUR"), note="Sound.")
    await api.officer.decide(case_id, approval, if_match=caught.value.fresh.etag)
    await api.until_state(case_id, "approved")


async def test_the_list_is_read_page_by_page(api: Api) -> None:
    ids = {(await api.client.submit(sample_request(str(uuid.uuid4())))).content.id for _ in range(3)}
    for case_id in ids:
        await on_the_list(api, case_id, "action_required")
    listed = [row.id async for row in api.officer.list("action_required", page_size=1)]
    assert ids <= set(listed)
    assert len(listed) == len(set(listed))


async def test_a_person_takes_a_request_to_its_approval(api: Api, person: Person, subscription: str) -> None:
    request = sample_request(subscription, "25000.00")
    person.typed = json.dumps({name: value for name, value in request.items() if name != "consent"})
    assert await person.type("submit", "-", "--agree") == 0
    case_id = person.line("Request")
    await api.until_state(case_id, "credit_application_due")
    assert await person.type("status", case_id, "--follow") == 0
    assert "credit_application_due  the applicant's turn, until " in person.said[-1]
    person.typed = json.dumps(sample_application("25000.00"))
    assert await person.type("credit-application", case_id, "-") == 0
    await on_the_list(api, case_id, "credit_review")
    assert await person.type("desk", "list", "--state", "credit_review", "--all") == 0
    assert any(line.endswith(case_id) for line in person.said)
    assert await approve(person, case_id) == 0
    await api.until_state(case_id, "approved")


async def approve(person: Person, case_id: str) -> int:
    await person.type("desk", "show", case_id)
    decision = ("approve", "--limit", "20000.00", "--currency", "EUR", "--note", "Sound.")
    return await person.type("desk", "decide", case_id, *decision, "--if-match", person.line("Version"))


async def test_a_person_withdraws_and_sees_it_end(api: Api, person: Person, subscription: str) -> None:
    case_id = (await submitted(api, subscription)).content.id
    await api.until_state(case_id, "credit_application_due")
    assert await person.type("message", case_id, "We changed our mind.") == 0
    assert await person.type("withdraw", case_id) == 0
    assert person.line("State") == "withdrawn (Canceled)"
    assert await person.type("status", case_id, "--follow") == 4
    assert await person.type("history", case_id) == 0
    assert await person.type("withdraw", case_id) == 1
    assert "(409 NotPossibleNow)" in person.said[0]
