"""Pages for everybody, and what holds for every page."""

import re
from dataclasses import replace
from html import unescape

import pytest

from functions.blueprints import BLUEPRINTS
from functions.page_problems import FORM_EXPIRED, SIGN_IN_AGAIN
from functions.page_routes import PAGES, Page, is_local
from functions.problem_types import CATALOGUE
from shared import wiring
from shared.domain.access import SESSION_LIFETIME, Pass, Purpose, written
from shared.domain.decisions import Language
from shared.domain.documents import DocumentSlot
from shared.web.languages import LANGUAGES, has_words
from shared.workflow.documents import upload
from tests.document_files import a_pdf
from tests.functions.calling import SIGNING_KEY, wired
from tests.functions.stages import in_review
from tests.functions.visitor import FORM, Sight, Visitor
from tests.world import World, asked

assert BLUEPRINTS, "importing them registers the pages"
NOT_ON_PAGES = {
    *("MissingApiVersionParameter", "UnsupportedApiVersionValue", "NotAcceptable", "MethodNotAllowed", "InvalidJson"),
    *("InvalidIdempotencyKey", "InvalidOperationId", "InvalidRepeatabilityHeader", "RepeatabilityWindowPassed"),
    *("RepeatabilityNotSupported", "Unauthenticated", "InvalidSignature", "TooManyRequests", "PreconditionRequired"),
    *("InvalidFields", "ConsentOutdated", "RequestOpen", "AlreadySwitched", "TooEarlyToReapply", "FactsBlock"),
    "InternalError",
}
"""Problems of the API's door, those that a form tells beside its fields or by where it leads, and what is `other`."""

FORMS = [page for _, page in PAGES if page.method == "POST"]


async def test_greets_on_the_front_page_in_the_browsers_language() -> None:
    assert "Pay for Azure by invoice" in (await Visitor().look("/")).html
    assert "Azure betalen op factuur" in (await Visitor(headers={"accept-language": "nl-BE,en;q=0.5"}).look("/")).html


async def test_the_front_page_leads_to_a_start_and_the_desk_at_no_cost_to_storage(world: World) -> None:
    page = await Visitor().look("/")
    assert all(f'href="{path}"' in page.html for path in ("/start", "/desk"))
    assert (page.status, world.storage.calls.total(), len(page.html) < 30_000) == (200, 0, True)


async def test_keeps_the_language_that_was_chosen_and_goes_back() -> None:
    visitor = Visitor()
    page = await visitor.look("/language/nl?to=%2F")
    assert (page.path, 'lang="nl"' in page.html) == ("/", True)


@pytest.mark.parametrize("language", ["fr", "en%22"])
async def test_knows_no_other_language(language: str) -> None:
    assert (await Visitor().look(f"/language/{language}")).status == 404


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/\n"])
def test_sends_nobody_away(to: str) -> None:
    assert not is_local(to)


async def test_pages_load_files_of_ours_by_addresses_that_change_with_them() -> None:
    visitor = Visitor()
    home = await visitor.look("/")
    address = home.html.partition('rel="stylesheet" href="')[2].partition('"')[0]
    style = await visitor.look(address)
    assert (style.status, "immutable" in style.headers["Cache-Control"]) == (200, True)
    assert "Set-Cookie" not in (await Visitor().look(address)).headers
    assert (await visitor.look("/static/nothing.css")).status == 404


async def test_pages_may_load_nothing_of_others() -> None:
    policy = (await Visitor().look("/")).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


async def test_pages_let_a_browser_say_that_a_form_came_from_them() -> None:
    assert (await Visitor().look("/start")).headers["Referrer-Policy"] == "same-origin"


async def test_a_browser_at_an_unknown_address_is_shown_a_page_and_a_program_a_problem() -> None:
    page = await Visitor(headers={"accept": "text/html", "accept-language": "nl"}).look("/nothing")
    assert (page.status, "Deze pagina bestaat niet" in page.text) == (404, True)
    assert '"code"' in (await Visitor(headers={"accept": "text/html"}).look("/api/nothing")).html
    assert '"code"' in (await Visitor().look("/nothing")).html


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_unknown_address_is_nothing_that_a_browser_has_already(method: str) -> None:
    visitor = Visitor(headers={"accept": "text/html", "if-none-match": "*"})
    assert (await visitor.once(method, "/nothing", b"")).status_code == 404


async def test_a_problem_is_a_page_in_the_visitors_language() -> None:
    page = await Visitor(headers={"accept-language": "nl"}).look("/static/nothing.css")
    assert "Deze pagina bestaat niet" in page.text
    assert page.headers["Content-Type"].startswith("text/html") if "Content-Type" in page.headers else True


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_that_a_page_can_answer_has_words_of_its_own(language: Language) -> None:
    codes = {*CATALOGUE, FORM_EXPIRED.code, SIGN_IN_AGAIN.code} - NOT_ON_PAGES
    assert {code for code in codes if not has_words(language, f"problems.{code}.title")} == set()


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", f"/start?{'x' * 2100}", 414, "The address is too long"),
        ("POST", "/start", 415, "This was not sent by a form of ours"),
    ],
)
async def test_says_what_is_wrong_with_what_was_sent(method: str, path: str, status: int, words: str) -> None:
    response = await Visitor().once(method, path, b"{}", "application/json")
    assert (response.status_code, words in response.get_body().decode()) == (status, True)


def test_every_page_says_who_may_see_it() -> None:
    assert PAGES
    assert len({name for name, _ in PAGES}) == len(PAGES)


async def _sent_astray(world: World, page: Page) -> tuple[Visitor, Sight]:
    """What a visitor is shown whose form is no good any more."""
    wiring.install(replace(wired(world), development=True))  # else there is no page to sign in at
    link = written(Pass(Purpose.LINK, "0" * 64, world.clock.now + SESSION_LIFETIME), SIGNING_KEY)
    parts = {"id": await in_review(world), "kind": "approve", "step": "details", "link": link, "slot": "other"}
    await upload(world.services, asked(parts["id"]), DocumentSlot.OTHER, "accounts.pdf", a_pdf())
    parts["sha256"] = (await world.case(parts["id"])).documents[0].sha256
    visitor = Visitor.applicant(world.clock.now)
    visitor.cookies |= Visitor.of_the_desk("ada", world.clock.now).cookies
    address = re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], page.path)
    return visitor, await visitor.post(f"/{address}", b"token=old", FORM)


@pytest.mark.parametrize("page", FORMS, ids=lambda page: page.path)
async def test_whatever_answers_a_form_can_be_had_in_another_language(world: World, page: Page) -> None:
    visitor, problem = await _sent_astray(world, page)
    assert problem.status == 403
    address = unescape(re.findall(r'href="(/language/nl[^"]*)"', problem.html)[0])
    again = await visitor.look(address)
    assert (again.status != 404, 'lang="nl"' in again.html) == (True, True), again.path


async def test_another_language_is_of_the_nearest_page_above_a_form(world: World) -> None:
    [notes] = [page for page in FORMS if page.path == "desk/cases/{id}/notes"]
    visitor, problem = await _sent_astray(world, notes)
    address = unescape(re.findall(r'href="(/language/nl[^"]*)"', problem.html)[0])
    assert (await visitor.look(address)).path == problem.path.removesuffix("/notes")
