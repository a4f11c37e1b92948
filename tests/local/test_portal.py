import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from local import portal, sample, settings
from local.errors import LocalRunError

SECRET = settings.new_credentials().portal_secret
SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"


def moment() -> datetime:
    """Now: the library refuses what was signed some minutes ago, and a suite may take longer."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class App:
    """An app that keeps what is posted to it, and answers with the given status."""

    status: int = 202
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def receive(self, request: web.Request) -> web.Response:
        self.posts.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status, text="noted")


@pytest.fixture
async def app() -> AsyncIterator[App]:
    received = App()
    routes = web.Application()
    routes.router.add_post("/api/webhooks/portal", received.receive)
    async with TestServer(routes) as server:
        received.url = str(server.make_url("")).rstrip("/")
        yield received


def test_signs_as_the_standard_webhooks_library_does() -> None:
    now = moment()
    headers = portal.sign(SECRET, "msg_1", now, b'{"a":"\xc3\xa9"}')
    assert headers["webhook-signature"] == Webhook(SECRET).sign("msg_1", now, '{"a":"é"}')
    assert Webhook(SECRET).verify(b'{"a":"\xc3\xa9"}', headers) == {"a": "é"}


@pytest.mark.parametrize(
    ("secret", "complaint"), [("c2VjcmV0", "must begin with whsec_"), ("whsec_?", "must be base64")]
)
def test_refuses_a_secret_that_is_none(secret: str, complaint: str) -> None:
    with pytest.raises(LocalRunError, match=complaint):
        portal.sign(secret, "msg_1", moment(), b"")


async def test_posts_an_event_the_library_accepts(app: App) -> None:
    now = moment()
    answer = await portal.post_event(app.url, SECRET, {"subscriptionId": "s"}, sent_at=now)
    [(headers, body)] = app.posts
    assert answer == portal.Answer(202, "noted")
    assert headers["Content-Type"] == "application/json"
    assert Webhook(SECRET).verify(body, headers) == {
        "type": "subscription.updated",
        "timestamp": now.isoformat().replace("+00:00", "Z"),
        "data": {"subscriptionId": "s"},
    }


async def test_gives_every_event_an_id_of_its_own_and_the_current_time(app: App) -> None:
    before = datetime.now(UTC)
    for _ in range(2):
        await portal.post_event(app.url, SECRET, {}, event_type="support_request.created")
    first, second = (headers["webhook-id"] for headers, _ in app.posts)
    assert first != second
    event = json.loads(app.posts[0][1])
    assert event["type"] == "support_request.created"
    assert before <= datetime.fromisoformat(event["timestamp"]) <= datetime.now(UTC)


async def test_gives_the_time_of_the_event_in_utc(app: App) -> None:
    summer = datetime(2026, 7, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))
    await portal.post_event(app.url, SECRET, {}, sent_at=summer)
    assert json.loads(app.posts[0][1])["timestamp"] == "2026-07-01T10:30:00Z"


async def test_says_that_no_app_answers(app: App) -> None:
    with pytest.raises(LocalRunError, match="Is the app running"):
        await portal.post_event("http://127.0.0.1:1", SECRET, {})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / settings.EXAMPLE_NAME).write_text((settings.ROOT / settings.EXAMPLE_NAME).read_text())
    settings.prepare(tmp_path)
    return tmp_path


async def run_main(root: Path, *arguments: str) -> int:
    return await asyncio.to_thread(portal.main, [SUBSCRIPTION, *arguments], root)


async def test_reports_the_sample_with_the_settings_secret(
    app: App, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run_main(root, "--url", app.url) == 0
    [(headers, body)] = app.posts
    event = Webhook(settings.portal_secret(settings.read_values(root))).verify(body, headers)
    assert event["data"] == sample.sample_snapshot(SUBSCRIPTION)
    assert capsys.readouterr().out == "202 noted\n"


async def test_finds_the_app_by_its_public_url(app: App, root: Path) -> None:
    file = root / settings.SETTINGS_NAME
    file.write_text(file.read_text().replace("http://localhost:7071", app.url))
    assert await run_main(root) == 0
    assert len(app.posts) == 1


async def test_fails_when_the_app_refuses(app: App, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app.status = 401
    assert await run_main(root, "--url", app.url) == 1
    assert capsys.readouterr().out == "401 noted\n"


async def test_fails_in_plain_words_without_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run_main(tmp_path) == 1
    assert "local.settings.json is missing" in capsys.readouterr().err
