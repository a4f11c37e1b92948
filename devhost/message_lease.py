"""Holds one received message: keeps it invisible while its function runs, then deletes or releases it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from azure.core.exceptions import HttpResponseError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from devhost.settings import ListenerTiming
from devhost.storage_errors import STORAGE_ERRORS, is_gone, say

_logger = logging.getLogger("Host.Queues")


class MessageLease:
    """A message and its newest pop receipt, which every renewal changes."""

    def __init__(self, queue: QueueClient, message: QueueMessage, timing: ListenerTiming) -> None:
        self.message = message
        self._queue = queue
        self._timing = timing
        self._receipt = message.pop_receipt
        self._done = asyncio.Event()

    @property
    def deliveries(self) -> int:
        """Return how often the message was received, this time included."""
        return self.message.dequeue_count or 0

    @asynccontextmanager
    async def renewed(self) -> AsyncIterator[None]:
        """Renew the lease for as long as the block runs."""
        renewal = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            # Asked to end rather than cancelled: a renewal cut off half-way would leave a receipt nobody knows.
            self._done.set()
            await renewal

    async def _renew(self) -> None:
        wait = self._timing.renew_every
        while not await self._is_done_within(wait):
            try:
                await self._hide(self._timing.lease)
            except STORAGE_ERRORS as error:
                if is_gone(error):
                    return
                wait = max(wait / 2, self._timing.renew_at_least_every)
                _logger.warning("Message %s: its lease could not be renewed: %s", self.message.id, say(error))
            else:
                wait = self._timing.renew_every

    async def _is_done_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._done.wait()
        except TimeoutError:
            return False

    async def _hide(self, seconds: int) -> None:
        updated = await self._queue.update_message(self.message.id, self._receipt, visibility_timeout=seconds)
        self._receipt = updated.pop_receipt

    async def delete(self) -> None:
        """Delete the message; one that somebody else took or deleted meanwhile is let go in silence."""
        try:
            await self._queue.delete_message(self.message.id, self._receipt)
        except HttpResponseError as error:
            self._let_go(error)

    async def release(self, seconds: int) -> None:
        """Let the message become visible again after some seconds."""
        try:
            await self._hide(seconds)
        except HttpResponseError as error:
            self._let_go(error)

    def _let_go(self, error: HttpResponseError) -> None:
        if not is_gone(error):
            raise error
        _logger.debug("Message %s is no longer ours: %s", self.message.id, say(error))
