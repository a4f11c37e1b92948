"""What the timer costs does not depend on how many cases are open.

Counted in memory, where 2,000 cases take a second and in Azurite a minute; the memory storage pages and conflicts as
Azurite does (tests/contract), and test_due_budget.py holds the figure to Azurite's own log.
"""

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest

from shared.adapters.case_store import CaseStore
from shared.adapters.step_queues import StepQueues
from shared.adapters.tally_store import TallyStore
from tests.journeys.metering import an_open_case
from tests.world import FaultyStorage, T, World

REMINDER_DUE_AFTER_DAYS = 4


@dataclass
class CountedStorage(FaultyStorage):
    """Counts requests; a dequeue counts with the delete that follows it."""

    counted: Counter[str] = field(default_factory=Counter)

    async def _through(self, call: str, execute: Callable[[], Awaitable[T]]) -> T:
        self.counted[call] += 1
        return await super()._through(call, execute)

    @property
    def requests(self) -> int:
        return self.counted.total() + self.counted["delete"]


def counted_world() -> tuple[World, CountedStorage]:
    world = World()
    world.storage = counted = CountedStorage(world.storage.tables, world.storage.queues)
    world.store = store = CaseStore(counted)
    world.services = replace(
        world.services,
        cases=store,
        receipts=store,
        notice_rows=store,
        index=store,
        due_rows=store,
        tallies=TallyStore(counted),
        outbox=StepQueues(counted),
    )
    return world, counted


@pytest.mark.parametrize("open_cases", [50, 2000])
@pytest.mark.parametrize("due", [0, 1, 5])
async def test_it_grows_with_what_is_due_only(open_cases: int, due: int) -> None:
    world, counted = counted_world()
    for _ in range(due):
        subscription = uuid.uuid4()
        await world.portal_reports(subscription=subscription)
        await world.submit(subscriptionId=str(subscription))
    await world.drain()
    for _ in range(open_cases - due):
        await world.store.settle(an_open_case(), None)
    world.clock.move(days=REMINDER_DUE_AFTER_DAYS)
    counted.counted.clear()
    assert await world.tick() == due
    assert len(world.mailbox.letters) == 2 * due  # instructions, reminders
    assert counted.requests == 2 + due * (2 + 5 + 7)  # the timer looks for what is due, and what is to be counted
