"""Messages that failed for good: the case gets its attention flag, what cannot be read is kept for the desk.

Nothing here fails on a message's content. On a storage fault the message goes back to its own queue, to be tried from
the start: the host gives up on a poison queue's messages after its tries too, and what it put there expires in 7 days.
"""

import logging
from datetime import timedelta
from typing import Final

from shared.domain.errors import PayByInvoiceError, UnreadableMessageError
from shared.domain.messages import CaseMessage, read_message
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import send_back, settle_poisoned

TRY_ANEW_AFTER: Final = timedelta(minutes=10)

_log = logging.getLogger(__name__)


async def take_poison(services: Services, queue: str, message_id: str, body: str) -> None:
    """Deal with a message of a poison queue. `queue` is the queue it failed in, `message_id` the queue's own id."""
    try:
        message = read_message(body)
    except UnreadableMessageError as error:
        _log.error("unreadable message %s from %s kept: %s", message_id, queue, error)
        await services.index.keep_unreadable(queue, message_id, body, services.now())
        return
    try:
        await _show(services, queue, message)
    except PayByInvoiceError as error:
        _log.warning("message %s goes back to %s: %s", message.message_id, queue, type(error).__name__)
        await send_back(services, message, TRY_ANEW_AFTER)


async def _show(services: Services, queue: str, message: CaseMessage) -> None:
    reason = f"the {message.kind.value} step of number {message.seq} failed for good"
    case = await settle_poisoned(services, message, reason)
    if case is not None:
        _log.error("case %s needs attention: message %s failed for good in %s", case.id, message.message_id, queue)
        await settle_index(services, case, anew=True)
