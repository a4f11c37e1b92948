"""Somebody with a browser, who finds what is on a page by its words, as people do."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Locator, Page, StorageState, expect

from shared.domain.decisions import Language
from shared.web.languages import word

PHONE, DESKTOP = 390, 1280
"""Widths of a window, in pixels."""

HEIGHT: Final = 900
MOST_TABS: Final = 150
LOCALES: Final[dict[Language, str]] = {"en": "en-GB", "nl": "nl-NL"}
ERROR = "error"


@dataclass(frozen=True)
class Look:
    """How somebody looks at pages: language, width of the window, with scripts or without, on light or dark."""

    language: Language = "en"
    width: int = DESKTOP
    has_script: bool = True
    is_dark: bool = False

    def __str__(self) -> str:
        return "-".join(
            (
                self.language,
                "phone" if self.width == PHONE else "desktop",
                "script" if self.has_script else "plain",
                *(["dark"] if self.is_dark else []),
            )
        )


@dataclass(frozen=True)
class Faults:
    """What went wrong while pages were shown, as the browser says."""

    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Person:
    """Somebody who visits the site at `site`."""

    page: Page
    site: str
    look: Look
    faults: Faults

    @property
    def context(self) -> BrowserContext:
        """The browser's profile: its cookies."""
        return self.page.context

    def says(self, key: str, **named: object) -> str:
        """Words of the site in the person's language."""
        return word(self.look.language, key, **named)

    async def opens(self, path: str) -> None:
        """Open a page of the site by its address."""
        await self.page.goto(self.site + path)

    def place(self) -> str:
        """The address of the page, without the site's and without a query."""
        return self.page.url.removeprefix(self.site).partition("?")[0]

    # --- what is on the page

    def field(self, label: str) -> Locator:
        """A field by its label; what stands in brackets behind a label does not count."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*(\(|$)"))

    def button(self, words: str) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=words, exact=True)

    def link(self, words: str) -> Locator:
        """A link by its words, which others may follow that only screen readers read."""
        return self.page.get_by_role("link", name=re.compile(rf"^{re.escape(words)}"))

    @property
    def content(self) -> Locator:
        """The main part of the page."""
        return self.page.get_by_role("main")

    # --- what people do

    async def fills(self, label: str, text: str) -> None:
        """Type into a field."""
        await self.field(label).fill(text)

    async def chooses(self, label: str, option: str) -> None:
        """Choose from a list by what it shows."""
        await self.field(label).select_option(label=option)

    async def presses(self, words: str) -> None:
        """Press a button."""
        await self.button(words).click()

    async def follows(self, words: str) -> None:
        """Follow a link, the first of these words."""
        await self.link(words).first.click()

    async def tabs_to(self, wanted: Locator) -> None:
        """Press Tab until something has the focus. Raises AssertionError if it never has."""
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            if await wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not reach {wanted}")

    # --- what people see

    async def sees(self, text: str) -> None:
        """Wait until the main part of the page has these words."""
        await expect(self.content).to_contain_text(text)

    async def is_at(self, path: str) -> None:
        """Wait until the address is this one."""
        await expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.site + path)}(\?|#|$)"))


Arrive = Callable[[Look, StorageState | None], Awaitable[Person]]
"""Lets somebody new arrive, with what a browser kept of an earlier visit or with nothing."""


async def arrive(browser: Browser, site: str, look: Look, state: StorageState | None = None) -> Person:
    """Somebody new, with a browser of their own; `state` is what a browser kept of an earlier visit."""
    settings: dict[str, Any] = {"storage_state": state} if state else {}
    context = await browser.new_context(
        locale=LOCALES[look.language],
        viewport={"width": look.width, "height": HEIGHT},
        java_script_enabled=look.has_script,
        color_scheme="dark" if look.is_dark else "light",
        reduced_motion="reduce",
        **settings,
    )
    page, faults = await context.new_page(), Faults()
    page.on("console", lambda said: faults.console.append(said.text) if said.type == ERROR else None)
    page.on("pageerror", lambda error: faults.console.append(str(error)))
    page.on("requestfailed", lambda request: faults.requests.append(f"{request.url}: {request.failure}"))
    return Person(page, site, look, faults)
