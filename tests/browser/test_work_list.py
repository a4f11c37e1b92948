"""The work list in use: by key, by two people at once, and while it changes by itself."""

from typing import Final
from urllib.parse import urlencode

from playwright.async_api import expect

from tests.browser.person import PHONE, Arrive, Look, Person
from tests.browser.stages import Account, Stage, Stages

LOOK: Final = Look()

MORE_THAN_A_MINUTE: Final = 61_000
"""Milliseconds, after which the list is looked up again."""


async def _at_list(somebody: Arrive, stages: Stages, name: str, account: Account, look: Look = LOOK) -> Person:
    """Somebody of the desk who sees the request of an account, and whose browser's clock can be moved on."""
    person = await somebody(look, await stages.officer(name))
    await person.context.clock.install()
    await person.opens(f"/desk?{urlencode({'text': account.company})}")
    return person


async def _presses_of(person: Person, key: str, account: Account) -> None:
    await person.presses(f"{person.says(key)} ({account.company})")


async def _waits_for_look(person: Person) -> None:
    async with person.page.expect_response(lambda response: response.url == person.page.url) as looked:
        await person.context.clock.run_for(MORE_THAN_A_MINUTE)
    await (await looked.value).finished()


async def test_a_request_is_chosen_and_opened_by_key(stages: Stages, somebody: Arrive) -> None:
    account, case_id = await stages.at(Stage.CREDIT_REVIEW)
    person = await _at_list(somebody, stages, "ada", account)
    for key in ("j", "Enter"):
        await person.page.keyboard.press(key)
    await person.is_at(f"/desk/cases/{case_id}")


async def test_keys_are_letters_in_a_field_and_nothing_once_turned_off(stages: Stages, somebody: Arrive) -> None:
    account, _ = await stages.at(Stage.CREDIT_REVIEW)
    person = await _at_list(somebody, stages, "ada", account)
    await person.page.keyboard.press("/")
    await person.page.keyboard.type("jk?")
    await expect(person.field(person.says("work.text"))).to_have_value("jk?")
    await person.opens(f"/desk?{urlencode({'text': account.company})}")
    await person.page.keyboard.press("?")
    await person.field(person.says("work.keys.use")).uncheck()
    await person.page.keyboard.press("Escape")
    await person.page.get_by_role("heading", level=1).click()
    for key in ("j", "Enter"):
        await person.page.keyboard.press(key)
    await person.is_at("/desk")


async def test_it_shows_what_a_colleague_does_and_keeps_what_was_chosen(stages: Stages, somebody: Arrive) -> None:
    account, case_id = await stages.made_anew(Stage.APPROVED)
    ada = await _at_list(somebody, stages, "ada", account)
    cleo = await _at_list(somebody, stages, "cleo", account)
    await ada.page.keyboard.press("j")
    await _presses_of(cleo, "work.take", account)
    await cleo.sees(cleo.says("common.said.case_taken"))
    await _waits_for_look(ada)
    await expect(ada.page.get_by_role("table")).to_contain_text("cleo")
    await ada.page.keyboard.press("Enter")
    await ada.is_at(f"/desk/cases/{case_id}")


async def test_nothing_changes_where_somebody_is_at_work(stages: Stages, somebody: Arrive) -> None:
    account, _ = await stages.made_anew(Stage.APPROVED)
    ada = await _at_list(somebody, stages, "ada", account)
    cleo = await _at_list(somebody, stages, "cleo", account)
    await ada.link(account.company).focus()
    await _presses_of(cleo, "work.take", account)
    await cleo.sees(cleo.says("common.said.case_taken"))
    await _waits_for_look(ada)
    await expect(ada.link(account.company)).to_be_focused()
    await expect(ada.page.get_by_role("table")).not_to_contain_text("cleo")
    await ada.field(ada.says("work.text")).focus()
    await _waits_for_look(ada)
    await expect(ada.page.get_by_role("table")).to_contain_text("cleo")


async def test_who_comes_second_takes_nothing_away(stages: Stages, somebody: Arrive) -> None:
    account, _ = await stages.made_anew(Stage.APPROVED)
    ada = await _at_list(somebody, stages, "ada", account, Look("nl", PHONE, has_script=False))
    cleo = await _at_list(somebody, stages, "cleo", account)
    for officer in (cleo, ada):
        await _presses_of(officer, "work.take", account)
        await officer.sees("cleo" if officer is cleo else officer.says("work.to_case"))
    await ada.sees(ada.says("work.taken_meanwhile", company=account.company, name="cleo"))
