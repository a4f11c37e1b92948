"""The endpoints over a world in memory."""

from collections.abc import Iterator

import pytest

from shared import wiring
from tests.functions.calling import wired
from tests.world import World


@pytest.fixture
def installed(world: World) -> Iterator[World]:
    """The world, as the endpoints find it on a developer's machine."""
    wiring.install(wired(world))
    yield world
    wiring.install(None)


@pytest.fixture
def on_platform(world: World) -> Iterator[World]:
    """The world, as the endpoints find it behind App Service Authentication."""
    wiring.install(wired(world, trusts_platform=True))
    yield world
    wiring.install(None)
