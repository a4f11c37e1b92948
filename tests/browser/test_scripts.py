"""What scripts add to pages that work without them."""

from typing import Final

from playwright.async_api import expect

from tests.browser.person import Arrive, Look
from tests.browser.stages import Stage, Stages

LOOK: Final = Look("nl")


async def test_doubtful_figures_are_told_while_they_are_typed(stages: Stages, somebody: Arrive) -> None:
    account, _ = await stages.made_anew(Stage.CREDIT_APPLICATION_DUE)
    person = await somebody(LOOK, await stages.applicant(account))
    await person.opens("/follow/credit-application")
    await person.fills(person.says("credit.fields.total_assets"), "2.600.000")
    await person.fills(person.says("credit.fields.current_assets"), "3.000.000")
    amounts = {"current_assets": "EUR 3.000.000,00", "total_assets": "EUR 2.600.000,00"}
    await person.sees(person.says("credit.doubts.current_assets_above_total_assets", **amounts))
    await person.fills(person.says("credit.fields.current_assets"), "1.500.000")
    await expect(person.content).not_to_contain_text("3.000.000")
