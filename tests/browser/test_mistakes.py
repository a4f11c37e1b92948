"""What goes wrong for people: wrong fields, forms that are sent twice, links that are no longer good."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from playwright.async_api import expect

from local import stack
from local.api import Api
from local.stack import Stack
from tests.browser.person import PHONE, Arrive, Look
from tests.browser.stages import Account, ask_for_link, come_in, fill_in, site_of

PLAIN: Final = Look(has_script=False)
BOTH: Final = pytest.mark.parametrize("look", [Look("en"), Look("nl", PHONE, has_script=False)], ids=str)


@BOTH
async def test_wrong_fields_are_told_beside_them_and_in_a_summary_that_leads_there(
    look: Look, somebody: Arrive
) -> None:
    person = await somebody(look, None)
    await person.opens("/start")
    await person.fills(person.says("start.email"), "nobody")
    await person.presses(person.says("start.send"))
    for name in ("subscription", "email"):
        field = person.field(person.says(f"start.{name}"))
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(re.compile(re.escape(person.says(f"start.wrong.{name}"))))
    await expect(person.field(person.says("start.email"))).to_have_value("nobody")
    await person.page.get_by_role("alert").get_by_role("link").last.click()
    await expect(person.field(person.says("start.email"))).to_be_focused()


async def test_the_summary_has_the_focus_where_scripts_run(somebody: Arrive) -> None:
    person = await somebody(Look(), None)
    await person.opens("/start")
    await person.presses(person.says("start.send"))
    await expect(person.page.get_by_role("alert")).to_be_focused()


@BOTH
async def test_a_request_that_is_sent_twice_is_made_once(look: Look, app: Stack, api: Api, somebody: Arrive) -> None:
    account = Account()
    await api.portal_reports(account.snapshot())
    person = await somebody(look, None)
    await come_in(person, app, account)
    await fill_in(person, account, "2500")
    await person.field(person.says("apply.fields.consent")).check()
    await person.button(person.says("apply.review.send")).dblclick()
    await person.is_at("/follow")
    await person.sees(person.says("common.said.request_sent"))
    await api.listed("approved", lambda row: bool(row["company"] == account.company))
    rows = [row async for page in api.officer.pages("approved") for row in page.document["value"]]
    assert [row["company"] for row in rows].count(account.company) == 1


async def test_a_link_that_was_tampered_with_lets_nobody_in(app: Stack, api: Api, somebody: Arrive) -> None:
    account = Account()
    await api.portal_reports(account.snapshot())
    person = await somebody(PLAIN, None)
    link = await ask_for_link(person, app, account)
    await person.opens(f"{link[:-4]}{'AAAA' if not link.endswith('AAAA') else 'BBBB'}")
    await person.sees(person.says("problems.SignInAgain.title"))
    await person.opens("/follow")
    await person.sees(person.says("problems.SignInAgain.title"))


async def test_a_link_of_last_week_leads_to_a_new_one(later_app: Stack, somebody: Arrive) -> None:
    account, person = Account(), await somebody(PLAIN, None)
    person = replace(person, site=site_of(later_app))
    async with later_app.api() as api:
        await api.portal_reports(account.snapshot())
    link = await ask_for_link(person, later_app, account)
    later_app.clock.move(timedelta(days=7, minutes=1))
    await person.opens(link)
    await person.sees(person.says("problems.SignInAgain.title"))
    await person.follows(person.says("common.new_link"))
    await person.is_at("/start")


@pytest.fixture
def later_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An app of its own, in which time may pass."""
    with stack.running(tmp_path_factory.mktemp("later")) as running:
        yield running
