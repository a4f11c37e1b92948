"""HTTP: is the app alive, is it ready, what nobody could read, and the answer to whatever no other route takes."""

from urllib.parse import urlsplit

import azure.functions as func

from functions.answers import NOT_FOUND, empty_answer, json_answer
from functions.identity import Caller
from functions.problems import Problem, ProblemError
from functions.routes import Call, allowed_methods, endpoint, last_resort
from functions.views import unreadable_view
from shared import wiring
from shared.workflow.service import check_storage

blueprint = func.Blueprint()

_MOST_MESSAGES = 200


@endpoint(blueprint, "api/health/live", "GET", Caller.ANYBODY, versioned=False)
async def get_liveness(call: Call) -> func.HttpResponse:  # noqa: ARG001 - every endpoint has this form
    """Say that the process answers."""
    return json_answer(200, {"status": "alive"})


@endpoint(blueprint, "api/health/ready", "GET", Caller.ANYBODY, versioned=False)
async def get_readiness(call: Call) -> func.HttpResponse:  # noqa: ARG001 - as above
    """Say whether settings, policy and storage are there; 503 if not, with the reason in the log."""
    await check_storage(wiring.services())
    return json_answer(200, {"status": "ready"})


@endpoint(blueprint, "api/unreadable-messages", "GET", Caller.DESK_READ)
async def list_unreadable_messages(call: Call) -> func.HttpResponse:  # noqa: ARG001 - as above
    """Show the desk the queue messages that nobody could read, whole."""
    found = await wiring.services().work_list.unreadable(_MOST_MESSAGES)
    return json_answer(200, {"value": [unreadable_view(message) for message in found]})


@last_resort(blueprint)
async def zz_unknown_route(call: Call) -> func.HttpResponse:
    """Answer what no other route takes: 404, or 405 and OPTIONS with the methods that the path does take."""
    methods = allowed_methods(urlsplit(call.request.url).path.strip("/"))
    if not methods:
        raise ProblemError(NOT_FOUND)
    allow = {"Allow": ", ".join([*methods, "OPTIONS"])}
    if call.request.method == "OPTIONS":
        return empty_answer(204, allow)
    detail = f"This address takes {' and '.join(methods)}."
    raise ProblemError(Problem(405, "MethodNotAllowed", "This method is not possible here", detail, headers=allow))
