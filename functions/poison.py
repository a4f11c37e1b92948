"""Queues: messages that failed for good. The host moves them to a queue's -poison twin after its last try."""

import azure.functions as func

from shared import wiring
from shared.domain.messages import CREDIT_CHECKS, DUE_CASES, ELIGIBILITY_CHECKS, NOTIFICATIONS
from shared.workflow.poison import take_poison

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=f"{ELIGIBILITY_CHECKS}-poison", connection="AzureWebJobsStorage")
async def take_eligibility_poison(msg: func.QueueMessage) -> None:
    """Show the desk an eligibility step that failed for good."""
    await _take(ELIGIBILITY_CHECKS, msg)


@blueprint.queue_trigger(arg_name="msg", queue_name=f"{CREDIT_CHECKS}-poison", connection="AzureWebJobsStorage")
async def take_credit_poison(msg: func.QueueMessage) -> None:
    """Show the desk a credit step that failed for good."""
    await _take(CREDIT_CHECKS, msg)


@blueprint.queue_trigger(arg_name="msg", queue_name=f"{NOTIFICATIONS}-poison", connection="AzureWebJobsStorage")
async def take_notification_poison(msg: func.QueueMessage) -> None:
    """Show the desk a notification that failed for good."""
    await _take(NOTIFICATIONS, msg)


@blueprint.queue_trigger(arg_name="msg", queue_name=f"{DUE_CASES}-poison", connection="AzureWebJobsStorage")
async def take_due_case_poison(msg: func.QueueMessage) -> None:
    """Show the desk a due case that could not be dealt with."""
    await _take(DUE_CASES, msg)


async def _take(queue: str, msg: func.QueueMessage) -> None:
    await take_poison(wiring.services(), queue, msg.id or "", msg.get_body().decode(errors="replace"))
