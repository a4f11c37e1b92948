"""What timers do: hand on the cases that are due, one message each; the work is done where the message is handled."""

import logging

from shared.domain.case import Case
from shared.domain.errors import StorageError
from shared.domain.messages import CaseMessage
from shared.domain.moves import Move
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import run_wake, send_wake
from shared.workflow.tallies import fold

_log = logging.getLogger(__name__)


async def hand_on_due_cases(services: Services) -> int:
    """Send a message for each row that is due, then delete the row; returns how many.

    In this order: a crash in between sends a message twice, and the second finds nothing due. A row that cannot be
    handed on stays for the next time, and stops no other.
    """
    handed_on = 0
    async for row in services.due_rows.due(services.now()):
        try:
            await send_wake(services, row.case_id)
            await services.due_rows.drop(row)
            handed_on += 1
        except StorageError as error:
            _log.warning("case %s stays due: %s", row.case_id, error)
    return handed_on


async def tick(services: Services) -> int:
    """What the timer does: hand on what is due, fold the movements into the tallies once there are many.

    Returns how many cases were handed on. With nothing to do, it takes two requests.
    """
    handed_on = await hand_on_due_cases(services)
    await fold(services)
    return handed_on


async def wake(services: Services, message: CaseMessage) -> None:
    """Do what is due in a case: remind, expire, check anew, escalate, promise a new date; or settle its index.

    The row of a case that is not due yet is set again, since a timer deleted it; what came too late to be listed by
    who did it is listed.
    """

    def decide(case: Case) -> Move | None:
        event = case.due_event(services.now())
        return Move(event, "system") if event else None

    async def rearm(case: Case) -> None:
        await settle_index(services, case, anew=case.next_due_at is not None)

    await run_wake(services, message, decide, rearm)
