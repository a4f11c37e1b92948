"""Queues: links that applicants asked for."""

import azure.functions as func

from shared import wiring
from shared.domain.messages import LINKS, read_link_request
from shared.workflow import links

blueprint = func.Blueprint()


@blueprint.queue_trigger(arg_name="msg", queue_name=LINKS, connection="AzureWebJobsStorage")
async def send_link(msg: func.QueueMessage) -> None:
    """Send an applicant's link, if the address is the account administrator's."""
    app = wiring.wired()
    door = links.Door(app.public_url, app.signing_keys)
    await links.send_link(app.services, read_link_request(msg.get_body().decode()), door)


@blueprint.queue_trigger(arg_name="msg", queue_name=f"{LINKS}-poison", connection="AzureWebJobsStorage")
async def take_link_poison(msg: func.QueueMessage) -> None:
    """Show the desk a link that could not be sent."""
    body = msg.get_body().decode(errors="replace")
    await links.take_link_poison(wiring.services(), LINKS, msg.id or "", body)
