"""What only the Azure storages can meet: outages, odd answers, and the number of requests.

The servers are real and local; all that Azurite can show is in tests/contract.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web
from azure.core.exceptions import HttpResponseError

from shared.adapters.azure_requests import Patience
from shared.adapters.storage import Delivery, Insert, Row
from shared.adapters.storage_azure import AzureQueues, AzureTables
from shared.domain.errors import RowExistsError, StorageUnavailableError

HURRIED = Patience(connect_seconds=1, read_seconds=0.2, retries=0)
QUICK_RETRIES = Patience(connect_seconds=1, read_seconds=5, retries=2, backoff_seconds=0.01)
LEASED = Delivery("steps", "0f", "receipt", "m", 1, datetime(9999, 12, 31, tzinfo=UTC))

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass
class Account:
    """A storage account at the far end of a connection string, and what it was asked."""

    tables: AzureTables
    queues: AzureQueues
    asked: list[web.BaseRequest] = field(default_factory=list)


CALLS: dict[str, Callable[[Account], Awaitable[object]]] = {
    "get": lambda account: account.tables.get("cases", "p", "a"),
    "page": lambda account: account.tables.page("cases", "p", "a", "b"),
    "commit": lambda account: account.tables.commit("cases", [Insert(Row("p", "a"))]),
    "send": lambda account: account.queues.send("steps", "m"),
    "receive": lambda account: account.queues.receive("steps"),
    "release": lambda account: account.queues.release(LEASED),
    "delete": lambda account: account.queues.delete(LEASED),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@asynccontextmanager
async def _account(port: int, patience: Patience | None) -> AsyncIterator[Account]:
    host = f"http://127.0.0.1:{port}/devstoreaccount1"
    connection_string = f"AccountName=devstoreaccount1;AccountKey=a2V5;TableEndpoint={host};QueueEndpoint={host}"
    account = Account(AzureTables(connection_string, patience), AzureQueues(connection_string, patience))
    try:
        yield account
    finally:
        await account.tables.close()
        await account.queues.close()


@asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[int]:
    """Answer every request on a free port, which is given."""
    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _serving(answer: Answer, patience: Patience = HURRIED) -> AsyncIterator[Account]:
    """An account that answers every request so."""

    async def note_and_answer(request: web.BaseRequest) -> web.StreamResponse:
        account.asked.append(request)
        return await answer(request)

    async with served(note_and_answer) as port, _account(port, patience) as account:
        yield account


def always(status: int, body: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(status=status, text=body, headers=named)

    return answer


def in_turn(*answers: Answer) -> Answer:
    left = iter(answers)

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        return await next(left)(request)

    return answer


async def hang_up(request: web.BaseRequest) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_short(request: web.BaseRequest) -> web.StreamResponse:
    status = 202 if request.method == "POST" and request.path.endswith("$batch") else 200
    response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
    response.content_length = 1000
    await response.prepare(request)
    await response.write(b'{"value": [')
    return await hang_up(request)


async def say_nothing(_request: web.BaseRequest) -> web.StreamResponse:
    await asyncio.Event().wait()
    return web.Response()


@every_call
async def test_takes_a_dead_port_for_an_outage_within_seconds(
    call: Callable[[Account], Awaitable[object]],
) -> None:
    with socket.socket() as reserved:
        # Bound but not listening: nobody else can take the port, and connecting is refused.
        reserved.bind(("127.0.0.1", 0))
        async with asyncio.timeout(10), _account(reserved.getsockname()[1], None) as account:
            with pytest.raises(StorageUnavailableError):
                await call(account)


@every_call
async def test_takes_a_connection_nobody_accepts_for_an_outage(call: Callable[[Account], Awaitable[object]]) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as crowded, ExitStack() as waiting:
        # Nobody accepts, so once the backlog is full further attempts to connect get no answer at all.
        for _ in range(3):
            queued = waiting.enter_context(socket.socket())
            queued.setblocking(False)
            queued.connect_ex(crowded.getsockname())
        patience = Patience(connect_seconds=0.2, retries=0)
        async with asyncio.timeout(10), _account(crowded.getsockname()[1], patience) as account:
            with pytest.raises(StorageUnavailableError, match="RequestTimeout"):
                await call(account)


@every_call
@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_takes_server_errors_for_an_outage(call: Callable[[Account], Awaitable[object]], status: int) -> None:
    async with _serving(always(status)) as account:
        with pytest.raises(StorageUnavailableError, match=str(status)):
            await call(account)


@every_call
@pytest.mark.parametrize("answer", [hang_up, cut_short, say_nothing])
async def test_takes_a_missing_or_broken_answer_for_an_outage(
    call: Callable[[Account], Awaitable[object]], answer: Answer
) -> None:
    async with asyncio.timeout(10), _serving(answer) as account:
        with pytest.raises(StorageUnavailableError):
            await call(account)


@every_call
async def test_passes_a_refused_request_on_unchanged(
    call: Callable[[Account], Awaitable[object]],
) -> None:
    async with _serving(always(403, x_ms_error_code="AuthorizationFailure")) as account:
        with pytest.raises(HttpResponseError) as refusal:
            await call(account)
    assert refusal.value.status_code == 403


@pytest.mark.parametrize("name", ["send", "receive", "page"])
async def test_makes_nothing_for_another_kind_of_not_found(name: str) -> None:
    async with _serving(always(404, x_ms_error_code="AccountNotFound")) as account:
        with pytest.raises(HttpResponseError):
            await CALLS[name](account)
    assert len(account.asked) == 1


@every_call
async def test_asks_three_times_before_it_gives_up(
    call: Callable[[Account], Awaitable[object]],
) -> None:
    async with _serving(always(503), QUICK_RETRIES) as account:
        with pytest.raises(StorageUnavailableError):
            await call(account)
    assert len(account.asked) == 3


async def test_does_not_repeat_a_commit_that_got_no_answer() -> None:
    async with _serving(hang_up, QUICK_RETRIES) as account:
        with pytest.raises(StorageUnavailableError):
            await CALLS["commit"](account)
    assert len(account.asked) == 1


async def test_recovers_from_one_server_error() -> None:
    fails_once = in_turn(always(503), always(404, x_ms_error_code="ResourceNotFound"))
    async with _serving(fails_once, QUICK_RETRIES) as account:
        assert await account.tables.get("cases", "p", "a") is None


async def test_hands_an_empty_page_with_a_continuation_on() -> None:
    more = always(
        200,
        '{"value": []}',
        Content_Type="application/json",
        x_ms_continuation_NextPartitionKey="1!4!cA--",
        x_ms_continuation_NextRowKey="1!4!Yg--",
    )
    async with _serving(more) as account:
        page = await account.tables.page("cases", "p", "a", "z")
        assert page.rows == ()
        await account.tables.page("cases", "p", "a", "z", continuation=page.continuation)
    assert len(account.asked) == 2
    assert account.asked[1].query["NextPartitionKey"] == "1!4!cA--"
    assert account.asked[1].query["NextRowKey"] == "1!4!Yg--"


async def test_bears_losing_the_race_to_make_a_table() -> None:
    race = in_turn(
        always(404, x_ms_error_code="TableNotFound"),
        always(409, x_ms_error_code="TableAlreadyExists"),
        always(200, '{"value": []}', Content_Type="application/json"),
    )
    async with _serving(race) as account:
        assert (await account.tables.page("cases", "p", "a", "z")).rows == ()
    assert [request.method for request in account.asked] == ["GET", "POST", "GET"]


async def test_bears_losing_the_race_to_make_a_queue() -> None:
    race = in_turn(
        always(404, x_ms_error_code="QueueNotFound"),
        always(204, x_ms_request_id="r"),
        always(200, "<QueueMessagesList/>", Content_Type="application/xml"),
    )
    async with _serving(race) as account:
        assert await account.queues.receive("steps") == []
    assert [request.method for request in account.asked] == ["GET", "PUT", "GET"]


def _batch_answer(part: str) -> Answer:
    lines = [
        "--batch",
        "Content-Type: multipart/mixed; boundary=changes",
        "",
        "--changes",
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        "",
        *part.splitlines(),
        "--changes--",
        "--batch--",
        "",
    ]
    return always(202, "\r\n".join(lines), Content_Type="multipart/mixed; boundary=batch")


def _failed_part(status: str, code: str, message: str) -> Answer:
    error = f'{{"odata.error": {{"code": "{code}", "message": {{"lang": "en-US", "value": "{message}"}}}}}}'
    return _batch_answer(f"HTTP/1.1 {status}\nContent-Type: application/json\n\n{error}")


async def test_takes_a_server_error_inside_a_transaction_for_an_outage() -> None:
    answer = _failed_part("500 Internal Server Error", "OperationTimedOut", "0:Try again.")
    async with _serving(answer) as account:
        with pytest.raises(StorageUnavailableError, match="500"):
            await CALLS["commit"](account)


async def test_passes_a_refusal_inside_a_transaction_on_unchanged() -> None:
    answer = _failed_part("400 Bad Request", "EntityTooLarge", "0:The entity is too large.")
    async with _serving(answer) as account:
        with pytest.raises(HttpResponseError, match="EntityTooLarge"):
            await CALLS["commit"](account)


async def test_reads_the_failing_operation_from_a_transactions_answer() -> None:
    answer = _failed_part("409 Conflict", "EntityAlreadyExists", "17:The specified entity already exists.")
    async with _serving(answer) as account:
        with pytest.raises(RowExistsError) as refusal:
            await account.tables.commit("cases", [Insert(Row("p", str(n))) for n in range(20)])
    assert refusal.value.index == 17


async def test_commits_many_operations_in_one_request() -> None:
    async with _serving(_batch_answer("HTTP/1.1 204 No Content\nETag: W/x\n")) as account:
        await account.tables.commit("cases", [Insert(Row("p", str(n))) for n in range(3)])
    assert len(account.asked) == 1


MESSAGES = """<?xml version="1.0" encoding="utf-8"?><QueueMessagesList><QueueMessage>
<MessageId>0f</MessageId><InsertionTime>Mon, 02 Nov 2026 09:00:00 GMT</InsertionTime>
<ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime><PopReceipt>receipt</PopReceipt>
<TimeNextVisible>Mon, 02 Nov 2026 09:00:30 GMT</TimeNextVisible><DequeueCount>1</DequeueCount>
<MessageText>m</MessageText></QueueMessage></QueueMessagesList>"""


async def test_receives_in_one_request_though_fewer_came_than_asked_for() -> None:
    async with _serving(always(200, MESSAGES, Content_Type="application/xml")) as account:
        received = await account.queues.receive("steps", limit=32)
    assert [(message.message_id, message.body) for message in received] == [("0f", "m")]
    assert len(account.asked) == 1


async def test_sends_messages_that_never_expire() -> None:
    async with _serving(always(201, MESSAGES, Content_Type="application/xml")) as account:
        await account.queues.send("steps", "m", delay_seconds=7)
    query = account.asked[0].query
    assert (query["messagettl"], query["visibilitytimeout"]) == ("-1", "7")


@every_call
async def test_asks_directly_whatever_proxy_the_environment_names(
    call: Callable[[Account], Awaitable[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:1")
    async with _serving(always(500)) as account:
        with pytest.raises(StorageUnavailableError, match="500"):
            await call(account)


async def test_can_be_used_again_after_closing() -> None:
    async with _serving(always(404, x_ms_error_code="ResourceNotFound")) as account:
        for _ in range(2):
            assert await account.tables.get("cases", "p", "a") is None
            assert not await account.queues.delete(LEASED)
            await account.tables.close()
            await account.queues.close()
    assert len(account.asked) == 4


async def test_closes_without_having_been_used() -> None:
    await AzureTables("UseDevelopmentStorage=true").close()
    await AzureQueues("UseDevelopmentStorage=true").close()


async def test_knows_the_well_known_ports_of_development_storage() -> None:
    tables, queues = AzureTables("UseDevelopmentStorage=true"), AzureQueues("UseDevelopmentStorage=true")
    assert tables._connections.client("cases").url == "http://127.0.0.1:10002/devstoreaccount1"
    assert queues._connections.client("steps").url == "http://127.0.0.1:10001/devstoreaccount1/steps"
    await tables.close()
    await queues.close()
