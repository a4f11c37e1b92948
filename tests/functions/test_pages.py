"""Pages for everybody, and what holds for every page."""

import pytest

from functions.page_routes import PAGES, is_local
from tests.functions.visitor import Visitor
from tests.world import World


async def test_greets_on_the_front_page_in_the_browsers_language() -> None:
    assert "Pay for Azure by invoice" in (await Visitor().look("/")).html
    assert "Azure betalen op factuur" in (await Visitor(headers={"accept-language": "nl-BE,en;q=0.5"}).look("/")).html


async def test_the_front_page_leads_to_a_start_and_the_desk_at_no_cost_to_storage(world: World) -> None:
    page = await Visitor().look("/")
    assert all(f'href="{path}"' in page.html for path in ("/start", "/desk"))
    assert (page.status, world.storage.calls.total(), len(page.html) < 30_000) == (200, 0, True)


async def test_keeps_the_language_that_was_chosen_and_goes_back() -> None:
    visitor = Visitor()
    page = await visitor.look("/language/nl?to=%2F")
    assert (page.path, 'lang="nl"' in page.html) == ("/", True)


@pytest.mark.parametrize("language", ["fr", "en%22"])
async def test_knows_no_other_language(language: str) -> None:
    assert (await Visitor().look(f"/language/{language}")).status == 404


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/\n"])
def test_sends_nobody_away(to: str) -> None:
    assert not is_local(to)


async def test_pages_load_files_of_ours_by_addresses_that_change_with_them() -> None:
    visitor = Visitor()
    home = await visitor.look("/")
    address = home.html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    style = await visitor.look(address)
    assert (style.status, "immutable" in style.headers["Cache-Control"]) == (200, True)
    assert "Set-Cookie" not in (await Visitor().look(address)).headers
    assert (await visitor.look("/static/nothing.css")).status == 404


async def test_pages_may_load_nothing_of_others() -> None:
    policy = (await Visitor().look("/")).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


async def test_pages_let_a_browser_say_that_a_form_came_from_them() -> None:
    assert (await Visitor().look("/start")).headers["Referrer-Policy"] == "same-origin"


async def test_a_browser_at_an_unknown_address_is_shown_a_page_and_a_program_a_problem() -> None:
    page = await Visitor(headers={"accept": "text/html", "accept-language": "nl"}).look("/nothing")
    assert (page.status, "Deze pagina bestaat niet" in page.text) == (404, True)
    assert '"code"' in (await Visitor(headers={"accept": "text/html"}).look("/api/nothing")).html
    assert '"code"' in (await Visitor().look("/nothing")).html


async def test_a_problem_is_a_page_in_the_visitors_language() -> None:
    page = await Visitor(headers={"accept-language": "nl"}).look("/static/nothing.css")
    assert "Deze pagina bestaat niet" in page.text
    assert page.headers["Content-Type"].startswith("text/html") if "Content-Type" in page.headers else True


def test_every_page_says_who_may_see_it() -> None:
    assert PAGES
    assert len({name for name, _ in PAGES}) == len(PAGES)
