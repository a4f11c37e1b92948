"""Timers: hand on what is due, reconcile. Queue: a case that may be due."""

import azure.functions as func

from shared import wiring
from shared.domain.messages import DUE_CASES, read_message
from shared.workflow import due_cases, reconcile

blueprint = func.Blueprint()


@blueprint.timer_trigger(arg_name="timer", schedule="%PAYBYINVOICE_WAKE_SCHEDULE%")
async def wake_due_cases(timer: func.TimerRequest) -> None:  # noqa: ARG001 - the trigger's form
    """Send a message for each case that is due, and keep the tallies short of what waits to be counted."""
    await due_cases.tick(wiring.services())


@blueprint.timer_trigger(arg_name="timer", schedule="%PAYBYINVOICE_RECONCILE_SCHEDULE%")
async def reconcile_cases(timer: func.TimerRequest) -> None:  # noqa: ARG001 - as above
    """Put right whatever should not be, and delete receipts that have expired."""
    await reconcile.reconcile(wiring.services())


@blueprint.queue_trigger(arg_name="msg", queue_name=DUE_CASES, connection="AzureWebJobsStorage")
async def wake_case(msg: func.QueueMessage) -> None:
    """Remind, expire, check anew, escalate or promise a new date, whatever is due."""
    await due_cases.wake(wiring.services(), read_message(msg.get_body().decode()))
