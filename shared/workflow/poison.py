"""Messages that failed for good: the case gets its attention flag, what cannot be read is kept for the desk.

Nothing here fails on a message's content. On a storage fault the message goes back to its own queue, to be tried from
the start: the host gives up on a poison queue's messages after its tries too, and what it put there expires in 7 days.
"""

import logging
from datetime import timedelta
from typing import Final

from shared.domain.case import Case, scope_of_case
from shared.domain.errors import PayByInvoiceError, UnreadableMessageError
from shared.domain.lifecycle import FollowUp
from shared.domain.messages import CaseMessage, read_message
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import fence_off, flag_case, send_again_if_mine, send_back, send_pending
from shared.workflow.tracing import taken_up

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
    with taken_up(message.traceparent, services.new_id):
        case = await _settle(services, message, reason)
    if case is not None:
        _log.error("case %s needs attention: message %s failed for good in %s", case.id, message.message_id, queue)
        await settle_index(services, case, anew=True)


async def _settle(services: Services, message: CaseMessage, reason: str) -> Case | None:
    """Flag the case that the message was for; returns that case, whose index is to be settled.

    An older message is dropped (after sending again what it may have failed to send); a newer one is fenced off.
    """
    stored = (await services.cases.read(scope_of_case(message.case_id))).cases.get(message.case_id)
    case = stored.value if stored else None
    if message.kind is FollowUp.WAKE:
        return await _settle_wake(services, message, case, reason)
    if stored is None or (case is not None and message.seq > case.seq):
        await fence_off(services, message, stored)
        return None
    if case is None or case.erased_at is not None:
        return None
    if message.seq < case.seq:
        await send_again_if_mine(services, message, case)
        return None
    return await flag_case(services, case.id, reason)


async def _settle_wake(services: Services, message: CaseMessage, case: Case | None, reason: str) -> Case | None:
    if case is None or case.is_final:
        return None
    if case.committed_by == message.message_id:
        await send_pending(services, case)
        return None
    # A flag brings another look: one that always fails must not flag the case for ever.
    return case if case.attention else await flag_case(services, case.id, reason)
