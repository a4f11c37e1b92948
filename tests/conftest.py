"""Fixtures of every suite."""

import logging
from collections.abc import Iterator

import pytest

from tests.world import World


@pytest.fixture
def world() -> World:
    """A whole app in memory."""
    return World()


@pytest.fixture(autouse=True)
def _logging_stays_on() -> Iterator[None]:
    """A test that silences logging for its process would let others fail, in some orders only."""
    yield
    assert logging.root.manager.disable == logging.NOTSET
