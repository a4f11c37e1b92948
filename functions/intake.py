"""HTTP: pre-check a subscription, submit a request, read it and its history."""

import azure.functions as func

from functions.answers import json_answer
from functions.problems import Problem, ProblemError
from functions.routes import Call, Caller, endpoint
from functions.views import case_view, etag_of, event_view, pre_check_view
from shared import wiring
from shared.domain.case import RequestForm
from shared.workflow import intake

blueprint = func.Blueprint()

_KEY_LENGTH = 255


@endpoint(blueprint, "api/pre-checks", "POST", Caller.CLIENT)
async def pre_check(call: Call) -> func.HttpResponse:
    """Hold a subscription against every rule; nothing is kept."""
    found = await intake.pre_check(wiring.services(), call.body(intake.PreCheckForm))
    return json_answer(200, pre_check_view(found))


@endpoint(blueprint, "api/requests", "POST", Caller.CLIENT)
async def submit_request(call: Call) -> func.HttpResponse:
    """Accept a request that a subscription may pay by invoice."""
    submission = intake.Submission(call.body(RequestForm), call.caller, _idempotency_key(call))
    accepted = await intake.submit(wiring.services(), submission)
    url = call.url_of(f"/api/requests/{accepted.answer['id']}")
    headers = {"Location": url, "Operation-Location": url, "Retry-After": "2"}
    if accepted.replayed:
        headers["Idempotent-Replayed"] = "true"
    return json_answer(202, accepted.answer, headers)


@endpoint(blueprint, "api/requests/{id}", "GET", Caller.CLIENT)
async def get_request(call: Call) -> func.HttpResponse:
    """Show a request to the client that opened it."""
    case = await intake.read_case(wiring.services(), call.parameter("id"), call.caller)
    path = f"/api/requests/{case.id}"
    view = case_view(case, call.url_of(path), call.url_of(f"{path}/history"))
    headers = {"ETag": etag_of(case)} | ({} if case.is_final else {"Retry-After": "5"})
    return json_answer(200, view, headers)


@endpoint(blueprint, "api/requests/{id}/history", "GET", Caller.CLIENT)
async def get_request_history(call: Call) -> func.HttpResponse:
    """Show what happened to a request to the client that opened it."""
    events = await intake.read_history(wiring.services(), call.parameter("id"), call.caller)
    return json_answer(200, {"value": [event_view(event) for event in events]})


def _idempotency_key(call: Call) -> str | None:
    """The Idempotency-Key header: a quoted string (draft-ietf-httpapi-idempotency-key-header-07), or bare."""
    given: str | None = call.request.headers.get("idempotency-key")
    if given is None:
        return None
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not key or len(key) > _KEY_LENGTH or not key.isascii() or not key.isprintable() or set(key) & {",", '"'}:
        detail = (
            f'Send one string of 1 to {_KEY_LENGTH} printable ASCII characters, such as a UUID, in quotes: "8e03..."'
        )
        raise ProblemError(Problem(400, "InvalidIdempotencyKey", "The Idempotency-Key cannot be used", detail))
    return key
