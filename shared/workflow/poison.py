"""Messages that failed for good: the case gets its attention flag, what cannot be read is kept for the desk.

Nothing here fails on a message's content. Storage faults do raise: a poison queue has no poison queue, so the host
brings the message back later, and nothing is lost.
"""

import logging

from shared.domain.errors import UnreadableMessageError
from shared.domain.messages import read_message
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import settle_poisoned

_log = logging.getLogger(__name__)


async def take_poison(services: Services, queue: str, message_id: str, body: str) -> None:
    """Deal with a message of a poison queue. `queue` is the queue it failed in, `message_id` the queue's own id."""
    try:
        message = read_message(body)
    except UnreadableMessageError as error:
        _log.error("unreadable message %s from %s kept: %s", message_id, queue, error)
        await services.index.keep_unreadable(queue, message_id, body, services.now())
        return
    case = await settle_poisoned(
        services, message, f"the {message.kind.value} step of number {message.seq} failed for good"
    )
    if case is not None:
        _log.error("case %s needs attention: message %s failed for good in %s", case.id, message.message_id, queue)
        await settle_index(services, case, anew=True)
