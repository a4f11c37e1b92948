"""HTML: an applicant fills in the credit-check application, looks it over, and sends it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

import azure.functions as func

from functions.answers import problem_of
from functions.form_actions import asked_in, new_key
from functions.page_routes import Page, Visitor, page, see, shown
from functions.problem_types import INVALID_FIELDS, NOT_POSSIBLE_NOW
from functions.replies import Reply
from functions.visits import Visit
from shared import wiring
from shared.domain.errors import IllegalMoveError, PayByInvoiceError, RepeatKeyReusedError
from shared.domain.following import current_request
from shared.domain.typed_application import FIELDS, CreditForm
from shared.workflow import applying_for_credit as credit
from shared.workflow.applying import Applicant
from shared.workflow.repeats import Acceptance

blueprint = func.Blueprint()

LARGEST_APPLICATION: Final = 16_384
"""Bytes of the form: what is typed is kept right or wrong, and must fit a row."""

_PATH: Final = "follow/credit-application"


@page(blueprint, Page(_PATH, "GET", Visitor.APPLICANT))
async def show_credit_application(visit: Visit) -> Reply:
    """The form as it was left, filled in with what is known."""
    try:
        form = await credit.look(wiring.services(), _applicant(visit))
    except IllegalMoveError:
        return await _closed(visit, NOT_POSSIBLE_NOW.status)
    return await shown(visit, "credit_form", form=form, key=new_key())


@page(blueprint, Page(_PATH, "POST", Visitor.APPLICANT, LARGEST_APPLICATION))
async def take_credit_application(visit: Visit) -> Reply:
    """Keep, show once more, change or send what was typed, which stays on the page whatever is wrong with it."""
    asked_in(visit)
    try:
        return await _STEPS.get(visit.form["step"], _review)(visit)
    except (IllegalMoveError, RepeatKeyReusedError) as error:
        return await _closed(visit, problem_of(error, visit.principal.kind).type.status)
    except PayByInvoiceError as error:
        problem = problem_of(error, visit.principal.kind).type
        form = await credit.read_over(wiring.services(), _applicant(visit), visit.form["request"], _typed(visit))
        return await _form_page(visit, problem.status, form, problem.code)


async def _review(visit: Visit) -> Reply:
    """Everything as it will be sent, with what is doubtful; nothing is sent yet."""
    form = await _saved(visit)
    if form.typed.application is None:
        return await _form_page(visit, INVALID_FIELDS.status, form)
    return await shown(visit, "credit_review", form=form, key=visit.form["key"])


async def _save(visit: Visit) -> Reply:
    await _saved(visit)
    return see("/follow", "credit_kept")


async def _edit(visit: Visit) -> Reply:
    form = await credit.read_over(wiring.services(), _applicant(visit), visit.form["request"], _typed(visit))
    return await _form_page(visit, 200, form)


async def _send(visit: Visit) -> Reply:
    asked = replace(asked_in(visit), seen=None)  # the figures are as true of a request that has changed
    outcome = await credit.send(wiring.services(), _applicant(visit), asked, _typed(visit))
    if isinstance(outcome, Acceptance):
        return see("/follow", "credit_sent")
    return await _form_page(visit, INVALID_FIELDS.status, outcome)


_STEPS: Final[Mapping[str, Callable[[Visit], Awaitable[Reply]]]] = {"save": _save, "edit": _edit, "send": _send}
"""What the buttons ask for besides the review."""


async def _saved(visit: Visit) -> CreditForm:
    return await credit.save(wiring.services(), _applicant(visit), visit.form["request"], _typed(visit))


async def _form_page(visit: Visit, status: int, form: CreditForm, problem: str = "") -> Reply:
    """The form again, with what is wrong in it."""
    return await shown(visit, "credit_form", status, form=form, key=visit.form["key"], again=True, problem=problem)


async def _closed(visit: Visit, status: int) -> Reply:
    """The request waits for no application any more; what was typed can be copied."""
    return await shown(visit, "credit_closed", status, case=current_request(visit.scope), typed=_typed(visit))


def _applicant(visit: Visit) -> Applicant:
    return Applicant(visit.principal, visit.scope, visit.language)


def _typed(visit: Visit) -> Mapping[str, str]:
    """What was typed, by the names of its fields."""
    return {name: visit.form[name] for name in FIELDS if name in visit.form.values}
