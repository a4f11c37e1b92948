"""Queue: bring the index up to date and send notices."""

import azure.functions as func

from shared import wiring
from shared.domain.messages import NOTIFICATIONS, read_message
from shared.workflow import notices

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=NOTIFICATIONS, connection="AzureWebJobsStorage")
async def notify(msg: func.QueueMessage) -> None:
    """Tell people what they have not been told yet about the case."""
    await notices.notify(wiring.services(), read_message(msg.get_body().decode()), msg.dequeue_count or 1)
