"""The pages of an application, in a browser in memory."""

from datetime import timedelta
from typing import Any

import pytest

from local.sample import third_party_resources
from shared.domain.case import Case, scope_of
from shared.domain.dossier import Change, SlotChange, SlotStatus
from tests.builders import a_slot
from tests.functions.visitor import Sight, Visitor
from tests.world import SUBSCRIPTION, World

SCOPE = scope_of(SUBSCRIPTION)
DETAILS = {"company_name": "Contoso B.V.", "line1": "Evert van de Beekstraat 354", "city": "Schiphol"}
CONTACT = {"contact_name": "Sanne de Vries", "contact_email": "sanne@contoso.example"}
SENT, OPEN = "Your request is sent.", "There is a request for this subscription already: here it is."


async def an_applicant(world: World, language: str = "en", **changes: Any) -> Visitor:
    await world.portal_reports(**changes)
    visitor = Visitor.applicant(world.clock.now)
    visitor.headers["accept-language"] = language
    return visitor


async def at_details(visitor: Visitor) -> Sight:
    page = await visitor.send(await visitor.look("/apply"), support_plan="Standard")
    return await visitor.send(page)


async def at_review(visitor: Visitor, **details: str) -> Sight:
    page = await visitor.send(await at_details(visitor), **{**DETAILS, "amount": "2500", **details})
    return await visitor.send(page, **CONTACT)


async def the_cases(world: World) -> list[Case]:
    return [stored.value for stored in (await world.dossier()).cases.values() if stored.value]


async def test_applies_step_by_step(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_review(visitor)
    assert page.path == "/apply/review"
    assert "cannot go back to payment by credit card" in page.text
    page = await visitor.send(page, consent="yes")
    assert (page.path, SENT in page.text) == ("/follow", True)
    (case,) = await the_cases(world)
    assert case.request.credit_needed.amount == 2500
    assert case.request.contact.email == CONTACT["contact_email"]


async def test_a_step_says_where_one_is(world: World) -> None:
    page = await at_details(await an_applicant(world))
    assert "Step 3 of 5" in page.text
    assert page.html.count('aria-current="step"') == 1
    assert '<a href="/apply/subscription">' in page.html
    assert '<a href="/apply/contact">' not in page.html


async def test_fills_in_what_is_known_and_does_not_ask_it_again(world: World) -> None:
    visitor = await an_applicant(world)
    page = await visitor.look("/apply")
    assert str(SUBSCRIPTION) in page.html
    assert {"subscription_id", "administrator"}.isdisjoint(page.forms[0].fields)
    page = await at_details(visitor)
    assert (page.forms[0].fields["country"], page.forms[0].fields["currency"]) == ("NL", "EUR")


async def test_asks_for_a_subscription_that_no_fact_names(world: World) -> None:
    visitor = await an_applicant(world, resources=[])
    page = await visitor.look("/apply")
    page = await visitor.send(page, subscription_id="6f1d5e0c-41f8-4b52-9b8f-0d8a3c7d2a11", support_plan="Basic")
    assert (page.status, "link for another subscription" in page.text) == (400, True)
    page = await visitor.send(page, subscription_id=str(SUBSCRIPTION))
    assert page.path == "/apply/problem-type"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There are problems"), ("nl", "Er kloppen een paar dingen niet")]
)
async def test_marks_every_wrong_field_and_keeps_what_was_typed(world: World, language: str, words: str) -> None:
    visitor = await an_applicant(world, language)
    page = await visitor.send(await at_details(visitor), city="<b>Schiphol", amount="much")
    assert (page.status, words in page.text) == (400, True)
    for name in ("company_name", "line1", "amount"):
        assert f'<a href="#{name}">' in page.html
        assert f'id="{name}-wrong"' in page.html
    assert page.html.count('aria-invalid="true"') == 3
    again = await visitor.look("/apply")
    assert (again.path, "&lt;b&gt;Schiphol" in again.html, "<b>" in again.html) == ("/apply/details", True, False)
    assert again.forms[0].fields["amount"] == "much"


async def test_asks_back_what_an_amount_means(world: World) -> None:
    visitor = await an_applicant(world)
    page = await visitor.send(await at_details(visitor), **DETAILS, amount="2.500")
    assert "can mean two amounts" in page.text
    page = await visitor.send(page, amount="2,500")
    assert page.path == "/apply/contact"


async def test_goes_back_without_loss_and_from_the_review_to_it(world: World) -> None:
    visitor = await an_applicant(world)
    await at_review(visitor)
    page = await visitor.look("/apply/details")
    assert page.forms[0].fields["company_name"] == "Contoso B.V."
    page = await visitor.send(page, amount="9000")
    assert (page.path, "EUR 9,000.00" in page.text) == ("/apply/review", True)


async def test_a_step_that_became_wrong_says_so_when_it_is_opened_again(world: World) -> None:
    visitor = await an_applicant(world)
    await at_review(visitor)
    await visitor.send(await visitor.look("/apply/details"), city="")
    page = await visitor.look("/apply/review")
    assert (page.status, page.path, 'id="city-wrong"' in page.html) == (200, "/apply/details", True)


async def test_no_step_is_left_out(world: World) -> None:
    visitor = await an_applicant(world)
    assert (await visitor.look("/apply/contact")).path == "/apply/subscription"
    assert (await visitor.look("/apply/payment")).status == 404


async def test_lists_what_to_remove_and_warns_of_a_balance(world: World) -> None:
    balance = {"amount": "120.50", "currency": "EUR"}
    visitor = await an_applicant(world, resources=third_party_resources(str(SUBSCRIPTION)), outstandingBalance=balance)
    page = await visitor.send(await visitor.look("/apply"), support_plan="Standard")
    assert "Sendgrid.Email/accounts" in page.text
    assert "its namespace SuccessBricks.ClearDB is not Microsoft" in page.text
    assert "EUR 120.50 is outstanding" in page.text
    page = await at_review(visitor)
    assert "2 services of other companies still have to be removed" in page.text


async def test_explains_a_refusal_before_more_is_typed(world: World) -> None:
    visitor = await an_applicant(world, accountType="Individual")
    page = await visitor.send(await visitor.look("/apply"), support_plan="Standard")
    assert "would be refused now" in page.text
    assert "only businesses can pay by invoice" in page.text
    assert page.forms == []
    assert (await visitor.look("/apply/details")).path == "/apply/problem-type"


async def test_remarks_on_another_country_and_takes_it(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_review(visitor, country="BE")
    assert "another country (Belgium) than the Azure account (Netherlands)" in page.text
    assert (await visitor.send(page, consent="yes")).path.startswith("/follow")


async def test_nothing_is_sent_without_a_tick(world: World) -> None:
    visitor = await an_applicant(world, "nl")
    page = await visitor.send(await at_review(visitor, country="BE"))
    assert (page.status, "Zet een vinkje" in page.text) == (400, True)
    assert "ander land (België)" in page.text
    assert await the_cases(world) == []


async def test_two_presses_make_one_case(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_review(visitor)
    pages = [await visitor.send(page, consent="yes") for _ in range(2)]
    assert [(each.path, SENT in each.text) for each in pages] == [("/follow", True)] * 2
    assert len(await the_cases(world)) == 1


async def test_nothing_is_sent_that_another_window_changed(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_review(visitor)
    await visitor.send(await visitor.look("/apply/details"), amount="9000")
    page = await visitor.send(page, consent="yes")
    assert (page.status, "was changed since you opened this page" in page.text) == (400, True)
    assert (await visitor.send(page, consent="yes")).path.startswith("/follow")


async def test_what_became_wrong_before_it_was_sent_is_shown(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_review(visitor)
    await visitor.send(await visitor.look("/apply/details"), city="")
    assert (await visitor.send(page, consent="yes")).path == "/apply/details"


async def test_an_open_request_is_followed_instead(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_review(visitor)
    await world.submit()
    for path in ("/apply", "/apply/details"):
        assert OPEN in (await visitor.look(path)).text
    assert OPEN in (await visitor.send(page, consent="yes")).text


async def test_a_request_opened_at_the_last_moment_is_followed(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_review(visitor)
    world.storage.meanwhile += [_nothing, world.submit]
    page = await visitor.send(page, consent="yes")
    assert OPEN in page.text
    assert len(await the_cases(world)) == 1


async def test_a_save_finds_the_request_that_others_opened(world: World) -> None:
    visitor = await an_applicant(world)
    page = await at_details(visitor)
    await world.submit()
    assert OPEN in (await visitor.send(page, city="Delft")).text


@pytest.mark.parametrize(
    ("status", "days", "words"),
    [
        (SlotStatus.SWITCHED, None, "pays by invoice already"),
        (SlotStatus.COOLING, 3, "You can apply again after 26 November 2026"),
    ],
)
async def test_says_why_no_request_is_possible(world: World, status: SlotStatus, days: int | None, words: str) -> None:
    visitor = await an_applicant(world)
    until = world.clock.now + timedelta(days=days) if days else None
    slot = a_slot(status=status, until=until, since=world.clock.now)
    await world.store.commit(Change(SCOPE, slot=SlotChange(slot, "")))
    page = await visitor.look("/apply/details")
    assert (page.status, page.path, words in page.text) == (200, "/apply", True)


async def test_a_step_takes_no_more_than_a_row_can_keep(world: World) -> None:
    visitor = await an_applicant(world)
    page = await visitor.send(await at_details(visitor), company_name="x" * 17_000)
    assert page.status == 413


async def test_only_who_came_in_by_a_link_may_apply(world: World) -> None:
    await world.portal_reports()
    assert (await Visitor().look("/apply")).status == 401


@pytest.mark.parametrize("step", ["subscription", "problem-type", "details", "contact", "review"])
async def test_a_page_costs_two_storage_requests(world: World, step: str) -> None:
    visitor = await an_applicant(world)
    await at_review(visitor)
    world.storage.calls.clear()
    page = await visitor.look(f"/apply/{step}")
    assert (page.status, page.path) == (200, f"/apply/{step}")
    assert world.storage.calls.total() == 2
    assert len(page.html.encode()) < 60_000


async def _nothing() -> None:
    """What goes on before the key is kept."""
