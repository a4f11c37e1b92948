"""Fixtures of every suite."""

import pytest

from tests.world import World


@pytest.fixture
def world() -> World:
    """A whole app in memory."""
    return World()
