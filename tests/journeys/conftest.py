"""One running app per worker: the real functions in the host, over HTTP, on Azurite."""

from collections.abc import AsyncIterator, Iterator

import pytest

from local import stack
from local.api import Api
from local.stack import Stack


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The app, with its own storage, settings and notices."""
    with stack.running(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture
async def api(running: Stack) -> AsyncIterator[Api]:
    """The app as its client `demo` and as the portal."""
    async with Api(running.base_url, running.credentials) as caller:
        yield caller
