"""Running apps: the real functions in the host, over HTTP, on Azurite; made once per worker when first needed."""

from collections.abc import AsyncIterator, Iterator

import pytest

from local import stack
from local.api import Api
from local.stack import Stack
from tests.journeys.metering import QUIET


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The app, with its own storage, settings and notices."""
    with stack.running(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture
async def api(running: Stack) -> AsyncIterator[Api]:
    """Everybody who calls the app."""
    async with running.api() as caller:
        yield caller


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An app whose timer fires only when told to, so that its storage requests can be counted."""
    with stack.running(tmp_path_factory.mktemp("quiet"), QUIET) as app:
        yield app


@pytest.fixture
async def quiet_api(quiet: Stack) -> AsyncIterator[Api]:
    """Everybody who calls the quiet app."""
    async with quiet.api() as caller:
        yield caller
