"""One app and one browser for all tests; a browser profile for each person of a test."""

import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, StorageState, expect

from local import stack
from local.api import Api
from local.stack import Stack
from tests.browser import chromium
from tests.browser.person import Arrive, Look, Person, arrive
from tests.browser.setting import NOW, SETTINGS
from tests.browser.stages import Stages, site_of

PATIENCE_MILLISECONDS: Final = 15_000

FOLDER: Final = Path(__file__).parent
HAS_FAILED: Final = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests on one loop: that of the browser."""
    for item in items:
        if item.path.is_relative_to(FOLDER) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember for the fixtures whether the test failed."""
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The app, with its own storage, settings and notices."""
    with stack.running(tmp_path_factory.mktemp("app"), SETTINGS) as running:
        running.clock.set_to(NOW)
        yield running


@pytest.fixture(scope="session")
def site(app: Stack) -> str:
    """The app's address as mails name it."""
    return site_of(app)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def api(app: Stack) -> AsyncIterator[Api]:
    """Everybody who calls the app."""
    async with app.api() as caller:
        yield caller


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    async with chromium.started() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stages(app: Stack, api: Api, browser: Browser, site: str) -> Stages:
    """Requests at every stage; to be looked at, not changed."""
    return Stages(app, api, browser, site)


@pytest_asyncio.fixture(loop_scope="session")
async def people(request: pytest.FixtureRequest) -> AsyncIterator[list[Person]]:
    """Who took part in the test; if it fails, what they saw last is kept."""
    present: list[Person] = []
    yield present
    has_failed = request.node.stash.get(HAS_FAILED, False)
    folder = Path(tempfile.mkdtemp(prefix="browser-")) if has_failed and present else None
    for number, person in enumerate(present, 1):
        if folder:
            await _keep(person, folder / f"{number}")
        await person.context.close()
    if folder:
        print(f"{request.node.name}: what was seen is in {folder} (playwright show-trace opens a trace)")  # noqa: T201


async def _keep(person: Person, place: Path) -> None:
    await person.page.screenshot(path=place.with_suffix(".png"), full_page=True)
    await person.context.tracing.stop(path=place.with_suffix(".zip"))


@pytest.fixture
def somebody(browser: Browser, site: str, people: list[Person]) -> Arrive:
    """Lets somebody new arrive."""

    async def come(look: Look, state: StorageState | None = None) -> Person:
        person = await arrive(browser, site, look, state)
        await person.context.tracing.start(snapshots=True)
        people.append(person)
        return person

    return come
