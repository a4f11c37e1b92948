"""Documents of a case: the applicant uploads them and may take them out; the desk, and who may see the case, reads.

A content is put before the case speaks of it, so that a document that was acknowledged is always there. Where no case
speaks of one, because the commit never came or the document was taken out, nobody can read it; it goes when the case is
erased. It is not deleted before: at that very moment the same content may be uploaded again, or lie in another slot.
One that lands after the erasure goes with the refusal of its upload.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.domain.callers import Principal
from shared.domain.case import Case
from shared.domain.documents import (
    CheckedFile,
    Document,
    DocumentSlot,
    check_room,
    checked_file,
    document_in,
    sha256_of,
)
from shared.domain.dossier import Dossier, Moment
from shared.domain.errors import DocumentNotFoundError, IllegalMoveError, PayByInvoiceError
from shared.domain.lifecycle import FINAL, State, events_open_to
from shared.domain.moves import Advance, keep_document, take_document_out
from shared.workflow.actions import act_beside, case_asked_for, case_for, scope_to_read
from shared.workflow.changes import Aside
from shared.workflow.notices import settle_index
from shared.workflow.ports import Services
from shared.workflow.protocol import Action, Decide
from shared.workflow.repeats import Acceptance, Asked, Claim, gist_of

_DECIDED: Final = FINAL | {State.APPROVED}
"""The states in which the papers of a case have done their work: they stay with it."""


@dataclass(frozen=True, slots=True)
class Content:
    """A document and what is in it."""

    document: Document
    content: bytes


class _DoneAlreadyError(PayByInvoiceError):
    """The case is as it was asked to be. Raised inside a decision, so that an earlier answer is looked for first."""

    def __init__(self, case: Case) -> None:
        super().__init__("the case is as it was asked to be")
        self.case = case


async def upload(services: Services, asked: Asked, slot: DocumentSlot, name: str, content: bytes) -> Acceptance:
    """Keep a file as a document of an open case; the work list shows that something came.

    `name` is the file's own. The same content in the same slot again is no second document, also without a key. Raises
    WrongFieldError with the remedy for what cannot be taken, IllegalMoveError for a case that is over: a file is looked
    into only where the case has room for it.
    """
    sha256 = await services.in_thread(partial(sha256_of, content))
    file: CheckedFile | None = None

    async def decide(dossier: Dossier) -> Action:
        nonlocal file
        case = case_for(dossier, asked.case_id, asked.principal).value
        if document_in(case.documents, slot, sha256):
            raise _DoneAlreadyError(case)
        if case.erased_at is not None:
            # An earlier try may have put the content when the erasure had deleted all of them already.
            await services.documents.delete_all(case.id)
        stored = case_asked_for(dossier, asked)
        _check_state(case, FINAL, "upload a document")
        check_room(case.documents, case.uploads)
        if file is None:
            file = await _put(services, case.id, name, content)
        return Action(stored, Aside(partial(_kept, slot, file, asked.principal.actor)))

    claim = asked.claim("POST", "documents", {"slot": slot.value, "name": name, "sha256": sha256})
    return await _done_once(services, asked, claim, decide)


async def _put(services: Services, case_id: str, name: str, content: bytes) -> CheckedFile:
    """Look into a file, which takes up to seconds, and keep its content."""
    file = await services.in_thread(partial(checked_file, name, content))
    await services.documents.put(case_id, file, content)
    return file


def _kept(slot: DocumentSlot, file: CheckedFile, actor: str, case: Case, moment: Moment) -> Advance:
    return keep_document(case, slot, file, actor, moment)


async def remove(services: Services, asked: Asked, slot: DocumentSlot, sha256: str) -> Acceptance:
    """Take the document of a content out of a slot, as long as nothing was decided on it.

    A document that is not there is one that was taken out before. Raises IllegalMoveError once the case is decided.
    """

    async def decide(dossier: Dossier) -> Action:
        case = case_for(dossier, asked.case_id, asked.principal).value
        document = document_in(case.documents, slot, sha256)
        if document is None:
            raise _DoneAlreadyError(case)
        stored = case_asked_for(dossier, asked)
        _check_state(case, _DECIDED, "remove a document")
        return Action(stored, Aside(partial(_taken_out, document, asked.principal.actor)))

    claim = asked.claim("DELETE", "documents", {"slot": slot.value, "sha256": sha256})
    return await _done_once(services, asked, claim, decide)


def _taken_out(document: Document, actor: str, case: Case, moment: Moment) -> Advance:
    return take_document_out(case, document, actor, moment)


def _check_state(case: Case, closed: frozenset[State], action: str) -> None:
    if case.state in closed:
        raise IllegalMoveError(case.state, action, events_open_to(case.state))


async def _done_once(services: Services, asked: Asked, claim: Claim | None, decide: Decide) -> Acceptance:
    """Do what `decide` says and show it in the work list; what was done before may not have been shown yet."""
    try:
        return await act_beside(services, asked, claim, decide)
    except _DoneAlreadyError as done:
        await settle_index(services, done.case, anew=True)
        return Acceptance(gist_of(done.case), replayed=True)


async def read(services: Services, case_id: str, sha256: str, principal: Principal) -> Content:
    """A document that a case has, for who may see the case: two requests. CaseNotFoundError, DocumentNotFoundError."""
    dossier = await services.cases.read(scope_to_read(case_id))
    case = case_for(dossier, case_id, principal).value
    document = next((each for each in case.documents if each.sha256 == sha256), None)
    content = await services.documents.get(case.id, sha256) if document else None
    if document is None or content is None:
        raise DocumentNotFoundError
    return Content(document, content)
