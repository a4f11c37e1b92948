"""HTTP: webhooks of the portal (Standard Webhooks 1.0.0)."""

import azure.functions as func

from functions.answers import empty_answer
from functions.bodies import LARGEST_WEBHOOK, read_body
from functions.routes import Call, Caller, endpoint
from shared import wiring
from shared.domain.messages import SubscriptionUpdated
from shared.workflow import portal

blueprint = func.Blueprint()


@endpoint(blueprint, "api/webhooks/portal", "POST", Caller.PORTAL, versioned=False)
async def receive_portal_webhook(call: Call) -> func.HttpResponse:
    """Take what the portal tells of a subscription; the same webhook again changes nothing."""
    event = read_body(call.request, SubscriptionUpdated, largest=LARGEST_WEBHOOK, lenient=True)
    await portal.subscription_updated(wiring.services(), call.request.headers["webhook-id"], event)
    return empty_answer(204)
