"""Requests and whole cases per second: the running host beside the least that their storage requests can cost."""

import asyncio
import base64
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from functools import cached_property, partial
from http import HTTPStatus
from pathlib import Path
from statistics import median

import aiohttp
from azure.storage.queue.aio import QueueServiceClient

from bench.figures import Row, Section, median_ratio, milliseconds, percentile
from bench.floor import Floor, Prepared, make_places, prepared
from bench.service import Request, recorded_case, request_for
from local import portal, settings, stack
from local.api import Api
from local.sample import sample_snapshot
from local.stack import Stack
from shared.domain.lifecycle import NoticeKind
from shared.domain.messages import QUEUE_OF

INTAKE_REQUESTS = 2
AT_A_TIME = 16
"""What is under way at the same time, in the host and in the floor: a batch of the host's queue listener."""

WITHOUT_LIMITS: Mapping[str, str] = {
    **stack.QUICK,
    settings.WAKE_SCHEDULE: "0 0 0 29 2 *",
    "PAYBYINVOICE_CALLS_PER_MINUTE": "100000000",
    "PAYBYINVOICE_SUBMISSIONS_PER_HOUR": "100000000",
}
INTAKE_ONLY = {
    **WITHOUT_LIMITS,
    # The host's own default: nothing comes to a queue here, and looking often would be charged to the intakes.
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:01:00",
    **{f"AzureWebJobs.{name}.Disabled": "true" for name in ("check_eligibility", "check_credit", "notify")},
}
PATIENCE_SECONDS = 300.0
POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Round:
    """So many cases: how long all took together, and each (empty where only the whole is known). Seconds."""

    seconds: float
    each: tuple[float, ...] = ()


async def at_a_time(jobs: Sequence[Callable[[], Awaitable[object]]]) -> Round:
    """Do jobs, `AT_A_TIME` of them at the same time."""
    waiting, taken = iter(jobs), []

    async def work() -> None:
        for job in waiting:
            began = time.perf_counter()
            await job()
            taken.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_A_TIME)))
    return Round(time.perf_counter() - began, tuple(taken))


class Instructions:
    """The notices of cases that got through, in a folder; each file is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._counted: set[str] = set()

    def count(self) -> int:
        """How many there are by now. Raises RuntimeError for any other notice: that case went another way."""
        for file in self._folder.glob("*.eml"):
            if file.name not in self._counted:
                self._count(file)
        return len(self._counted)

    def _count(self, file: Path) -> None:
        kind = BytesHeaderParser().parsebytes(file.read_bytes())["X-Notice-Kind"]
        if kind != NoticeKind.INSTRUCTIONS:
            raise RuntimeError(f"a case got the notice '{kind}' in place of its instructions: {file.name}")
        self._counted.add(file.name)


async def report(api: Api, subscription: str) -> None:
    """Let the portal report a subscription's facts. Raises RuntimeError if the app does not take them."""
    answer = await api.portal_reports(sample_snapshot(subscription))
    if answer.status not in portal.ACCEPTED:
        raise RuntimeError(f"the app answered the portal {answer.status}: {answer.body}")


@dataclass
class App:
    """The running host, as clients and the portal call it."""

    stack: Stack
    session: aiohttp.ClientSession

    @cached_property
    def _headers(self) -> Mapping[str, str]:
        known = self.stack.credentials
        user = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
        return {"Authorization": f"Basic {user}", "Content-Type": "application/json"}

    async def submit(self, request: bytes) -> None:
        """One intake, without a key."""
        url = f"{self.stack.base_url}/api/requests?api-version=2026-11-01"
        async with self.session.post(url, data=request, headers=self._headers) as response:
            if response.status != HTTPStatus.ACCEPTED:
                raise RuntimeError(f"the app answered {response.status}: {await response.text()}")

    async def intakes(self, count: int) -> Round:
        """So many intakes."""
        requests = [request_for(str(uuid.uuid4())) for _ in range(count)]
        return await at_a_time([partial(self.submit, each) for each in requests])

    async def whole_cases(self, count: int) -> Round:
        """So many cases, from the first request to the last notice; facts are known before."""
        subscriptions = [str(uuid.uuid4()) for _ in range(count)]
        async with self.stack.api() as api:
            await at_a_time([partial(report, api, each) for each in subscriptions])
        requests, instructions = [request_for(each) for each in subscriptions], Instructions(self.stack.notices)
        wanted = instructions.count() + count
        began = time.perf_counter()
        await at_a_time([partial(self.submit, each) for each in requests])
        async with asyncio.timeout(PATIENCE_SECONDS):
            while instructions.count() < wanted:  # noqa: ASYNC110 - files
                await asyncio.sleep(POLL_SECONDS)
        taken = Round(time.perf_counter() - began)
        await self._until_idle()
        return taken

    async def _until_idle(self) -> None:
        """Wait until no message is left: what follows the last notice would go on in a later round."""
        async with (
            QueueServiceClient.from_connection_string(self.stack.storage.connection_string) as queues,
            asyncio.timeout(PATIENCE_SECONDS),
        ):
            while await _messages_in(queues):  # noqa: ASYNC110 - the storage's
                await asyncio.sleep(POLL_SECONDS)


async def _messages_in(queues: QueueServiceClient) -> int:
    """How many messages the steps' queues hold, received ones too."""
    there = [each.name async for each in queues.list_queues() if each.name in QUEUE_OF.values()]
    found = [await queues.get_queue_client(name).get_queue_properties() for name in there]
    return sum(each.approximate_message_count or 0 for each in found)


@dataclass(frozen=True)
class Rounds:
    """Alternating rounds of the app, of the floor, and of a floor that looks for no proxy, as the app does."""

    ours: list[Round]
    floor: list[Round]
    direct: list[Round]


async def traffic(rounds: int, intakes: int, cases: int) -> Section:
    """Both figures, in so many alternating rounds of so many intakes and whole cases."""
    requests, case_id, _ = await recorded_case()
    found = await _compared(INTAKE_ONLY, rounds, intakes, (requests[:INTAKE_REQUESTS], case_id), App.intakes)
    whole = await _compared(WITHOUT_LIMITS, rounds, cases, (requests, case_id), App.whole_cases)
    return Section(
        "Traffic",
        f"Through the running host, {AT_A_TIME} at a time, on Azurite; compared with a program that makes only the "
        f"same storage requests ({INTAKE_REQUESTS} for an intake, {len(requests)} for a whole case) through the same "
        f"SDKs at the same concurrency. {rounds} alternating rounds of {intakes} intakes and {cases} cases; medians. "
        "Host, clients and Azurite share the machine's processors; in the floor's rounds the host stands still and "
        "there are no clients: nothing is received, read, checked, made or logged there. The floor is one process of "
        "Python, as the host is, and both are kept busy mostly by the SDKs. As these come they look for a proxy at "
        "each request, which the app has them not do; the second figure of each kind is beside a floor that does not "
        "look either.",
        (
            _rate("intakes per second (202)", intakes, found.ours, found.floor, ">= 0.8"),
            _rate("the same, beside the floor without a proxy", intakes, found.ours, found.direct),
            _latency("intake, median latency", 0.5, found.ours, found.floor),
            _latency("intake, 99th percentile", 0.99, found.ours, found.floor),
            _rate("whole cases per second, to the instructions", cases, whole.ours, whole.floor, ">= 0.7"),
            _rate("the same, beside the floor without a proxy", cases, whole.ours, whole.direct),
        ),
    )


async def _compared(
    environment: Mapping[str, str],
    rounds: int,
    count: int,
    recorded: tuple[list[Request], str],
    ours: Callable[[App, int], Awaitable[Round]],
) -> Rounds:
    """Alternating rounds on one Azurite, after one of each that does not count."""
    found = Rounds([], [], [])
    with tempfile.TemporaryDirectory() as folder, stack.running(Path(folder), environment) as running:
        await make_places(running.storage.connection_string, recorded[0])
        for _ in range(1 + rounds):
            async with aiohttp.ClientSession() as session:
                found.ours.append(await ours(App(running, session), count))
            for rounds_of, looks in ((found.floor, True), (found.direct, False)):
                floor = Floor(running.storage.connection_string, looks_for_a_proxy=looks)
                cases = [prepared(*recorded) for _ in range(count)]
                with running.host.standing_still():  # idle, it would still ask its queues
                    rounds_of.append(await _floor_round(floor, cases))
    return Rounds(found.ours[1:], found.floor[1:], found.direct[1:])


async def _floor_round(floor: Floor, cases: Sequence[list[Prepared]]) -> Round:
    async with floor:
        return await at_a_time([partial(floor.run, case) for case in cases])


def _rate(what: str, count: int, ours: Sequence[Round], floor: Sequence[Round], aim: str = "") -> Row:
    rates, floor_rates = [count / each.seconds for each in ours], [count / each.seconds for each in floor]
    return Row(what, f"{median(rates):.1f}", f"{median(floor_rates):.1f}", median_ratio(rates, floor_rates), aim)


def _latency(what: str, share: float, ours: Sequence[Round], floor: Sequence[Round]) -> Row:
    times, floor_times = ([percentile(each.each, share) for each in rounds] for rounds in (ours, floor))
    return Row(what, milliseconds(median(times)), milliseconds(median(floor_times)), median_ratio(times, floor_times))
