"""What a case costs in storage requests, counted in Azurite's own access log."""

import asyncio
import re
import uuid
from collections import Counter
from pathlib import Path

from local.api import Api
from local.sample import sample_request, sample_snapshot
from local.stack import Stack
from local.stories import Stage

REQUEST = re.compile(r'"(\w+) /devstoreaccount1/([^ ]*) HTTP/1\.1" (\d+)')
SETTLE_SECONDS = 10.0


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


async def approve_one(api: Api, running: Stack) -> None:
    """A whole case to its instructions notice."""
    subscription = str(uuid.uuid4())
    await api.portal_reports(sample_snapshot(subscription))
    answer = await api.submit(sample_request(subscription))
    await Stage(api, running.notices, print).notice(answer.body["id"], "is approved")


async def test_intake_takes_two_requests_and_a_whole_case_nineteen(running: Stack, api: Api) -> None:
    await approve_one(api, running)  # makes tables and queues, once for ever
    subscription = str(uuid.uuid4())
    await api.portal_reports(sample_snapshot(subscription))
    meter = Meter(running.storage.log_file)
    answer = await api.submit(sample_request(subscription))
    mail = await Stage(api, running.notices, print).notice(answer.body["id"], "is approved")
    assert mail is not None
    counted = await meter.until(delete=3)
    assert counted == {
        "send": 3,  # intake 1, two steps 1 each
        "commit": 6,  # intake 1, two steps 1 each, notify: index, inflight, done
        "read": 4,  # two steps 1 each, notify: the case and its index entry
        "dequeue": 3,
        "delete": 3,
    }
    assert counted.total() == 19


def test_the_meter_knows_each_kind() -> None:
    log = "\n".join(
        f'127.0.0.1 - - [x] "{method} /devstoreaccount1/{path} HTTP/1.1" 200 -'
        for method, path in (
            ("GET", "q-1/messages?numofmessages=16"),
            ("POST", "q-1/messages?visibilitytimeout=0"),
            ("DELETE", "q-1/messages/id?popreceipt=x"),
            ("POST", "$batch"),
            ("GET", "cases()?$filter=x"),
        )
    )
    assert requests_in(log) == {"send": 1, "dequeue": 1, "delete": 1, "commit": 1, "read": 1}
