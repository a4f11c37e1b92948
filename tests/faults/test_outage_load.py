"""The load ends when all is asked, or at its time; who waits for more than comes is told."""

import asyncio
import time
from pathlib import Path

from local.api import OFFICER, Api
from local.app_clock import AppClock
from local.settings import new_credentials
from paybyinvoice import Client, ClientSecret, Desk, DevelopmentUser
from tests.faults.outage_load import Load

NOWHERE = "http://127.0.0.1:1"


def a_load(folder: Path, requests: int, until: float) -> Load:
    known = new_credentials()
    client = Client(NOWHERE, ClientSecret(known.client_id, known.client_secret))
    api = Api(NOWHERE, known, AppClock(folder / "clock-offset"), client, Desk(NOWHERE, DevelopmentUser(OFFICER)))
    return Load(api, folder, requests, 3, 1, until)


async def test_who_waits_for_more_than_comes_is_told_at_the_end(tmp_path: Path) -> None:
    load = a_load(tmp_path, 0, time.monotonic() + 60)
    waiting = asyncio.create_task(load.reached(1))
    await load.run()
    assert await waiting is False
    assert await load.reached(0)


async def test_nobody_begins_when_the_time_is_over(tmp_path: Path) -> None:
    load = a_load(tmp_path, 100, time.monotonic() - 1)
    await load.run()
    assert (load.acknowledged, load.unexpected, dict(load.counts)) == ({}, [], {})
