"""What holds for every visit to a page: who must sign in again, and what is told of what was just done."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest

from functions.page_routes import see
from shared import wiring
from tests.functions.calling import wired
from tests.functions.stages import due_for_application, in_review
from tests.functions.visitor import Sight, Visitor
from tests.world import World

SAID = "Your message is sent."


async def _at_form(world: World) -> tuple[Visitor, Sight]:
    await due_for_application(world)
    visitor = Visitor.applicant(world.clock.now)
    return visitor, await visitor.look("/follow/help")


async def _done(world: World) -> Visitor:
    """A visitor to whom nobody has said yet what they did."""
    visitor, page = await _at_form(world)
    body = "&".join(f"{name}={value}" for name, value in {**page.forms[0].fields, "text": "Hello"}.items())
    response = await visitor.once("POST", "/follow/help", body.encode())
    assert (response.status_code, response.headers["Location"]) == (303, "/follow")
    return visitor


async def test_the_next_page_says_once_what_was_done(world: World) -> None:
    visitor = await _done(world)
    pages = [await visitor.look("/follow") for _ in range(2)]
    assert [SAID in page.text for page in pages] == [True, False]
    assert "said" not in visitor.cookies


@pytest.mark.parametrize("cookies", [{}, {"said": "nothing"}, {"said": "a.b"}, {"said": "<b>"}])
async def test_no_address_and_no_odd_key_says_that_something_was_done(cookies: dict[str, str]) -> None:
    page = await Visitor(cookies=cookies).look("/?said=signed_out")
    assert (page.status, 'role="status"' in page.html) == (200, False)


@pytest.mark.parametrize(("method", "mode"), [("HEAD", "navigate"), ("GET", "cors"), ("GET", "no-cors")])
async def test_what_shows_nobody_anything_takes_no_words_away(world: World, method: str, mode: str) -> None:
    visitor = await _done(world)
    visitor.headers["sec-fetch-mode"] = mode
    assert SAID not in (await visitor.once(method, "/follow", b"")).get_body().decode()
    visitor.headers["sec-fetch-mode"] = "navigate"
    assert SAID in (await visitor.look("/follow")).text


async def test_the_answer_to_a_form_does_not_tell_of_another(world: World) -> None:
    visitor, page = await _at_form(world)
    visitor.cookies["said"] = "message_sent"
    wrong = await visitor.send(page, text="")
    assert (wrong.status, SAID in wrong.text) == (400, False)


def test_what_was_done_is_kept_for_a_minute_and_from_scripts(world: World) -> None:
    wiring.install(replace(wired(world), public_url="https://pay.example"))
    kept = "__Host-said=message_sent; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
    assert see("/follow", "message_sent").headers == {"Location": "/follow", "Set-Cookie": kept}
    assert see("/follow").headers == {"Location": "/follow"}


# --- who is not signed in any more


@pytest.mark.parametrize(("language", "words"), [("en", "nothing was done"), ("nl", "is daarom niets gedaan")])
async def test_a_form_of_the_desk_waits_for_who_must_sign_in_again(world: World, language: str, words: str) -> None:
    visitor = Visitor.of_the_desk("ada", world.clock.now)
    visitor.headers["accept-language"] = language
    path = f"/desk/cases/{await in_review(world)}/decide/decline"
    page = await visitor.look(path)
    session, typed = visitor.cookies.pop("desk"), {"code_other": "yes", "note": "my note"}
    stopped = await visitor.send(page, **typed)
    assert (stopped.status, words in stopped.text, "Location" in stopped.headers) == (401, True, False)
    assert f'href="/desk/sign-in?{urlencode({"to": path})}" target="_blank"' in stopped.html
    visitor.cookies["desk"] = session
    sent = await visitor.send(page, **typed)
    assert (sent.status, sent.forms[0].fields["note"]) == (200, "my note"), "as a browser sends it that loads it anew"


async def test_a_form_of_an_applicant_waits_for_a_new_link(world: World) -> None:
    visitor, page = await _at_form(world)
    session = visitor.cookies.pop("applicant")
    stopped = await visitor.send(page, text="Help!")
    assert (stopped.status, 'href="/start" target="_blank"' in stopped.html) == (401, True)
    assert "load this page anew" in stopped.text
    visitor.cookies["applicant"] = session
    assert SAID in (await visitor.send(page, text="Help!")).text


async def test_who_only_looks_is_led_to_sign_in_and_back(world: World) -> None:
    path = f"/desk?tab=approved&text={await in_review(world)}"
    response = await Visitor().once("GET", path, b"")
    assert (response.status_code, response.headers["Location"]) == (303, f"/desk/sign-in?{urlencode({'to': path})}")
    assert "load this page anew" not in (await Visitor().look("/follow")).text


async def test_a_link_that_is_void_keeps_nobody_on_its_form() -> None:
    visitor = Visitor()
    token = (await visitor.look("/start")).forms[0].fields["token"]
    page = await visitor.post("/enter/nothing", f"token={token}".encode())
    assert (page.status, "load this page anew" in page.text, "Ask for a new link" in page.text) == (401, False, True)
