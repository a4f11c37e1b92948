import asyncio
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from devhost.lifecycle import running
from devhost.queue_listener import poison_queue_name
from devhost.settings import WorkerSettings
from tests.devhost.azurite import start_azurite
from tests.devhost.builders import PATIENCE, an_app, host_settings, until


def app_of(call: Callable[..., Any], queue_name: str) -> func.FunctionApp:
    app = an_app()
    app.function_name("work")(app.queue_trigger("msg", queue_name, "AzureWebJobsStorage")(call))
    return app


class Worker:
    """An app with one function, which keeps what it got and fails if told to."""

    def __init__(self, queue_name: str, *, fails: bool = False) -> None:
        self.got = asyncio.Queue[func.QueueMessage]()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.app = app_of(self._function(), queue_name)
        self._fails = fails

    def _function(self) -> Callable[..., Any]:
        async def work(msg: func.QueueMessage) -> None:
            self.got.put_nowait(msg)
            await self.may_end.wait()
            if self._fails:
                raise ValueError("failed on purpose")

        return work

    async def next(self) -> func.QueueMessage:
        return await asyncio.wait_for(self.got.get(), PATIENCE)


async def is_empty(queue: QueueClient) -> bool:
    return (await queue.get_queue_properties()).approximate_message_count == 0


async def take(queue: QueueClient) -> str:
    """Wait for a message in a queue, which may not be there yet, and return its body."""
    found: list[str] = []

    async def look() -> bool:
        try:
            message = await queue.receive_message()
        except ResourceNotFoundError:
            return False
        found.extend([message.content] if message else [])
        return bool(found)

    await until(look)
    return found[0]


def poison_of(service: QueueServiceClient, queue: QueueClient) -> QueueClient:
    return service.get_queue_client(f"{queue.queue_name}-poison")


async def test_deletes_a_message_whose_function_succeeded(queue: QueueClient, storage: str) -> None:
    worker = Worker(queue.queue_name.upper())
    sent = await queue.send_message("h\u00e9 <&>")
    async with running(worker.app, host_settings(storage)):
        message = await worker.next()
        await until(lambda: is_empty(queue))
    assert (message.get_body().decode(), message.id, message.dequeue_count) == ("h\u00e9 <&>", sent.id, 1)


async def test_tries_again_then_moves_a_message_to_the_poison_queue(
    queue: QueueClient, service: QueueServiceClient, storage: str
) -> None:
    worker = Worker(queue.queue_name, fails=True)
    await queue.send_message("bad")
    async with running(worker.app, host_settings(storage, max_dequeue_count=3)):
        assert await take(poison_of(service, queue)) == "bad"
        await until(lambda: is_empty(queue))
    assert [(await worker.next()).dequeue_count for _ in range(3)] == [1, 2, 3]
    assert worker.got.empty()


async def test_makes_the_poison_queue_once_for_many_messages(
    queue: QueueClient, service: QueueServiceClient, storage: str
) -> None:
    worker = Worker(queue.queue_name, fails=True)
    for number in range(10):
        await queue.send_message(str(number))
    async with running(worker.app, host_settings(storage, max_dequeue_count=1)):
        bodies = {await take(poison_of(service, queue)) for _ in range(10)}
    assert bodies == {str(number) for number in range(10)}


async def test_keeps_a_failed_message_hidden_for_the_visibility_timeout(queue: QueueClient, storage: str) -> None:
    worker = Worker(queue.queue_name, fails=True)
    await queue.send_message("bad")
    async with running(worker.app, host_settings(storage, visibility_timeout=600)):
        await worker.next()
    assert not await queue.peek_messages()
    assert not await is_empty(queue)


async def test_moves_a_message_delivered_too_often_without_calling_the_function(
    queue: QueueClient, service: QueueServiceClient, storage: str
) -> None:
    await poison_of(service, queue).create_queue()
    worker = Worker(queue.queue_name)
    await queue.send_message("bad")
    message = await queue.receive_message()
    assert message
    await queue.update_message(message, visibility_timeout=0)
    async with running(worker.app, host_settings(storage, max_dequeue_count=1)):
        assert await take(poison_of(service, queue)) == "bad"
    assert worker.got.empty()


async def test_decodes_base64(queue: QueueClient, storage: str) -> None:
    worker = Worker(queue.queue_name)
    await queue.send_message("aGVsbG8=")
    async with running(worker.app, host_settings(storage, message_encoding="base64")):
        assert (await worker.next()).get_body() == b"hello"


async def test_moves_an_undecodable_message_as_it_is(
    queue: QueueClient, service: QueueServiceClient, storage: str
) -> None:
    worker = Worker(queue.queue_name)
    await queue.send_message("{not base64}")
    async with running(worker.app, host_settings(storage, message_encoding="base64")):
        assert await take(poison_of(service, queue)) == "{not base64}"
    assert worker.got.empty()


async def test_fails_a_message_that_is_no_text(queue: QueueClient, service: QueueServiceClient, storage: str) -> None:
    worker = Worker(queue.queue_name)
    await queue.send_message("/w==")
    settings = host_settings(storage, message_encoding="base64", max_dequeue_count=2)
    async with running(worker.app, settings):
        assert await take(poison_of(service, queue)) == "/w=="
    assert worker.got.empty()


async def test_fails_a_function_that_returns_something(
    queue: QueueClient, service: QueueServiceClient, storage: str
) -> None:
    def work(msg: func.QueueMessage) -> str:
        return "done"

    await queue.send_message("x")
    settings = host_settings(storage, max_dequeue_count=1, visibility_timeout=600)
    async with running(app_of(work, queue.queue_name), settings):
        assert await take(poison_of(service, queue)) == "x"


@pytest.mark.parametrize("max_dequeue_count", [1, 5])
async def test_leaves_a_failed_message_of_a_poison_queue_hidden(
    service: QueueServiceClient, storage: str, max_dequeue_count: int
) -> None:
    queue = await service.create_queue(f"work-{uuid.uuid4().hex}-poison")
    worker = Worker(queue.queue_name, fails=True)
    await queue.send_message("bad")
    async with running(worker.app, host_settings(storage, max_dequeue_count=max_dequeue_count)):
        await worker.next()
    assert not await queue.peek_messages()
    assert not await is_empty(queue)
    assert [found.name async for found in service.list_queues(queue.queue_name)] == [queue.queue_name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("work", "work-poison"), ("work-poison", None), ("w" * 57, None), ("w" * 56, "w" * 56 + "-poison")],
)
def test_names_the_poison_queue(name: str, expected: str | None) -> None:
    assert poison_queue_name(name) == expected


async def test_waits_for_a_queue_that_is_not_there(service: QueueServiceClient, storage: str) -> None:
    name = f"late-{uuid.uuid4().hex}"
    worker = Worker(name)
    async with running(worker.app, host_settings(storage)):
        queue = await service.create_queue(name)
        await queue.send_message("x")
        await worker.next()


async def test_receives_no_more_while_many_run(queue: QueueClient, storage: str) -> None:
    worker = Worker(queue.queue_name)
    worker.may_end.clear()
    for number in range(5):
        await queue.send_message(str(number))
    async with running(worker.app, host_settings(storage, batch_size=2, new_batch_threshold=1)):
        first = {(await worker.next()).get_body(), (await worker.next()).get_body()}
        assert len(await queue.peek_messages(max_messages=32)) == 3
        worker.may_end.set()
        rest = {(await worker.next()).get_body() for _ in range(3)}
        await until(lambda: is_empty(queue))
    assert first | rest == {b"0", b"1", b"2", b"3", b"4"}


async def test_lets_a_function_delete_its_own_message(
    queue: QueueClient, storage: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(msg: func.QueueMessage) -> None:
        await queue.delete_message(msg.id or "", msg.pop_receipt)

    await queue.send_message("x")
    async with running(app_of(work, queue.queue_name), host_settings(storage)):
        await until(lambda: is_empty(queue))
    assert [record for record in caplog.records if record.name.startswith("Host")] == []


async def test_finishes_what_runs_before_it_stops(queue: QueueClient, storage: str) -> None:
    worker = Worker(queue.queue_name)
    worker.may_end.clear()
    await queue.send_message("x")
    async with running(worker.app, host_settings(storage)):
        await worker.next()
        asyncio.get_running_loop().call_later(0.1, worker.may_end.set)
    assert await is_empty(queue)


async def test_abandons_what_runs_too_long(queue: QueueClient, storage: str) -> None:
    worker = Worker(queue.queue_name)
    worker.may_end.clear()
    await queue.send_message("x")
    async with running(worker.app, host_settings(storage, drain_limit=0.1)) as host:
        await worker.next()
    assert host.abandoned[0].startswith("work (")
    assert not await is_empty(queue)


async def test_goes_on_when_storage_was_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "Host.Queues")
    azurite = start_azurite(tmp_path)
    connection = azurite.connection_string
    azurite.stop()
    worker = Worker("work")
    async with running(worker.app, host_settings(connection)):
        await until(lambda: says(caplog, "Queue 'work' cannot be read; trying on: "))
        azurite = await asyncio.to_thread(start_azurite, tmp_path, azurite.queue_port)
        async with QueueClient.from_connection_string(connection, "work") as queue:
            await queue.create_queue()
            await queue.send_message("x")
            await worker.next()
            await until(lambda: is_empty(queue))
    azurite.stop()
    assert caplog.text.count("cannot be read") == 1
    assert await says(caplog, "Queue 'work' can be read again")


async def test_survives_storage_going_away_while_a_function_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    azurite = start_azurite(tmp_path)
    worker = Worker("work")
    worker.may_end.clear()
    async with QueueClient.from_connection_string(azurite.connection_string, "work") as queue:
        await queue.create_queue()
        await queue.send_message("x")
    async with running(worker.app, host_settings(azurite.connection_string)):
        await worker.next()
        await asyncio.to_thread(azurite.stop)
        worker.may_end.set()
        await until(lambda: says(caplog, "of queue 'work' comes back when its lease ends"))


async def says(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return words in caplog.text


async def test_puts_a_function_in_error_whose_connection_string_cannot_be_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running(Worker("work").app, host_settings("nonsense")) as host:
        assert host.listing() == []
    assert "The 'work' function is in error: The listener for function 'work' was unable to start: " in caplog.text


async def test_gives_a_function_the_text_alone_if_it_asks_for_it(queue: QueueClient, storage: str) -> None:
    got = asyncio.Queue[object]()

    async def work(msg: str) -> None:
        got.put_nowait(msg)

    await queue.send_message("hello")
    async with running(app_of(work, queue.queue_name), host_settings(storage)):
        assert await asyncio.wait_for(got.get(), PATIENCE) == "hello"


@pytest.mark.parametrize("is_async", [True, False])
async def test_takes_back_a_message_whose_function_takes_too_long(
    queue: QueueClient, storage: str, *, is_async: bool
) -> None:
    may_end, got = threading.Event(), asyncio.Queue[int]()
    loop = asyncio.get_running_loop()

    def work(msg: func.QueueMessage) -> None:
        loop.call_soon_threadsafe(got.put_nowait, msg.dequeue_count or 0)
        may_end.wait(PATIENCE if msg.dequeue_count == 1 else 0)

    async def work_async(msg: func.QueueMessage) -> None:
        got.put_nowait(msg.dequeue_count or 0)
        await asyncio.sleep(PATIENCE if msg.dequeue_count == 1 else 0)

    await queue.send_message("x")
    settings = replace(host_settings(storage), worker=WorkerSettings(timeout=0.5, grace=0.05))
    async with running(app_of(work_async if is_async else work, queue.queue_name), settings):
        assert [await asyncio.wait_for(got.get(), PATIENCE) for _ in range(2)] == [1, 2]
        await until(lambda: is_empty(queue))
        may_end.set()
