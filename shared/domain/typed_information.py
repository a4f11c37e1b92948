"""What an applicant answers on a page to what an officer asked, read as the reply that it makes: by the API's models.

Each question has a key, made of what it asks: what was typed stays with its question, whatever else is asked meanwhile.
Wrong fields are told by codes.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError

from shared.domain.case import Case
from shared.domain.decisions import AskedItem, InformationAnswer, InformationItem, InformationReply
from shared.domain.documents import Document, DocumentSlot
from shared.domain.door import AT_THE_DOOR
from shared.domain.model import DEFERRED, Text

_SLOT_OF: Final[Mapping[InformationItem, DocumentSlot]] = {
    InformationItem.AUDITED_STATEMENTS: DocumentSlot.AUDITED_STATEMENTS,
    InformationItem.MANAGEMENT_ACCOUNTS: DocumentSlot.OTHER,
    InformationItem.BANK_REFERENCE: DocumentSlot.OTHER,
    InformationItem.LEGAL_DOCUMENT: DocumentSlot.REGISTRATION,
    InformationItem.OTHER: DocumentSlot.OTHER,
}
"""Where a document goes that answers a question; an explanation is given in words."""

_DOCUMENT_LINE: Final = "Document: {name}"
"""How an answer names the document that comes with it; the same in every language of the pages."""

_TEXT: Final[TypeAdapter[str]] = TypeAdapter(Text, config=DEFERRED)
_EMPTY: Final = "string_too_short"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked for. A document may answer it, in this slot; where that is None, words must."""

    key: str
    asked: AskedItem
    slot: DocumentSlot | None

    @property
    def answer(self) -> str:
        """The field of the words."""
        return f"answer-{self.key}"

    @property
    def file(self) -> str:
        """The field of a file to upload."""
        return f"file-{self.key}"

    @property
    def document(self) -> str:
        """The field that names a document of the case, by its SHA-256."""
        return f"document-{self.key}"


@dataclass(frozen=True, slots=True)
class TypedInformation:
    """What was typed, the reply if it is whole, and the code of what is wrong with each wrong field."""

    values: Mapping[str, str]
    reply: InformationReply | None = None
    mistakes: Mapping[str, str] = field(default_factory=dict)


def questions_of(case: Case) -> tuple[Question, ...]:
    """What is asked of the applicant, or was the last time."""
    items = case.information_asked.items if case.information_asked else ()
    return tuple(Question(_key_of(item), item, _SLOT_OF.get(item.item)) for item in items)


def _key_of(item: AskedItem) -> str:
    return hashlib.sha256(f"{item.item.value}\n{item.text or ''}".encode()).hexdigest()[:12]


def read_information(
    questions: Sequence[Question],
    values: Mapping[str, str],
    documents: Sequence[Document],
    refused: Mapping[str, str] | None = None,
) -> TypedInformation:
    """Read what was typed. A question is answered by words, by one of the case's documents, or by both.

    `refused` has the codes of files that could not be taken, by their fields: their questions lack no answer besides.
    """
    mistakes, answers = dict(refused or {}), []
    for question in questions:
        try:
            text = _TEXT.validate_python(_answer(question, values, documents), context=AT_THE_DOOR)
        except ValidationError as error:
            code = error.errors()[0]["type"]
            if code != _EMPTY or question.file not in mistakes:
                mistakes[question.answer] = code
        else:
            # What was asked is said as it is kept: it was held against the rules of its own day.
            answers.append(InformationAnswer(item=question.asked.item, text=question.asked.text, answer=text))
    is_whole = answers and not mistakes
    return TypedInformation(values, InformationReply(answers=tuple(answers)) if is_whole else None, mistakes)


def _answer(question: Question, values: Mapping[str, str], documents: Sequence[Document]) -> str:
    """What is typed, and the name of the document that comes with it, on a line of its own."""
    chosen = chosen_for(question, values, documents)
    named = _DOCUMENT_LINE.format(name=chosen.name) if chosen else ""
    return "\n".join(part for part in (values.get(question.answer, "").strip(), named) if part)


def chosen_for(question: Question, values: Mapping[str, str], documents: Sequence[Document]) -> Document | None:
    """The document of the case that answers a question; None where none was named, or it is not there any more."""
    if question.slot is None:
        return None
    return next((each for each in documents if each.sha256 == values.get(question.document)), None)
