"""Feeds one function from one queue, with the host's constants and its rules for retries and poison messages."""

import asyncio
import logging
from collections.abc import Coroutine

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from devhost.converters import refuse_result
from devhost.functions import QueueFunction
from devhost.invocation import Call, FunctionFailedError, Invocations
from devhost.message_lease import MessageLease
from devhost.polling_delays import PollingDelays
from devhost.queue_messages import UndecodableBodyError, decode_body, decode_message
from devhost.settings import ListenerTiming, QueueSettings
from devhost.storage_errors import STORAGE_ERRORS, say

POISON_SUFFIX = "-poison"
LONGEST_QUEUE_NAME = 63

_logger = logging.getLogger("Host.Queues")


def poison_queue_name(queue_name: str) -> str | None:
    """Return where failed messages of a queue go.

    None if they stay, since it is a poison queue itself or its name is too long.
    """
    name = queue_name + POISON_SUFFIX
    return None if queue_name.endswith(POISON_SUFFIX) or len(name) > LONGEST_QUEUE_NAME else name


class QueueListener:
    """Polls until told to stop; storage errors slow it down and never end it."""

    def __init__(
        self,
        function: QueueFunction,
        settings: QueueSettings,
        timing: ListenerTiming,
        invocations: Invocations,
    ) -> None:
        self._function = function
        self._settings = settings
        self._timing = timing
        self._invocations = invocations
        self._queue = _client(function, function.queue_name)
        poison = poison_queue_name(function.queue_name)
        self._poison = _client(function, poison) if poison else None
        self._delays = PollingDelays(timing.first_delay, settings.max_polling_interval)
        self._stopping = asyncio.Event()
        self._has_trouble = False
        self._messages: set[asyncio.Task[None]] = set()
        self._polling: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to poll."""
        _keep(self._polling, self._poll())

    def stop_polling(self) -> None:
        """Receive no more; what was received goes on."""
        self._stopping.set()

    async def finish(self) -> None:
        """Wait until every received message is dealt with. Call ``stop_polling`` first."""
        while tasks := self._polling | self._messages:
            await asyncio.wait(tasks)

    async def close(self) -> None:
        """Drop what still runs, and close the connections."""
        for task in (tasks := self._polling | self._messages):
            task.cancel()
        if tasks:
            # Bounded: a function may swallow its cancellation.
            await asyncio.wait(tasks, timeout=1)
        for client in (self._queue, self._poison):
            if client:
                await client.close()

    async def _poll(self) -> None:
        while not self._stopping.is_set():
            messages = await self._receive()
            if not messages:
                await self._pause(self._delays.next())
                continue
            self._delays.reset()
            for message in messages:
                _keep(self._messages, self._take(message))
            while len(self._messages) > self._settings.new_batch_threshold:
                await asyncio.wait(self._messages, return_when=asyncio.FIRST_COMPLETED)

    async def _receive(self) -> list[QueueMessage]:
        try:
            messages = await self._first_page()
        except ResourceNotFoundError:
            # The host does not create the queue it listens to, and waits in silence.
            messages = []
        except STORAGE_ERRORS as error:
            self._note_trouble(error)
            return []
        self._note_recovery()
        return messages

    async def _first_page(self) -> list[QueueMessage]:
        # The iterator as a whole would go on asking until the queue is empty.
        pages = self._queue.receive_messages(
            messages_per_page=self._settings.batch_size, visibility_timeout=self._timing.lease, retry_total=0
        ).by_page()
        async for page in pages:
            return [message async for message in page]
        return []

    def _note_trouble(self, error: BaseException) -> None:
        # Once per outage: an idle queue is asked up to ten times a second.
        if not self._has_trouble:
            _logger.warning("Queue '%s' cannot be read; trying on: %s", self._function.queue_name, say(error))
        self._has_trouble = True

    def _note_recovery(self) -> None:
        if self._has_trouble:
            _logger.info("Queue '%s' can be read again", self._function.queue_name)
        self._has_trouble = False

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _take(self, message: QueueMessage) -> None:
        try:
            await self._process(MessageLease(self._queue, message, self._timing))
        except STORAGE_ERRORS as error:
            _logger.warning(
                "Message %s of queue '%s' comes back when its lease ends: %s",
                message.id,
                self._function.queue_name,
                say(error),
            )

    async def _process(self, lease: MessageLease) -> None:
        if lease.deliveries > self._settings.max_dequeue_count:
            await self._move_to_poison(lease)
            return
        try:
            body = decode_body(lease.message.content, self._settings.message_encoding)
        except UndecodableBodyError as error:
            _logger.error("Message %s is not base64: %s", lease.message.id, error)  # noqa: TRY400 - no bug of ours
            await self._move_to_poison(lease)
            return
        async with lease.renewed():
            succeeded = await self._invoke(lease.message, body)
        if succeeded:
            await lease.delete()
        else:
            await self._give_back(lease)

    async def _invoke(self, message: QueueMessage, body: bytes) -> bool:
        call = Call(
            code=self._function.code,
            reason=f"New queue message detected on '{self._function.queue_name}'.",
            details=f"Trigger Details: MessageId: {message.id}, DequeueCount: {message.dequeue_count},"
            f" InsertedOn: {message.inserted_on}",
            decode=lambda: decode_message(message, body, self._function),
            encode=refuse_result,
        )
        try:
            await self._invocations.run(call)
        except FunctionFailedError:
            return False
        return True

    async def _give_back(self, lease: MessageLease) -> None:
        if lease.deliveries >= self._settings.max_dequeue_count:
            await self._move_to_poison(lease)
        elif self._poison:
            await lease.release(self._settings.visibility_timeout)
        # Without a poison queue the message stays invisible until its lease ends, lest it fails in a fast endless loop.

    async def _move_to_poison(self, lease: MessageLease) -> None:
        if not self._poison:
            return
        _logger.warning(
            "Message %s of queue '%s' is moved to '%s' after %d deliveries",
            lease.message.id,
            self._function.queue_name,
            self._poison.queue_name,
            lease.deliveries,
        )
        await self._copy(self._poison, lease.message.content or "")
        await lease.delete()

    async def _copy(self, poison: QueueClient, content: str) -> None:
        # With the service's own time to live of 7 days, like the host's copy.
        try:
            await poison.send_message(content)
        except ResourceNotFoundError:
            await _create(poison)
            await poison.send_message(content)


def _keep(tasks: set[asyncio.Task[None]], work: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def _create(queue: QueueClient) -> None:
    try:
        await queue.create_queue()
    except ResourceExistsError:
        return


def _client(function: QueueFunction, queue_name: str) -> QueueClient:
    # No encode or decode policy: the listener decodes, since it has to move an undecodable body as it is.
    return QueueClient.from_connection_string(
        function.connection_string,
        queue_name,
        connection_timeout=5,
        read_timeout=30,
        initial_backoff=1,
        increment_base=0,
        random_jitter_range=0,
        retry_total=2,
    )
