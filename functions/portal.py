"""HTTP: webhooks of the portal (Standard Webhooks 1.0.0)."""

import azure.functions as func
from pydantic import TypeAdapter

from functions.bodies import LARGEST_WEBHOOK, Body
from functions.contracts import Contract, Gives, Parameter
from functions.examples import PORTAL_EVENT
from functions.identity import Caller
from functions.problem_types import ALREADY_SWITCHED, CONSENT_OUTDATED, REQUEST_OPEN, TOO_EARLY
from functions.replies import Reply
from functions.routes import Call, endpoint
from shared import wiring
from shared.domain.messages import PortalEvent
from shared.domain.model import DEFERRED
from shared.workflow.portal import take_event

blueprint = func.Blueprint()

_EVENT: TypeAdapter[PortalEvent] = TypeAdapter(PortalEvent, config=DEFERRED)

_SIGNED = (
    Parameter(
        "webhook-id",
        "The event's id, the same at every attempt: each is acted on once. At most 255 characters, without a dot.",
        {"type": "string", "pattern": r"^[!-\-/-~]{1,255}$"},
        "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
        required=True,
    ),
    Parameter(
        "webhook-timestamp",
        "Seconds since 1970 of this attempt; at most 5 minutes from now.",
        {"type": "string", "pattern": "^[0-9]{1,10}$"},
        "1795683600",
        required=True,
    ),
    Parameter(
        "webhook-signature",
        "Space-separated list of `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; one must match.",
        {"type": "string"},
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        required=True,
    ),
)


@endpoint(
    blueprint,
    Contract(
        "api/webhooks/portal",
        "POST",
        Caller.PORTAL,
        Gives(204, "Taken; the same webhook again changes nothing"),
        body=Body(_EVENT, PORTAL_EVENT, largest=LARGEST_WEBHOOK, tagged=True, lenient=True),
        headers=_SIGNED,
        problems=(CONSENT_OUTDATED, REQUEST_OPEN, ALREADY_SWITCHED, TOO_EARLY),
        versioned=False,
        group="Portal",
    ),
)
async def receive_portal_webhook(call: Call[PortalEvent]) -> Reply:
    """Take a webhook.

    `subscription.updated` is all that the portal knows of a subscription: what is absent is unknown. Of several, the
    one observed last holds, in whatever order they come. `payment_method.changed` proves the switch;
    `support_request.created` opens a request as the API does. Each id is acted on once.
    """
    await take_event(wiring.services(), call.request.headers["webhook-id"], call.body)
    return Reply(204)
