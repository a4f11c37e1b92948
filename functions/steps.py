"""Queues: the steps of the machine states."""

import azure.functions as func

from shared import wiring
from shared.domain.messages import CREDIT_CHECKS, ELIGIBILITY_CHECKS, read_message
from shared.workflow import steps

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=ELIGIBILITY_CHECKS, connection="AzureWebJobsStorage")
async def check_eligibility(msg: func.QueueMessage) -> None:
    """Hold the case's subscription against the policy's rules."""
    message = read_message(msg.get_body().decode())
    await steps.check_eligibility(wiring.services(), message, msg.dequeue_count or 1)


@blueprint.queue_trigger(arg_name="msg", queue_name=CREDIT_CHECKS, connection="AzureWebJobsStorage")
async def check_credit(msg: func.QueueMessage) -> None:
    """Find out whether the case needs a credit check."""
    message = read_message(msg.get_body().decode())
    await steps.check_credit(wiring.services(), message, msg.dequeue_count or 1)
