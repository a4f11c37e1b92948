"""HTML for the billing desk: everything of one case, notes, whose it is, its papers, and its file to hand out."""

from dataclasses import replace

import azure.functions as func
from pydantic import TypeAdapter, ValidationError

from functions.attachments import attachment, document_to_save
from functions.contracts import JSON
from functions.desk_cases import asked_in, case_page, done, place_in
from functions.page_routes import Page, Visitor, page
from functions.problem_types import INVALID_FIELDS
from functions.replies import Reply
from functions.visits import Visit
from shared import wiring
from shared.domain.door import AT_THE_DOOR
from shared.domain.model import DEFERRED, Note
from shared.workflow import actions, desk, documents
from shared.workflow.case_file import as_json, case_file

blueprint = func.Blueprint()

_NOTE: TypeAdapter[str] = TypeAdapter(Note, config=DEFERRED)


@page(blueprint, Page("desk/cases/{id}", "GET", Visitor.DESK_READ))
async def show_desk_case(visit: Visit) -> Reply:
    """Everything of a case on one page."""
    return await case_page(visit)


@page(blueprint, Page("desk/cases/{id}/print", "GET", Visitor.DESK_READ))
async def show_desk_case_to_print(visit: Visit) -> Reply:
    """Everything of a case for paper: nothing folded away, nothing to press."""
    return await case_page(visit, printing=True)


@page(blueprint, Page("desk/cases/{id}/file.json", "GET", Visitor.DESK_READ))
async def save_case_file(visit: Visit) -> Reply:
    """The case file, to save."""
    file = await case_file(wiring.services(), visit.part("id"), visit.principal)
    return attachment(as_json(file).encode(), JSON, f"case-{file.standing.id}.json")


@page(blueprint, Page("desk/cases/{id}/documents/{sha256}", "GET", Visitor.DESK_READ))
async def save_desk_document(visit: Visit) -> Reply:
    """A document of the applicant, to save."""
    case_id, sha256 = visit.part("id"), visit.part("sha256")
    return document_to_save(await documents.read(wiring.services(), case_id, sha256, visit.principal))


@page(blueprint, Page("desk/cases/{id}/notes", "POST", Visitor.DESK_READ))
async def write_desk_note(visit: Visit) -> Reply:
    """Leave a note for colleagues; whatever they did meanwhile, a note does no harm."""
    try:
        text = _NOTE.validate_python(visit.form["text"], context=AT_THE_DOOR)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]["type"]
        return await case_page(visit, INVALID_FIELDS.status, seen=place_in(visit), note=(visit.form["text"], wrong))
    asked = replace(asked_in(visit), seen=None, seen_event=None)
    return await done(visit, lambda _: desk.write_note(wiring.services(), asked, text), "note_kept")


@page(blueprint, Page("desk/cases/{id}/take", "POST", Visitor.DESK_READ))
async def take_case(visit: Visit) -> Reply:
    """Take a case on, as it was seen: nobody takes one away that a colleague has just taken."""
    return await done(visit, lambda asked: desk.assign(wiring.services(), asked, visit.principal.name), "case_taken")


@page(blueprint, Page("desk/cases/{id}/release", "POST", Visitor.DESK_READ))
async def release_case(visit: Visit) -> Reply:
    """Let go of a case."""
    return await done(visit, lambda asked: desk.release(wiring.services(), asked), "case_released")


@page(blueprint, Page("desk/cases/{id}/resume", "POST", Visitor.DESK_DECIDE))
async def resume_desk_case(visit: Visit) -> Reply:
    """Send the pending message of a case that needs attention again, and take the flag off."""
    return await done(visit, lambda asked: actions.resume(wiring.services(), asked), "case_resumed")
