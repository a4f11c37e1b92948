"""Documents and answers with files in a browser."""

from typing import Final

import pytest
from playwright.async_api import expect

from local.api import Api
from tests.browser.filling import upload
from tests.browser.person import PHONE, Arrive, Look
from tests.browser.stages import Stage, Stages
from tests.document_files import a_pdf

BOTH: Final = pytest.mark.parametrize("look", [Look("en"), Look("nl", PHONE, has_script=False)], ids=str)


@BOTH
async def test_a_file_is_refused_with_what_to_do_or_kept_and_removed(
    look: Look, stages: Stages, somebody: Arrive
) -> None:
    account, _ = await stages.at(Stage.SECURITY_DUE)
    person = await somebody(look, await stages.applicant(account))
    await person.opens("/follow/documents")
    await upload(person, "other", "accounts.docx", b"PK\x03\x04 a document of Word")
    await person.sees(person.says("documents.faults.document_unknown_type"))
    await upload(person, "other", "accounts.pdf", a_pdf())
    await person.sees(person.says("common.said.document_kept"))
    await expect(person.link("accounts.pdf")).to_be_visible()
    await person.follows(person.says("documents.remove"))
    await person.presses(person.says("documents.removal.do"))
    await person.sees(person.says("common.said.document_removed"))
    await expect(person.link("accounts.pdf")).to_have_count(0)


async def test_a_document_is_saved_and_not_opened_as_a_page(stages: Stages, somebody: Arrive) -> None:
    account, _ = await stages.at(Stage.SECURITY_DUE)
    person = await somebody(Look(), await stages.applicant(account))
    await person.opens("/follow/documents")
    await upload(person, "security", "letter of credit.pdf", a_pdf())
    async with person.page.expect_download() as download:
        await person.follows("letter of credit.pdf")
    saved = await download.value
    assert (saved.suggested_filename, (await saved.path()).read_bytes()) == ("letter of credit.pdf", a_pdf())


@BOTH
async def test_answers_come_with_their_files(look: Look, api: Api, stages: Stages, somebody: Arrive) -> None:
    account, case_id = await stages.made_anew(Stage.INFORMATION_DUE)
    person = await somebody(look, await stages.applicant(account))
    await person.opens("/follow/information")
    await person.page.locator("input[type=file]").first.set_input_files(
        {"name": "accounts.pdf", "mimeType": "application/pdf", "buffer": a_pdf()}
    )
    await person.presses(person.says("documents.information.send"))
    await person.sees(person.says("documents.information.kept"))
    await person.page.get_by_role("textbox").last.fill("Contoso Bank, since 2014")
    await person.presses(person.says("documents.information.send"))
    await person.sees(person.says("common.said.information_sent"))
    await api.until_state(case_id, "credit_review")
