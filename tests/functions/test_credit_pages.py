"""The pages of the credit-check application, in a browser in memory."""

from html import unescape

import pytest

from shared.domain.credit_application import CreditApplication
from shared.domain.draft import CreditDraft
from shared.domain.errors import StorageUnavailableError
from shared.domain.lifecycle import Event, State
from shared.workflow import actions, credit
from tests.functions.stages import SOUND, due_for_application, in_review
from tests.functions.visitor import Sight, Visitor
from tests.world import Fault, World, asked

PATH = "/follow/credit-application"
HOSTILE = '<script>alert("x")</script>'
TYPED = {
    "registration_number": "33031431",
    "tax_id": "NL004495445B01",
    "years_in_business": "12",
    "figures_year": "2025",
    "total_assets": "4,000,000.00",
    "current_assets": "2000000",
    "equity": "2 500 000",
    "retained_earnings": "1,500,000",
    "current_liabilities": "600000",
    "annual_revenue": "9000000",
    "operating_result": "(800,000)",
}


def an_applicant(world: World, language: str = "en") -> Visitor:
    visitor = Visitor.applicant(world.clock.now)
    visitor.headers["accept-language"] = language
    return visitor


async def reviewed(visitor: Visitor, **changes: str) -> Sight:
    return await visitor.send(await visitor.look(PATH), **{**TYPED, "step": "review", **changes})


async def kept(world: World) -> CreditDraft | None:
    dossier = await world.dossier()
    stored = await world.services.drafts.credit_draft(dossier.scope)
    return stored.value if stored else None


async def test_fills_in_what_is_known(world: World) -> None:
    await due_for_application(world)
    page = await an_applicant(world, "nl").look(PATH)
    fields = page.forms[0].fields
    assert (page.status, fields["legal_name"], fields["limit_amount"]) == (200, "Contoso B.V.", "25.000,00")
    assert (fields["currency"], fields["limit_currency"], fields["equity"]) == ("EUR", "EUR", "")
    assert "uiterlijk op 14 december 2026" in page.text


async def test_the_form_and_the_review_take_three_requests_at_most(world: World) -> None:
    await due_for_application(world)
    visitor = an_applicant(world)
    world.storage.calls.clear()
    page = await visitor.look(PATH)
    assert world.storage.calls.total() == 2
    world.storage.calls.clear()
    await visitor.send(page, **TYPED, step="review")
    assert world.storage.calls.total() == 2


async def test_shows_everything_before_it_is_sent_and_sends_it_once(world: World) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor)
    assert (page.status, "EUR -800,000.00" in page.text) == (200, True)
    assert (await world.case(case_id)).state is State.CREDIT_APPLICATION_DUE
    for _ in range(2):
        after = await visitor.send(page)
        assert (after.path, "Your credit-check application is sent." in after.text) == ("/follow", True)
    case = await world.case(case_id)
    assert case.credit_application is not None
    assert case.credit_application.operating_result == -800_000
    assert [event.event for event in await world.store.history(case_id)].count(Event.SUBMIT_APPLICATION) == 1
    assert await kept(world) is None


async def test_goes_back_from_the_review_without_loss(world: World) -> None:
    await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor, bank_reference="Contoso Bank", current_assets="5000000")
    assert "Your current assets (EUR 5,000,000.00)" in page.text
    page = await visitor.send(page, 1)
    assert (page.status, page.forms[0].fields["bank_reference"]) == (200, "Contoso Bank")
    page = await visitor.send(page, step="review", current_assets="2000000")
    assert "Your current assets" not in page.text
    assert "sent" in (await visitor.send(page)).text


async def test_a_doubtful_application_may_be_sent(world: World) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor, current_assets="5000000", equity="")
    assert "the billing desk will ask you about this" in page.text
    assert "You left these out" in page.text
    await visitor.send(page)
    assert (await world.case(case_id)).state is State.CHECKING_CREDIT


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("There are problems", "can mean two amounts", "cannot be below zero", "Fill in the number")),
        ("nl", ("Er kloppen", "twee bedragen betekenen", "kan niet onder nul liggen", "Vul het nummer")),
    ],
)
async def test_marks_every_wrong_field_and_keeps_what_was_typed(
    world: World, language: str, words: tuple[str, ...]
) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world, language)
    either = "2.500" if language == "en" else "2,500"
    wrong = {"registration_number": "", "total_assets": either, "current_assets": "-1", "legal_name": HOSTILE}
    page = await reviewed(visitor, **{**dict.fromkeys(TYPED, ""), **wrong})
    assert (page.status, page.html.count('aria-invalid="true"')) == (400, 3)
    for name in ("registration_number", "total_assets", "current_assets"):
        assert f'<a href="#{name}">' in page.html
        assert f'id="{name}-wrong"' in page.html
    assert [each for each in words if each not in unescape(page.text)] == []
    assert (page.forms[0].fields["legal_name"], HOSTILE in page.html) == (HOSTILE, False)
    again = await visitor.look(PATH)
    assert (again.forms[0].fields["total_assets"], again.html.count("aria-invalid")) == (either, 0)
    assert (await world.case(case_id)).credit_application is None


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("tax number of the country", "That year")), ("nl", ("btw-nummer", "Dat jaar"))]
)
async def test_tells_what_no_model_knows_beside_its_field(world: World, language: str, words: tuple[str, ...]) -> None:
    await due_for_application(world)
    visitor = an_applicant(world, language)
    page = await reviewed(visitor, tax_id="NL123", figures_year="2027", equity="much")
    assert page.status == 400
    for name, text in zip(("tax_id", "figures_year"), words, strict=True):
        assert text in unescape(page.html.split(f'id="{name}-wrong">')[1].split("<")[0])


async def test_what_was_typed_can_be_kept_and_gone_on_with_later(world: World) -> None:
    await due_for_application(world)
    visitor = an_applicant(world)
    page = await visitor.send(await visitor.look(PATH), step="save", equity="about a million")
    assert (page.path, "What you filled in is kept." in page.text) == ("/follow", True)
    page = await an_applicant(world, "nl").look(PATH)
    assert page.forms[0].fields["equity"] == "about a million"
    assert "is bewaard op 23 november 2026" in page.text


async def test_sent_with_something_wrong_the_form_comes_again(world: World) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await visitor.send(await reviewed(visitor), equity="much")
    assert (page.status, page.forms[0].fields["equity"]) == (400, "much")
    assert 'id="equity-wrong"' in page.html
    assert (await world.case(case_id)).state is State.CREDIT_APPLICATION_DUE


@pytest.mark.parametrize("step", ["review", "save", "send"])
async def test_what_could_not_be_kept_is_not_lost(world: World, step: str) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor)
    world.storage.faults.append(Fault("commit", StorageUnavailableError("down")))
    failed = await visitor.send(page, step=step)
    assert (failed.status, failed.forms[0].fields["equity"]) == (503, TYPED["equity"])
    assert "What you typed is still here." in failed.text
    await visitor.send(await visitor.send(failed, step="review"))
    assert (await world.case(case_id)).state is State.CHECKING_CREDIT


@pytest.mark.parametrize("step", ["review", "save", "edit", "send"])
@pytest.mark.parametrize("way", ["withdrawn", "sent"])
async def test_says_where_a_request_is_that_has_moved_on(world: World, step: str, way: str) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor, bank_reference=HOSTILE)
    if way == "withdrawn":
        await actions.withdraw(world.services, asked(case_id))
    else:
        await credit.submit_application(world.services, asked(case_id), CreditApplication.model_validate(SOUND))
    before = await world.case(case_id)
    closed = await visitor.send(page, step=step)
    assert (closed.status, "There is no application to fill in now" in closed.text) == (409, True)
    assert ("4,000,000.00" in closed.text, 'href="/follow"' in closed.html) == (True, True)
    assert ("&lt;script&gt;" in closed.html, HOSTILE in closed.html) == (True, False)
    assert await world.case(case_id) == before


async def test_another_application_from_a_form_that_was_sent_is_told_of(world: World) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor)
    await visitor.send(page)
    closed = await visitor.send(page, equity="1")
    assert (closed.status, "The application was sent already" in closed.text) == (422, True)
    case = await world.case(case_id)
    assert case.credit_application is not None
    assert case.credit_application.equity == 2_500_000


async def test_a_request_that_changed_otherwise_takes_the_application(world: World) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor)
    await actions.write_to_desk(world.services, asked(case_id), "Nearly done.")
    assert "is sent" in (await visitor.send(page)).text


async def test_where_no_application_is_waited_for_there_is_no_form(world: World) -> None:
    await in_review(world)
    page = await an_applicant(world, "nl").look(PATH)
    assert (page.status, page.forms) == (409, [])
    assert "Er is nu geen aanvraag in te vullen" in page.text


async def test_where_there_is_no_request_there_is_no_such_page(world: World) -> None:
    await world.portal_reports()
    assert (await an_applicant(world).look(PATH)).status == 404


@pytest.mark.parametrize("changes", [{"key": "1"}, {"seen": "0"}])
async def test_a_form_that_is_none_of_ours_changes_nothing(world: World, changes: dict[str, str]) -> None:
    await due_for_application(world)
    visitor = an_applicant(world)
    page = await visitor.send(await visitor.look(PATH), **changes, step="save")
    assert (page.status, await kept(world)) == (403, None)


@pytest.mark.parametrize("step", ["review", "save", "edit", "send"])
async def test_nobody_types_for_a_request_of_others(world: World, step: str) -> None:
    await due_for_application(world)
    visitor = an_applicant(world)
    page = await reviewed(visitor, request=f"{'a' * 32}-{'b' * 32}", step=step)
    assert (page.status, await kept(world)) == (404, None)


async def test_too_much_is_not_read(world: World) -> None:
    await due_for_application(world)
    page = await reviewed(an_applicant(world), bank_reference="x" * 20_000)
    assert (page.status, await kept(world)) == (413, None)
