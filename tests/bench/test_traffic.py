"""What counts as work that was done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.traffic import Instructions, report
from local.api import Api, api_of
from local.app_clock import AppClock
from local.portal import WEBHOOK_PATH
from local.settings import new_credentials

SUBSCRIPTION = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"


def put(folder: Path, name: str, kind: str) -> None:
    (folder / f"{name}.eml").write_text(f"X-Notice-Kind: {kind}\n\nX-Notice-Kind: instructions\n")


def test_counts_instructions_once_each(tmp_path: Path) -> None:
    instructions = Instructions(tmp_path)
    put(tmp_path, "first", "instructions")
    assert instructions.count() == 1
    put(tmp_path, "second", "instructions")
    (tmp_path / "third.draft").touch()
    assert (instructions.count(), instructions.count()) == (2, 2)


def test_any_other_notice_ends_the_measurement(tmp_path: Path) -> None:
    put(tmp_path, "first", "instructions")
    put(tmp_path, "second", "ineligible")
    with pytest.raises(RuntimeError, match="the notice 'ineligible' in place of its instructions: second"):
        Instructions(tmp_path).count()


@asynccontextmanager
async def answering(status: int, offset_file: Path) -> AsyncIterator[Api]:
    """The callers of an app that answers the portal so."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text="as it is")

    app = web.Application()
    app.router.add_post(WEBHOOK_PATH, answer)
    async with (
        TestServer(app) as server,
        api_of(str(server.make_url("")), new_credentials(), AppClock(offset_file)) as api,
    ):
        yield api


async def test_facts_that_the_app_takes_are_reported(tmp_path: Path) -> None:
    async with answering(204, tmp_path / "offset") as api:
        await report(api, SUBSCRIPTION)


async def test_facts_that_the_app_does_not_take_end_the_measurement(tmp_path: Path) -> None:
    async with answering(401, tmp_path / "offset") as api:
        with pytest.raises(RuntimeError, match="the app answered the portal 401: as it is"):
            await report(api, SUBSCRIPTION)
