"""The app's storage and mail system with a stop before every call: whoever drives a handler says how each call goes."""

from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any, TypeVar

from shared.adapters.documents_memory import MemoryDocuments
from shared.adapters.storage import Delivery, Operation, Page, Row, Search, place_of
from shared.adapters.storage_memory import MemoryTables
from shared.domain.case import Case
from shared.domain.documents import CheckedFile
from shared.domain.facts import SubscriptionFacts
from shared.domain.notices import Letter, Notice
from shared.web.notice_words import LABELS

T = TypeVar("T")


class Kind(StrEnum):
    """What a call is to."""

    READ = "read"
    COMMIT = "commit"
    SEND = "send"
    DELETE = "delete"
    MAIL = "mail"
    LOOK = "look"
    PUT = "put"
    PAUSE = "pause"


@dataclass(slots=True)
class Call:
    """A call that a handler is about to make. Awaiting it stops the handler until its driver has an answer for it.

    `operations` are those of a commit, `letter` is what is mailed. `subject` is told by traces only, and put into words
    only there.
    """

    kind: Kind
    execute: Callable[[], Any]
    subject: Any = ""
    table: str = ""
    operations: Sequence[Operation] = ()
    letter: Letter | None = None

    def __await__(self) -> Generator["Call", Any, Any]:
        return (yield self)

    def __str__(self) -> str:
        if self.kind is Kind.COMMIT:
            return f"commit {self.table}: " + ", ".join(map(_operation_in_words, self.operations))
        return f"{self.kind.value} {short(str(self.subject))}"


def short(text: str) -> str:
    """A text without the zeros of ids and most of a scope, for people."""
    return text.replace("0" * 24, "")


def _operation_in_words(operation: Operation) -> str:
    key = short(place_of(operation)[1])
    row = getattr(operation, "row", None)
    state = f" [{row.values['state']} {row.values['seq']}]" if row is not None and "state" in row.values else ""
    return f"{type(operation).__name__} {key.partition('|')[2] or key}{state}"


def run_now(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run what waits for nobody to its end, without an event loop."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as end:
        value: T = end.value
        return value


class WatchedTables:
    """Tables with a stop before every call; `page_limit` rows per page, so that a read may span changes by others."""

    def __init__(self, tables: MemoryTables, page_limit: int = 1000) -> None:
        self._tables = tables
        self._page_limit = page_limit

    async def get(self, table: str, partition: str, key: str) -> Row | None:
        found: Row | None = await Call(Kind.READ, lambda: run_now(self._tables.get(table, partition, key)), key)
        return found

    async def page(
        self, table: str, partition: str, start: str, end: str, *, limit: int = 1000, continuation: str | None = None
    ) -> Page:
        most = min(limit, self._page_limit)
        page: Page = await Call(
            Kind.READ,
            lambda: run_now(self._tables.page(table, partition, start, end, limit=most, continuation=continuation)),
            f"{table} from {start}" + (" on" if continuation else ""),
        )
        return page

    async def search(self, table: str, partition: str, search: Search, *, continuation: str | None = None) -> Page:
        page: Page = await Call(
            Kind.READ,
            lambda: run_now(self._tables.search(table, partition, search, continuation=continuation)),
            f"{table} searched from {search.start}",
        )
        return page

    async def scan(self, table: str, end: str, *, limit: int = 1000, continuation: str | None = None) -> Page:
        page: Page = await Call(
            Kind.READ,
            lambda: run_now(self._tables.scan(table, end, limit=limit, continuation=continuation)),
            f"all of {table}",
        )
        return page

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        """Several operations are all carried out or none."""
        tags: tuple[str, ...] = await Call(
            Kind.COMMIT, lambda: run_now(self._tables.commit(table, operations)), table=table, operations=operations
        )
        return tags


@dataclass(slots=True)
class Held:
    """A message in a queue; `receipt` changes whenever it is handed out."""

    queue: str
    body: str
    visible_at: datetime
    receipt: str = ""
    deliveries: int = 0


@dataclass
class LooseQueues:
    """Queues that keep no order: who receives chooses among the messages that are visible."""

    clock: Callable[[], datetime]
    held: dict[str, Held] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def put(self, queue: str, body: str, delay_seconds: int = 0) -> Delivery:
        """Add a message."""
        message_id = f"message-{next(self._numbers)}"
        self.held[message_id] = Held(queue, body, self.clock() + timedelta(seconds=delay_seconds))
        return Delivery(queue, message_id, "", body, 0)

    def visible(self) -> list[str]:
        """The ids of the messages that can be received now."""
        now = self.clock()
        return [message_id for message_id, held in self.held.items() if held.visible_at <= now]

    def lease(self, message_id: str, seconds: int) -> Delivery:
        """Hand a message out, and hide it for some seconds."""
        held = self.held[message_id]
        held.deliveries += 1
        held.receipt = f"receipt-{next(self._numbers)}"
        held.visible_at = self.clock() + timedelta(seconds=seconds)
        return Delivery(held.queue, message_id, held.receipt, held.body, held.deliveries)

    def release(self, delivery: Delivery, seconds: int) -> None:
        """Show a message again after some seconds, unless others have it by now."""
        held = self.held.get(delivery.message_id)
        if held and held.receipt == delivery.pop_receipt:
            held.visible_at = self.clock() + timedelta(seconds=seconds)

    def remove(self, delivery: Delivery) -> bool:
        """Delete a message, unless others have it by now."""
        held = self.held.get(delivery.message_id)
        if held is None or held.receipt != delivery.pop_receipt:
            return False
        del self.held[delivery.message_id]
        return True


class WatchedQueues:
    """Queues as the app has them, with a stop before every call; the host's side is that of `LooseQueues`."""

    def __init__(self, queues: LooseQueues) -> None:
        self._queues = queues

    async def send(self, queue: str, body: str, *, delay_seconds: int = 0) -> Delivery:
        sent: Delivery = await Call(
            Kind.SEND, lambda: self._queues.put(queue, body, delay_seconds), f"{body} after {delay_seconds} s"
        )
        return sent

    async def delete(self, delivery: Delivery) -> bool:
        gone: bool = await Call(Kind.DELETE, lambda: self._queues.remove(delivery), delivery.message_id)
        return gone

    async def receive(self, queue: str, *, limit: int = 1, visibility_seconds: int = 30) -> list[Delivery]:
        """Only the host receives."""
        raise NotImplementedError

    async def release(self, delivery: Delivery, *, visibility_seconds: int = 0) -> Delivery:
        """Only the host releases."""
        raise NotImplementedError


class UnwatchedQueues(WatchedQueues):
    """The same queues without a stop, for what others do in between."""

    async def send(self, queue: str, body: str, *, delay_seconds: int = 0) -> Delivery:
        return self._queues.put(queue, body, delay_seconds)


@dataclass
class WatchedMailer:
    """A mail system with a stop before every letter. One that deduplicates delivers a key once."""

    deduplicates: bool
    letters: list[Letter]

    async def send(self, letter: Letter) -> None:
        await Call(Kind.MAIL, lambda: self._take(letter), f"{letter.kind} {letter.key}", letter=letter)

    def _take(self, letter: Letter) -> None:
        if not self.deduplicates or all(letter.key != sent.key for sent in self.letters):
            self.letters.append(letter)


class WatchedDirectory:
    """The directory of facts, with a stop before every look."""

    async def look_up(self, subscription_id: object, known: SubscriptionFacts) -> SubscriptionFacts:
        facts: SubscriptionFacts = await Call(Kind.LOOK, lambda: known, "at the facts")
        return facts


class WatchedDocuments:
    """Documents' contents, with a stop before every call."""

    def __init__(self, documents: MemoryDocuments) -> None:
        self._documents = documents

    async def put(self, case_id: str, file: CheckedFile, content: bytes) -> None:
        await Call(Kind.PUT, lambda: run_now(self._documents.put(case_id, file, content)), file.sha256)

    async def get(self, case_id: str, sha256: str) -> bytes | None:
        content: bytes | None = await Call(
            Kind.READ, lambda: run_now(self._documents.get(case_id, sha256)), f"content {sha256}"
        )
        return content

    async def delete_all(self, case_id: str) -> None:
        await Call(Kind.DELETE, lambda: run_now(self._documents.delete_all(case_id)), f"contents of {case_id}")


class PlainLetters:
    """Letters that say no more than whether they may have come before: words are not what is proved here."""

    async def write(self, case: Case, notice: Notice, *, again: bool) -> Letter:
        text = LABELS["en"].again if again else ""
        return Letter(notice.key, notice.kind, "en", notice.key, "to@example.com", (), "subject", text, "")
