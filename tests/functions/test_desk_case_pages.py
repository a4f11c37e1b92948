"""Everything of a case on one page, and what a reader of the desk may do there."""

import json
import re
from html import unescape

import pytest

from shared.adapters.case_rows import event_key
from shared.adapters.storage import Delete
from shared.domain.documents import DocumentSlot
from shared.domain.errors import NoticeRefusedError
from shared.domain.lifecycle import State
from shared.workflow import actions, desk
from shared.workflow.documents import upload
from tests.document_files import a_pdf
from tests.functions.calling import READER
from tests.functions.stages import APPROVE, ASK_INFORMATION, ASK_SECURITY, DECLINE, SENDGRID, decided, in_review
from tests.functions.visitor import Sight, Visitor
from tests.world import OFFICER, World, asked

HOSTILE = '<script>alert("x")</script>'


async def _page(world: World, case_id: str, name: str = "ada", **headers: str) -> Sight:
    visitor = Visitor.of_the_desk(name, world.clock.now)
    visitor.headers |= headers
    return await visitor.look(f"/desk/cases/{case_id}")


def _form(page: Sight, action: str) -> int:
    return next(place for place, form in enumerate(page.forms) if form.action.endswith(action))


async def test_leads_who_is_not_signed_in_to_the_sign_in(world: World) -> None:
    response = await Visitor().once("GET", f"/desk/cases/{await in_review(world)}", b"")
    assert (response.status_code, response.headers["Location"].partition("?")[0]) == (303, "/desk/sign-in")


@pytest.mark.parametrize("case_id", ["nothing", f"{'a' * 32}-{'b' * 32}"])
async def test_knows_no_other_case(world: World, case_id: str) -> None:
    assert (await _page(world, case_id)).status == 404


async def test_shows_everything_in_two_requests(world: World) -> None:
    case_id = await in_review(world)
    world.storage.calls.clear()
    page = await _page(world, case_id)
    assert (page.status, world.storage.calls.total()) == (200, 2)
    for words in (
        "Contoso B.V.", "The billing desk: decide on the credit.", "Approve the limit asked for", "EUR 25,000.00",
        "safe zone", "Working capital to total assets", "The figures were weighed",
        "The credit check has started", "The chain of", "nobody yet",
    ):  # fmt: skip
        assert words in page.text, words


async def test_is_in_dutch_where_that_was_chosen(world: World) -> None:
    page = await _page(world, await in_review(world), **{"accept-language": "nl"})
    for words in ("over het krediet beslissen", "De gevraagde limiet goedkeuren", "veilige zone", "EUR 25.000,00"):
        assert words in page.text, words
    assert "The " not in page.text.replace("The Z-Score", "").partition("Bron: E. I. Altman")[0]


async def test_says_which_layer_found_a_third_partys_resource_and_when_facts_were_seen(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    case_id = await world.submit()
    await world.drain()
    page = await _page(world, case_id)
    assert "Layer of evidence: the namespace is not Microsoft's (Sendgrid.Email)" in unescape(page.text)
    assert "Facts observed: 23 November 2026" in page.text
    assert "The applicant: remove what stands in the way." in page.text


async def test_an_overdue_review_cannot_be_missed(world: World) -> None:
    case_id = await in_review(world)
    world.clock.move(days=10)
    assert "Overdue: a decision was due by 30 November 2026" in (await _page(world, case_id)).text
    world.clock.move(days=5)
    await world.tick()
    await world.tick()
    assert "The promise to the applicant was broken." in (await _page(world, case_id)).text


async def test_an_applicants_missed_day_cannot_be_missed(world: World) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, {**ASK_SECURITY, "by": "2026-11-30"})
    assert "give the security" in (await _page(world, case_id)).text
    world.clock.move(days=9)
    assert "Overdue: the last day was 30 November 2026" in (await _page(world, case_id)).text


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (APPROVE, "Approved limit EUR 20,000.00"),
        (DECLINE, "Declined for adverse information is public; another reason, see the note"),
        (ASK_INFORMATION, "Information asked a bank reference"),
        (ASK_SECURITY, "Security asked a security deposit, EUR 5,000.00"),
    ],
)
async def test_shows_what_was_decided(world: World, decision: dict[str, object], words: str) -> None:
    case_id = await in_review(world)
    await decided(world, case_id, decision)
    await world.drain()
    assert words in (await _page(world, case_id)).text


async def test_shows_messages_notes_and_documents_and_escapes_them(world: World) -> None:
    case_id = await in_review(world)
    await actions.write_to_desk(world.services, asked(case_id), HOSTILE)
    await desk.write_note(world.services, asked(case_id, READER), HOSTILE)
    await upload(world.services, asked(case_id), DocumentSlot.OTHER, "annual accounts.pdf", a_pdf())
    page = await _page(world, case_id)
    assert page.html.count("&lt;script&gt;") >= 4
    assert HOSTILE not in page.html
    assert re.search(r'/documents/[0-9a-f]{64}">[^<]*annual', page.html)
    assert '<p class="soft">client demo, ' in page.html, "who wrote the message"


async def test_a_refused_notice_cannot_be_missed_and_its_case_can_go_on(world: World) -> None:
    case_id = await in_review(world)
    world.mailbox.troubles.append(NoticeRefusedError("550 no such mailbox"))
    await decided(world, case_id, APPROVE)
    await world.drain()
    visitor = Visitor.of_the_desk("ada", world.clock.now)
    page = await visitor.look(f"/desk/cases/{case_id}")
    for words in ("This request needs attention", "A notice did not reach its reader", "failed", "550 no such mailbox"):
        assert words in page.text, words
    assert "The request goes on." in (await visitor.send(page, _form(page, "/resume"))).text
    assert (await world.case(case_id)).attention is None


async def test_a_history_that_was_touched_cannot_be_missed(world: World) -> None:
    case_id = await in_review(world)
    scope = case_id.split("-")[0]
    await world.storage.commit("cases", [Delete(scope, event_key(case_id, "000001"))])
    assert "Event 000002 was changed" in (await _page(world, case_id)).text
    last = f"{(await world.case(case_id)).seq:06}"
    for number in range(2, int(last) + 1):
        await world.storage.commit("cases", [Delete(scope, event_key(case_id, f"{number:06}"))])
    page = await _page(world, case_id, **{"accept-language": "nl"})
    assert "Na gebeurtenis 000001 ontbreken latere." in page.text


@pytest.mark.parametrize("name", ["ada", "bo"])
async def test_whoever_may_read_may_write_notes(world: World, name: str) -> None:
    case_id = await in_review(world)
    visitor = Visitor.of_the_desk(name, world.clock.now)
    page = await visitor.look(f"/desk/cases/{case_id}")
    after = await visitor.send(page, _form(page, "/notes"), text="The bank was called.")
    again = await visitor.send(page, _form(page, "/notes"), text="The bank was called.")
    assert "The note is kept." in after.text
    assert again.status == 200
    assert [note.text for note in (await world.case(case_id)).notes] == ["The bank was called."]


@pytest.mark.parametrize("text", ["", "x" * 2001, "\u202e"])
async def test_a_wrong_note_is_told_beside_itself_and_kept(world: World, text: str) -> None:
    case_id = await in_review(world)
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look(f"/desk/cases/{case_id}")
    wrong = await visitor.send(page, _form(page, "/notes"), text=text)
    assert (wrong.status, 'id="text-wrong"' in wrong.html) == (400, True)
    assert wrong.forms[_form(wrong, "/notes")].fields["text"] == text
    assert not (await world.case(case_id)).notes


async def test_whoever_may_read_may_take_a_case_and_let_go_of_it(world: World) -> None:
    case_id = await in_review(world)
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look(f"/desk/cases/{case_id}")
    page = await visitor.send(page, _form(page, "/take"))
    assert "You have taken the request on." in page.text
    assert (await world.case(case_id)).assignee == "bo"
    page = await visitor.send(page, _form(page, "/release"))
    assert (await world.case(case_id)).assignee is None


async def test_a_closed_case_is_offered_to_nobody(world: World) -> None:
    case_id = await in_review(world)
    assert any(form.action.endswith("/take") for form in (await _page(world, case_id)).forms)
    await decided(world, case_id, DECLINE)
    assert not any(form.action.endswith("/take") for form in (await _page(world, case_id)).forms)


async def test_nobody_takes_away_what_a_colleague_has_just_taken(world: World) -> None:
    case_id = await in_review(world)
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look(f"/desk/cases/{case_id}")
    await desk.assign(world.services, asked(case_id, OFFICER), "ada")
    changed = await visitor.send(page, _form(page, "/take"))
    assert (changed.status, "Taken on by ada" in changed.text) == (412, True)
    assert (await world.case(case_id)).assignee == "ada"
    await visitor.send(changed, _form(changed, "/take"))
    assert (await world.case(case_id)).assignee == "bo"


async def test_a_form_that_does_not_say_what_was_seen_is_no_good(world: World) -> None:
    case_id = await in_review(world)
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look(f"/desk/cases/{case_id}")
    assert (await visitor.send(page, _form(page, "/take"), seen="1.x")).status == 403


async def test_who_may_only_read_is_offered_no_decision(world: World) -> None:
    case_id = await in_review(world)
    assert "Your role does not allow you to decide." in (await _page(world, case_id, "bo")).text
    assert "/decide/" not in (await _page(world, case_id, "bo")).html
    assert "/decide/approve" in (await _page(world, case_id)).html


async def test_shows_a_case_for_paper_without_anything_to_press(world: World) -> None:
    case_id = await in_review(world)
    page = await Visitor.of_the_desk("bo", world.clock.now).look(f"/desk/cases/{case_id}/print")
    assert page.status == 200
    assert not page.forms
    assert page.html.count("<details open>") == page.html.count("<details")


async def test_the_case_file_can_be_saved(world: World) -> None:
    case_id = await in_review(world)
    saved = await Visitor.of_the_desk("bo", world.clock.now).look(f"/desk/cases/{case_id}/file.json")
    assert saved.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''case-{case_id}.json"
    assert json.loads(saved.html)["standing"]["state"] == State.CREDIT_REVIEW


async def test_a_document_can_be_saved_and_is_never_opened_as_a_page(world: World) -> None:
    case_id = await in_review(world)
    await upload(world.services, asked(case_id), DocumentSlot.OTHER, 'Jaarrekening "é".pdf', a_pdf())
    address = re.search(rf"/desk/cases/{case_id}/documents/[0-9a-f]+", (await _page(world, case_id)).html)
    assert address
    world.storage.calls.clear()
    response = await Visitor.of_the_desk("bo", world.clock.now).once("GET", address[0], b"")
    assert (response.get_body(), response.mimetype) == (a_pdf(), "application/pdf")
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Jaarrekening%20%C3%A9.pdf"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert world.storage.calls.total() == 1


async def test_knows_no_other_document(world: World) -> None:
    address = f"/desk/cases/{await in_review(world)}/documents/{'0' * 64}"
    assert (await Visitor.of_the_desk("bo", world.clock.now).look(address)).status == 404


async def test_shows_a_request_without_figures(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    page = await _page(world, case_id)
    assert "The system is at work" in page.text
    assert "There is nothing to decide now." in page.text
    await world.drain()
    page = await _page(world, case_id)
    assert "No credit application was handed in." in page.text
