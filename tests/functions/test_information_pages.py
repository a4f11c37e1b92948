"""The page on which an applicant answers what the desk asked, in a browser in memory."""

import hashlib
from html import unescape

import pytest

from shared.domain.document_faults import MOST_DOCUMENTS
from shared.domain.documents import DocumentSlot
from shared.domain.errors import StorageUnavailableError
from shared.domain.lifecycle import Event, State
from shared.workflow import actions, documents
from tests.document_files import a_pdf, a_png
from tests.functions.stages import decided, in_review
from tests.functions.visitor import Sight, Visitor, multipart
from tests.world import Fault, World, asked

PDF = a_pdf()
SHA256 = hashlib.sha256(PDF).hexdigest()
HOSTILE = '<script>alert("x")</script>'

BANK = {"item": "bank_reference", "text": "From your main bank"}
EXPLANATION = {"item": "explanation_of_figures"}
OTHER = {"item": "other", "text": f"The deed {HOSTILE}"}


async def asked_for(world: World, *items: dict[str, str]) -> str:
    """A case for which the desk asks this."""
    case_id = await in_review(world)
    await ask_for(world, case_id, *items)
    return case_id


async def ask_for(world: World, case_id: str, *items: dict[str, str]) -> None:
    answer = await decided(world, case_id, {"kind": "ask_information", "items": items, "note": "more"})
    assert answer.status == 200
    await world.drain()


async def opened(world: World, language: str = "en") -> tuple[Visitor, Sight]:
    visitor = Visitor.applicant(world.clock.now)
    visitor.headers["accept-language"] = language
    world.storage.calls.clear()
    page = await visitor.look("/follow/information")
    assert (page.status, world.storage.calls.total()) == (200, 1)
    return visitor, page


def named(page: Sight, kind: str, place: int = 0) -> str:
    """The name of a question's field: answer, file or document."""
    fields = [part.partition('"')[0] for part in page.html.split(f'name="{kind}-')[1:]]
    return f"{kind}-{fields[place]}"


async def test_asks_each_question_with_room_for_words_and_a_file(world: World) -> None:
    await asked_for(world, BANK, EXPLANATION, OTHER)
    _, page = await opened(world)
    text = unescape(page.text)
    for words in ("1. A bank reference", "From your main bank", "2. An explanation of the figures", "3. The deed"):
        assert words in text
    assert (page.html.count('type="file"'), page.html.count("<textarea")) == (2, 3)
    assert HOSTILE not in page.html
    assert 'enctype="multipart/form-data"' in page.html


async def test_sends_words_and_files_together_once(world: World) -> None:
    case_id = await asked_for(world, BANK, EXPLANATION)
    visitor, page = await opened(world)
    files = {named(page, "file"): ("bank letter.pdf", PDF)}
    for _ in range(2):
        sent = await visitor.hand_in(page, 0, files, **{named(page, "answer", 1): "The rent rose."})
        assert "Your answers are sent" in sent.text
    case = await world.case(case_id)
    assert case.information
    assert [each.answer for each in case.information.answers] == ["Document: bank letter.pdf", "The rent rose."]
    assert [(each.slot, each.name) for each in case.documents] == [(DocumentSlot.OTHER, "bank letter.pdf")]
    assert [event.event for event in await world.store.history(case_id)].count(Event.SUBMIT_INFORMATION) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Upload a document or write an answer."), ("nl", "Upload een document of schrijf")]
)
async def test_marks_each_missing_answer_and_loses_nothing(world: World, language: str, words: str) -> None:
    case_id = await asked_for(world, BANK, EXPLANATION, OTHER)
    visitor, page = await opened(world, language)
    missing = [named(page, "answer", place) for place in (0, 2)]
    typed = named(page, "answer", 1)
    page = await visitor.hand_in(page, 0, {}, **{typed: "The rent rose."})
    assert (page.status, page.text.count(words)) == (400, 4), "beside each and in the summary"
    assert [f'id="{name}-wrong"' in page.html and f'href="#{name}"' in page.html for name in missing] == [True, True]
    assert (page.forms[0].fields[typed], f'id="{typed}-wrong"' in page.html) == ("The rent rose.", False)
    assert (await world.case(case_id)).state is State.INFORMATION_DUE


async def test_keeps_a_good_file_where_something_else_is_wrong(world: World) -> None:
    case_id = await asked_for(world, BANK, EXPLANATION)
    visitor, page = await opened(world)
    page = await visitor.hand_in(page, 0, {named(page, "file"): ("bank letter.pdf", PDF)})
    assert (page.status, "This document comes with your answer" in page.text) == (400, True)
    assert page.forms[0].fields[named(page, "document")] == SHA256
    assert [each.name for each in (await world.case(case_id)).documents] == ["bank letter.pdf"]
    page = await visitor.hand_in(page, 0, {}, **{named(page, "answer", 1): "The rent rose."})
    assert "Your answers are sent" in page.text
    information = (await world.case(case_id)).information
    assert information
    assert information.answers[0].answer == "Document: bank letter.pdf"


async def test_tells_of_a_refused_file_beside_it(world: World) -> None:
    case_id = await asked_for(world, BANK)
    visitor, page = await opened(world, "nl")
    page = await visitor.hand_in(page, 0, {named(page, "file"): ("brief.docx", b"PK\x03\x04")})
    beside = page.html.partition(f'id="{named(page, "file")}-wrong">')[2].partition("</p>")[0]
    assert (page.status, "geen pdf" in beside) == (400, True)
    assert f'id="{named(page, "answer")}-wrong"' not in page.html, "one thing is wrong, and not two"
    assert not (await world.case(case_id)).documents


async def test_a_document_that_is_there_already_can_be_chosen(world: World) -> None:
    case_id = await asked_for(world, BANK)
    await documents.upload(world.services, asked(case_id), DocumentSlot.OTHER, "letter.pdf", PDF)
    visitor, page = await opened(world)
    fields = {named(page, "document"): SHA256, named(page, "answer"): "See page 2."}
    assert "Your answers are sent" in (await visitor.hand_in(page, 0, {}, **fields)).text
    information = (await world.case(case_id)).information
    assert information
    assert information.answers[0].answer == "See page 2.\nDocument: letter.pdf"


async def test_says_what_to_do_where_no_document_more_fits(world: World) -> None:
    case_id = await asked_for(world, BANK)
    for number in range(MOST_DOCUMENTS):
        content = a_pdf(more=b"%%%d\n" % number)
        await documents.upload(world.services, asked(case_id), DocumentSlot.OTHER, "a.pdf", content)
    visitor, page = await opened(world)
    assert "Choose one of them below" in page.text
    page = await visitor.hand_in(page, 0, {named(page, "file"): ("b.pdf", PDF)})
    assert (page.status, "A request has at most 10 documents." in page.text) == (400, True)


@pytest.mark.parametrize(
    ("text", "words"), [("x" * 4001, "Use 4,000 characters at most"), ("a\u202eb", "There is a character in it")]
)
async def test_a_wrong_answer_is_told_beside_itself_and_kept(world: World, text: str, words: str) -> None:
    await asked_for(world, EXPLANATION)
    visitor, page = await opened(world)
    page = await visitor.hand_in(page, 0, {}, **{named(page, "answer"): text})
    assert (page.status, words in page.text) == (400, True)
    assert page.forms[0].fields[named(page, "answer")] == text


async def test_says_that_nothing_is_asked(world: World) -> None:
    await in_review(world)
    _, page = await opened(world)
    assert ("is not waiting for answers" in page.text, page.forms) == (True, [])


async def test_shows_what_was_typed_for_a_request_that_has_moved_on(world: World) -> None:
    case_id = await asked_for(world, EXPLANATION)
    visitor, page = await opened(world)
    await actions.withdraw(world.services, asked(case_id))
    page = await visitor.hand_in(page, 0, {}, **{named(page, "answer"): f"The rent rose. {HOSTILE}"})
    assert (page.status, "could not be taken as answers" in page.text) == (409, True)
    assert ("The rent rose." in page.text, HOSTILE in page.html) == (True, False)


async def test_nobody_answers_for_a_request_of_others(world: World) -> None:
    await asked_for(world, EXPLANATION)
    visitor, page = await opened(world)
    assert (await visitor.hand_in(page, 0, {}, request=f"{'a' * 32}-{'b' * 32}")).status == 404


async def test_answers_to_what_was_never_asked_are_not_taken(world: World) -> None:
    await in_review(world)
    visitor = Visitor.applicant(world.clock.now)
    page = await visitor.look("/follow/documents")
    body, kind = multipart(page.forms[0].fields, {})
    page = await visitor.post("/follow/information", body, kind)
    assert (page.status, "could not be taken as answers" in page.text) == (409, True)


async def test_an_answer_stays_with_its_question_whatever_else_is_asked_meanwhile(world: World) -> None:
    case_id = await asked_for(world, EXPLANATION)
    visitor, page = await opened(world)
    typed = {named(page, "answer"): "The rent rose."}
    await visitor.hand_in(page, 0, {}, **typed)
    await world.drain()
    await ask_for(world, case_id, BANK, EXPLANATION)
    page = await visitor.hand_in(page, 0, {}, **typed, key="0" * 32)
    assert (page.status, page.html.count('class="mistake"')) == (400, 1)
    assert page.forms[0].fields[named(page, "answer", 1)] == "The rent rose."


async def test_nothing_typed_is_lost_where_it_could_not_be_kept(world: World) -> None:
    case_id = await asked_for(world, EXPLANATION)
    visitor, page = await opened(world)
    world.storage.faults.append(Fault("commit", StorageUnavailableError("down")))
    failed = await visitor.hand_in(page, 0, {}, **{named(page, "answer"): "The rent rose."})
    assert (failed.status, failed.forms[0].fields[named(page, "answer")]) == (503, "The rent rose.")
    assert ("What you typed is still here." in failed.text, "Choose your files again" in failed.text) == (True, True)
    assert "Your answers are sent" in (await visitor.hand_in(failed, 0, {})).text
    assert (await world.case(case_id)).information


async def test_other_answers_from_a_form_that_was_sent_can_be_sent_too(world: World) -> None:
    case_id = await asked_for(world, EXPLANATION)
    visitor, page = await opened(world)
    await visitor.hand_in(page, 0, {}, **{named(page, "answer"): "One."})
    await world.drain()
    await ask_for(world, case_id, EXPLANATION)
    refused = await visitor.hand_in(page, 0, {}, **{named(page, "answer"): "Two."})
    assert (refused.status, "You have sent this form before" in refused.text) == (422, True)
    assert "Your answers are sent" in (await visitor.hand_in(refused, 0, {})).text


async def test_a_png_is_as_good_as_a_pdf(world: World) -> None:
    case_id = await asked_for(world, {"item": "audited_statements"}, {"item": "legal_document"})
    visitor, page = await opened(world)
    files = {named(page, "file", 0): ("a.pdf", PDF), named(page, "file", 1): ("extract.png", a_png())}
    assert "Your answers are sent" in (await visitor.hand_in(page, 0, files)).text
    slots = [each.slot for each in (await world.case(case_id)).documents]
    assert slots == [DocumentSlot.AUDITED_STATEMENTS, DocumentSlot.REGISTRATION]
