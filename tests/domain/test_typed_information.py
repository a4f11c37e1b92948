"""Answers as they are typed on a page, read as the reply to what an officer asked."""

from collections.abc import Mapping

import pytest

from shared.domain.case import Case
from shared.domain.decisions import AskInformation, InformationItem, unanswered
from shared.domain.documents import Document, DocumentSlot
from shared.domain.lifecycle import State
from shared.domain.typed_information import Question, TypedInformation, questions_of, read_information
from tests.builders import NOON, a_case

BANK = {"item": "bank_reference"}
EXPLANATION = {"item": "explanation_of_figures"}
DEED = {"item": "other", "text": "The deed"}
KEYS = ["21f9f5c2d122", "13c75de8ed95", "9411bbf7c83a"]
LETTER = Document.model_validate(
    {"slot": "other", "name": "letter.pdf", "mediaType": "application/pdf", "size": 9, "sha256": "a" * 64,
     "uploadedAt": NOON, "by": "applicant:1"}
)  # fmt: skip


def asking(*items: Mapping[str, str]) -> Case:
    asked = AskInformation.model_validate({"kind": "ask_information", "items": items, "note": "more"})
    return a_case(State.INFORMATION_DUE, information_asked=asked)


def read(case: Case, *typed: str, chosen: str = "", refused: Mapping[str, str] | None = None) -> TypedInformation:
    """What was typed for each question in order, and the document named for the first one."""
    questions = questions_of(case)
    values = {each.answer: text for each, text in zip(questions, typed, strict=False)}
    return read_information(questions, {**values, questions[0].document: chosen}, [LETTER], refused)


def test_asks_nothing_of_a_case_that_owes_nothing() -> None:
    assert questions_of(a_case()) == ()
    assert read_information((), {}, []) == TypedInformation({})


@pytest.mark.parametrize("item", InformationItem)
def test_a_question_takes_a_document_unless_it_asks_for_an_explanation(item: InformationItem) -> None:
    (question,) = questions_of(asking({"item": item.value, "text": "more"}))
    assert (question.slot is None) is (item is InformationItem.EXPLANATION_OF_FIGURES)


def test_a_question_keeps_its_key_whatever_else_is_asked() -> None:
    (alone,), (first, second) = questions_of(asking(BANK)), questions_of(asking({**BANK, "text": "The other"}, BANK))
    assert (second.key, first.key == alone.key) == (alone.key, False)
    assert len({first.answer, first.file, first.document}) == 3


def test_a_form_of_an_earlier_version_finds_its_questions() -> None:
    keys = [each.key for each in questions_of(asking(BANK, DEED, {**DEED, "text": "The contract"}))]
    assert keys == KEYS


def test_reads_words_and_documents_as_the_whole_reply() -> None:
    case = asking(BANK, EXPLANATION, DEED)
    typed = read(case, " See page 2. ", "The rent rose.", "On its way.", chosen=LETTER.sha256)
    assert typed.mistakes == {}
    assert typed.reply
    answers = [each.answer for each in typed.reply.answers]
    assert answers == ["See page 2.\nDocument: letter.pdf", "The rent rose.", "On its way."]
    assert case.information_asked
    assert not unanswered(case.information_asked, typed.reply)


def test_a_document_alone_is_an_answer() -> None:
    typed = read(asking(BANK), chosen=LETTER.sha256)
    assert typed.reply
    assert typed.reply.answers[0].answer == "Document: letter.pdf"


@pytest.mark.parametrize(("item", "chosen"), [(BANK, "b" * 64), (EXPLANATION, LETTER.sha256)])
def test_a_document_that_is_not_there_or_not_asked_for_is_no_answer(item: Mapping[str, str], chosen: str) -> None:
    typed = read(asking(item), chosen=chosen)
    assert (typed.reply, list(typed.mistakes.values())) == (None, ["string_too_short"])


@pytest.mark.parametrize(
    ("text", "code"), [("", "string_too_short"), ("x" * 4001, "string_too_long"), ("a\u202eb", "value_error")]
)
def test_says_of_each_answer_what_is_wrong(text: str, code: str) -> None:
    case = asking(BANK, EXPLANATION)
    typed = read(case, "Here it is.", text)
    assert (typed.reply, typed.mistakes) == (None, {questions_of(case)[1].answer: code})


@pytest.mark.parametrize(("text", "codes"), [("", ["x"]), ("On its way.", ["x"]), ("a\u202eb", ["x", "value_error"])])
def test_a_question_whose_file_was_refused_lacks_no_answer_besides(text: str, codes: list[str]) -> None:
    case = asking(BANK)
    question: Question = questions_of(case)[0]
    typed = read(case, text, refused={question.file: "x"})
    assert (typed.reply, list(typed.mistakes.values())) == (None, codes)


def test_where_a_document_goes() -> None:
    slots = {each.asked.item: each.slot for each in questions_of(asking(BANK, {"item": "legal_document"}))}
    assert slots == {
        InformationItem.BANK_REFERENCE: DocumentSlot.OTHER,
        InformationItem.LEGAL_DOCUMENT: DocumentSlot.REGISTRATION,
    }
