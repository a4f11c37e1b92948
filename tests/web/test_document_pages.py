"""What the pages show on which an applicant uploads documents and answers what was asked."""

from typing import Any

import pytest

from shared.domain.callers import Kind, Principal
from shared.domain.case import Case
from shared.domain.decisions import AskInformation, AskSecurity, Language
from shared.domain.document_faults import MOST_DOCUMENTS, DocumentFault
from shared.domain.documents import Document, DocumentSlot
from shared.domain.lifecycle import State
from shared.domain.typed_information import TypedInformation, questions_of
from shared.web.document_pages import documents_page, fault_in, information
from shared.web.frame import Frame
from shared.web.languages import LANGUAGES, words_of
from tests.builders import NOON, a_case, money


def a_document(slot: DocumentSlot = DocumentSlot.OTHER, **changes: Any) -> Document:
    made = {"slot": slot, "name": "letter.pdf", "mediaType": "application/pdf", "size": 1_240_000, "sha256": "a" * 64}
    return Document.model_validate({**made, "uploadedAt": NOON, "by": "applicant:1", **changes})


def frame_of(case: Case, language: Language) -> Frame:
    return Frame(language, "/follow/documents", Principal(Kind.APPLICANT, case.scope), NOON)


def shown(case: Case, language: Language = "en", **more: Any) -> dict[str, Any]:
    return dict(documents_page(frame_of(case, language), case, "key", **more))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", DocumentFault)
def test_every_fault_has_words_of_the_language(language: Language, fault: DocumentFault) -> None:
    told = fault_in(language, fault.value)
    assert f"documents.faults.{fault.value}" in words_of(language)
    assert "{" not in told
    assert language == "en" or told != fault_in("en", fault.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_has_words(language: Language) -> None:
    for slot in DocumentSlot:
        assert {f"documents.slots.{slot.value}.{part}" for part in ("title", "hint")} <= words_of(language).keys()


def test_shows_each_document_in_its_slot() -> None:
    case = a_case(State.CREDIT_REVIEW, documents=(a_document(), a_document(DocumentSlot.REGISTRATION, size=10)))
    slots = {each.slot: [paper.size for paper in each.papers] for each in shown(case, "nl")["slots"]}
    assert slots == {
        DocumentSlot.AUDITED_STATEMENTS: [],
        DocumentSlot.REGISTRATION: ["1 kB"],
        DocumentSlot.OTHER: ["1,2 MB"],
    }


@pytest.mark.parametrize("has", ["asked", "document"])
def test_shows_the_slot_of_a_security_first_where_there_is_one(has: str) -> None:
    asks = {"kind": "ask_security", "type": "deposit", "amount": money("1"), "note": "thin"}
    changes: dict[str, dict[str, Any]] = {
        "asked": {"security_asked": AskSecurity.model_validate(asks)},
        "document": {"documents": (a_document(DocumentSlot.SECURITY),)},
    }
    case = a_case(State.CREDIT_REVIEW, **changes[has])
    assert shown(case)["slots"][0].slot is DocumentSlot.SECURITY


@pytest.mark.parametrize(
    ("state", "can"), [(State.CREDIT_REVIEW, True), (State.APPROVED, False), (State.DECLINED, False)]
)
def test_a_document_can_be_removed_until_the_request_is_decided(state: State, can: bool) -> None:
    papers = shown(a_case(state, documents=(a_document(),)))["slots"][-1].papers
    assert [bool(each.remove) for each in papers] == [can]


@pytest.mark.parametrize(("count", "is_full"), [(MOST_DOCUMENTS - 1, False), (MOST_DOCUMENTS, True)])
def test_says_when_a_request_is_full(count: int, is_full: bool) -> None:
    found = shown(a_case(State.CREDIT_REVIEW, documents=(a_document(),) * count))
    assert (found["count"], found["is_full"]) == (count, is_full)


def test_offers_each_content_once_to_answer_with() -> None:
    asked = AskInformation.model_validate(
        {"kind": "ask_information", "items": [{"item": "other", "text": "The deed"}], "note": "more"}
    )
    twice = (a_document(), a_document(DocumentSlot.REGISTRATION))
    case = a_case(State.INFORMATION_DUE, information_asked=asked, documents=twice)
    (question,) = questions_of(case)
    mistakes = {question.answer: "string_too_long", question.file: "document_empty"}
    typed = TypedInformation({question.document: "a" * 64}, None, mistakes)
    found = information(frame_of(case, "en"), case, "key", typed)
    assert found["options"] == [("", "None"), ("a" * 64, "letter.pdf (1.2 MB)")]
    (view,) = found["questions"]
    assert (view.title, view.said, view.chosen.document.name) == ("The deed", "", "letter.pdf")
    assert list(found["mistakes"]) == [question.file, question.answer], "in the order of the fields"


@pytest.mark.parametrize(
    ("item", "code", "words"),
    [
        ("bank_reference", "string_too_short", "Upload a document or write an answer."),
        ("bank_reference", "string_too_long", "Use 3,800 characters at most"),
        ("explanation_of_figures", "string_too_short", "Write an answer."),
        ("explanation_of_figures", "string_too_long", "Use 4,000 characters at most"),
        ("explanation_of_figures", "value_error", "There is a character in it"),
    ],
)
def test_says_what_is_wrong_with_an_answer_as_it_may_be_given(item: str, code: str, words: str) -> None:
    asked = AskInformation.model_validate({"kind": "ask_information", "items": [{"item": item}], "note": "more"})
    case = a_case(State.INFORMATION_DUE, information_asked=asked)
    (question,) = questions_of(case)
    found = information(frame_of(case, "en"), case, "key", TypedInformation({}, None, {question.answer: code}))
    assert found["mistakes"][question.answer].startswith(words)
