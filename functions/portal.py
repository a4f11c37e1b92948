"""HTTP: webhooks of the portal (Standard Webhooks 1.0.0)."""

import azure.functions as func
from pydantic import TypeAdapter

from functions.answers import empty_answer
from functions.bodies import LARGEST_WEBHOOK, read_tagged
from functions.identity import Caller
from functions.routes import Call, endpoint
from shared import wiring
from shared.domain.messages import PortalEvent
from shared.workflow.portal import take_event

blueprint = func.Blueprint()

_EVENT: TypeAdapter[PortalEvent] = TypeAdapter(PortalEvent)


@endpoint(blueprint, "api/webhooks/portal", "POST", Caller.PORTAL, versioned=False)
async def receive_portal_webhook(call: Call) -> func.HttpResponse:
    """Take what the portal tells; the same webhook again changes nothing."""
    event = read_tagged(call.request, _EVENT, largest=LARGEST_WEBHOOK, lenient=True)
    await take_event(wiring.services(), call.request.headers["webhook-id"], event)
    return empty_answer(204)
