"""Wiring: built from the settings at the first call, once, without talking to anybody."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from function_app import create_app
from functions.service import get_liveness, get_readiness
from shared import wiring
from shared.adapters.mail_file import FileMailer
from shared.adapters.mail_smtp import SmtpMailer
from shared.domain.errors import SettingsError
from tests.functions.calling import call, wired
from tests.test_settings import GOOD
from tests.world import OFFICER, World


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


async def test_what_takes_long_holds_up_nothing_else() -> None:
    assert await wiring.services().in_thread(threading.current_thread) is not threading.current_thread()


def test_a_wrong_setting_is_told_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYBYINVOICE_POLICY")
    for _ in range(2):
        with pytest.raises(SettingsError, match="PAYBYINVOICE_POLICY"):
            wiring.services()


def test_a_wrong_setting_is_told_at_the_start_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("PAYBYINVOICE_POLICY")
    monkeypatch.setenv("PAYBYINVOICE_SIGNING_KEYS", '["too short"]')
    wiring.check_settings()
    assert len(create_app().get_functions()) > 20
    assert "PAYBYINVOICE_POLICY: Field required" in caplog.text
    assert "PAYBYINVOICE_SIGNING_KEYS" in caplog.text
    assert "too short" not in caplog.text


def test_sound_settings_are_not_worth_a_word(caplog: pytest.LogCaptureFixture) -> None:
    wiring.check_settings()
    assert caplog.text == ""


async def test_while_a_setting_is_wrong_the_app_lives_but_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYBYINVOICE_POLICY")
    alive = await call(get_liveness, "GET", "/api/health/live", params={})
    ready = await call(get_readiness, "GET", "/api/health/ready", params={})
    assert (alive.status, ready.status, ready.headers["Retry-After"]) == (200, 503, "5")
    assert "POLICY" not in str(ready.body)


def test_calls_are_counted_by_a_clock_that_is_never_set() -> None:
    limits = wiring.wired().limits
    assert limits.steady_now() <= limits.steady_now()
    assert limits.calls.take("contoso", limits.steady_now()).remaining == 599


def test_something_else_can_be_installed(world: World) -> None:
    wiring.install(wired(world))
    assert wiring.services() is world.services


def test_people_sign_in_by_themselves_in_development() -> None:
    desk = wiring.wired().desk
    assert (desk.trusts_platform, dict(desk.people)) == (False, {"ada": OFFICER})


def test_nobody_signs_in_by_themselves_on_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYBYINVOICE_DESK_SIGN_IN", "app_service")
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    desk = wiring.wired().desk
    assert (desk.trusts_platform, desk.people) == (True, {})


def test_notices_go_by_smtp_where_there_is_a_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(wiring.services().mailer, FileMailer)
    wiring.install(None)
    monkeypatch.delenv("PAYBYINVOICE_MAIL_FOLDER")
    monkeypatch.setenv("PAYBYINVOICE_SMTP_HOST", "smtp.example.com")
    assert isinstance(wiring.services().mailer, SmtpMailer)


@pytest.fixture
def offset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAYBYINVOICE_CLOCK_OFFSET_FILE", str(tmp_path / "offset"))
    return tmp_path / "offset"


def ahead() -> timedelta:
    """How far the app's clock is ahead of this machine's, to the day: the test itself takes time."""
    return timedelta(days=round((wiring.services().now() - datetime.now(UTC)) / timedelta(days=1)))


def test_the_clock_is_moved_by_a_file_that_is_read_at_each_call(offset: Path) -> None:
    assert ahead() == timedelta()
    for text, days in (("864000\n", 10), ("  -172800 ", -2), ("86400.5", 1), ("", 0), (" \n", 0)):
        offset.write_text(text)
        assert ahead() == timedelta(days=days)
    offset.unlink()
    assert ahead() == timedelta()


@pytest.mark.parametrize("text", ["soon", "1 day", "nan", "inf", "1e300", "1e12", "-1e12"])
def test_an_offset_that_is_no_number_of_seconds_is_told_at_each_call(offset: Path, text: str) -> None:
    offset.write_text(text)
    now = wiring.services().now
    for _ in range(2):
        with pytest.raises(SettingsError, match=r"CLOCK_OFFSET_FILE, .*offset, must hold a number of seconds: "):
            now()
    offset.write_text("0")
    assert now().tzinfo is not None


def test_an_offset_that_cannot_be_read_is_told(offset: Path) -> None:
    offset.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="must hold a number of seconds"):
        wiring.services().now()
    offset.unlink()
    offset.mkdir()
    with pytest.raises(SettingsError, match="must hold a number of seconds"):
        wiring.services().now()


async def test_what_was_built_can_be_closed_and_used_again() -> None:
    wiring.wired()
    await wiring.close()
    await wiring.close()
    assert wiring.services()
