"""A whole app in memory for workflow tests: real code, with a clock, a mail system and faults that one can steer."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from local.sample import sample_request, sample_snapshot
from shared.adapters.access_store import AccessStore, LinkQueue
from shared.adapters.case_store import CaseStore
from shared.adapters.directory_portal import PortalDirectory
from shared.adapters.documents_memory import MemoryDocuments
from shared.adapters.draft_store import DraftStore
from shared.adapters.key_store import KeyStore
from shared.adapters.step_queues import StepQueues
from shared.adapters.storage import Delivery, Operation, Page, Row, Search
from shared.adapters.storage_memory import MemoryQueues, MemoryTables
from shared.adapters.tally_store import TallyStore
from shared.adapters.tax_ids import StdnumTaxIds
from shared.adapters.terms_shelf import FileTermsShelf
from shared.domain.callers import Kind, Principal, Role
from shared.domain.case import Case, RequestForm, scope_of
from shared.domain.dossier import Dossier
from shared.domain.facts import SubscriptionFacts
from shared.domain.lifecycle import FollowUp
from shared.domain.messages import (
    CREDIT_CHECKS,
    DUE_CASES,
    ELIGIBILITY_CHECKS,
    NOTIFICATIONS,
    CaseMessage,
    SubscriptionUpdated,
    read_message,
)
from shared.domain.notices import Letter
from shared.web.letters import TemplateLetters
from shared.web.link_letters import LinkLetters
from shared.workflow import due_cases, intake, notices, portal, steps
from shared.workflow.poison import take_poison
from shared.workflow.ports import Services
from shared.workflow.repeats import Asked, KeyKind, RepeatKey

T = TypeVar("T")

SUBSCRIPTION = UUID("0b1f6471-1bf0-4dda-aec3-cb9272f09590")
CLIENT = Principal(Kind.CLIENT, "demo")
OTHER = Principal(Kind.CLIENT, "other")
OFFICER = Principal(Kind.DESK, "ada", frozenset(Role))
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
QUEUES = (ELIGIBILITY_CHECKS, CREDIT_CHECKS, NOTIFICATIONS, DUE_CASES)
RETRY_SECONDS = 30
MOST_DELIVERIES = 10

SHELF = FileTermsShelf()
LETTERS = TemplateLetters(
    SHELF.policy,
    mail_from="Pay by Invoice <pay-by-invoice@example.com>",
    desk_email="desk@example.com",
    follow_url="http://localhost:7071/start",
)
LINK_LETTERS = LinkLetters(mail_from="Pay by Invoice <pay-by-invoice@example.com>", desk_email="desk@example.com")
"""One for all worlds: policies and calendars are read, and templates compiled, once."""


@dataclass
class SteeredClock:
    """A clock that moves when told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move on, by the arguments of a timedelta."""
        self.now += timedelta(**by)


@dataclass
class Mailbox:
    """A mail system: keeps what it is given, or raises what it was told to, once each."""

    deduplicates: bool = True
    letters: list[Letter] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.letters.append(letter)

    @property
    def kinds(self) -> list[str]:
        return [str(letter.kind) for letter in self.letters]

    @property
    def subjects(self) -> list[str]:
        return [letter.subject for letter in self.letters]


@dataclass(frozen=True)
class Fault:
    """One storage call goes wrong: before it is carried out, or after (the answer is lost)."""

    call: str
    error: Exception
    after: bool = False
    skip: int = 0


@dataclass
class FaultyStorage:
    """Tables and queues that fail where told to; `meanwhile` runs once before the next commit.

    `pending` holds the bodies of the messages that were sent and not deleted, by their queue's id; `calls` counts.
    """

    tables: MemoryTables
    queues: MemoryQueues
    faults: list[Fault] = field(default_factory=list)
    meanwhile: list[Callable[[], Any]] = field(default_factory=list)
    pending: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    async def scan(self, table: str, end: str, **more: Any) -> Page:
        return await self._through("scan", lambda: self.tables.scan(table, end, **more))

    async def get(self, table: str, partition: str, key: str) -> Row | None:
        return await self._through("get", lambda: self.tables.get(table, partition, key))

    async def page(self, table: str, partition: str, start: str, end: str, **more: Any) -> Page:
        return await self._through("page", lambda: self.tables.page(table, partition, start, end, **more))

    async def search(self, table: str, partition: str, search: Search, **more: Any) -> Page:
        return await self._through("search", lambda: self.tables.search(table, partition, search, **more))

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        return await self._through("commit", lambda: self.tables.commit(table, operations))

    async def send(self, queue: str, body: str, *, delay_seconds: int = 0) -> Delivery:
        async def send() -> Delivery:
            sent = await self.queues.send(queue, body, delay_seconds=delay_seconds)
            self.pending[sent.message_id] = body
            return sent

        return await self._through("send", send)

    async def receive(self, queue: str, *, limit: int = 1, visibility_seconds: int = 30) -> list[Delivery]:
        return await self.queues.receive(queue, limit=limit, visibility_seconds=visibility_seconds)

    async def release(self, delivery: Delivery, *, visibility_seconds: int = 0) -> Delivery:
        return await self.queues.release(delivery, visibility_seconds=visibility_seconds)

    async def delete(self, delivery: Delivery) -> bool:
        async def delete() -> bool:
            gone = await self.queues.delete(delivery)
            if gone:
                del self.pending[delivery.message_id]
            return gone

        return await self._through("delete", delete)

    async def _through(self, call: str, execute: Callable[[], Awaitable[T]]) -> T:
        self.calls[call] += 1
        fault = self._fault_for(call)
        if fault and not fault.after:
            raise fault.error
        answer = await execute()
        if fault:
            raise fault.error
        return answer

    def _fault_for(self, call: str) -> Fault | None:
        for place, fault in enumerate(self.faults):
            if fault.call == call:
                if fault.skip:
                    self.faults[place] = replace(fault, skip=fault.skip - 1)
                    return None
                return self.faults.pop(place)
        return None


async def _at_once(work: Callable[[], T]) -> T:
    """Without a thread: the faults suites drive the workflow where no event loop runs."""
    return work()


class World:
    """The app in memory, and everything that calls it."""

    def __init__(self, *, deduplicates: bool = True) -> None:
        self.clock = SteeredClock()
        self.storage = FaultyStorage(MemoryTables(self.clock), MemoryQueues(self.clock))
        self.mailbox = Mailbox(deduplicates)
        self.store = CaseStore(self.storage)
        self.keys = KeyStore(self.storage)
        self.documents = MemoryDocuments()
        self.pauses: list[float] = []
        self.failures: list[Exception] = []
        numbers = itertools.count(1)
        self.services = Services(
            cases=self.store,
            past_rows=self.store,
            receipts=self.store,
            keys=self.keys,
            drafts=DraftStore(self.storage),
            notice_rows=self.store,
            index=self.store,
            due_rows=self.store,
            work_list=self.store,
            tallies=TallyStore(self.storage),
            archive=self.store,
            documents=self.documents,
            outbox=StepQueues(self.storage),
            tax_ids=StdnumTaxIds(),
            directory=PortalDirectory(),
            shelf=SHELF,
            letters=LETTERS,
            link_letters=LINK_LETTERS,
            link_requests=LinkQueue(self.storage),
            accesses=AccessStore(self.storage),
            mailer=self.mailbox,
            now=self.clock,
            new_id=lambda: f"{next(numbers):032x}",
            pause=self._pause,
            in_thread=_at_once,
            current_policy="2017-07",
            receipt_lifetime=timedelta(days=7),
        )

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)

    # --- callers

    async def portal_reports(self, webhook_id: str = "", subscription: UUID = SUBSCRIPTION, **changes: Any) -> None:
        """The portal pushes a snapshot: the sample's, with changes."""
        self.clock.move(seconds=1)
        event = SubscriptionUpdated.model_validate(
            {
                "type": "subscription.updated",
                "timestamp": self.clock.now.isoformat(),
                "data": {**sample_snapshot(str(subscription)), **changes},
            }
        )
        await portal.subscription_updated(self.services, webhook_id or self.services.new_id(), event)

    async def submit(self, key: str | None = None, client: Principal = CLIENT, **changes: Any) -> str:
        """A client submits the sample request, with changes; the case's id."""
        answer = await intake.submit(self.services, a_submission(key, client, **changes))
        return answer.answer.id

    # --- the host

    async def drain(self) -> None:
        """Run every message that is visible now, until none is left; failed ones come back 30 s later."""
        while await asyncio.gather(*(self.run_next(queue) for queue in QUEUES)) != [False] * len(QUEUES):
            pass

    async def tick(self) -> int:
        """The timer fires, and everything that follows runs; how many cases were handed on."""
        handed_on = await due_cases.tick(self.services)
        await self.drain()
        return handed_on

    async def run_next(self, queue: str) -> bool:
        """Run one message of a queue; whether there was one."""
        found = await self.storage.receive(queue, visibility_seconds=600)
        for delivery in found:
            await self.run(delivery)
        return bool(found)

    async def run(self, delivery: Delivery) -> None:
        """Run one message as the host does: deleted on success, released or moved to the poison queue on failure."""
        try:
            await self.handle(read_message(delivery.body), delivery.dequeue_count)
        except Exception as error:  # noqa: BLE001 - the host takes every failure alike
            self.failures.append(error)
            if delivery.dequeue_count < MOST_DELIVERIES:
                await self.storage.release(delivery, visibility_seconds=RETRY_SECONDS)
                return
            await take_poison(self.services, delivery.queue, delivery.message_id, delivery.body)
        await self.storage.delete(delivery)

    async def handle(self, message: CaseMessage, deliveries: int = 1) -> None:
        """Hand a message to its handler."""
        if message.kind is FollowUp.WAKE:
            await due_cases.wake(self.services, message)
            return
        handlers = {
            "eligibility": steps.check_eligibility,
            "credit": steps.check_credit,
            "notify": notices.notify,
        }
        await handlers[message.kind.value](self.services, message, deliveries)

    def messages(self) -> list[CaseMessage]:
        """Every message that was sent and not deleted, delayed and leased ones too."""
        return [read_message(body) for body in self.storage.pending.values()]

    # --- looking

    async def dossier(self, subscription: UUID = SUBSCRIPTION) -> Dossier:
        return await self.store.read(scope_of(subscription))

    async def case(self, case_id: str) -> Case:
        stored = (await self.dossier()).cases[case_id]
        assert stored.value is not None
        return stored.value

    async def facts(self) -> SubscriptionFacts:
        return (await self.dossier()).known_facts


def a_submission(key: str | None = None, client: Principal = CLIENT, **changes: Any) -> intake.Submission:
    """The sample request as a client submits it, with changes to its JSON."""
    form = RequestForm.model_validate({**sample_request(str(SUBSCRIPTION)), **changes})
    return intake.Submission(form, client, a_key(key) if key else None)


def a_key(value: str = "key", kind: KeyKind = KeyKind.IDEMPOTENCY_KEY) -> RepeatKey:
    """A caller's key, as an Idempotency-Key unless told otherwise."""
    return RepeatKey(kind, value)


def asked(case_id: str, principal: Principal = CLIENT, key: str | None = None, seen: int | None = None) -> Asked:
    """An action asked for on a case: by the client that opened it, without a key, unless told otherwise."""
    return Asked(case_id, principal, a_key(key) if key else None, seen)
