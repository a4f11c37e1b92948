"""The steps' queues as the workflow's outbox."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.adapters.storage import Queues
from shared.domain.messages import QUEUE_OF, CaseMessage


class StepQueues:
    """The workflow's `Outbox`, over either storage."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues

    async def send(self, message: CaseMessage, *, delay: timedelta = timedelta()) -> Callable[[], Awaitable[None]]:
        """Send to the queue of the message's kind. The answer takes it back if nobody has received it yet."""
        body = message.model_dump_json(by_alias=True, exclude_none=True)
        sent = await self._queues.send(QUEUE_OF[message.kind], body, delay_seconds=int(delay.total_seconds()))

        async def take_back() -> None:
            await self._queues.delete(sent)

        return take_back
