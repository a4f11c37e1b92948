"""HTTP: the credit-check application, information, the officer's decision, security, resumption."""

import azure.functions as func
from pydantic import TypeAdapter

from functions.case_answers import accepted_answer, asked_by
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
    return accepted_answer(202, await credit.submit_application(wiring.services(), asked_by(call), application), call)


@endpoint(blueprint, "api/requests/{id}/information", "POST", Caller.CLIENT_OR_DESK_DECIDE)
async def submit_information(call: Call) -> func.HttpResponse:
    """Take what the officer asked for."""
    reply = call.body(InformationReply)
    return accepted_answer(202, await credit.submit_information(wiring.services(), asked_by(call), reply), call)


@endpoint(blueprint, "api/requests/{id}/decision", "POST", Caller.DESK_DECIDE)
async def decide(call: Call) -> func.HttpResponse:
    """Take the officer's decision on the case as it was seen."""
    decision = call.tagged_body(_DECISION)
    asked = asked_by(call, _seen_revision(call))
    return accepted_answer(200, await credit.decide(wiring.services(), asked, decision), call)


@endpoint(blueprint, "api/requests/{id}/security-received", "POST", Caller.DESK_DECIDE)
async def confirm_security(call: Call) -> func.HttpResponse:
    """Take the desk's word that the security asked for is there."""
    received = call.body(SecurityReceived)
    return accepted_answer(200, await credit.confirm_security(wiring.services(), asked_by(call), received), call)


@endpoint(blueprint, "api/requests/{id}/resumption", "POST", Caller.DESK_DECIDE)
async def resume(call: Call) -> func.HttpResponse:
    """Send the case's pending message again and take its attention flag off."""
    return accepted_answer(200, await actions.resume(wiring.services(), asked_by(call)), call)


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
