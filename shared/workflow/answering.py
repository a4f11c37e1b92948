"""An applicant answers on a page what an officer asked: words and files come together, and what is good of them stays.

A browser cannot show a file that was chosen again. So each good file is kept as a document of the case at once, also
where something else is wrong, and the form that comes back names it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from shared.domain.case import Case
from shared.domain.documents import sha256_of
from shared.domain.dossier import Dossier
from shared.domain.errors import IllegalMoveError, WrongFieldError
from shared.domain.lifecycle import Event, events_open_to
from shared.domain.typed_information import Question, TypedInformation, questions_of, read_information
from shared.workflow import credit, documents
from shared.workflow.actions import case_for, scope_to_read
from shared.workflow.ports import Services
from shared.workflow.repeats import Acceptance, Asked


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a form: its own name, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Handed:
    """What came with a form, by the names of its fields (`typed_information.Question`)."""

    values: Mapping[str, str]
    files: Mapping[str, File]


@dataclass(frozen=True, slots=True)
class Answering:
    """What became of it: the answers are `accepted`, or something in `typed` is wrong. `case` is as read last."""

    case: Case
    typed: TypedInformation
    accepted: Acceptance | None = None


async def answer(services: Services, dossier: Dossier, asked: Asked, handed: Handed) -> Answering:
    """Keep the files, and send the answers if they are whole; the review goes on then.

    What was seen does not matter: each answer names its question, and all that is asked now must be answered. Raises
    CaseNotFoundError, IllegalMoveError where nothing is asked, and WrongFieldError where more is asked since.
    """
    anew = replace(asked, seen=None)
    case = case_for(dossier, asked.case_id, asked.principal).value
    questions = questions_of(case)
    if not questions:
        raise IllegalMoveError(case.state, Event.SUBMIT_INFORMATION, events_open_to(case.state))
    chosen, refused = await _keep_files(services, anew, questions, handed.files)
    if chosen:
        now = await services.cases.read(scope_to_read(asked.case_id))
        case = case_for(now, asked.case_id, asked.principal).value
    typed = read_information(questions, {**handed.values, **chosen}, case.documents, refused)
    if typed.reply is None:
        return Answering(case, typed)
    return Answering(case, typed, await credit.submit_information(services, anew, typed.reply))


async def _keep_files(
    services: Services, asked: Asked, questions: tuple[Question, ...], files: Mapping[str, File]
) -> tuple[dict[str, str], dict[str, str]]:
    """Which documents answer questions now, by the fields that name them, and the codes of files that were refused.

    Without a key of their own: the same file again is no second document anyway.
    """
    chosen, refused = {}, {}
    for question in questions:
        file = files.get(question.file)
        if file is None or question.slot is None:
            continue
        try:
            await documents.upload(services, replace(asked, key=None), question.slot, file.name, file.content)
        except WrongFieldError as error:
            refused[question.file] = error.code
        else:
            chosen[question.document] = await services.in_thread(partial(sha256_of, file.content))
    return chosen, refused
