"""The billing desk at work: two officers at once, and one without a mouse."""

from typing import Final

from playwright.async_api import expect

from tests.browser.person import Arrive, Look, Person
from tests.browser.stages import Stage, Stages

LOOK: Final = Look()


async def test_who_comes_second_sees_what_the_first_did(stages: Stages, somebody: Arrive) -> None:
    _, case_id = await stages.made_anew(Stage.CREDIT_REVIEW)
    ada = await somebody(LOOK, await stages.officer("ada"))
    cleo = await somebody(Look("nl"), await stages.officer("cleo"))
    for officer in (ada, cleo):
        await officer.opens(f"/desk/cases/{case_id}/decide/approve")
        await officer.fills(officer.says("decide.fields.note"), "Sound figures.")
        await officer.presses(officer.says("decide.preview"))
    await ada.presses(ada.says("decide.confirm.approve"))
    await ada.sees(ada.says("common.said.decided"))
    await cleo.presses(cleo.says("decide.confirm.approve"))
    await cleo.sees(cleo.says("case.changed_title"))
    await cleo.sees(cleo.says("case.events.approve"))
    await cleo.sees("ada")
    await expect(cleo.field(cleo.says("decide.fields.note"))).to_have_value("Sound figures.")


async def test_all_of_it_can_be_done_with_the_keyboard(stages: Stages, somebody: Arrive) -> None:
    account, case_id = await stages.made_anew(Stage.CREDIT_REVIEW)
    person = await somebody(LOOK, await stages.officer("ada"))
    await person.opens("/desk")
    await _goes(person, person.says("work.text"), account.company)
    await _enters(person, account.company)
    await person.is_at(f"/desk/cases/{case_id}")
    await _enters(person, person.says("case.decisions.decline"))
    await _ticks(person, person.says("case.reasons.insufficient_turnover"))
    await _types(person, person.says("decide.fields.note"), "Turnover carries no such limit.")
    await _presses(person, person.says("decide.preview"))
    await _presses(person, person.says("decide.confirm.decline"))
    await person.sees(person.says("common.said.decided"))


async def _enters(person: Person, link: str) -> None:
    await person.tabs_to(person.link(link).first)
    await person.page.keyboard.press("Enter")


async def _presses(person: Person, button: str) -> None:
    await person.tabs_to(person.button(button))
    await person.page.keyboard.press("Enter")


async def _types(person: Person, label: str, text: str) -> None:
    await person.tabs_to(person.field(label))
    await person.page.keyboard.type(text)


async def _ticks(person: Person, label: str) -> None:
    await person.tabs_to(person.field(f"{label[:1].upper()}{label[1:]}"))
    await person.page.keyboard.press("Space")


async def _goes(person: Person, label: str, text: str) -> None:
    await _types(person, label, text)
    await person.page.keyboard.press("Enter")


async def test_keys_choose_and_open_a_request_of_the_work_list(stages: Stages, somebody: Arrive) -> None:
    account, case_id = await stages.made_anew(Stage.CREDIT_REVIEW)
    person = await somebody(LOOK, await stages.officer("ada"))
    await person.opens("/desk")
    await person.page.keyboard.press("/")
    await person.page.keyboard.type(account.company)
    await person.page.keyboard.press("Enter")
    await person.is_at("/desk")
    await expect(person.link(account.company)).to_be_visible()
    await person.page.keyboard.press("j")
    await person.page.keyboard.press("Enter")
    await person.is_at(f"/desk/cases/{case_id}")


async def test_the_work_list_looks_again_by_itself(stages: Stages, somebody: Arrive) -> None:
    account, _ = await stages.made_anew(Stage.CREDIT_REVIEW)
    ada = await somebody(LOOK, await stages.officer("ada"))
    cleo = await somebody(LOOK, await stages.officer("cleo"))
    await ada.page.clock.install()
    for officer in (ada, cleo):
        await officer.opens(f"/desk?text={account.number}")
    await cleo.page.get_by_role("button", name=account.company).click()
    await cleo.sees("cleo")
    await ada.page.clock.run_for(61_000)
    await ada.sees("cleo")
    assert ada.faults.console == []
