import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from local import ports
from tests.local import stand_in

# Below the range from which systems hand out ports by themselves, and apart for tests that run in parallel.
_CANDIDATES = count(20_000 + os.getpid() % 600 * 20)


@pytest.fixture
def spare_ports() -> Iterator[int]:
    """Hand out one free port after another."""
    return (port for port in _CANDIDATES if ports.is_free(port))


@pytest.fixture
def func(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> stand_in.StandIn:
    """Put a stand-in for `func` first on the PATH."""
    installed = stand_in.install(tmp_path / "bin")
    monkeypatch.setenv("PATH", installed.path)
    return installed
