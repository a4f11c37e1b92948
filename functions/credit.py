"""HTTP: the credit-check application, information, the officer's decision, security, resumption."""

import azure.functions as func
from pydantic import TypeAdapter

from functions.bodies import Body
from functions.case_replies import action, action_taking, asked, gives_status, status_reply
from functions.contracts import REPEATABLE, SEEN, adapter
from functions.examples import APPLICATION, DECISION, INFORMATION, SECURITY
from functions.identity import Caller
from functions.problem_types import FACTS_BLOCK, NOT_POSSIBLE_NOW
from functions.replies import Reply
from functions.routes import Call, endpoint
from shared import wiring
from shared.domain.credit_application import CreditApplication
from shared.domain.decisions import Decision, InformationReply, SecurityReceived
from shared.domain.model import DEFERRED
from shared.workflow import actions, credit

blueprint = func.Blueprint()

_GROUP = "Credit check"
_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision, config=DEFERRED)


@endpoint(
    blueprint,
    action_taking(
        Body(adapter(CreditApplication), APPLICATION),
        "credit-application",
        Caller.CLIENT_OR_DESK_DECIDE,
        gives_status(202, "The figures are being assessed"),
        method="PUT",
        group=_GROUP,
    ),
)
async def put_credit_application(call: Call[CreditApplication]) -> Reply:
    """Send the credit-check application.

    A figure that is missing is explained, not refused. The same application again changes nothing.
    """
    return status_reply(await credit.submit_application(wiring.services(), asked(call), call.body), call)


@endpoint(
    blueprint,
    action_taking(
        Body(adapter(InformationReply), INFORMATION),
        "information",
        Caller.CLIENT_OR_DESK_DECIDE,
        gives_status(202, "The review goes on"),
        group=_GROUP,
    ),
)
async def submit_information(call: Call[InformationReply]) -> Reply:
    """Answer what the officer asked: everything that `informationAsked` of the case names, at once."""
    return status_reply(await credit.submit_information(wiring.services(), asked(call), call.body), call)


@endpoint(
    blueprint,
    action_taking(
        Body(_DECISION, DECISION, tagged=True),
        "decision",
        Caller.DESK_DECIDE,
        gives_status(200, "The decision is taken"),
        headers=(*REPEATABLE, SEEN),
        problems=(NOT_POSSIBLE_NOW, FACTS_BLOCK),
        group=_GROUP,
    ),
)
async def decide(call: Call[Decision]) -> Reply:
    """Decide on a request.

    Approve it with a limit, decline it with codes, ask for information, or ask for a security. The decision is on what
    was seen: `If-Match` names the version. An approval checks the facts once more. A request that is held up can be
    declined, and an approved one: that withdraws the approval, until the switch is shown.
    """
    return status_reply(await credit.decide(wiring.services(), asked(call), call.body), call)


@endpoint(
    blueprint,
    action_taking(
        Body(adapter(SecurityReceived), SECURITY),
        "security-received",
        Caller.DESK_DECIDE,
        gives_status(200, "The review goes on"),
        group=_GROUP,
    ),
)
async def confirm_security(call: Call[SecurityReceived]) -> Reply:
    """Confirm a security.

    It has come as it was asked for; the review goes on.
    """
    return status_reply(await credit.confirm_security(wiring.services(), asked(call), call.body), call)


@endpoint(
    blueprint,
    action(
        "resumption",
        Caller.DESK_DECIDE,
        gives_status(200, "The pending message is on its way again"),
        group=_GROUP,
    ),
)
async def resume(call: Call[None]) -> Reply:
    """Resume a request.

    For one that needs attention, because a step or a notice failed for good: its pending message is sent again, and the
    flag is taken off. Notices that were refused are sent once more if they still hold. A reminder in doubt is not sent
    again: it may have arrived, and the next one follows.
    """
    return status_reply(await actions.resume(wiring.services(), asked(call)), call)
