"""The pages by which an applicant follows a request, in a browser in memory."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from functions.page_routes import PAGES
from shared import wiring
from shared.domain.callers import Kind, Principal
from shared.domain.case import scope_of
from shared.domain.credit_application import CreditApplication
from shared.domain.errors import StorageUnavailableError
from shared.domain.lifecycle import FINAL, Event, State
from shared.workflow import actions, credit
from shared.workflow.protocol import flag_case
from tests.functions.calling import wired
from tests.functions.stages import (
    APPROVE,
    ASK_INFORMATION,
    ASK_SECURITY,
    DECLINE,
    SENDGRID,
    SOUND,
    decided,
    due_for_application,
    in_review,
)
from tests.functions.visitor import Sight, Visitor
from tests.workflow.test_switch import Register
from tests.world import SUBSCRIPTION, Fault, World, asked

HOSTILE = '<script>alert("x")</script>'
FORMS = ("/follow/recheck", "/follow/help", "/follow/withdraw", "/follow/security", "/follow/switched")


def an_applicant(world: World, language: str = "en") -> Visitor:
    visitor = Visitor.applicant(world.clock.now)
    visitor.headers["accept-language"] = language
    return visitor


async def submitted(world: World) -> str:
    await world.portal_reports()
    return await world.submit()


async def held_up(world: World) -> str:
    await world.portal_reports(resources=[SENDGRID])
    case_id = await world.submit()
    await world.drain()
    return case_id


async def checking_credit(world: World) -> str:
    case_id = await due_for_application(world)
    await credit.submit_application(world.services, asked(case_id), CreditApplication.model_validate(SOUND))
    return case_id


async def ineligible(world: World) -> str:
    await world.portal_reports(accountType="Individual")
    case_id = await world.submit()
    await world.drain()
    return case_id


def after(decision: Mapping[str, object]) -> Callable[[World], Awaitable[str]]:
    async def reach(world: World) -> str:
        case_id = await in_review(world)
        await decided(world, case_id, decision)
        await world.drain()
        return case_id

    return reach


async def switched(world: World) -> str:
    case_id = await after(APPROVE)(world)
    await world.portal_reports(paymentMethodFamily="CheckWire")
    await world.drain()
    return case_id


async def withdrawn(world: World) -> str:
    case_id = await due_for_application(world)
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    return case_id


async def expired(world: World) -> str:
    case_id = await due_for_application(world)
    world.clock.move(days=90)
    for _ in range(4):
        await world.tick()
    return case_id


approved, secured, informed = after(APPROVE), after(ASK_SECURITY), after(ASK_INFORMATION)

REACHED: dict[State, tuple[Callable[[World], Awaitable[str]], str, str]] = {
    State.CHECKING_ELIGIBILITY: (submitted, "We are at work", "We zijn bezig"),
    State.ACTION_REQUIRED: (
        held_up,
        "Remove these services of other companies",
        "Verwijder deze diensten van andere bedrijven",
    ),
    State.CHECKING_CREDIT: (checking_credit, "Look again", "Kijk opnieuw"),
    State.CREDIT_APPLICATION_DUE: (due_for_application, "14 December 2026", "Wat u nodig hebt"),
    State.CREDIT_REVIEW: (in_review, "You can expect it on 30 November 2026", "30 november 2026"),
    State.INFORMATION_DUE: (informed, "a bank reference", "een antwoord schrijven of een document uploaden"),
    State.SECURITY_DUE: (secured, "EUR 5,000.00", "EUR 5.000,00"),
    State.APPROVED: (approved, "Your credit limit is EUR 20,000.00.", "Stap voor stap"),
    State.SWITCHED: (switched, "This cannot be undone", "Zo betaalt u voortaan uw facturen"),
    State.INELIGIBLE: (ineligible, "Why it cannot be granted", "Dit abonnement kan niet op factuur betalen."),
    State.DECLINED: (after(DECLINE), "Why it was declined", "Uw verzoek is afgewezen."),
    State.WITHDRAWN: (withdrawn, "New request", "Het verzoek is ingetrokken."),
    State.EXPIRED: (expired, "By the last day,", "Het verzoek is verlopen."),
}


@pytest.mark.parametrize(
    ("language", "told", "not_told"),
    [
        ("en", ("It is our turn", "we do not know everything", "When it is known"), "cleared first"),
        ("nl", ("Wij zijn aan de beurt", "we weten nog niet alles", "Als het bekend is"), "eerst iets in orde komen"),
    ],
)
async def test_asks_nothing_of_who_waits_for_the_desk(
    world: World, language: str, told: tuple[str, ...], not_told: str
) -> None:
    await world.portal_reports(country=None)
    await world.submit()
    await world.drain()
    text = (await an_applicant(world, language).look("/follow")).text
    assert [words for words in told if words not in text] == []
    assert not_told not in text


def wired_with(world: World, directory: Register) -> wiring.Wired:
    return replace(wired(world), services=replace(world.services, directory=directory))


def test_every_state_has_an_example() -> None:
    assert set(REACHED) == set(State)


@pytest.mark.parametrize("state", REACHED)
@pytest.mark.parametrize("language", ["en", "nl"])
async def test_shows_a_request_in_every_state(world: World, state: State, language: str) -> None:
    reach, english, dutch = REACHED[state]
    case = await world.case(await reach(world))
    visitor = an_applicant(world, language)
    world.storage.calls.clear()
    page = await visitor.look("/follow")
    assert (case.state, page.status, world.storage.calls.total()) == (state, 200, 2)
    assert (english if language == "en" else dutch) in unescape(page.text)
    assert page.html.count("<h1>") == 1
    assert page.html.count('aria-current="step"') == (0 if state is State.SWITCHED else 1)
    assert ("/follow/withdraw" in page.html) is (state not in FINAL)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "If mistyped@contoso.example is not the"), ("nl", "Is mistyped@contoso.example niet de")],
)
async def test_says_what_to_do_about_a_wrong_administrator_where_facts_are_unknown(
    world: World, language: str, words: str
) -> None:
    await world.portal_reports()
    await world.submit(accountAdministratorEmail="mistyped@contoso.example")
    await world.drain()
    assert words in (await an_applicant(world, language).look("/follow")).text


@pytest.mark.parametrize("state", REACHED)
async def test_leads_nowhere_that_is_not_there(world: World, state: State) -> None:
    await REACHED[state][0](world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow")
    for address in {part.partition('"')[0] for part in page.html.split('href="/')[1:]} - {"api/docs"}:
        assert (await visitor.once("GET", f"/{address}", b"")).status_code < 400, address


async def test_leads_who_is_not_signed_in_to_ask_for_a_link() -> None:
    for name, page in PAGES:
        if page.path.startswith("follow"):
            path = f"/{page.path.replace('{id}', '1')}"
            body = b"a=b" if page.method == "POST" else b""
            assert (await Visitor().once(page.method, path, body)).status_code in {401, 403}, name


async def test_invites_to_apply_where_there_is_no_request(world: World) -> None:
    await world.portal_reports()
    visitor = an_applicant(world)
    page = await visitor.look("/follow")
    assert (page.status, "There is no request yet" in page.text, 'href="/apply"' in page.html) == (200, True, True)
    for path in ("/follow/help", "/follow/withdraw", "/follow/requests/1"):
        assert (await visitor.look(path)).status == 404


async def test_the_pages_of_an_action_need_no_storage_but_the_dossier(world: World) -> None:
    await held_up(world)
    for path in ("/follow/help", "/follow/withdraw"):
        world.storage.calls.clear()
        assert (await an_applicant(world).look(path)).status == 200
        assert world.storage.calls.total() == 1


async def test_leads_from_what_is_asked_to_the_answers(world: World) -> None:
    case_id = await informed(world)
    page = await an_applicant(world).look("/follow")
    assert 'href="/follow/information">Answer now</a>' in page.html
    assert f"POST /api/requests/{case_id}/information" in page.text, "it came by the API"


@pytest.mark.parametrize(("family", "words"), [("CreditCard", "creditcard"), ("eWallet.x", "een andere methode")])
async def test_says_the_present_payment_method_in_words(world: World, family: str, words: str) -> None:
    await approved(world)
    await world.portal_reports(paymentMethodFamily=family)
    text = (await an_applicant(world, "nl").look("/follow")).text
    assert f"als laatste noemde: {words}." in text
    assert family not in text


async def test_leads_to_the_form_of_the_credit_application(world: World) -> None:
    case_id = await due_for_application(world)
    page = await an_applicant(world).look("/follow")
    assert 'class="button" href="/follow/credit-application"' in page.html
    assert f"PUT /api/requests/{case_id}/credit-application" in page.text, "it came by the API"


async def test_does_not_send_to_the_api_who_did_not_come_by_it(world: World) -> None:
    await world.portal_reports()
    applicant = Principal(Kind.APPLICANT, scope_of(SUBSCRIPTION))
    await world.submit(client=applicant, creditNeeded={"amount": "25000.00", "currency": "EUR"})
    await world.drain()
    page = await an_applicant(world).look("/follow")
    assert ("/follow/credit-application" in page.html, "/api/requests/" in page.html) == (True, False)


async def test_an_earlier_request_can_be_read_but_not_acted_on(world: World) -> None:
    first = await withdrawn(world)
    await held_up(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow")
    assert f'href="/follow/requests/{first}"' in page.html
    page = await visitor.look(f"/follow/requests/{first}")
    assert (page.status, page.forms, "This is an earlier request" in page.text) == (200, [], True)
    assert "New request" not in page.text


async def test_the_last_of_several_ended_requests_is_no_earlier_one(world: World) -> None:
    await withdrawn(world)
    world.clock.move(days=1)
    await withdrawn(world)
    page = await an_applicant(world).look("/follow")
    assert ("This is an earlier request" in page.text, "New request" in page.text) == (False, True)


@pytest.mark.parametrize(("language", "words"), [("en", "after 23 may 2027"), ("nl", "na 23 mei 2027")])
async def test_tells_the_end_of_a_cooling_off_as_the_letter_does(world: World, language: str, words: str) -> None:
    await after(DECLINE)(world)
    slot = (await world.dossier()).slot
    assert slot
    assert slot.value.until
    world.clock.now = slot.value.until - timedelta(hours=2)
    visitor = an_applicant(world, language)
    request, closed = [await visitor.look(path) for path in ("/follow", "/apply")]
    assert [words in page.text.lower() for page in (request, closed)] == [True, True]
    assert (closed.path, 'href="/apply"' in request.html) == ("/apply", False)
    world.clock.now = slot.value.until
    assert 'href="/apply"' in (await visitor.look("/follow")).html


async def test_says_softly_that_somebody_looks_into_it(world: World) -> None:
    case_id = await held_up(world)
    await flag_case(world.services, case_id, "a step failed")
    assert "We are looking into something" in (await an_applicant(world).look("/follow")).text


async def test_escapes_what_others_typed(world: World) -> None:
    await world.portal_reports(resources=[{**SENDGRID, "name": HOSTILE}])
    await world.submit(companyName=HOSTILE)
    await world.drain()
    visitor = an_applicant(world)
    page = await visitor.look("/follow/help")
    await visitor.send(page, text=HOSTILE)
    for path in ("/follow", "/follow/help", "/follow/withdraw"):
        page = await visitor.look(path)
        assert "&lt;script&gt;" in page.html
        assert HOSTILE not in page.html


# --- what is done by forms


async def test_has_a_request_checked_again_once(world: World) -> None:
    case_id = await held_up(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow")
    after_it = await visitor.send(page)
    again = await visitor.send(page)
    assert "We are checking again." in after_it.text
    assert (again.status, "We are checking again." in again.text) == (200, True)
    assert [event.event for event in await world.store.history(case_id)].count(Event.ASK_RECHECK) == 1


async def test_withdraws_once_after_asking(world: World) -> None:
    case_id = await held_up(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/withdraw")
    assert (await world.case(case_id)).state is State.ACTION_REQUIRED
    for _ in range(2):
        assert "The request is withdrawn." in (await visitor.send(page)).text
    assert (await world.case(case_id)).state is State.WITHDRAWN
    assert "There is nothing to withdraw" in (await visitor.look("/follow/withdraw")).text


async def test_agrees_to_a_security_once(world: World) -> None:
    case_id = await secured(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow")
    for _ in range(2):
        assert "knows that you agree" in (await visitor.send(page)).text
    page = await visitor.look("/follow")
    assert ("You agreed on 23 November 2026." in page.text, page.forms) == (True, [])
    assert (await world.case(case_id)).security_accepted_at == world.clock.now


async def test_who_has_switched_is_told_what_the_portal_shows(world: World) -> None:
    case_id = await approved(world)
    visitor = an_applicant(world)
    page = await visitor.send(await visitor.look("/follow"))
    assert "The portal does not show it yet." in page.text
    wiring.install(wired_with(world, Register("CheckWire")))
    assert "The portal shows it" in (await visitor.send(page)).text
    assert (await world.case(case_id)).state is State.SWITCHED


async def test_who_says_to_have_switched_is_told_so_though_the_portal_said_it_first(world: World) -> None:
    case_id = await approved(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow")
    await world.portal_reports(paymentMethodFamily="CheckWire")
    await world.drain()
    assert (await world.case(case_id)).state is State.SWITCHED
    for _ in range(2):
        assert "The portal shows it" in (await visitor.send(page)).text


async def test_sends_a_message_once_and_shows_it(world: World) -> None:
    case_id = await due_for_application(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/help")
    for _ in range(2):
        assert "Your message is sent." in (await visitor.send(page, text="Revenue: 9 million euro.")).text
    assert [message.text for message in (await world.case(case_id)).messages] == ["Revenue: 9 million euro."]
    assert "Revenue: 9 million euro." in (await visitor.look("/follow/help")).text


async def test_a_message_is_sent_whatever_has_changed_meanwhile(world: World) -> None:
    case_id = await held_up(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/help")
    await actions.withdraw(world.services, asked(case_id))
    assert "Your message is sent." in (await visitor.send(page, text="Why?")).text


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("", "en", "Write what you need help with."),
        ("x" * 4001, "en", "Use 4,000 characters at most"),
        ("a\u202eb", "en", "There is a character in it"),
        ("", "nl", "Vraag om hulp"),
    ],
)
async def test_a_wrong_message_is_told_beside_itself_and_kept(
    world: World, text: str, language: str, words: str
) -> None:
    case_id = await held_up(world)
    visitor = an_applicant(world, language)
    page = await visitor.send(await visitor.look("/follow/help"), text=text)
    assert (page.status, 'id="text-wrong"' in page.html, words in page.text) == (400, True, True)
    assert page.forms[0].fields["text"] == text
    assert not (await world.case(case_id)).messages


async def test_a_message_that_could_not_be_kept_is_not_lost(world: World) -> None:
    case_id = await held_up(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/help")
    world.storage.faults.append(Fault("commit", StorageUnavailableError("down")))
    failed = await visitor.send(page, text="Help!")
    assert (failed.status, failed.forms[0].fields["text"]) == (503, "Help!")
    assert "What you typed is still here." in failed.text
    assert "Your message is sent." in (await visitor.send(failed)).text
    assert [message.text for message in (await world.case(case_id)).messages] == ["Help!"]


@pytest.mark.parametrize(
    ("language", "own", "clients"),
    [("en", "by you", "by the computer system"), ("nl", "door u", "door het computersysteem")],
)
async def test_tells_the_clients_messages_from_ones_own(world: World, language: str, own: str, clients: str) -> None:
    await actions.write_to_desk(world.services, asked(await held_up(world)), "Sent by the client.")
    visitor = an_applicant(world, language)
    await visitor.send(await visitor.look("/follow/help"), text="Typed here.")
    mine, others = (await visitor.look("/follow/help")).text.split("Typed here.")
    assert (own in mine, clients in mine) == (True, False)
    assert (own in others, clients in others) == (False, True)


async def test_another_message_from_a_form_that_was_sent_can_be_sent_too(world: World) -> None:
    case_id = await held_up(world)
    visitor = an_applicant(world)
    page = await visitor.look("/follow/help")
    await visitor.send(page, text="One.")
    refused = await visitor.send(page, text="Two.")
    assert (refused.status, "You have sent this form before" in refused.text) == (422, True)
    assert "Your message is sent." in (await visitor.send(refused)).text
    assert [message.text for message in (await world.case(case_id)).messages] == ["One.", "Two."]


async def _stale(world: World, path: str) -> tuple[Visitor, Sight]:
    visitor = an_applicant(world)
    return visitor, await visitor.look(path)


@pytest.mark.parametrize(
    ("reach", "path"),
    [(held_up, "/follow"), (held_up, "/follow/withdraw"), (secured, "/follow"), (approved, "/follow")],
)
async def test_says_what_to_do_where_a_request_has_changed_meanwhile(
    world: World, reach: Callable[[World], Awaitable[str]], path: str
) -> None:
    case_id = await reach(world)
    visitor, page = await _stale(world, path)
    await actions.withdraw(world.services, asked(case_id))
    refused = await visitor.send(page)
    assert refused.status in {409, 412}
    assert 'href="/follow"' in refused.html


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("changes", [{"key": "1"}, {"seen": "0"}, {"seen": "1.x"}])
async def test_a_form_that_is_none_of_ours_changes_nothing(world: World, path: str, changes: dict[str, str]) -> None:
    case_id = await held_up(world)
    before = await world.case(case_id)
    visitor, page = await _stale(world, "/follow/withdraw")
    page.forms[0].action = path
    body = "&".join(f"{name}={value}" for name, value in {**page.forms[0].fields, **changes}.items())
    assert (await visitor.post(path, body.encode())).status == 403
    assert await world.case(case_id) == before


@pytest.mark.parametrize("path", FORMS)
async def test_nobody_acts_on_a_request_of_others(world: World, path: str) -> None:
    await held_up(world)
    visitor, page = await _stale(world, "/follow/withdraw")
    fields = {**page.forms[0].fields, "request": f"{'a' * 32}-{'b' * 32}", "text": "hello"}
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    assert (await visitor.post(path, body.encode())).status == 404
