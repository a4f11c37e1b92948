import asyncio
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from devhost.message_lease import MessageLease
from devhost.settings import ListenerTiming
from tests.devhost.azurite import KEY
from tests.devhost.builders import PATIENCE

OFTEN = ListenerTiming(lease=30, renew_every=0.02, renew_at_least_every=0.01)


class WatchedQueue(QueueClient):
    """A real queue client that counts renewals, and fails the first of them with the errors given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.errors: list[Exception] = []
        self.renewals = asyncio.Queue[None]()

    async def update_message(self, *args: Any, **kwargs: Any) -> QueueMessage:
        self.renewals.put_nowait(None)
        if self.errors:
            raise self.errors.pop()
        return await super().update_message(*args, **kwargs)

    async def renewed(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            for _ in range(times):
                await self.renewals.get()


@pytest.fixture
async def watched(queue: QueueClient, storage: str) -> Any:
    async with WatchedQueue.from_connection_string(storage, queue.queue_name) as client:
        yield client


async def a_received_message(queue: QueueClient) -> QueueMessage:
    await queue.send_message("hello")
    message = await queue.receive_message(visibility_timeout=30)
    assert message
    return message


async def count(queue: QueueClient) -> int | None:
    return (await queue.get_queue_properties()).approximate_message_count


async def test_renews_and_deletes_with_the_newest_receipt(watched: WatchedQueue) -> None:
    message = await a_received_message(watched)
    lease = MessageLease(watched, message, OFTEN)
    async with lease.renewed():
        await watched.renewed(times=3)
    with pytest.raises(HttpResponseError):
        await watched.delete_message(message.id, message.pop_receipt)
    await lease.delete()
    assert await count(watched) == 0


async def test_goes_on_renewing_after_an_error(watched: WatchedQueue, caplog: pytest.LogCaptureFixture) -> None:
    lease = MessageLease(watched, await a_received_message(watched), OFTEN)
    watched.errors = [ServiceRequestError("no answer")]
    async with lease.renewed():
        await watched.renewed(times=3)
    await lease.delete()
    assert "could not be renewed: ServiceRequestError: no answer" in caplog.text
    assert await count(watched) == 0


async def test_stops_renewing_a_message_that_is_gone(watched: WatchedQueue, caplog: pytest.LogCaptureFixture) -> None:
    message = await a_received_message(watched)
    lease = MessageLease(watched, message, OFTEN)
    await watched.delete_message(message)
    async with lease.renewed():
        await watched.renewed(times=1)
        for _ in range(10):
            await count(watched)
    assert watched.renewals.empty()
    assert not caplog.records


async def test_lets_a_message_go_that_is_gone(watched: WatchedQueue) -> None:
    message = await a_received_message(watched)
    await watched.delete_message(message)
    lease = MessageLease(watched, message, OFTEN)
    await lease.delete()
    await lease.release(0)
    assert await count(watched) == 0


async def test_releases_a_message_at_once(watched: WatchedQueue) -> None:
    lease = MessageLease(watched, await a_received_message(watched), OFTEN)
    await lease.release(0)
    again = await watched.receive_message()
    assert again
    assert again.dequeue_count == 2


async def test_raises_what_does_not_mean_that_a_message_is_gone(queue: QueueClient, storage: str) -> None:
    message = await a_received_message(queue)
    wrong_key = storage.replace(KEY, "AAAA")
    async with QueueClient.from_connection_string(wrong_key, queue.queue_name) as stranger:
        with pytest.raises(HttpResponseError):
            await MessageLease(stranger, message, OFTEN).delete()


async def test_counts_deliveries(queue: QueueClient) -> None:
    message = await a_received_message(queue)
    assert MessageLease(queue, message, OFTEN).deliveries == 1
    message.dequeue_count = None
    assert MessageLease(queue, message, OFTEN).deliveries == 0
