"""HTTP: pre-check a subscription, submit a request, read, list, withdraw, have it checked again, write to the desk."""

import re

import azure.functions as func

from functions.answers import json_answer
from functions.case_answers import accepted_answer, asked_by, case_answer, repeat_key
from functions.continuations import continuation_after, key_in
from functions.identity import Caller
from functions.problems import wrong_parameter
from functions.routes import Call, endpoint
from functions.views import View, history_view, listed_view, pre_check_view
from shared import wiring
from shared.domain.case import RequestForm
from shared.domain.lifecycle import State
from shared.domain.model import Model, Text
from shared.workflow import actions, intake

blueprint = func.Blueprint()

_PAGE, _LARGEST_PAGE = 50, 200


class MessageForm(Model):
    """A message to the billing desk."""

    text: Text


@endpoint(blueprint, "api/pre-checks", "POST", Caller.CLIENT)
async def pre_check(call: Call) -> func.HttpResponse:
    """Hold a subscription against every rule; nothing is kept."""
    found = await intake.pre_check(wiring.services(), call.body(intake.PreCheckForm))
    return json_answer(200, pre_check_view(found))


@endpoint(blueprint, "api/requests", "POST", Caller.CLIENT)
async def submit_request(call: Call) -> func.HttpResponse:
    """Accept a request that a subscription may pay by invoice."""
    submission = intake.Submission(call.body(RequestForm), call.principal, repeat_key(call))
    answer = accepted_answer(202, await intake.submit(wiring.services(), submission), call)
    answer.headers.update({"Operation-Location": answer.headers["Location"], "Retry-After": "2"})
    return answer


@endpoint(blueprint, "api/requests", "GET", Caller.DESK_READ)
async def list_requests(call: Call) -> func.HttpResponse:
    """List the cases of a state, longest wait first, or of all, state by state; page by page."""
    state, size = _state(call), _page_size(call)
    after = key_in(call.request.params.get("continuation"), state)
    found = await wiring.services().work_list.listed(state, after, size + 1)  # one more tells whether there are more
    rows = [listed_view(each, call.url_of(f"/api/requests/{each.summary['caseId']}")) for each in found[:size]]
    body: View = {"value": rows}
    if len(found) > size:
        after = continuation_after(found[size - 1].key)
        body["nextLink"] = call.url_of("/api/requests", state=state, maxpagesize=str(size), continuation=after)
    return json_answer(200, body)


@endpoint(blueprint, "api/requests/{id}", "GET", Caller.CLIENT_OR_DESK)
async def get_request(call: Call) -> func.HttpResponse:
    """Show a request to who opened it, and to the desk."""
    return case_answer(200, await intake.read_case(wiring.services(), call.parameter("id"), call.principal), call)


@endpoint(blueprint, "api/requests/{id}/history", "GET", Caller.CLIENT_OR_DESK)
async def get_request_history(call: Call) -> func.HttpResponse:
    """Show what happened to a request to who opened it, and to the desk."""
    events = await intake.read_history(wiring.services(), call.parameter("id"), call.principal)
    return json_answer(200, {"value": history_view(events, call.principal)})


@endpoint(blueprint, "api/requests/{id}/withdrawal", "POST", Caller.CLIENT_OR_DESK_DECIDE)
async def withdraw(call: Call) -> func.HttpResponse:
    """End an open request."""
    return accepted_answer(200, await actions.withdraw(wiring.services(), asked_by(call)), call)


@endpoint(blueprint, "api/requests/{id}/recheck", "POST", Caller.CLIENT_OR_DESK_DECIDE)
async def recheck(call: Call) -> func.HttpResponse:
    """Have a held-up request checked again."""
    return accepted_answer(202, await actions.recheck(wiring.services(), asked_by(call)), call)


@endpoint(blueprint, "api/requests/{id}/messages", "POST", Caller.CLIENT)
async def write_message(call: Call) -> func.HttpResponse:
    """Leave the billing desk a message."""
    text = call.body(MessageForm).text
    return accepted_answer(202, await actions.write_to_desk(wiring.services(), asked_by(call), text), call)


def _state(call: Call) -> str | None:
    given: str | None = call.request.params.get("state")
    if given is None or given in [*State]:
        return given
    raise wrong_parameter("state", f"one of {', '.join(State)}")


def _page_size(call: Call) -> int:
    given: str = call.request.params.get("maxpagesize", str(_PAGE))
    if re.fullmatch(r"\d{1,3}", given, re.ASCII) and 1 <= int(given) <= _LARGEST_PAGE:
        return int(given)
    raise wrong_parameter("maxpagesize", f"a number from 1 to {_LARGEST_PAGE}")
