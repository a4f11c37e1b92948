"""Outages under load.

Customers submit requests and act on them by the client, while the storage is stopped and started, frozen, or cut off
by a proxy, and the app's process is killed. Once all is healed, nothing that was acknowledged may be lost, no notice
sent twice but those declared in doubt, every history must be whole, and all work done.
"""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from shared.workflow.notices import LONGEST_SEND
from tests.faults.outage_checks import drained, verdict
from tests.faults.outage_load import Load
from tests.faults.outage_rig import Rig, set_up
from tests.faults.proxy import Choose, Fault


@dataclass(frozen=True)
class Plan:
    """How much of everything; seconds where not said otherwise. A frozen storage stands still for `frozen`.

    After `longest`, nobody begins anew, and what should have gone wrong later does not.
    """

    requests: int
    customers: int
    cycles: int
    kills: int
    frozen: tuple[float, float]
    disturbed: float
    fault_rate: float
    seed: int
    longest: float = math.inf


SHORT = Plan(100, 24, 2, 3, frozen=(5.0, 5.0), disturbed=4.0, fault_rate=0.1, seed=2)
LONG = Plan(2_500, 32, 5, 25, frozen=(5.0, 60.0), disturbed=15.0, fault_rate=0.1, seed=1)
"""Four of them make 10,000 requests, 20 cycles and 100 kills. Not in one go: Azurite writes all of its rows every few
seconds, and at 9,000 requests (180 MB) does little else."""


@dataclass
class Report:
    """What a run did, and what it found wrong; `drained_seconds` is how long work went on when all was healed."""

    acknowledged: int = 0
    cases: int = 0
    done: dict[str, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    requests_to_storage: dict[str, int] = field(default_factory=dict)
    drained_seconds: float = 0.0
    notices_sent_twice_declared: int = 0
    wrong: tuple[str, ...] = ()


@dataclass
class Trouble:
    """Makes what goes wrong: spread evenly over the load, in an order that the seed decides."""

    rig: Rig
    load: Load
    plan: Plan
    done: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Cycles and kills, each at its share of the load, also at the same time."""
        drawn = random.Random(self.plan.seed)
        outages = [self._restart, self._freeze, self._disturb]
        first = drawn.randrange(len(outages))
        cycles = [outages[(first + n) % len(outages)] for n in range(self.plan.cycles)]
        kills = [self._kill] * self.plan.kills
        await asyncio.gather(self._spread(cycles), self._spread(kills))

    async def _spread(self, happenings: Sequence[Callable[[random.Random], Awaitable[None]]]) -> None:
        drawn = random.Random(self.plan.seed + len(happenings))
        for place, happen in enumerate(happenings, start=1):
            share = (place - drawn.random()) / (len(happenings) + 1)
            if not await self.load.reached(round(share * self.plan.requests)):
                return
            await happen(drawn)

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    async def _restart(self, _drawn: random.Random) -> None:
        self._count("storage stopped and started")
        await self.rig.restart_storage()

    async def _freeze(self, drawn: random.Random) -> None:
        self._count("storage frozen")
        await self.rig.freeze_storage(drawn.uniform(*self.plan.frozen))

    async def _disturb(self, drawn: random.Random) -> None:
        self._count("requests disturbed")
        await self.rig.disturb(chooser(self.plan.fault_rate, drawn), self.plan.disturbed)

    async def _kill(self, _drawn: random.Random) -> None:
        self._count("app killed")
        await self.rig.kill_app()


def chooser(rate: float, drawn: random.Random) -> Choose:
    """So large a share of requests meets a fault, each kind as often as the others."""
    faults = list(Fault)
    return lambda: drawn.choice(faults) if drawn.random() < rate else None


async def run(plan: Plan, folder: Path, say: Callable[[str], None]) -> Report:
    """Carry out a plan with its data in `folder`."""
    report, until = Report(), time.monotonic() + plan.longest
    async with set_up(folder) as rig, rig.api() as api:
        load = Load(api, rig.own.notices, plan.requests, plan.customers, plan.seed, until)
        trouble = Trouble(rig, load, plan)
        ticker = asyncio.create_task(_tell(load, trouble, say))
        try:
            await asyncio.gather(load.run(), trouble.run())
        finally:
            ticker.cancel()
        # What was being sent when the app was killed is in doubt after this time; nobody waits for it here.
        rig.clock.move(LONGEST_SEND + timedelta(seconds=1))
        done = await drained(rig, load.acknowledged)
        found = await verdict(rig, load.acknowledged)
        report.requests_to_storage = dict(rig.tables.done + rig.queues.done)
    report.acknowledged, report.cases, report.drained_seconds = len(load.acknowledged), found.cases, done.seconds
    report.done, report.calls, report.notices_sent_twice_declared = trouble.done, dict(load.counts), found.resent
    report.wrong = (*load.unexpected, *done.left, *found.wrong)
    return report


async def _tell(load: Load, trouble: Trouble, say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(10)
        say(f"{len(load.acknowledged):,} of {load.requests:,} requests acknowledged; {trouble.done}")
