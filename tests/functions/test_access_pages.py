"""Proving who one is, coming in, going out."""

import re
from datetime import timedelta

import azure.functions as func
import pytest

from functions.links import send_link, take_link_poison
from shared.domain.access import LINK_LIFETIME
from shared.domain.messages import LINKS
from tests.functions.calling import URL
from tests.functions.visitor import Sight, Visitor
from tests.world import SUBSCRIPTION, World

ADMINISTRATOR = "azure-admin@contoso.example"


async def _ask(visitor: Visitor, email: str = ADMINISTRATOR, subscription: str = str(SUBSCRIPTION)) -> Sight:
    return await visitor.send(await visitor.look("/start"), subscription=subscription, email=email)


async def _run_links(world: World) -> None:
    for delivery in await world.storage.receive(LINKS, limit=32):
        await send_link(func.QueueMessage(id=delivery.message_id, body=delivery.body))
        await world.storage.delete(delivery)


async def _link(world: World) -> str:
    await world.portal_reports()
    await _ask(Visitor())
    await _run_links(world)
    found = re.search(rf"{URL}(/enter/\S+)", world.mailbox.letters[-1].text)
    assert found
    return found[1]


async def test_the_answer_never_tells_whether_the_address_is_the_administrators(world: World) -> None:
    await world.portal_reports()
    world.storage.calls.clear()
    answers = [await _ask(Visitor(), email) for email in (ADMINISTRATOR, "somebody@else.example")]
    assert answers[0].html == answers[1].html
    assert "Look at your mail" in answers[0].text
    assert world.storage.calls == {"send": 2}


async def test_a_link_goes_to_the_administrator_alone(world: World) -> None:
    await world.portal_reports()
    for email in ("somebody@else.example", ADMINISTRATOR.upper()):
        await _ask(Visitor(), email)
    await _run_links(world)
    assert [letter.to for letter in world.mailbox.letters] == [ADMINISTRATOR]


async def test_the_queue_holds_no_address(world: World) -> None:
    await _ask(Visitor())
    (body,) = world.storage.pending.values()
    assert "contoso" not in body
    assert str(SUBSCRIPTION) not in body


@pytest.mark.parametrize(
    ("field", "typed"), [("subscription", "123"), ("subscription", ""), ("email", "nobody"), ("email", "")]
)
async def test_a_wrong_field_is_told_beside_itself_and_nothing_is_lost(world: World, field: str, typed: str) -> None:
    fields = {"subscription": str(SUBSCRIPTION), "email": ADMINISTRATOR, field: typed}
    visitor = Visitor()
    page = await visitor.send(await visitor.look("/start"), **fields)
    assert page.status == 400
    assert f'id="{field}-wrong"' in page.html
    assert {name: page.forms[0].fields[name] for name in fields} == fields
    assert not world.storage.pending


async def test_opening_a_link_does_nothing_and_its_button_lets_in(world: World) -> None:
    visitor, link = Visitor(), await _link(world)
    page = await visitor.look(link)
    assert "applicant" not in visitor.cookies
    await visitor.send(page)
    assert "applicant" in visitor.cookies


@pytest.mark.parametrize("spoil", [lambda link: link + "x", lambda link: link.replace("/enter/", "/enter/x")])
async def test_a_link_that_was_tampered_with_opens_nothing(world: World, spoil: object) -> None:
    assert callable(spoil)
    page = await Visitor().look(spoil(await _link(world)))
    assert (page.status, "Ask for a new link" in page.text) == (401, True)


async def test_a_link_ends(world: World) -> None:
    link = await _link(world)
    world.clock.move(days=LINK_LIFETIME / timedelta(days=1))
    assert (await Visitor().look(link)).status == 401


async def _sign_out(visitor: Visitor, path: str) -> Sight:
    token = (await visitor.look("/apply/subscription")).forms[0].fields["token"]
    return await visitor.post(path, f"token={token}".encode())


async def test_signing_out_ends_the_session_of_this_browser(world: World) -> None:
    await world.portal_reports()
    visitor, other = Visitor.applicant(world.clock.now), Visitor.applicant(world.clock.now)
    assert "You are signed out." in (await _sign_out(visitor, "/sign-out")).text
    assert (await visitor.look("/apply/subscription")).status == 401
    assert (await other.look("/apply/subscription")).status == 200


async def test_signing_out_everywhere_ends_sessions_and_links(world: World) -> None:
    link = await _link(world)
    visitor, other = Visitor.applicant(world.clock.now), Visitor.applicant(world.clock.now)
    assert "all links have ended" in (await _sign_out(visitor, "/sign-out-everywhere")).text
    assert (await other.look("/apply/subscription")).status == 401
    asked = await other.look(link)
    assert "If the link still holds" in asked.text, "only its button tells"
    assert (await other.send(asked)).status == 401


async def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    visitor, link = Visitor(), await _link(world)
    await visitor.look(link)
    assert (await visitor.post(link, b"token=stolen")).status == 403
    visitor.headers["origin"] = "https://evil.example"
    assert (await visitor.send(await visitor.look(link))).status == 403
    assert "applicant" not in visitor.cookies


async def test_a_request_for_a_link_that_fails_for_good_is_kept_for_the_desk(world: World) -> None:
    await _ask(Visitor())
    (body,) = world.storage.pending.values()
    for content in (body, "nonsense"):
        await take_link_poison(func.QueueMessage(id=content[:8], body=content))
    assert [each.queue for each in await world.services.work_list.unreadable(10)] == [LINKS, LINKS]
