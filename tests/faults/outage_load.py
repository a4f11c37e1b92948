"""What customers do while the storage fails and the app is killed: each insists until it is answered."""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from local.api import Api
from local.errors import LocalRunError
from local.sample import sample_application, sample_request, sample_snapshot
from paybyinvoice import Answer, Unavailable
from paybyinvoice.models import CaseStatus

LOOK_AGAIN_SECONDS = 0.5
NO_CONTENT = 204


class Story(Enum):
    """What a customer does: the state in which its case must end, and the notices that must come of it, once each."""

    APPROVED = ("approved", ("instructions",))
    WITHDRAWN = ("withdrawn", ("withdrawn",))
    REVIEWED = ("credit_review", ("credit_application", "in_review"))

    def __init__(self, state: str, notices: tuple[str, ...]) -> None:
        self.state = state
        self.notices = notices


WEIGHTS = {Story.APPROVED: 6, Story.WITHDRAWN: 2, Story.REVIEWED: 2}


@dataclass
class Load:
    """So many requests by so many customers at a time; `acknowledged` has each case that was answered for.

    Nobody begins after the moment `until`, by the monotonic clock.

    Nobody begins while more cases than there are customers wait for their first notice, so that what is left in the
    end is what outages and kills left, and no backlog that a slow machine has yet to work off.
    """

    api: Api
    notices: Path
    requests: int
    customers: int
    seed: int
    until: float
    acknowledged: dict[str, Story] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    _last_behind: int = 0
    _counted_at: float = 0.0
    _is_over: bool = False
    _progress: asyncio.Condition = field(default_factory=asyncio.Condition, repr=False)

    async def run(self) -> None:
        """Return when every customer has been answered all it asked."""
        drawn = random.Random(self.seed).choices(list(WEIGHTS), [*WEIGHTS.values()], k=self.requests)
        waiting = iter(drawn)
        await asyncio.gather(*(self._work_through(waiting) for _ in range(self.customers)))
        async with self._progress:
            self._is_over = True
            self._progress.notify_all()

    async def reached(self, requests: int) -> bool:
        """Wait until so many requests are acknowledged, or went wrong; False if it does not come to so many."""
        async with self._progress:
            await self._progress.wait_for(lambda: self._is_over or self._finished >= requests)
        return self._finished >= requests

    @property
    def _finished(self) -> int:
        return len(self.acknowledged) + len(self.unexpected)

    async def _work_through(self, waiting: Iterator[Story]) -> None:
        for story in waiting:
            while self._behind() > self.customers:  # noqa: ASYNC110 - files
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
            if time.monotonic() > self.until:
                return
            try:
                await self._live(story)
            except Exception as error:  # noqa: BLE001 - whatever it is, the run ends with it in its report
                self.unexpected.append(f"{story.name}: {type(error).__name__}: {error}")
            async with self._progress:
                self._progress.notify_all()

    def _behind(self) -> int:
        """How many cases have not brought a notice yet; counted once in a while."""
        if time.monotonic() > self._counted_at + LOOK_AGAIN_SECONDS:
            told = {file.name.partition("_")[0] for file in self.notices.glob("*.eml")}
            self._last_behind, self._counted_at = len(self.acknowledged.keys() - told), time.monotonic()
        return self._last_behind

    async def _live(self, story: Story) -> None:
        subscription, client = str(uuid.uuid4()), self.api.client
        await self._report(subscription)
        request = sample_request(subscription, "25000.00" if story is Story.REVIEWED else "2500.00")
        key = uuid.uuid4().hex
        case_id = (await self._insist("submit", lambda: client.submit(request, idempotency_key=key))).content.id
        self.acknowledged[case_id] = story
        if story is Story.WITHDRAWN:
            await self._insist("withdraw", lambda: client.withdraw(case_id, idempotency_key=key))
        elif story is Story.REVIEWED:
            await self._apply(case_id, key)

    async def _report(self, subscription: str) -> None:
        """The portal tells the facts until it hears that they were taken."""
        while True:
            self.counts["webhook"] += 1
            try:
                if (await self.api.portal_reports(sample_snapshot(subscription))).status == NO_CONTENT:
                    return
            except LocalRunError:
                pass
            self.counts["webhook again"] += 1
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _apply(self, case_id: str, key: str) -> None:
        while await self._state(case_id) != "credit_application_due":  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        application = sample_application("25000.00")
        await self._insist(
            "apply", lambda: self.api.client.send_credit_application(case_id, application, idempotency_key=key)
        )

    async def _state(self, case_id: str) -> str:
        try:
            return (await self.api.client.request(case_id)).content.state
        except Unavailable:
            return "unknown"

    async def _insist(self, what: str, ask: Callable[[], Awaitable[Answer[CaseStatus]]]) -> Answer[CaseStatus]:
        """Ask under one key until there is an answer, longer than the client's own retries if need be."""
        while True:
            try:
                answer = await ask()
            except Unavailable:
                self.counts[f"{what} given up"] += 1
            else:
                self.counts[what] += 1
                self.counts["replayed"] += answer.headers.get("Idempotent-Replayed") == "true"
                return answer
