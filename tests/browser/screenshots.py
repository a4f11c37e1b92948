"""Takes a picture of every page into docs/screenshots, to be looked at: `python -m tests.browser.screenshots`.

Both languages, on a desktop and a phone, and in the dark once. Three small ones are kept with the repository.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from local import stack
from local.stack import Stack
from shared.domain.decisions import Language
from tests.browser import chromium
from tests.browser.person import DESKTOP, HEIGHT, PHONE, Arrive, Look, Person, arrive
from tests.browser.places import PLACES, Place
from tests.browser.setting import NOW, SETTINGS
from tests.browser.stages import Stages, site_of

FOLDER: Final = Path(__file__).parents[2] / "docs" / "screenshots"
LANGUAGES: Final[tuple[Language, ...]] = ("en", "nl")

KEPT: Final = {"home": "front-page", "follow-credit-review": "follow", "case-credit-review": "desk-case"}
"""The places whose small pictures are kept, and what those are called."""

SMALL: Final = 1000
SMALL_HEIGHT: Final = 760
"""Pixels of a small picture."""


async def take(places: Sequence[Place], app: Stack) -> None:
    """Take the pictures of these places."""
    async with app.api() as api, chromium.started() as browser:
        stages, come = Stages(app, api, browser, site_of(app)), partial(arrive, browser, site_of(app))
        for place in places:
            for language in LANGUAGES:
                await _take_all_of(place, language, come, stages)
            if place.name in KEPT:
                await _take_small(place, come, stages)
            sys.stdout.write(f"{place.name}\n")


async def _take_all_of(place: Place, language: Language, come: Arrive, stages: Stages) -> None:
    person = await place.visited_in(Look(language), come, stages)
    await _take_one(person, place, "desktop", DESKTOP)
    if language == LANGUAGES[0]:
        await person.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        await _take_one(person, place, "dark", DESKTOP)
        await person.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await _take_one(person, place, "phone", PHONE)
    await person.context.close()


async def _take_one(person: Person, place: Place, kind: str, width: int) -> None:
    await person.page.set_viewport_size({"width": width, "height": HEIGHT})
    name = f"{place.name}-{person.look.language}-{kind}.png"
    await person.page.screenshot(path=FOLDER / name, full_page=True)


async def _take_small(place: Place, come: Arrive, stages: Stages) -> None:
    person = await place.visited_in(Look(width=SMALL), come, stages)
    await person.page.set_viewport_size({"width": SMALL, "height": SMALL_HEIGHT})
    await person.page.screenshot(path=FOLDER / f"{KEPT[place.name]}.png")
    await person.context.close()


def main(arguments: Sequence[str]) -> int:
    """Take the pictures of the places that are named, or of all; 0 if that worked."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description="Take pictures of pages.")
    parser.add_argument("names", nargs="*", help="the places, by name (default: all)")
    named = parser.parse_args(arguments).names
    with tempfile.TemporaryDirectory() as folder, stack.running(Path(folder), SETTINGS) as app:
        app.clock.set_to(NOW)
        asyncio.run(take([place for place in PLACES if not named or place.name in named], app))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
