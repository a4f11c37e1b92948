"""Every page: nothing bars anybody, nothing goes wrong behind the scenes, and it is light and fits a phone."""

import pytest
from playwright.async_api import Page

from functions.blueprints import BLUEPRINTS
from functions.page_routes import PAGES
from shared.domain.decisions import Language
from tests.browser.barriers import barriers_on
from tests.browser.person import HEIGHT, PHONE, Arrive, Look, Person
from tests.browser.places import NO_PAGES, PLACES, Place
from tests.browser.stages import Stages

LARGEST = 100_000
"""Bytes of a page with all that it loads, as they are transferred."""

_WEIGHT = """
() => performance.getEntries().filter(each => 'transferSize' in each).reduce((sum, each) => sum + each.transferSize, 0)
"""


def test_every_page_is_in_the_table() -> None:
    assert BLUEPRINTS, "importing them registers the pages"
    routes = {page.path for _, page in PAGES if page.method == "GET"}
    looked_at = {place.route for place in PLACES}
    assert routes - looked_at == NO_PAGES.keys()
    assert looked_at - routes == {"{*path}"}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_it_is_for_everybody(place: Place, language: Language, stages: Stages, somebody: Arrive) -> None:
    person = await place.visited_in(Look(language), somebody, stages)
    await _is_whole_and_light(place, person)
    assert await barriers_on(person.page) == []
    await person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await person.page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    assert await _width(person.page) <= PHONE
    assert await barriers_on(person.page) == []
    expected = f"the server responded with a status of {place.status}"
    assert [said for said in person.faults.console if expected not in said] == []
    assert person.faults.requests == []


async def _is_whole_and_light(place: Place, person: Person) -> None:
    assert await person.page.evaluate("document.documentElement.lang") == person.look.language
    assert await person.page.evaluate("performance.getEntriesByType('navigation')[0].responseStatus") == place.status
    assert await person.page.evaluate(_WEIGHT) < LARGEST


async def _width(page: Page) -> int:
    """The width of the page in pixels, with what is only reached by scrolling sideways."""
    width: int = await page.evaluate("document.documentElement.scrollWidth")
    return width
