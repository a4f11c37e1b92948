"""HTML for applicants: apply step by step, what is typed is kept at each, and the request is sent when they agree."""

from collections.abc import Mapping
from typing import Final

import azure.functions as func

from functions.page_routes import Page, Visitor, page, see, shown
from functions.problem_types import INVALID_FIELDS, NOT_FOUND
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import Form, Visit
from shared import wiring
from shared.domain.applying import Application, Standing, standing_of
from shared.domain.draft import Step
from shared.domain.errors import AlreadySwitchedError, CoolingOffError, RequestOpenError
from shared.domain.typed_request import FIELDS, Agreement
from shared.workflow import applying
from shared.workflow.repeats import Acceptance

blueprint = func.Blueprint()

LARGEST_STEP: Final = 16_384
"""Bytes of a step's form: what is typed is kept right or wrong, and all steps together must fit a row."""

_START: Final = "/apply"
_FOLLOW: Final = "/follow"


@page(blueprint, Page("apply", "GET", Visitor.APPLICANT))
async def apply(visit: Visit) -> Reply:
    """Lead on to where the applicant was; without room for a request, to the one there is, or say why."""
    match standing_of(visit.scope, wiring.services().now()):
        case Standing.OPEN:
            return see(_FOLLOW, "already_open")
        case Standing.FREE:
            found = await applying.look(wiring.services(), _applicant(visit))
            return see(_address(found.place))
    return await shown(visit, "apply_closed", slot=visit.scope.slot)


@page(blueprint, Page("apply/{step}", "GET", Visitor.APPLICANT))
async def show_step(visit: Visit) -> Reply:
    """A step as it was left, with what is wrong in it if it was sent before."""
    step = _step_in(visit)
    if not _has_room(visit):
        return see(_START)
    found = await applying.look(wiring.services(), _applicant(visit))
    if step.number > found.place.number:
        return see(_address(found.place))
    return await _step_page(visit, step, found, again=step.number < found.draft.step.number)


@page(blueprint, Page("apply/{step}", "POST", Visitor.APPLICANT, LARGEST_STEP))
async def save_step(visit: Visit) -> Reply:
    """Keep what was typed; lead on once it can be read, back to the review for who came from there."""
    step = _step_in(visit)
    if not _has_room(visit):
        return see(_START)
    found = await applying.save(wiring.services(), _applicant(visit), step, _typed(visit.form, step))
    if found.reading.wrong_in(step):
        return await _step_page(visit, step, found, again=True)
    return see(_address(found.place))


@page(blueprint, Page("apply/review", "POST", Visitor.APPLICANT, LARGEST_STEP))
async def confirm_request(visit: Visit) -> Reply:
    """Send the request, once however often the button is pressed."""
    if not _has_room(visit):
        return _sent_before(visit)
    try:
        outcome = await applying.confirm(wiring.services(), _applicant(visit), _confirmation(visit.form))
    except (RequestOpenError, AlreadySwitchedError, CoolingOffError):
        return see(_START)
    if isinstance(outcome, Acceptance):
        return see(_FOLLOW, "request_sent")
    if outcome.place is not Step.REVIEW:
        return see(_address(outcome.place))
    return await _step_page(visit, Step.REVIEW, outcome, again=True)


def _has_room(visit: Visit) -> bool:
    return standing_of(visit.scope, wiring.services().now()) is Standing.FREE


def _sent_before(visit: Visit) -> Reply:
    """Who presses the button twice finds their own request."""
    slot = visit.scope.slot
    own = slot is not None and slot.value.owner == visit.principal.actor
    return see(_FOLLOW, "request_sent") if own else see(_START)


def _applicant(visit: Visit) -> applying.Applicant:
    return applying.Applicant(visit.principal, visit.scope, visit.language)


def _step_in(visit: Visit) -> Step:
    try:
        return Step(visit.part("step"))
    except ValueError:
        raise ProblemError(Problem(NOT_FOUND)) from None


def _address(step: Step) -> str:
    return f"{_START}/{step.value}"


def _typed(form: Form, step: Step) -> Mapping[str, str]:
    """What was typed in the fields of a step; a field that the page did not ask for is not among them."""
    return {name: form[name] for name, place in FIELDS.items() if place.step is step and name in form.values}


def _confirmation(form: Form) -> applying.Confirmation:
    agreement = Agreement(accepted=form["consent"] == "yes", text_sha256=form["text_sha256"])
    return applying.Confirmation(form["draft"], agreement)


async def _step_page(visit: Visit, step: Step, found: Application, *, again: bool) -> Reply:
    """A step's page; with `again`, what is wrong in it is told."""
    mistakes = found.reading.wrong_in(step) if again else {}
    status = INVALID_FIELDS.status if mistakes and visit.request.method == "POST" else 200
    template = f"apply_{step.name.lower()}"
    return await shown(visit, template, status, step=step, application=found, mistakes=mistakes)
