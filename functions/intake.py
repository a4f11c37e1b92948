"""HTTP: pre-check a subscription, submit a request, read, list, withdraw, have it checked again, write to the desk."""

import re
from typing import Any, Final

import azure.functions as func
from pydantic import Field, TypeAdapter

from functions.bodies import Body
from functions.case_replies import CASE_PATH, SOON, action, action_taking, asked, gives_status, key_of, status_reply
from functions.continuations import continuation_after, key_in
from functions.contracts import IF_NONE_MATCH, REPEATABLE, Contract, Gives, Parameter, adapter
from functions.examples import MESSAGE, PRE_CHECK, REQUEST
from functions.identity import Caller
from functions.problem_types import ALREADY_SWITCHED, CONSENT_OUTDATED, REQUEST_OPEN, TOO_EARLY
from functions.problems import wrong_parameter
from functions.replies import Reply, json_reply
from functions.routes import Call, endpoint
from functions.view_builders import case_view, history_view, listed_view, pre_check_view
from functions.views import CaseView, DeskCaseView, DeskHistory, History, PreCheckView, WorkList
from shared import wiring
from shared.domain.case import Case, RequestForm
from shared.domain.lifecycle import State
from shared.domain.model import DEFERRED, Model, Text
from shared.workflow import actions, intake

blueprint = func.Blueprint()

_PAGE: Final = 50
_LARGEST_PAGE: Final = 200

_STATE = Parameter(
    "state",
    "Only cases in this state. Without it, all: state by state.",
    {"type": "string", "enum": [*State]},
    "credit_review",
)
_MAX_PAGE_SIZE = Parameter(
    "maxpagesize",
    f"Cases on a page at the most ({_PAGE} if not given).",
    {"type": "integer", "minimum": 1, "maximum": _LARGEST_PAGE},
    "50",
)
_CONTINUATION = Parameter(
    "continuation",
    "Where the page begins: part of a nextLink, signed, of use to its reader and for the same state only.",
    {"type": "string", "maxLength": 600},
    "eyJrIjoi...",
)

_CASE: TypeAdapter[CaseView | DeskCaseView] = TypeAdapter(CaseView | DeskCaseView, config=DEFERRED)
_HISTORY: TypeAdapter[History | DeskHistory] = TypeAdapter(History | DeskHistory, config=DEFERRED)


class MessageForm(Model):
    """A message to the billing desk."""

    text: Text = Field(description="What the desk should know.", examples=["Which of our databases is in the way?"])


@endpoint(
    blueprint,
    Contract(
        "api/pre-checks",
        "POST",
        Caller.CLIENT,
        Gives(200, "What every rule found", adapter(PreCheckView)),
        body=Body(adapter(intake.PreCheckForm), PRE_CHECK),
    ),
)
async def pre_check(call: Call[intake.PreCheckForm]) -> Reply:
    """Try a subscription out.

    It is held against every rule, and nothing is kept: what stands in the way can be cleared before a request is made.
    """
    return json_reply(200, pre_check_view(await intake.pre_check(wiring.services(), call.body)))


@endpoint(
    blueprint,
    Contract(
        "api/requests",
        "POST",
        Caller.CLIENT,
        gives_status(202, "The request is accepted; its address says how far it is", "Operation-Location"),
        body=Body(adapter(RequestForm), REQUEST),
        headers=REPEATABLE,
        problems=(CONSENT_OUTDATED, REQUEST_OPEN, ALREADY_SWITCHED, TOO_EARLY),
        submits=True,
    ),
)
async def submit_request(call: Call[RequestForm]) -> Reply:
    """Submit a request.

    A subscription has one open request at most. Show the applicant the words of the consent, which a pre-check returns:
    the switch cannot be undone.
    """
    accepted = await intake.submit(wiring.services(), intake.Submission(call.body, call.principal, key_of(call)))
    url = call.url_of(f"/api/requests/{accepted.answer.id}")
    return status_reply(accepted, call, {"Operation-Location": url})


@endpoint(
    blueprint,
    Contract[None](
        "api/requests",
        "GET",
        Caller.DESK_READ,
        Gives(200, "A page of the work list", adapter(WorkList), headers=("ETag",)),
        query=(_STATE, _MAX_PAGE_SIZE, _CONTINUATION),
        headers=(IF_NONE_MATCH,),
    ),
)
async def list_requests(call: Call[None]) -> Reply:
    """List requests.

    Those of a state, longest wait first, or all of them, state by state; page by page.
    """
    state, size = _state(call), _page_size(call)
    keys = wiring.wired().signing_keys
    after = key_in(call.parameter("continuation"), state, call.principal, keys)
    found = await wiring.services().work_list.listed(state, after, size + 1)  # one more tells whether there are more
    rows = tuple(
        listed_view(each, call.principal, call.url_of(f"/api/requests/{each.summary['caseId']}"))
        for each in found[:size]
    )
    next_link = None
    if len(found) > size:
        after = continuation_after(found[size - 1].key, state, call.principal, keys)
        next_link = call.url_of("/api/requests", state=state, maxpagesize=str(size), continuation=after)
    return json_reply(200, WorkList(value=rows, next_link=next_link))


@endpoint(
    blueprint,
    Contract[None](
        CASE_PATH,
        "GET",
        Caller.CLIENT_OR_DESK,
        Gives(200, "The case as its reader may see it", _CASE, headers=("ETag", "Retry-After")),
        headers=(IF_NONE_MATCH,),
    ),
)
async def get_request(call: Call[None]) -> Reply:
    """Show a request.

    Who opened it sees where it stands and what to do; the desk sees all of it.
    """
    return _case_reply(await intake.read_case(wiring.services(), call.part("id"), call.principal), call)


@endpoint(
    blueprint,
    Contract[None](
        f"{CASE_PATH}/history",
        "GET",
        Caller.CLIENT_OR_DESK,
        Gives(200, "The events in order", _HISTORY, headers=("ETag",)),
        headers=(IF_NONE_MATCH,),
    ),
)
async def get_request_history(call: Call[None]) -> Reply:
    """Show what happened to a request.

    Every event in order, chained by hashes so that none can be changed unseen. The desk's own notes are for the desk.
    """
    events = await intake.read_history(wiring.services(), call.part("id"), call.principal)
    return json_reply(200, history_view(events, call.principal))


@endpoint(blueprint, action("withdrawal", Caller.CLIENT_OR_DESK_DECIDE, gives_status(200, "The request is withdrawn")))
async def withdraw(call: Call[None]) -> Reply:
    """Withdraw a request.

    Possible as long as it is open. A new one can be made at once.
    """
    return status_reply(await actions.withdraw(wiring.services(), asked(call)), call)


@endpoint(blueprint, action("recheck", Caller.CLIENT_OR_DESK_DECIDE, gives_status(202, "It is being checked again")))
async def recheck(call: Call[None]) -> Reply:
    """Have a request checked again.

    For one that is held up by what the rules found, once that is cleared. The portal's reports do the same.
    """
    return status_reply(await actions.recheck(wiring.services(), asked(call)), call)


@endpoint(
    blueprint,
    action_taking(
        Body(adapter(MessageForm), MESSAGE),
        "messages",
        Caller.CLIENT,
        gives_status(202, "The desk will see the message"),
    ),
)
async def write_message(call: Call[MessageForm]) -> Reply:
    """Write to the billing desk.

    The work list shows the message at once. Not possible once the personal data of an ended request were erased.
    """
    return status_reply(await actions.write_to_desk(wiring.services(), asked(call), call.body.text), call)


def _case_reply(case: Case, call: Call[Any]) -> Reply:
    path = f"/api/requests/{case.id}"
    view = case_view(case, call.principal, call.url_of(path), call.url_of(f"{path}/history"))
    return json_reply(200, view, {"ETag": view.etag} | ({} if case.is_final else {"Retry-After": SOON}))


def _state(call: Call[None]) -> str | None:
    given = call.parameter("state")
    if given is None or given in [*State]:
        return given
    raise wrong_parameter("state", f"one of {', '.join(State)}")


def _page_size(call: Call[None]) -> int:
    given = call.parameter("maxpagesize")
    if given is None:
        return _PAGE
    if re.fullmatch(r"\d{1,3}", given, re.ASCII) and 1 <= int(given) <= _LARGEST_PAGE:
        return int(given)
    raise wrong_parameter("maxpagesize", f"a number from 1 to {_LARGEST_PAGE}")
