"""Whole cases in a browser: from the front page to the switch, as applicant and as officer."""

import pytest

from local.api import Api
from local.stack import Stack
from tests.browser.filling import fill_in_figures
from tests.browser.person import DESKTOP, PHONE, Arrive, Look, Person
from tests.browser.stages import Account, ask_for_link, fill_in, sign_in, switch

LOOKS = (
    Look("en", DESKTOP, has_script=True),
    Look("nl", PHONE, has_script=False),
    Look("nl", DESKTOP, has_script=True, is_dark=True),
    Look("en", PHONE, has_script=False),
)


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_a_request_goes_from_the_front_page_to_the_switch(
    look: Look, app: Stack, api: Api, somebody: Arrive
) -> None:
    account = Account()
    await api.portal_reports(account.snapshot())
    applicant, officer = await somebody(look, None), await somebody(look, None)
    await _apply(applicant, app, account)
    await _hand_in_figures(applicant)
    await _approve(officer, account)
    await _make_the_switch(applicant, api, account)
    assert [*applicant.faults.console, *officer.faults.console] == []


async def _apply(person: Person, app: Stack, account: Account) -> None:
    await person.opens("/")
    await person.content.locator("a[href='/start']").first.click()
    await person.is_at("/start")
    await person.opens(await ask_for_link(person, app, account))
    await person.presses(person.says("start.enter"))
    await fill_in(person, account, "25.000,00" if person.look.language == "nl" else "25,000.00")
    await person.sees(account.company)
    await person.field(person.says("apply.fields.consent")).check()
    await person.presses(person.says("apply.review.send"))
    await person.is_at("/follow")
    await person.sees(person.says("common.said.request_sent"))


async def _hand_in_figures(person: Person) -> None:
    await _follows_up_to(person, "credit_application_due")
    await person.follows(person.says("credit.owed.fill_in"))
    await fill_in_figures(person)
    await person.presses(person.says("credit.review.button"))
    await person.sees(person.says("credit.review.sound"))
    await person.presses(person.says("credit.review.send"))
    await person.sees(person.says("common.said.credit_sent"))
    await _follows_up_to(person, "credit_review")


async def _approve(person: Person, account: Account) -> None:
    await sign_in(person, "ada")
    await person.fills(person.says("work.text"), account.company)
    await person.presses(person.says("work.narrow"))
    await person.follows(account.company)
    await person.sees(person.says("case.turn.decide"))
    await person.follows(person.says("case.decisions.approve"))
    await person.fills(person.says("decide.fields.note"), "Sound figures.")
    await person.presses(person.says("decide.preview"))
    await person.sees(person.says("decide.preview_title"))
    await person.presses(person.says("decide.confirm.approve"))
    await person.sees(person.says("common.said.decided"))


async def _make_the_switch(person: Person, api: Api, account: Account) -> None:
    await _follows_up_to(person, "approved")
    await person.presses(person.says("follow.approved.done"))
    await person.sees(person.says("common.said.switch_not_seen"))
    await switch(api, account)
    await _follows_up_to(person, "switched")


async def _follows_up_to(person: Person, state: str) -> None:
    """Look again until the request is in a state."""
    words = person.says(f"follow.states.{state}")
    for _ in range(100):
        await person.opens("/follow")
        if words in await person.content.inner_text():
            return
        await person.page.wait_for_timeout(200)
    await person.sees(words)
