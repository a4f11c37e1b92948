"""Wiring: built from the settings at the first call, once, without talking to anybody."""

from collections.abc import Iterator

import pytest

from shared import wiring
from shared.domain.errors import SettingsError
from tests.functions.calling import wired
from tests.test_settings import GOOD
from tests.world import World


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    wiring.install(None)
    yield
    wiring.install(None)


async def test_it_builds_what_the_settings_say_once() -> None:
    first = wiring.wired()
    assert wiring.wired() is first
    assert wiring.services() is first.services
    assert (first.public_url, first.portal_keys) == ("https://pay.example.com", (b"AAA" * 8,))


async def test_its_clock_and_ids_are_this_machines() -> None:
    services = wiring.services()
    assert services.now().tzinfo is not None
    assert services.new_id() != services.new_id()
    assert len(services.new_id()) == 32


def test_a_wrong_setting_is_told_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYBYINVOICE_POLICY")
    for _ in range(2):
        with pytest.raises(SettingsError, match="PAYBYINVOICE_POLICY"):
            wiring.services()


def test_something_else_can_be_installed(world: World) -> None:
    wiring.install(wired(world))
    assert wiring.services() is world.services
