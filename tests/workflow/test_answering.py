"""Answers and files that come together: all of it once, and what is good of it stays."""

import hashlib
from collections.abc import Mapping

import pytest

from shared.domain.decisions import AskInformation
from shared.domain.errors import CaseNotFoundError, IllegalMoveError, StorageUnavailableError, WrongFieldError
from shared.domain.lifecycle import Event, State
from shared.domain.typed_information import Question, questions_of
from shared.workflow import answering, documents
from shared.workflow.answering import Answering, File, Handed
from shared.workflow.repeats import Asked
from tests.document_files import a_pdf, a_png
from tests.workflow.test_credit import decide, in_review
from tests.world import OTHER, Fault, World, asked

PDF = a_pdf()
SHA256 = hashlib.sha256(PDF).hexdigest()
FILE = File("letter.pdf", PDF)


async def ask_for(world: World, case_id: str, *items: dict[str, str]) -> None:
    decision = {"kind": "ask_information", "items": items, "note": "more"}
    await decide(world, case_id, AskInformation.model_validate(decision))


async def asked_for(world: World, *items: dict[str, str]) -> tuple[str, tuple[Question, ...]]:
    case_id = await in_review(world)
    await ask_for(world, case_id, *items)
    return case_id, questions_of(await world.case(case_id))


async def answered(
    world: World, asking: Asked, values: Mapping[str, str], files: Mapping[str, File] | None = None
) -> Answering:
    handed = Handed(values, files or {})
    return await answering.answer(world.services, await world.store.read(asking.case_id[:32]), asking, handed)


BANK, EXPLANATION = {"item": "bank_reference"}, {"item": "explanation_of_figures"}


async def test_sends_words_and_files_together_once(world: World) -> None:
    case_id, (bank, explanation) = await asked_for(world, BANK, EXPLANATION)
    asking = asked(case_id, key="k" * 32)
    for replayed in (False, True):
        found = await answered(world, asking, {explanation.answer: "Rent."}, {bank.file: FILE})
        assert found.accepted
        assert found.accepted.replayed is replayed
    events = [event.event for event in await world.store.history(case_id)]
    assert events.count(Event.SUBMIT_INFORMATION) == 1
    case = await world.case(case_id)
    assert case.information
    assert [each.answer for each in case.information.answers] == ["Document: letter.pdf", "Rent."]
    assert len(case.documents) == 1


async def test_keeps_the_good_files_where_something_else_is_wrong(world: World) -> None:
    case_id, (bank, deed) = await asked_for(world, BANK, {"item": "legal_document"})
    files = {bank.file: FILE, deed.file: File("deed.pdf", a_png())}
    found = await answered(world, asked(case_id), {}, files)
    assert (found.accepted, found.typed.mistakes) == (None, {deed.file: "document_other_extension"})
    assert found.typed.values == {bank.document: SHA256}
    assert [each.sha256 for each in found.case.documents] == [SHA256]
    assert (await world.case(case_id)).state is State.INFORMATION_DUE


async def test_takes_no_file_for_an_explanation(world: World) -> None:
    case_id, (explanation,) = await asked_for(world, EXPLANATION)
    found = await answered(world, asked(case_id), {explanation.answer: "Rent."}, {explanation.file: FILE})
    assert found.accepted
    assert not (await world.case(case_id)).documents


async def test_does_not_care_what_else_has_changed(world: World) -> None:
    case_id, (explanation,) = await asked_for(world, EXPLANATION)
    found = await answered(world, asked(case_id, seen=1), {explanation.answer: "Rent."})
    assert found.accepted


async def test_refuses_what_nobody_asked(world: World) -> None:
    case_id = await in_review(world)
    with pytest.raises(IllegalMoveError, match="submit_information"):
        await answered(world, asked(case_id), {}, {"file-x": FILE})
    assert not (await world.case(case_id)).documents


async def test_refuses_answers_to_questions_that_were_answered(world: World) -> None:
    case_id, (explanation,) = await asked_for(world, EXPLANATION)
    await answered(world, asked(case_id), {explanation.answer: "Rent."})
    with pytest.raises(IllegalMoveError):
        await answered(world, asked(case_id), {explanation.answer: "Wages."})


async def test_refuses_where_more_is_asked_since_the_look(world: World) -> None:
    case_id, (explanation,) = await asked_for(world, EXPLANATION)
    before = await world.store.read(case_id[:32])
    await answered(world, asked(case_id), {explanation.answer: "Rent."})
    await world.drain()
    await ask_for(world, case_id, BANK, EXPLANATION)
    with pytest.raises(WrongFieldError, match="bank_reference"):
        await answering.answer(world.services, before, asked(case_id), Handed({explanation.answer: "Rent."}, {}))


async def test_is_nobody_elses_to_answer(world: World) -> None:
    case_id, _ = await asked_for(world, EXPLANATION)
    with pytest.raises(CaseNotFoundError):
        await answered(world, asked(case_id, OTHER), {})


async def test_a_file_that_could_not_be_kept_can_be_sent_again(world: World) -> None:
    case_id, (bank,) = await asked_for(world, BANK)
    world.storage.faults.append(Fault("commit", StorageUnavailableError("down")))
    with pytest.raises(StorageUnavailableError):
        await answered(world, asked(case_id), {}, {bank.file: FILE})
    assert (await answered(world, asked(case_id), {}, {bank.file: FILE})).accepted
    assert (await documents.read(world.services, case_id, SHA256, asked(case_id).principal)).content == PDF
