"""People of the desk sign in and out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared import wiring
from shared.domain.access import token_of
from tests.functions.calling import SIGNING_KEY, app_service, wired
from tests.functions.visitor import Visitor
from tests.world import World

ROLES = "roles"
READER = {"x-ms-client-principal": app_service(("name", "bo"), (ROLES, "Desk.Read")), "accept-language": "en"}
STRANGER = {"x-ms-client-principal": app_service(("name", "eve")), "accept-language": "en"}


@pytest.fixture
def developers(world: World) -> Iterator[None]:
    """The app on a developer's machine."""
    wiring.install(replace(wired(world), development=True))
    yield
    wiring.install(None)


@pytest.fixture
def platform(world: World) -> Iterator[None]:
    """The app behind App Service Authentication."""
    wiring.install(wired(world, trusts_platform=True))
    yield
    wiring.install(None)


async def _sent_to(visitor: Visitor, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, str | None]:
    response = await visitor.once(method, path, body)
    return response.status_code, response.headers.get("Location")


def _token(visitor: Visitor) -> bytes:
    """The form for signing out, which every page of the desk has."""
    visitor.cookies["visit"] = "a" * 32
    return f"token={token_of('a' * 32, 'desk:bo', SIGNING_KEY)}".encode()


@pytest.mark.usefixtures("developers")
async def test_lists_the_people_of_the_settings_with_their_roles() -> None:
    page = await Visitor().look("/desk/sign-in")
    assert page.status == 200
    assert page.text.index("Go on as ada") < page.text.index("Go on as bo")
    assert page.text.count("May decide on requests") == 1


@pytest.mark.usefixtures("developers")
async def test_lets_in_whoever_was_chosen_and_leads_back() -> None:
    visitor = Visitor()
    page = await visitor.look("/desk/sign-in?to=/desk/cases/x%3Fy=1")
    body = f"name=bo&token={page.forms[0].fields['token']}&to={page.forms[0].fields['to']}".encode()
    assert await _sent_to(visitor, "/desk/sign-in", "POST", body) == (303, "/desk/cases/x?y=1")
    assert "desk" in visitor.cookies


@pytest.mark.parametrize(
    "to", ["", "https://evil.example", "//evil.example/desk", "/deskx", "/desk/sign-out", "/desk/%0dx"]
)
@pytest.mark.usefixtures("developers")
async def test_leads_nowhere_but_to_pages_of_the_desk(to: str) -> None:
    visitor = Visitor()
    page = await visitor.look(f"/desk/sign-in?to={to}")
    body = f"name=ada&token={page.forms[0].fields['token']}&to={to}".encode()
    assert page.forms[0].fields["to"] == "/desk"
    assert await _sent_to(visitor, "/desk/sign-in", "POST", body) == (303, "/desk")


@pytest.mark.usefixtures("developers")
async def test_knows_nobody_else() -> None:
    visitor = Visitor()
    page = await visitor.send(await visitor.look("/desk/sign-in"), name="eve")
    assert (page.status, "nobody of that name" in page.text) == (400, True)
    assert "desk" not in visitor.cookies


@pytest.mark.parametrize("people", [True, False])
async def test_lets_nobody_in_by_a_name_outside_development(world: World, *, people: bool) -> None:
    app = wired(world)
    desk = app.desk if people else replace(app.desk, people={})
    wiring.install(replace(app, desk=desk, development=not people))
    visitor = Visitor()
    assert (await visitor.look("/desk/sign-in")).status == 404
    token = (await visitor.look("/start")).forms[0].fields["token"]
    assert (await visitor.post("/desk/sign-in", f"name=ada&token={token}".encode())).status == 404
    assert "desk" not in visitor.cookies


@pytest.mark.usefixtures("platform")
async def test_leads_to_the_work_account_where_the_platform_signs_people_in() -> None:
    address = "/.auth/login/aad?post_login_redirect_uri=%2Fdesk%2Fcases%2Fx"
    assert await _sent_to(Visitor(), "/desk/sign-in?to=/desk/cases/x") == (303, address)
    assert await _sent_to(Visitor(), "/desk/sign-in?to=//evil.example") == (
        303,
        "/.auth/login/aad?post_login_redirect_uri=%2Fdesk",
    )


@pytest.mark.usefixtures("platform")
async def test_lets_nobody_in_by_a_name_where_the_platform_signs_people_in() -> None:
    visitor = Visitor()
    token = (await visitor.look("/start")).forms[0].fields["token"]
    assert (await visitor.post("/desk/sign-in", f"name=ada&token={token}".encode())).status == 404


@pytest.mark.usefixtures("platform")
async def test_sends_nobody_around_in_circles() -> None:
    assert await _sent_to(Visitor(headers=READER), "/desk/sign-in?to=/desk/x") == (303, "/desk/x")
    page = await Visitor(headers=STRANGER).look("/desk/sign-in")
    assert (page.status, "no role here yet" in page.text) == (403, True)


@pytest.mark.usefixtures("developers")
async def test_signing_out_forgets_the_session(world: World) -> None:
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    assert await _sent_to(visitor, "/desk/sign-out", "POST", _token(visitor)) == (303, "/")
    assert "desk" not in visitor.cookies
    assert "You are signed out." in (await visitor.look("/")).text


@pytest.mark.usefixtures("platform")
async def test_signing_out_is_the_platforms_where_it_signs_people_in() -> None:
    visitor = Visitor(headers=READER)
    assert await _sent_to(visitor, "/desk/sign-out", "POST", _token(visitor)) == (
        303,
        "/.auth/logout?post_logout_redirect_uri=%2F",
    )
    assert "You are signed out." in (await visitor.look("/")).text
