"""The endpoints over a world in memory."""

from collections.abc import Iterator

import pytest

from shared import wiring
from tests.functions.calling import wired
from tests.world import World


@pytest.fixture(autouse=True)
def _installed(world: World) -> Iterator[None]:
    wiring.install(wired(world))
    yield
    wiring.install(None)


@pytest.fixture
async def case_id(world: World) -> str:
    """A case of client demo, approved without a credit check."""
    await world.portal_reports()
    made = await world.submit()
    await world.drain()
    return made
