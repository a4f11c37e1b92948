"""The whole app in one process, over storage in memory or in Azurite; the requests that it makes can be recorded."""

import base64
import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.functions as func

from functions import intake, notifications, portal, steps
from local.portal import sign
from local.sample import sample_request, sample_snapshot
from shared import wiring
from shared.adapters.documents_memory import MemoryDocuments
from shared.adapters.storage import Delivery, Operation, Page, Queues, Row, Search, Tables
from shared.adapters.storage_memory import MemoryQueues, MemoryTables
from shared.adapters.terms_shelf import FileTermsShelf
from shared.domain.callers import ClientBook
from shared.domain.clients import ClientSecret, hash_of
from shared.domain.messages import CREDIT_CHECKS, ELIGIBILITY_CHECKS, NOTIFICATIONS
from shared.domain.notices import Letter
from shared.web.letters import TemplateLetters
from shared.web.link_letters import LinkLetters
from shared.wiring import Choices, DeskSignIn, Stores, Voice, Wired, assemble, limits_of
from shared.workflow.ports import Services

POLICY = "2017-07"
CLIENT, SECRET = "bench", "a secret of no worth"
PORTAL_KEY = b"k" * 32
URL = "http://localhost:7071"
WITHOUT_LIMIT = 10**9
HANDLERS: dict[str, Callable[[func.QueueMessage], Awaitable[None]]] = {
    ELIGIBILITY_CHECKS: steps.check_eligibility,
    CREDIT_CHECKS: steps.check_credit,
    NOTIFICATIONS: notifications.notify,
}


@dataclass(frozen=True)
class Request:
    """One storage request: its verb, its table or queue, and what else it says."""

    verb: str
    place: str
    arguments: tuple[Any, ...] = ()


@dataclass
class Recorder:
    """A storage that remembers what was asked of it, and how many rows it gave in ranges."""

    tables: Tables
    queues: Queues
    requests: list[Request] = field(default_factory=list)
    rows: int = 0

    async def get(self, table: str, partition: str, key: str) -> Row | None:
        """Read one row."""
        self.requests.append(Request("get", table, (partition, key)))
        return await self.tables.get(table, partition, key)

    async def page(self, table: str, partition: str, start: str, end: str, **more: Any) -> Page:
        """Read a range of rows."""
        self.requests.append(Request("page", table, (partition, start, end)))
        found = await self.tables.page(table, partition, start, end, **more)
        self.rows += len(found.rows)
        return found

    async def search(self, table: str, partition: str, search: Search, **more: Any) -> Page:
        """Read the rows of a range that meet conditions."""
        self.requests.append(Request("search", table, (partition, search)))
        found = await self.tables.search(table, partition, search, **more)
        self.rows += len(found.rows)
        return found

    async def scan(self, table: str, end: str, **more: Any) -> Page:
        """Read every partition."""
        return await self.tables.scan(table, end, **more)

    async def commit(self, table: str, operations: Sequence[Operation]) -> tuple[str, ...]:
        """Write rows."""
        self.requests.append(Request("commit", table, tuple(operations)))
        return await self.tables.commit(table, operations)

    async def send(self, queue: str, body: str, *, delay_seconds: int = 0) -> Delivery:
        """Send a message."""
        self.requests.append(Request("send", queue, (body,)))
        return await self.queues.send(queue, body, delay_seconds=delay_seconds)

    async def receive(self, queue: str, *, limit: int = 1, visibility_seconds: int = 30) -> list[Delivery]:
        """Lease messages. Looking in vain is not recorded: it belongs to no case."""
        found = await self.queues.receive(queue, limit=limit, visibility_seconds=visibility_seconds)
        self.requests += [Request("receive", queue)] if found else []
        return found

    async def release(self, delivery: Delivery, *, visibility_seconds: int = 0) -> Delivery:
        """Give a message back."""
        return await self.queues.release(delivery, visibility_seconds=visibility_seconds)

    async def delete(self, delivery: Delivery) -> bool:
        """Delete a message."""
        self.requests.append(Request("delete", delivery.queue))
        return await self.queues.delete(delivery)


@dataclass
class Mailbox:
    """A mail system that counts letters."""

    deduplicates: bool = True
    letters: int = 0

    async def send(self, letter: Letter) -> None:  # noqa: ARG002 - the workflow's `Mailer`
        """Take a letter."""
        self.letters += 1


@dataclass(frozen=True)
class Service:
    """The app as this process's functions find it."""

    storage: Recorder
    mailbox: Mailbox
    services: Services

    async def report(self, subscription: str) -> None:
        """The portal tells what it knows of a subscription."""
        now = _now()
        body = json.dumps(
            {"type": "subscription.updated", "timestamp": now.isoformat(), "data": sample_snapshot(subscription)}
        ).encode()
        secret = "whsec_" + base64.b64encode(PORTAL_KEY).decode()
        signed = sign(secret, f"msg_{uuid.uuid4().hex}", now, body)
        answer = await portal.receive_portal_webhook(_post("/api/webhooks/portal", body, signed))
        _require(answer, 204)

    async def submit(self, subscription: str) -> str:
        """A client submits a request without a key; the case's id."""
        return await self.send(request_for(subscription))

    async def send(self, request: bytes) -> str:
        """A client sends this request without a key; the case's id."""
        user = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        answer = await intake.submit_request(_post("/api/requests", request, {"authorization": f"Basic {user}"}))
        _require(answer, 202)
        return str(json.loads(answer.get_body())["id"])

    async def drain(self) -> None:
        """Run every message until none is left."""
        while True:
            found = [each for queue in HANDLERS for each in await self.storage.receive(queue)]
            if not found:
                return
            for delivery in found:
                await HANDLERS[delivery.queue](func.QueueMessage(id=delivery.message_id, body=delivery.body))
                await self.storage.delete(delivery)


def request_for(subscription: str) -> bytes:
    """A request as it is sent."""
    return json.dumps(sample_request(subscription)).encode()


def in_memory() -> Service:
    """Let this process's functions work on a storage in memory."""
    return over(Recorder(MemoryTables(_now), MemoryQueues(_now)))


def over(storage: Recorder) -> Service:
    """Let this process's functions work on a storage."""
    mailbox, shelf = Mailbox(), FileTermsShelf()
    letters = TemplateLetters(
        shelf.policy,
        mail_from="Pay by Invoice <p@example.com>",
        desk_email="d@example.com",
        follow_url="http://localhost:7071/start",
    )
    links = LinkLetters(mail_from="Pay by Invoice <p@example.com>", desk_email="d@example.com")
    choices = Choices(POLICY, timedelta(days=7), _now)
    services = assemble(Stores(storage, storage, MemoryDocuments()), shelf, Voice(letters, mailbox, links), choices)
    wiring.install(
        Wired(
            services=services,
            clients=ClientBook({CLIENT: (ClientSecret(hash=hash_of(SECRET)),)}),
            portal_keys=(PORTAL_KEY,),
            signing_keys=(b"s" * 32,),
            desk=DeskSignIn(trusts_platform=False),
            limits=limits_of(WITHOUT_LIMIT, WITHOUT_LIMIT, storage),
            public_url=URL,
        )
    )
    return Service(storage, mailbox, services)


def _post(path: str, body: bytes, headers: dict[str, str]) -> func.HttpRequest:
    return func.HttpRequest(
        "POST",
        f"{URL}{path}?api-version=2026-11-01",
        headers={"content-type": "application/json", **headers},
        params={} if "webhooks" in path else {"api-version": "2026-11-01"},
        body=body,
    )


def _require(answer: func.HttpResponse, status: int) -> None:
    if answer.status_code != status:
        raise RuntimeError(f"the app answered {answer.status_code}: {answer.get_body().decode()}")


def _now() -> datetime:
    return datetime.now(UTC)


async def whole_case(service: Service) -> str:
    """A case from the request to its instructions; its subscription's facts are known before. Its id."""
    subscription = str(uuid.uuid4())
    await service.report(subscription)
    return await one_more(service, subscription)


async def one_more(service: Service, subscription: str) -> str:
    """A case of a subscription whose facts are known, from the request to its instructions; its id."""
    case_id = await service.submit(subscription)
    await service.drain()
    return case_id


async def recorded_case() -> tuple[list[Request], str, str]:
    """The storage requests of a whole case in their order, its id and its subscription."""
    service = in_memory()
    await whole_case(service)  # the first one makes what is made once
    subscription = str(uuid.uuid4())
    await service.report(subscription)
    service.storage.requests.clear()
    case_id = await one_more(service, subscription)
    return list(service.storage.requests), case_id, subscription
