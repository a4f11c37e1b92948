"""HTTP: is the app alive, is it ready, what nobody could read, and the answer to whatever no other route takes."""

from urllib.parse import urlsplit

import azure.functions as func

from functions.contracts import IF_NONE_MATCH, Contract, Gives, adapter
from functions.identity import Caller
from functions.page_routes import is_for_people, unknown_page
from functions.problem_types import METHOD_NOT_ALLOWED, NOT_FOUND
from functions.problems import Problem, ProblemError
from functions.replies import Reply, json_reply
from functions.routes import Call, allowed_methods, endpoint, last_resort
from functions.view_builders import unreadable_view
from functions.views import Health, UnreadableMessages
from shared import wiring
from shared.workflow.service import check_storage

blueprint = func.Blueprint()

_MOST_MESSAGES = 200
_GROUP = "Service"
_HEALTH = adapter(Health)


@endpoint(
    blueprint,
    Contract[None](
        "api/health/live",
        "GET",
        Caller.ANYBODY,
        Gives(200, "The process answers", _HEALTH),
        versioned=False,
        group=_GROUP,
    ),
)
async def get_liveness(call: Call[None]) -> Reply:  # noqa: ARG001 - every endpoint has this form
    """Is the app alive?

    The process answers; nothing else is looked at.
    """
    return json_reply(200, Health(status="alive"))


@endpoint(
    blueprint,
    Contract[None](
        "api/health/ready",
        "GET",
        Caller.ANYBODY,
        Gives(200, "Settings, policy and storage are there", _HEALTH),
        versioned=False,
        group=_GROUP,
    ),
)
async def get_readiness(call: Call[None]) -> Reply:  # noqa: ARG001 - as above
    """Is the app ready?

    Settings, policy and storage are there; 503 if not, with the reason in the log.
    """
    await check_storage(wiring.services())
    return json_reply(200, Health(status="ready"))


@endpoint(
    blueprint,
    Contract[None](
        "api/unreadable-messages",
        "GET",
        Caller.DESK_READ,
        Gives(200, "The messages, whole", adapter(UnreadableMessages), headers=("ETag",)),
        headers=(IF_NONE_MATCH,),
        group=_GROUP,
    ),
)
async def list_unreadable_messages(call: Call[None]) -> Reply:  # noqa: ARG001 - as above
    """List messages that nobody could read.

    Queue messages, whole, for the desk to look into.
    """
    found = await wiring.services().work_list.unreadable(_MOST_MESSAGES)
    return json_reply(200, UnreadableMessages(value=tuple(unreadable_view(message) for message in found)))


@last_resort(blueprint)
async def zz_unknown_route(call: Call[None]) -> Reply:
    """Answer what no other route takes: 404, or 405 and OPTIONS with the methods that the path does take."""
    methods = allowed_methods(urlsplit(call.request.url).path.strip("/"))
    if not methods and is_for_people(call.request):
        return await unknown_page(call.request)
    if not methods:
        raise ProblemError(Problem(NOT_FOUND))
    allow = {"Allow": ", ".join([*methods, "OPTIONS"])}
    if call.request.method == "OPTIONS":
        return Reply(204, headers=allow)
    detail = f"This address takes {' and '.join(methods)}."
    raise ProblemError(Problem(METHOD_NOT_ALLOWED, detail, headers=allow))
