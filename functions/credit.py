"""HTTP: the credit-check application, information, the officer's decision, security, resumption."""

import azure.functions as func
from pydantic import TypeAdapter

from functions.case_answers import case_answer
from functions.identity import Caller
from functions.problems import Problem, ProblemError
from functions.routes import Call, endpoint
from functions.views import revision_of
from shared import wiring
from shared.domain.credit_application import CreditApplication
from shared.domain.decisions import Decision, InformationReply, SecurityReceived
from shared.workflow import actions, credit

blueprint = func.Blueprint()

_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)


@endpoint(blueprint, "api/requests/{id}/credit-application", "PUT", Caller.CLIENT_OR_DESK_DECIDE)
async def put_credit_application(call: Call) -> func.HttpResponse:
    """Take the credit-check application; a figure that is missing is explained, not refused."""
    application = call.body(CreditApplication)
    case = await credit.submit_application(wiring.services(), call.parameter("id"), call.principal, application)
    return case_answer(202, case, call)


@endpoint(blueprint, "api/requests/{id}/information", "POST", Caller.CLIENT_OR_DESK_DECIDE)
async def submit_information(call: Call) -> func.HttpResponse:
    """Take what the officer asked for."""
    reply = call.body(InformationReply)
    case = await credit.submit_information(wiring.services(), call.parameter("id"), call.principal, reply)
    return case_answer(202, case, call)


@endpoint(blueprint, "api/requests/{id}/decision", "POST", Caller.DESK_DECIDE)
async def decide(call: Call) -> func.HttpResponse:
    """Take the officer's decision on the case as it was seen."""
    decision = call.tagged_body(_DECISION)
    seen = _seen_revision(call)
    case = await credit.decide(wiring.services(), call.parameter("id"), call.principal, decision, seen)
    return case_answer(200, case, call)


@endpoint(blueprint, "api/requests/{id}/security-received", "POST", Caller.DESK_DECIDE)
async def confirm_security(call: Call) -> func.HttpResponse:
    """Take the desk's word that the security asked for is there."""
    received = call.body(SecurityReceived)
    case = await credit.confirm_security(wiring.services(), call.parameter("id"), call.principal, received)
    return case_answer(200, case, call)


@endpoint(blueprint, "api/requests/{id}/resumption", "POST", Caller.DESK_DECIDE)
async def resume(call: Call) -> func.HttpResponse:
    """Send the case's pending message again and take its attention flag off."""
    return case_answer(200, await actions.resume(wiring.services(), call.parameter("id"), call.principal), call)


def _seen_revision(call: Call) -> int:
    """The content revision in If-Match. Raises ProblemError 428 without one, 412 for what is none of ours."""
    given: str | None = call.request.headers.get("if-match")
    if given is None:
        detail = "Read the case, and send its ETag as If-Match: a decision is on what was seen."
        raise ProblemError(Problem(428, "PreconditionRequired", "Which version was seen?", detail))
    revision = revision_of(given)
    if revision is None:
        detail = f'If-Match must be one ETag of a case as it was answered, such as "7"; {given!r} is not.'
        raise ProblemError(Problem(412, "PreconditionFailed", "The ETag is not one of ours", detail))
    return revision
