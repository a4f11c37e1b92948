"""What the pages show on which an applicant uploads documents, and answers what the billing desk asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.case import Case
from shared.domain.decisions import InformationItem, Language
from shared.domain.document_faults import MOST_BYTES, MOST_DOCUMENTS, MOST_MEGABYTES, MOST_UPLOADS
from shared.domain.documents import Document, DocumentSlot, MediaType
from shared.domain.lifecycle import State
from shared.domain.typed_information import Question, TypedInformation, chosen_for, questions_of
from shared.web.follow_pages import case_page
from shared.web.frame import Frame
from shared.web.languages import has_words, word
from shared.web.notation import size_in
from shared.web.notice_words import ITEMS


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in a list. `kind` is what people call its type; `remove` is where it is removed, if it can be."""

    document: Document
    kind: str
    size: str
    address: str
    remove: str


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot with what is in it. `field` names its form's field for a file among all of the page."""

    slot: DocumentSlot
    field: str
    title: str
    hint: str
    papers: list[Paper]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as it is asked: its title, what the desk wrote with it, and the document chosen to answer it."""

    question: Question
    title: str
    said: str
    chosen: Paper | None
    takes_file: bool


def documents_page(
    frame: Frame, case: Case, key: str, wrong: tuple[DocumentSlot, str] | None = None
) -> Mapping[str, Any]:
    """The documents of a request by what they are; `wrong` is the slot of a file that was refused, and its code."""
    language, shown = frame.language, case_page(frame, case, key)
    slots = [_slot(language, slot, case, can_remove=not shown["is_decided"]) for slot in _slots_of(case)]
    return {
        **shown,
        **limits(case.documents),
        "slots": slots,
        "mistakes": {_field(wrong[0]): fault_in(language, wrong[1])} if wrong else {},
        "labels": {each.field: each.title for each in slots},
        "asks": case.state is State.INFORMATION_DUE,
    }


def document_remove(frame: Frame, case: Case, document: Document, key: str) -> Mapping[str, Any]:
    """Whether the applicant means it."""
    shown = case_page(frame, case, key)
    return {**shown, "paper": _paper(frame.language, document, can_remove=not shown["is_decided"])}


def information(
    frame: Frame, case: Case, key: str, typed: TypedInformation | None = None, problem: str = ""
) -> Mapping[str, Any]:
    """What is asked, with what was typed and what is wrong with it."""
    language, found = frame.language, typed or TypedInformation({})
    questions = [_question(language, each, case, found.values) for each in questions_of(case)]
    titles = {name: each.title for each in questions for name in (each.question.answer, each.question.file)}
    return {
        **case_page(frame, case, key),
        **limits(case.documents),
        "is_asked": case.state is State.INFORMATION_DUE,
        "questions": questions,
        "values": found.values,
        "typed": [(each.title, found.values.get(each.question.answer, "")) for each in questions],
        "mistakes": _mistakes(language, questions, found.mistakes),
        "labels": titles,
        "options": [("", word(language, "documents.none_of_them")), *_options(language, case.documents)],
        "problem": problem,
    }


PRESENTERS: Final[Mapping[str, Callable[..., Mapping[str, Any]]]] = {
    "documents": documents_page,
    "document_remove": document_remove,
    "information": information,
}


def limits(documents: Sequence[Document]) -> Mapping[str, Any]:
    """What may be uploaded, as the domain takes it."""
    return {
        "kinds": ", ".join(kind.name for kind in MediaType),
        "accept": ",".join(kind.value for kind in MediaType),
        "megabytes": MOST_MEGABYTES,
        "largest": MOST_BYTES,
        "most": MOST_DOCUMENTS,
        "count": len(documents),
        "is_full": len(documents) >= MOST_DOCUMENTS,
    }


def fault_in(language: Language, code: str) -> str:
    """What is wrong with a file and how to correct it, from the code of its fault."""
    return word(
        language, f"documents.faults.{code}", megabytes=MOST_MEGABYTES, most=MOST_DOCUMENTS, uploads=MOST_UPLOADS
    )


def _mistakes(language: Language, questions: Sequence[QuestionView], codes: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with fields, in the order of the questions, from the codes by their names."""
    words: dict[str, str] = {}
    for each in questions:
        file, answer = each.question.file, each.question.answer
        if file in codes:
            words[file] = fault_in(language, codes[file])
        if answer in codes:
            words[answer] = _wrong_answer(language, codes[answer], takes_file=each.takes_file)
    return words


def _wrong_answer(language: Language, code: str, *, takes_file: bool) -> str:
    key = f"documents.mistakes.{code}" if takes_file else f"documents.mistakes.{code}_in_words"
    found = (each for each in (key, f"documents.mistakes.{code}") if has_words(language, each))
    return word(language, next(found, "documents.mistakes.other"))


def _slots_of(case: Case) -> list[DocumentSlot]:
    """Every slot: that for a security first where one was asked for, and not at all where there is none."""
    has_security = case.security_asked or any(each.slot is DocumentSlot.SECURITY for each in case.documents)
    others: list[DocumentSlot] = [slot for slot in DocumentSlot if slot is not DocumentSlot.SECURITY]
    return [DocumentSlot.SECURITY, *others] if has_security else others


def _slot(language: Language, slot: DocumentSlot, case: Case, *, can_remove: bool) -> SlotView:
    papers = [_paper(language, each, can_remove=can_remove) for each in case.documents if each.slot is slot]
    title, hint = (word(language, f"documents.slots.{slot.value}.{part}") for part in ("title", "hint"))
    return SlotView(slot, _field(slot), title, hint, papers)


def _field(slot: DocumentSlot) -> str:
    return f"file-{slot.value}"


def _paper(language: Language, document: Document, *, can_remove: bool) -> Paper:
    remove = f"/follow/documents/{document.slot.value}/{document.sha256}/remove" if can_remove else ""
    address = f"/follow/documents/{document.sha256}"
    return Paper(document, document.media_type.name, size_in(language, document.size), address, remove)


def _question(language: Language, question: Question, case: Case, values: Mapping[str, str]) -> QuestionView:
    chosen = chosen_for(question, values, case.documents)
    named = _capital(ITEMS[language][question.asked.item])
    said = question.asked.text or ""
    title, said = (said, "") if question.asked.item is InformationItem.OTHER else (named, said)
    paper = _paper(language, chosen, can_remove=False) if chosen else None
    return QuestionView(question, title, said, paper, question.slot is not None)


def _options(language: Language, documents: Sequence[Document]) -> list[tuple[str, str]]:
    """The documents to choose from, each content once."""
    by_content = {each.sha256: f"{each.name} ({size_in(language, each.size)})" for each in documents}
    return list(by_content.items())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
