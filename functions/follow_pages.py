"""HTML: an applicant follows a request, and does what needs no papers."""

from dataclasses import replace

import azure.functions as func
from pydantic import TypeAdapter, ValidationError

from functions.answers import problem_of
from functions.form_actions import asked_in, key_after, new_key
from functions.page_routes import Page, Visitor, page, see, shown
from functions.problem_types import INVALID_FIELDS
from functions.replies import Reply
from functions.visits import Visit
from shared import wiring
from shared.domain.door import AT_THE_DOOR
from shared.domain.errors import PayByInvoiceError
from shared.domain.following import current_request
from shared.domain.model import DEFERRED, Text
from shared.workflow import actions, credit, switch
from shared.workflow.following import follow

blueprint = func.Blueprint()

_TEXT: TypeAdapter[str] = TypeAdapter(Text, config=DEFERRED)


@page(blueprint, Page("follow", "GET", Visitor.APPLICANT))
async def show_request(visit: Visit) -> Reply:
    """Where the subscription's request stands, and what is owed."""
    return await _shown(visit)


@page(blueprint, Page("follow/requests/{id}", "GET", Visitor.APPLICANT))
async def show_earlier_request(visit: Visit) -> Reply:
    """The same for any request of the subscription."""
    return await _shown(visit, visit.part("id"))


@page(blueprint, Page("follow/recheck", "POST", Visitor.APPLICANT))
async def recheck_request(visit: Visit) -> Reply:
    """Have a held-up request checked again."""
    await actions.recheck(wiring.services(), asked_in(visit))
    return see("/follow", "rechecked")


@page(blueprint, Page("follow/help", "GET", Visitor.APPLICANT))
async def ask_for_help(visit: Visit) -> Reply:
    """Write to the billing desk."""
    return await shown(visit, "help", case=current_request(visit.scope), key=new_key())


@page(blueprint, Page("follow/help", "POST", Visitor.APPLICANT))
async def send_message(visit: Visit) -> Reply:
    """Leave the billing desk a message; what was typed stays where it cannot be sent."""
    asked = replace(asked_in(visit), seen=None)  # a message is as true of a request that has changed
    try:
        text = _TEXT.validate_python(visit.form["text"], context=AT_THE_DOOR)
        await actions.write_to_desk(wiring.services(), asked, text)
    except ValidationError as error:
        code = error.errors()[0]["type"]
        return await _message_again(visit, INVALID_FIELDS.status, wrong=code)
    except PayByInvoiceError as error:
        problem = problem_of(error, visit.principal.kind)
        return await _message_again(visit, problem.type.status, problem=problem.type.code)
    return see("/follow", "message_sent")


@page(blueprint, Page("follow/withdraw", "GET", Visitor.APPLICANT))
async def ask_to_withdraw(visit: Visit) -> Reply:
    """Ask whether the applicant means it."""
    return await shown(visit, "withdraw", case=current_request(visit.scope), key=new_key())


@page(blueprint, Page("follow/withdraw", "POST", Visitor.APPLICANT))
async def withdraw_request(visit: Visit) -> Reply:
    """End the request."""
    await actions.withdraw(wiring.services(), asked_in(visit))
    return see("/follow", "withdrawn")


@page(blueprint, Page("follow/security", "POST", Visitor.APPLICANT))
async def accept_security(visit: Visit) -> Reply:
    """Agree to give the security that is asked for."""
    await credit.accept_security(wiring.services(), asked_in(visit))
    return see("/follow", "security_accepted")


@page(blueprint, Page("follow/switched", "POST", Visitor.APPLICANT))
async def confirm_switch(visit: Visit) -> Reply:
    """The applicant says that the switch is made: see whether the portal shows it."""
    asked = replace(asked_in(visit), seen=None)  # a switch that is seen already is no news to refuse
    found = await switch.ask_verification(wiring.services(), asked)
    return see("/follow", "switch_seen" if found.proven else "switch_not_seen")


async def _shown(visit: Visit, case_id: str = "") -> Reply:
    following = await follow(wiring.services(), visit.scope, visit.principal, case_id)
    return await shown(visit, "follow", following=following, key=new_key())


async def _message_again(visit: Visit, status: int, **wrong: str) -> Reply:
    form, case = visit.form, current_request(visit.scope)
    key = key_after(visit, wrong.get("problem", ""))
    return await shown(visit, "help", status, case=case, key=key, typed=form["text"], **wrong)
