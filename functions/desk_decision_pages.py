"""HTML for the billing desk: decide on a case, after a look at what the applicant will read."""

from dataclasses import replace
from typing import Any

import azure.functions as func

from functions.desk_cases import address_of, asked_in, place_in, typed_in
from functions.page_routes import Page, Visitor, page, see, shown
from functions.problem_types import FACTS_BLOCK, INVALID_FIELDS, NOT_FOUND, PRECONDITION_FAILED
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import Visit
from shared import wiring
from shared.domain.decisions import SecurityReceived
from shared.domain.errors import FactsBlockError, PreconditionFailedError, WrongFieldError
from shared.domain.mistakes import Mistake
from shared.domain.typed_decision import FormKind, Papers, TypedDecision, read_decision
from shared.workflow import credit
from shared.workflow.case_file import case_file

blueprint = func.Blueprint()

_CHANGE, _CONFIRM = "change", "confirm"
"""What a form of the preview asks for."""


@page(blueprint, Page("desk/cases/{id}/decide/{kind}", "GET", Visitor.DESK_DECIDE))
async def show_decision(visit: Visit) -> Reply:
    """The form for one kind of decision, filled in as far as the figures advise."""
    return await _form_page(visit, 200, None)


@page(blueprint, Page("desk/cases/{id}/decide/{kind}", "POST", Visitor.DESK_DECIDE))
async def take_decision(visit: Visit) -> Reply:
    """Show what the applicant will read, and once that is confirmed, decide; else what was typed stays on the page."""
    typed = read_decision(_kind_in(visit), typed_in(visit), visit.language)
    if typed.papers is None or visit.form["step"] == _CHANGE:
        return await _form_page(visit, INVALID_FIELDS.status if typed.mistakes else 200, typed)
    try:
        return await _taken(visit, typed.papers)
    except PreconditionFailedError:
        return await _form_page(visit, PRECONDITION_FAILED.status, typed)
    except FactsBlockError as error:
        return await _form_page(visit, FACTS_BLOCK.status, typed, findings=error.findings)
    except WrongFieldError as error:
        return await _form_page(visit, INVALID_FIELDS.status, replace(typed, mistakes=_mistakes_of(error)))


async def _taken(visit: Visit, papers: Papers) -> Reply:
    """Decide, or show what the applicant would read."""
    services, asked = wiring.services(), asked_in(visit)
    if isinstance(papers, SecurityReceived):
        await credit.confirm_security(services, asked, papers)
        return see(address_of(visit), "security_confirmed")
    if visit.form["step"] == _CONFIRM:
        await credit.decide(services, asked, papers)
        return see(address_of(visit), "decided")
    letter = await credit.preview(services, asked, papers)
    sent = {**typed_in(visit), "seen": visit.form["seen"]}
    return await shown(visit, "desk_preview", letter=letter, kind=_kind_in(visit), address=address_of(visit), sent=sent)


async def _form_page(visit: Visit, status: int, typed: TypedDecision | None, **more: Any) -> Reply:
    """The form; with what was typed, also what happened since it was made."""
    kind = _kind_in(visit)
    file = await case_file(wiring.services(), visit.part("id"), visit.principal)
    seen = place_in(visit) if typed else None
    return await shown(visit, "desk_decision", status, file=file, kind=kind, typed=typed, seen=seen, **more)


def _kind_in(visit: Visit) -> FormKind:
    try:
        return FormKind(visit.part("kind"))
    except ValueError:
        raise ProblemError(Problem(NOT_FOUND)) from None


def _mistakes_of(error: WrongFieldError) -> dict[str, Mistake]:
    return {each.code: Mistake("wrong_day", each.detail) for each in error.every}
