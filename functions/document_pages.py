"""HTML: an applicant's documents, and the answers to what the billing desk asked."""

from dataclasses import replace
from typing import Final

import azure.functions as func

from functions.answers import problem_of
from functions.attachments import document_to_save
from functions.form_actions import asked_in, key_after, new_key
from functions.page_routes import Page, Visitor, page, see, shown
from functions.problem_types import INVALID_FIELDS, NOT_FOUND
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import LARGEST_FORM, Form, Visit
from shared import wiring
from shared.domain.document_faults import MOST_BYTES, MOST_DOCUMENTS
from shared.domain.documents import DocumentSlot, document_in
from shared.domain.errors import DocumentNotFoundError, PayByInvoiceError, WrongFieldError
from shared.domain.following import current_request
from shared.domain.typed_information import TypedInformation
from shared.workflow import documents
from shared.workflow.answering import Answering, File, Handed, answer
from shared.workflow.repeats import Asked

blueprint = func.Blueprint()

_DOCUMENTS: Final = "/follow/documents"

LARGEST_UPLOAD: Final = 4 * MOST_BYTES
"""Bytes of a form with one file; one that is somewhat too large is refused in words that speak of files."""

LARGEST_ANSWERS: Final = MOST_DOCUMENTS * MOST_BYTES + LARGEST_FORM
"""Bytes of the answers with their files: as many as a case may have, so that no answer is lost to their size."""


@page(blueprint, Page("follow/documents", "GET", Visitor.APPLICANT))
async def show_documents(visit: Visit) -> Reply:
    """The documents of the request, and where to upload more."""
    return await shown(visit, "documents", case=current_request(visit.scope), key=new_key())


@page(blueprint, Page("follow/documents", "POST", Visitor.APPLICANT, LARGEST_UPLOAD))
async def upload_document(visit: Visit) -> Reply:
    """Keep a file as a document; what is wrong with it is told beside its slot."""
    slot, sent = _slot(visit.form["slot"]), _files(visit.form).get("file", File("", b""))
    try:
        await documents.upload(wiring.services(), _anew(visit), slot, sent.name, sent.content)
    except WrongFieldError as error:
        case, wrong = current_request(visit.scope), (slot, error.code)
        return await shown(visit, "documents", INVALID_FIELDS.status, case=case, key=new_key(), wrong=wrong)
    return see(_DOCUMENTS, "document_kept")


@page(blueprint, Page("follow/documents/{sha256}", "GET", Visitor.APPLICANT))
async def save_document(visit: Visit) -> Reply:
    """A document, to save."""
    case_id, sha256 = current_request(visit.scope).id, visit.part("sha256")
    return document_to_save(await documents.read(wiring.services(), case_id, sha256, visit.principal))


@page(blueprint, Page("follow/documents/{slot}/{sha256}/remove", "GET", Visitor.APPLICANT))
async def ask_to_remove(visit: Visit) -> Reply:
    """Ask whether the applicant means it."""
    case = current_request(visit.scope)
    document = document_in(case.documents, _slot(visit.part("slot")), visit.part("sha256"))
    if document is None:
        raise DocumentNotFoundError
    return await shown(visit, "document_remove", case=case, document=document, key=new_key())


@page(blueprint, Page("follow/documents/{slot}/{sha256}/remove", "POST", Visitor.APPLICANT))
async def remove_document(visit: Visit) -> Reply:
    """Take a document out."""
    slot, sha256 = _slot(visit.part("slot")), visit.part("sha256")
    await documents.remove(wiring.services(), _anew(visit), slot, sha256)
    return see(_DOCUMENTS, "document_removed")


@page(blueprint, Page("follow/information", "GET", Visitor.APPLICANT))
async def show_questions(visit: Visit) -> Reply:
    """What the desk asks, with room for the answers."""
    return await shown(visit, "information", case=current_request(visit.scope), key=new_key())


@page(blueprint, Page("follow/information", "POST", Visitor.APPLICANT, LARGEST_ANSWERS))
async def send_answers(visit: Visit) -> Reply:
    """Send the answers with their files; what was typed, and each good file, stays whatever is wrong."""
    asked, handed = asked_in(visit), Handed(_typed(visit.form), _files(visit.form))
    try:
        found = await answer(wiring.services(), visit.scope, asked, handed)
    except PayByInvoiceError as error:
        problem = problem_of(error, visit.principal.kind).type
        return await _failed(visit, handed, problem.code, problem.status)
    if found.accepted is None:
        return await _again(visit, found)
    return see("/follow", "information_sent")


async def _again(visit: Visit, found: Answering) -> Reply:
    """The answers once more, with what is wrong beside each."""
    key = visit.form["key"]
    return await shown(visit, "information", INVALID_FIELDS.status, case=found.case, key=key, typed=found.typed)


async def _failed(visit: Visit, handed: Handed, code: str, status: int) -> Reply:
    """The answers once more, as they could not be sent."""
    typed, case, key = TypedInformation(handed.values), current_request(visit.scope), key_after(visit, code)
    return await shown(visit, "information", status, case=case, key=key, typed=typed, problem=code)


def _slot(text: str) -> DocumentSlot:
    try:
        return DocumentSlot(text)
    except ValueError:
        raise ProblemError(Problem(NOT_FOUND)) from None


def _anew(visit: Visit) -> Asked:
    """What a form asks, whatever else of the request has changed. Twice is once: what lies there is told by content."""
    return replace(asked_in(visit), seen=None, key=None)


def _typed(form: Form) -> dict[str, str]:
    return {name: form[name] for name in form.values}


def _files(form: Form) -> dict[str, File]:
    return {name: File(upload.name, upload.content) for name, upload in form.files.items()}
