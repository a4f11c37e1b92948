"""The desk decides: forms, a look at what the applicant will read, and two people at once."""

from html import unescape

import pytest

from shared.domain.lifecycle import State
from shared.workflow import desk
from tests.functions.stages import APPROVE, ASK_SECURITY, SENDGRID, decided, due_for_application, in_review
from tests.functions.visitor import Sight, Visitor
from tests.world import OFFICER, World, asked

FORMS: dict[str, dict[str, str]] = {
    "approve": {"amount": "20,000", "currency": "EUR", "note": "sound"},
    "decline": {"code_adverse_information": "yes", "code_other": "yes", "note": "sued"},
    "ask_information": {"item_other": "yes", "text_other": "Your lease", "item_bank_reference": "yes", "note": "none"},
    "ask_security": {"type": "deposit", "amount": "5000", "currency": "eur", "by": "2026-12-31", "note": "thin"},
}

NOTHING = {"item_other": "", "text_other": "", "item_bank_reference": ""}


def _ada(world: World, language: str = "en") -> Visitor:
    visitor = Visitor.of_the_desk("ada", world.clock.now)
    visitor.headers["accept-language"] = language
    return visitor


async def _filled(visitor: Visitor, case_id: str, kind: str, **fields: str) -> Sight:
    """The answer to the form of a decision."""
    return await visitor.send(
        await visitor.look(f"/desk/cases/{case_id}/decide/{kind}"), **{**FORMS.get(kind, {}), **fields}
    )


async def test_an_approval_is_filled_in_with_what_the_figures_carry(world: World) -> None:
    case_id = await in_review(world)
    world.storage.calls.clear()
    page = await _ada(world, "nl").look(f"/desk/cases/{case_id}/decide/approve")
    assert (page.status, world.storage.calls.total()) == (200, 2)
    assert page.forms[0].fields["amount"] == "25.000,00"
    assert "De cijfers dragen de gevraagde limiet." in page.text


@pytest.mark.parametrize(
    ("kind", "state", "words"),
    [
        ("approve", State.APPROVED, "EUR 20,000.00"),
        ("decline", State.DECLINED, "On the information available to us, we cannot agree to payment by invoice."),
        ("ask_information", State.INFORMATION_DUE, "Your lease"),
        ("ask_security", State.SECURITY_DUE, "EUR 5,000.00"),
    ],
)
async def test_shows_what_the_applicant_will_read_and_then_decides(
    world: World, kind: str, state: State, words: str
) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    letters = len(world.mailbox.letters)
    preview = await _filled(visitor, case_id, kind)
    assert words in " ".join(preview.text.split())
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW
    after = await visitor.send(preview)
    await world.drain()
    assert "The decision is taken" in after.text
    assert (await world.case(case_id)).state is state
    assert unescape(preview.html).count(world.mailbox.letters[letters].text.strip()) == 1


async def test_the_applicants_words_are_in_the_applicants_language(world: World) -> None:
    contact = {"name": "Sanne", "email": "accounts.payable@contoso.example", "language": "nl"}
    case_id = await in_review(world, contact=contact)
    page = await _ada(world).look(f"/desk/cases/{case_id}/decide/decline")
    assert '<p lang="nl">Op basis van de informatie waarover we beschikken' in page.html
    preview = await _filled(_ada(world), case_id, "decline")
    assert '<div class="letter" lang="nl">' in preview.html


async def test_what_was_typed_can_be_changed_after_the_preview(world: World) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    page = await visitor.send(await _filled(visitor, case_id, "decline", note="first\nsecond"), 1)
    assert page.status == 200
    assert page.forms[0].fields["note"].replace("\r", "") == "first\nsecond"
    assert (page.forms[0].fields["code_other"], "code_new_company" in page.forms[0].fields) == ("yes", False)


async def test_only_a_confirmation_decides(world: World) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    page = await visitor.send(await _filled(visitor, case_id, "approve"), step="anything")
    assert "This is what the applicant will read" in page.text
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_confirming_twice_decides_once(world: World) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    preview = await _filled(visitor, case_id, "approve")
    assert [(await visitor.send(preview)).status for _ in range(2)] == [200, 200]
    await world.drain()
    assert world.mailbox.kinds.count("instructions") == 1


@pytest.mark.parametrize(
    ("kind", "fields", "wrong", "words"),
    [
        ("approve", {"amount": ""}, "amount", "Fill this in."),
        ("approve", {"amount": "20.000"}, "amount", "“20.000” can mean two amounts."),
        ("approve", {"amount": "0"}, "amount", "The amount must be more than 0."),
        ("approve", {"currency": "E"}, "currency", "Give the three letters of a currency"),
        ("approve", {"note": "x" * 2001}, "note", "use at most 2000 characters"),
        ("decline", {"code_other": "", "code_adverse_information": ""}, "codes", "Choose at least one reason."),
        ("ask_information", {"text_other": ""}, "text_other", "Say in your own words what is asked for."),
        ("ask_information", NOTHING, "items", "Choose at least one thing."),
        ("ask_security", {"type": ""}, "type", "Choose a kind of security."),
        ("ask_security", {"by": "soon"}, "by", "Give a day as year-month-day"),
        ("ask_security", {"by": "2026-11-23"}, "by", "Choose a day after today"),
    ],
)
async def test_tells_what_is_wrong_beside_the_field_and_in_the_summary(
    world: World, kind: str, fields: dict[str, str], wrong: str, words: str
) -> None:
    case_id = await in_review(world)
    page = await _filled(_ada(world), case_id, kind, **fields)
    assert page.status == 400
    assert f'id="{wrong}-wrong"' in page.html
    assert f'href="#{wrong}"' in page.html
    assert page.text.count(words) == 2
    assert page.html.count('<p class="mistake"') == 1
    assert {**FORMS[kind], **fields}["note"] == page.forms[0].fields["note"]
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


@pytest.mark.parametrize("late", [False, True])
async def test_who_decides_second_sees_what_changed_and_keeps_what_was_typed(world: World, *, late: bool) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    form = await visitor.look(f"/desk/cases/{case_id}/decide/approve")
    page = await visitor.send(form, **FORMS["approve"]) if late else form
    await desk.write_note(world.services, asked(case_id, OFFICER), "The bank says no.")
    changed = await visitor.send(page, **({} if late else FORMS["approve"]))
    assert (changed.status, "A note of the desk" in changed.text, "The bank says no." in changed.text) == (
        412,
        True,
        True,
    )
    assert changed.forms[0].fields["note"] == "sound"
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW
    assert "what the applicant will read" in (await visitor.send(changed)).text


async def test_who_comes_too_late_keeps_what_was_typed_and_decides_nothing(world: World) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    page = await _filled(visitor, case_id, "ask_security")
    await decided(world, case_id, APPROVE)
    changed = await visitor.send(page)
    assert (changed.status, "The request has moved on" in changed.text) == (412, True)
    assert "ada (billing desk):<br><strong>Approved</strong>" in changed.html
    assert "<button>" not in changed.html.partition("<main")[2].partition("</main>")[0]
    assert (await world.case(case_id)).state is State.APPROVED


async def test_an_approval_that_the_facts_forbid_is_told_with_why(world: World) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    preview = await _filled(visitor, case_id, "approve")
    await world.portal_reports(resources=[SENDGRID])
    page = await visitor.send(preview)
    assert (page.status, "An approval is not possible now" in page.text, "SendGrid" in page.text) == (409, True, True)
    assert page.forms[0].fields["note"] == "sound"


async def test_a_security_that_came_is_confirmed(world: World) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    await decided(world, case_id, ASK_SECURITY)
    form = await visitor.look(f"/desk/cases/{case_id}/decide/security_received")
    assert (form.forms[0].fields["amount"], form.forms[0].fields["type"]) == ("5,000.00", "deposit")
    wrong = await visitor.send(form, received_on="2026-12-24", reference="T 1")
    assert (wrong.status, wrong.text.count("This day has not come yet")) == (400, 2)
    page = await visitor.send(wrong, received_on="2026-11-23")
    assert "The security is confirmed" in page.text
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_an_approved_request_can_be_declined_and_nothing_else(world: World) -> None:
    case_id, visitor = await in_review(world), _ada(world)
    await decided(world, case_id, APPROVE)
    await world.drain()
    page = await visitor.look(f"/desk/cases/{case_id}")
    assert [kind for kind in FORMS if f"/decide/{kind}" in page.html] == ["decline"]
    form = await visitor.look(f"/desk/cases/{case_id}/decide/decline")
    assert "declining it withdraws the approval" in form.text
    preview = await visitor.send(form, **FORMS["decline"])
    assert "We have withdrawn the approval of your request" in preview.text
    assert "The decision is taken" in (await visitor.send(preview)).text
    assert (await world.case(case_id)).state is State.DECLINED


async def test_a_request_held_up_by_what_is_unknown_can_be_declined_and_nothing_else(world: World) -> None:
    case_id, visitor = await world.submit(), _ada(world)
    await world.drain()
    page = await visitor.look(f"/desk/cases/{case_id}")
    assert [kind for kind in FORMS if f"/decide/{kind}" in page.html] == ["decline"]
    form = await visitor.look(f"/desk/cases/{case_id}/decide/decline")
    assert "withdraws the approval" not in form.text
    preview = await visitor.send(form, code_account_not_verified="yes", note="nobody knows the administrator")
    assert "We could not verify the Azure account" in " ".join(preview.text.split())
    assert "The decision is taken" in (await visitor.send(preview)).text
    assert (await world.case(case_id)).state is State.DECLINED


@pytest.mark.parametrize("kind", ["revoke", "nothing"])
async def test_knows_no_other_decision(world: World, kind: str) -> None:
    assert (await _ada(world).look(f"/desk/cases/{await in_review(world)}/decide/{kind}")).status == 404


async def test_a_decision_that_is_not_possible_now_says_so(world: World) -> None:
    case_id = await due_for_application(world)
    page = await _ada(world).look(f"/desk/cases/{case_id}/decide/ask_security")
    assert "The request has moved on" in page.text
    assert page.forms[0].fields["currency"] == "EUR"


async def test_who_may_only_read_decides_nothing(world: World) -> None:
    case_id = await in_review(world)
    page = await Visitor.of_the_desk("bo", world.clock.now).look(f"/desk/cases/{case_id}/decide/approve")
    assert (page.status, "Your role does not allow this" in page.text) == (403, True)
