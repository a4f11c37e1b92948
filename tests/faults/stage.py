"""The app on a stage: real handlers as coroutines, stopped at every call until their driver says how the call goes."""

from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any, Final

from shared.adapters.case_rows import FACTS, SLOT, void_row
from shared.adapters.case_store import CaseStore
from shared.adapters.key_store import KeyStore
from shared.adapters.step_queues import StepQueues
from shared.adapters.storage import Delivery, Insert, Operation, Put, Tables, Touch, place_of
from shared.adapters.tally_rows import TOTALS
from shared.adapters.tally_store import TallyStore
from shared.domain.case import scope_of_case
from shared.domain.errors import (
    IllegalMoveError,
    NoticeInDoubtError,
    NoticeRefusedError,
    PayByInvoiceError,
    StorageError,
    StorageUnavailableError,
    TryAgainLaterError,
)
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import FollowUp, status_of
from shared.domain.messages import CaseMessage, read_message
from shared.workflow import due_cases, notices, steps
from shared.workflow.poison import take_poison
from shared.workflow.ports import Services
from shared.workflow.protocol import flag_case
from shared.workflow.repeats import CaseGist, gist_of
from tests.faults.checker import Acknowledged, Deed
from tests.faults.ports import (
    Call,
    Kind,
    LooseQueues,
    PlainLetters,
    UnwatchedQueues,
    WatchedDirectory,
    WatchedDocuments,
    WatchedMailer,
    WatchedQueues,
    WatchedTables,
    run_now,
    short,
)
from tests.faults.scenes import Scene
from tests.faults.watching import Watch
from tests.world import CLIENT, MOST_DELIVERIES, OFFICER, RETRY_SECONDS, World

POISON: Final = "-poison"
LEASE_SECONDS: Final = 600
LONGEST_MAIL_CALL: Final = timedelta(seconds=50)
"""The mail system's own time-out, which must be shorter than what the app takes as the longest send."""

LATEST: Final = timedelta(seconds=200)
"""A call that was given up arrives within this time, or never."""


class Fault(StrEnum):
    """How a call goes wrong."""

    CRASH_BEFORE = "crash before it"
    CRASH_AFTER = "crash after it"
    LOST = "no answer, not done"
    UNSEEN = "no answer, done"
    LATE = "no answer, done later"
    AGAIN = "done, and once more by the SDK"
    FIRST = "others were first"
    AWAY = "away"
    REFUSED = "refused"


_CRASHES: Final = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)

FAULTS: Final[dict[Kind, tuple[Fault, ...]]] = {
    Kind.READ: (Fault.CRASH_BEFORE, Fault.LOST),
    Kind.COMMIT: (*_CRASHES, Fault.LOST, Fault.UNSEEN, Fault.LATE, Fault.AGAIN, Fault.FIRST),
    Kind.SEND: (*_CRASHES, Fault.LOST, Fault.UNSEEN, Fault.LATE, Fault.AGAIN),
    Kind.PUT: (*_CRASHES, Fault.LOST, Fault.UNSEEN, Fault.LATE, Fault.AGAIN),
    Kind.DELETE: (*_CRASHES, Fault.LOST, Fault.UNSEEN, Fault.LATE, Fault.AGAIN),
    Kind.MAIL: (*_CRASHES, Fault.LOST, Fault.UNSEEN, Fault.AWAY, Fault.REFUSED),
    Kind.LOOK: (Fault.CRASH_BEFORE, Fault.AWAY),
    Kind.PAUSE: (Fault.CRASH_BEFORE,),
}
"""What can happen to each kind of call. A time-out, a reset and a 503 are one at this port: no answer."""

_UNDONE: Final = frozenset({Fault.CRASH_BEFORE, Fault.LOST, Fault.LATE, Fault.AWAY, Fault.REFUSED})


class Role(StrEnum):
    """On whose behalf a handler runs."""

    CALLER = "caller"
    HOST = "host"
    TIMER = "timer"


Handle = Callable[[Services, CaseMessage, int], Coroutine[Any, Any, None]]


async def handle(services: Services, message: CaseMessage, deliveries: int, kind: FollowUp | None = None) -> None:
    """Hand a message to the handler of its kind, or of another one."""
    if message.kind is FollowUp.WAKE:
        return await due_cases.wake(services, message)
    handlers = {
        FollowUp.ELIGIBILITY: steps.check_eligibility,
        FollowUp.CREDIT: steps.check_credit,
        FollowUp.NOTIFY: notices.notify,
    }
    return await handlers[kind or message.kind](services, message, deliveries)


@dataclass(frozen=True)
class Arrangement:
    """How the app is put together: as it is, unless a safeguard is left out on purpose."""

    arrange: Callable[[Services, Role, Tables], Services] = lambda services, *_: services
    handle: Handle = handle


@dataclass
class Actor:
    """A handler under way. `ended` is told its error, None if there was none; `crashed` if it came to no end."""

    name: str
    coroutine: Coroutine[Any, Any, None]
    crashed: Callable[[], None] = lambda: None
    failed: Callable[[PayByInvoiceError], None] = lambda _: None
    is_host: bool = False
    call: Call | None = None
    since: datetime | None = None
    watch: Watch | None = None
    context: Context = field(default_factory=copy_context)


@dataclass(frozen=True)
class Late:
    """A call that is carried out though nobody waits for it any more."""

    call: Call
    actor: str
    at: datetime


class Stage:
    """A world in the state of a scene, its host, and the handlers under way."""

    def __init__(
        self,
        scene: Scene,
        *,
        deduplicates: bool = True,
        page_limit: int = 1000,
        arrangement: Arrangement | None = None,
        traces: bool = False,
        skews: Callable[[], timedelta] | None = None,
    ) -> None:
        self.scene = scene
        self.skews = skews
        self.arrangement = arrangement or Arrangement()
        self.world = World(deduplicates=deduplicates)
        self.world.clock.now = scene.now
        self.queues = LooseQueues(self.world.clock)
        self.actors: list[Actor] = []
        self.late: list[Late] = []
        self.problems: list[str] = []
        self.acknowledged = Acknowledged()
        self.trace: list[str] | None = [] if traces else None
        self.calls = 0
        self.lease_seconds = LEASE_SECONDS
        self.left_beside = False
        self._numbers = count(1)
        self.services = self._services(page_limit)
        self._restore()

    def _services(self, page_limit: int) -> Services:
        self._tables = tables = WatchedTables(self.world.storage.tables, page_limit)
        store = CaseStore(tables)
        numbers = count(1 << 16)
        return replace(
            self.world.services,
            cases=store,
            receipts=store,
            keys=KeyStore(tables),
            notice_rows=store,
            index=store,
            due_rows=store,
            work_list=store,
            tallies=TallyStore(tables),
            archive=store,
            documents=WatchedDocuments(self.world.documents),
            outbox=StepQueues(WatchedQueues(self.queues)),
            directory=WatchedDirectory(),
            letters=PlainLetters(),
            mailer=WatchedMailer(self.world.mailbox.deduplicates, self.world.mailbox.letters),
            new_id=lambda: f"{next(numbers):032x}",
            pause=_pause,
        )

    def _restore(self) -> None:
        for (table, _), rows in self.scene.rows.items():
            run_now(self.world.storage.tables.commit(table, [Put(row) for row in rows]))
        for queue, message in self.scene.messages:
            self.queues.put(queue, message.model_dump_json(by_alias=True, exclude_none=True))
        self.world.mailbox.letters.extend(self.scene.letters)
        callers = (CLIENT.actor, OFFICER.actor)
        for event in self.scene.events:
            if event.actor in callers:
                self.acknowledged.deeds.append(Deed(event.event, event.actor, answers=[self._answered(event)]))

    def _answered(self, event: HistoryEvent) -> CaseGist:
        """What was answered to whoever brought an event about, but for the revision."""
        stored = run_now(self.world.store.read(scope_of_case(event.case_id))).cases[event.case_id]
        assert stored.value is not None
        there = {"state": event.to_state, "status": status_of(event.to_state), "revision": 0}
        return gist_of(stored.value).model_copy(update=there)

    @property
    def now(self) -> datetime:
        """The time on this stage."""
        return self.world.clock.now

    def services_for(self, role: Role) -> Services:
        """The app's services, as they are arranged for one handler, which runs on a machine with a clock of its own."""
        skew = self.skews() if self.skews else timedelta()
        services = replace(self.services, now=lambda: self.now + skew) if skew else self.services
        return self.arrangement.arrange(services, role, self._tables)

    # --- handlers

    def spawn(self, name: str, coroutine: Coroutine[Any, Any, None], **more: Any) -> Actor:
        """Begin a handler: it is stopped before its first call."""
        actor = Actor(f"{name}-{next(self._numbers)}", coroutine, **more)
        actor.watch = Watch(actor.name, self.world.store)
        self.actors.append(actor)
        return actor

    def step(self, actor: Actor, fault: Fault | None = None) -> None:
        """Let a handler make the call before which it stopped, and run to the next one; the first step only begins."""
        call = actor.call
        if call is None:
            self._run_on(actor)
            return
        self.calls += 1
        if call.kind is Kind.MAIL and actor.since and self.now - actor.since > LONGEST_MAIL_CALL:
            fault = Fault.LOST
        if fault is Fault.FIRST:
            if actor.name.startswith("resume"):
                self._flag_first(call)
            else:
                self._let_others_be_first(call)
            fault = None
        self._answer(actor, call, fault)

    def _answer(self, actor: Actor, call: Call, fault: Fault | None) -> None:
        if actor.watch is not None and fault not in _UNDONE:
            actor.watch.before(call, self.now)
            self.problems += actor.watch.problems
        value, error = self._carried_out(call, fault)
        self._note(actor.name, call, fault or error or "done")
        if fault is Fault.LATE:
            self.late.append(Late(call, actor.name, self.now))
        if fault in _CRASHES:
            actor.context.run(actor.coroutine.close)
            self.actors.remove(actor)
            actor.crashed()
            return
        self._run_on(actor, value, _error_of(call, fault) or error)

    def _carried_out(self, call: Call, fault: Fault | None) -> tuple[Any, Exception | None]:
        try:
            value = None if fault in _UNDONE else call.execute()
            return (call.execute() if fault is Fault.AGAIN else value), None
        except (StorageError, ValueError) as error:
            return None, error

    def _run_on(self, actor: Actor, value: Any = None, error: Exception | None = None) -> None:
        actor.since = self.now
        try:
            if error is None:
                actor.call = actor.context.run(actor.coroutine.send, value)
            else:
                actor.call = actor.context.run(actor.coroutine.throw, error)
        except StopIteration:
            self._end(actor)
        except PayByInvoiceError as failure:
            self._end(actor, failure)
        except Exception as failure:  # noqa: BLE001 - whatever a handler raises that it should not is a finding
            self.problems.append(f"{actor.name} raised {failure!r}")
            self._end(actor, StorageUnavailableError())

    def _end(self, actor: Actor, failure: PayByInvoiceError | None = None) -> None:
        self.actors.remove(actor)
        if failure is None:
            self._note(actor.name, "ended")
            return
        self._note(actor.name, f"failed: {failure!r}")
        if actor.is_host and isinstance(failure, IllegalMoveError):
            self.problems.append(f"{actor.name} tried an illegal move: {failure}")
        actor.failed(failure)

    def carry_out_late(self, late: Late) -> None:
        """A call arrives whose caller has long given it up."""
        self.late.remove(late)
        try:
            late.call.execute()
            self._note(late.actor, late.call, "done late")
        except StorageError as error:
            self._note(late.actor, late.call, f"came late: {error!r}")

    def _let_others_be_first(self, call: Call) -> None:
        """Somebody else changes a row that a commit depends on, as others do: a touch, or a void in a case's place."""
        for operation in call.operations:
            other = _others_change(operation, self.now)
            if other is not None:
                try:
                    run_now(self.world.storage.tables.commit(call.table, [other]))
                except StorageError:
                    return
                self._note("others", str(other))
                return

    def _flag_first(self, call: Call) -> None:
        """The case that the desk resumes is flagged for something else just then."""
        keys = [key for _, key in map(place_of, call.operations) if key.startswith("a|case|")]
        plain = replace(self.services, cases=self.world.store, outbox=StepQueues(UnwatchedQueues(self.queues)))
        for key in keys:
            run_now(flag_case(plain, key.split("|")[2], "others were first"))

    def carry_out_overdue(self, moment: datetime) -> None:
        """Whatever was given up so long before a moment that it arrives by then or never."""
        for late in [late for late in self.late if moment - late.at > LATEST]:
            self.carry_out_late(late)

    def leave_beside(self) -> None:
        """Nobody waits for what happened beside the transitions: without a look under way, only the night lists it."""
        bodies = [held.body for held in self.queues.held.values()]
        late = [str(each.call.subject) for each in self.late if each.call.kind is Kind.SEND]
        self.left_beside |= not any(f'"kind":"{FollowUp.WAKE.value}"' in text for text in (*bodies, *late))

    def _note(self, *words: object) -> None:
        if self.trace is not None:
            seconds = (self.now - self.scene.now).total_seconds()
            self.trace.append(f"{self.calls:4} {seconds:7.0f} s  " + short(" | ".join(str(word) for word in words)))

    # --- the host

    def receive(self, message_id: str) -> Actor:
        """The host hands a message to its handler."""
        delivery = self.queues.lease(message_id, self.lease_seconds)
        return self.spawn(
            f"host {delivery.queue} {delivery.message_id}",
            self._host(delivery),
            crashed=lambda: self.queues.release(delivery, RETRY_SECONDS),
            is_host=True,
        )

    async def _host(self, delivery: Delivery) -> None:
        """Run one message: deleted on success, released or moved to the poison queue on failure."""
        try:
            await self._handled(delivery)
        except PayByInvoiceError:
            if delivery.dequeue_count < MOST_DELIVERIES:
                self.queues.release(delivery, RETRY_SECONDS)
                raise
            await Call(Kind.SEND, lambda: self.queues.put(delivery.queue + POISON, delivery.body), "to poison")
        await Call(Kind.DELETE, lambda: self.queues.remove(delivery), delivery.message_id)

    async def _handled(self, delivery: Delivery) -> None:
        services = self.services_for(Role.HOST)
        if not delivery.queue.endswith(POISON):
            await self.arrangement.handle(services, read_message(delivery.body), delivery.dequeue_count)
            return
        queue = delivery.queue.removesuffix(POISON)
        await take_poison(services, queue, delivery.message_id, delivery.body)
        if all(held.body != delivery.body or held.queue != queue for held in self.queues.held.values()):
            self.acknowledged.poisoned.append(read_message(delivery.body))


async def _pause(seconds: float) -> None:
    await Call(Kind.PAUSE, lambda: None, f"{seconds} s")


def _error_of(call: Call, fault: Fault | None) -> Exception | None:
    """What a handler is told of a call that went wrong; None for one that was answered."""
    if fault is Fault.AWAY:
        return TryAgainLaterError("away")
    if fault is Fault.REFUSED:
        return NoticeRefusedError("refused")
    if fault in {Fault.LOST, Fault.UNSEEN, Fault.LATE}:
        return NoticeInDoubtError("no answer") if call.kind is Kind.MAIL else StorageUnavailableError("no answer")
    return None


def _others_change(operation: Operation, now: datetime) -> Operation | None:
    """What others could do to the row of an operation so that it fails; None where nobody does."""
    partition, key = place_of(operation)
    if isinstance(operation, Insert):
        return Insert(void_row(key.split("|")[2], now)) if key.startswith("a|case|") else None
    if key.startswith(("a|case|", "indexed|")) or key in {FACTS, SLOT, TOTALS}:
        return Touch(partition, key)
    return None
