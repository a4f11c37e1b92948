"""Counts what an app asks of its storage, in Azurite's own access log."""

import asyncio
import re
import uuid
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from local import settings, stack
from local.api import Api
from local.sample import sample_request, sample_snapshot
from local.stack import Stack
from local.stage import Stage
from shared.domain.case import Case
from shared.domain.lifecycle import State
from shared.domain.waiting import Party, begin_wait
from tests.builders import a_case, terms

REQUEST = re.compile(r'"(\w+) /devstoreaccount1/([^ ]*) HTTP/1\.1" (\d+)')
SETTLE_SECONDS = 20.0
FAR_AWAY = datetime(2090, 1, 1, tzinfo=UTC)

QUIET = {**stack.QUICK, settings.WAKE_SCHEDULE: "0 0 0 29 2 *"}
"""The timer fires only when told to: each of its ticks is a request."""


def requests_in(log: str) -> Counter[str]:
    """Requests by kind. Polls of the host are left out: the dequeue of each message is counted by its delete."""
    kinds: Counter[str] = Counter()
    for method, path, _status in REQUEST.findall(log):
        queue = re.match(r"([\w-]+)/messages", path)
        if queue and method == "GET":
            continue
        if queue and method == "DELETE":
            kinds.update(["dequeue", "delete"])
        elif queue:
            kinds["send"] += 1
        elif path.startswith("$batch"):
            kinds["commit"] += 1
        else:
            kinds["read"] += 1
    return kinds


class Meter:
    """Counts the requests that Azurite logs after the meter was made."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._start = log.stat().st_size

    def so_far(self) -> Counter[str]:
        with self._log.open("rb") as log:
            log.seek(self._start)
            return requests_in(log.read().decode())

    async def until(self, **kinds: int) -> Counter[str]:
        """The counts once there are at least so many of these kinds; Azurite logs a little after it answers."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while any(self.so_far()[kind] < number for kind, number in kinds.items()):  # noqa: ASYNC110 - a file
                await asyncio.sleep(0.05)
        return self.so_far()


async def a_known_subscription(api: Api, app: Stack) -> str:
    """A subscription whose facts the portal has reported."""
    subscription, meter = str(uuid.uuid4()), Meter(app.storage.log_file)
    await api.portal_reports(sample_snapshot(subscription))
    await meter.until(commit=1)
    return subscription


async def submit_until_notice(
    api: Api, app: Stack, subscription: str, amount: str, notice: str, *, key: str | None = None
) -> str:
    """A request up to its notice, with nothing left to do; nobody looks at the case, which would count. Its id."""
    meter = Meter(app.storage.log_file)
    request = sample_request(subscription, amount)
    if key is None:
        # Not by the client, which sends a key always.
        case_id = str((await api.call("POST", "/api/requests", request)).body["id"])
    else:
        case_id = (await api.client.submit(request, idempotency_key=key)).content.id
    assert await Stage(api, app.notices, print).notice(case_id, notice) is not None
    await meter.until(delete=3)  # eligibility, credit, notify
    return case_id


async def approve_one(api: Api, app: Stack) -> str:
    """A whole case without a credit check, up to its instructions; its id."""
    return await submit_until_notice(api, app, await a_known_subscription(api, app), "2500.00", "instructions")


def an_open_case() -> Case:
    """A case that is due in a far year."""
    wait = begin_wait(State.APPROVED, Party.APPLICANT, FAR_AWAY, terms())
    return a_case(State.APPROVED, id=f"{uuid.uuid4().hex}-{uuid.uuid4().hex}", wait=wait)
