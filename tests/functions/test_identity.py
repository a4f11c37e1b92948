"""Who calls: people of the desk, by the one way that the settings trust."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.credit import resume
from functions.intake import get_request, list_requests, recheck
from shared import wiring
from shared.domain.callers import ClientBook, Kind, Principal, Role, principal_of_header
from shared.domain.clients import ClientSecret, hash_of
from tests.functions.calling import ADA, BO, SECRET, Answer, app_service, call, wired
from tests.world import World

ROLES = (("roles", "Desk.Read"), ("roles", "Desk.Decide"))
OFFICER = app_service(("name", "Ada"), *ROLES)


async def listed(**headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await call(list_requests, "GET", "/api/requests", headers={"authorization": "", **named})


@pytest.fixture
def platform(world: World) -> None:
    wiring.install(wired(world, trusts_platform=True))


async def test_a_person_who_may_read_reads_but_does_not_decide() -> None:
    assert (await listed(**BO)).status == 200
    assert (await listed(**ADA)).status == 200


@pytest.mark.parametrize("name", ["", "Ada", "eve", "ada ", "client:demo"])
async def test_nobody_else_is_of_the_desk_in_development(name: str) -> None:
    answer = await listed(x_development_user=name)
    assert (answer.status, answer.body["error"]["code"]) == (401, "Unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_in_development_the_platforms_header_is_as_if_it_were_not_there() -> None:
    assert (await listed(x_ms_client_principal=OFFICER)).status == 401


@pytest.mark.usefixtures("platform")
async def test_on_the_platform_its_header_is_believed() -> None:
    assert (await listed(x_ms_client_principal=OFFICER)).status == 200


@pytest.mark.usefixtures("platform")
async def test_on_the_platform_the_development_sign_in_does_nothing() -> None:
    assert (await listed(**ADA)).status == 401


@pytest.mark.usefixtures("platform")
async def test_on_the_platform_the_role_is_looked_at() -> None:
    answer = await listed(x_ms_client_principal=app_service(("name", "Cy"), ("roles", "Desk.Decide")))
    assert (answer.status, answer.body["error"]["code"]) == (403, "Forbidden")
    assert "Desk.Read" in answer.body["detail"]


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize("header", ["", "!", "e30=", app_service(("name", "Eve")), app_service(*ROLES)])
async def test_on_the_platform_whoever_has_no_name_or_role_is_nobody(header: str) -> None:
    assert (await listed(x_ms_client_principal=header)).status == 401


async def test_on_the_platform_history_names_the_person(world: World) -> None:
    wiring.install(wired(world, trusts_platform=True))
    case_id = await world.submit()
    headers = {"authorization": "", "x-ms-client-principal": OFFICER}
    await call(resume, "POST", f"/api/requests/{case_id}/resumption", headers=headers)
    assert (await world.store.history(case_id))[-1].actor == "desk:Ada"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["claims", "typ", "val", "name_typ", "x"]), inner),
)
CLAIM = st.fixed_dictionaries({"typ": st.sampled_from(["name", "roles"]) | JSON, "val": st.just("Desk.Read") | JSON})
OPTIONAL = {"name_typ": JSON, "role_typ": JSON}
DOCUMENT = JSON | st.fixed_dictionaries({"claims": st.lists(CLAIM) | JSON}, optional=OPTIONAL)


@given(st.text() | DOCUMENT.map(lambda document: base64.b64encode(json.dumps(document).encode()).decode()))
@example("\udcff")
@example(base64.b64encode(b"[" * 100_000).decode())
@example(base64.b64encode(b"\xff\xfe\x00").decode())
@example(base64.b64encode(b'{"claims": ' + b"9" * 5000 + b"}").decode())
def test_no_principal_header_ever_raises(header: str) -> None:
    person = principal_of_header(header)
    assert person is None or (person.name.strip() and person.roles)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\u202eb", "\ud800"], ids=ascii)
def test_nobody_is_called_by_what_history_cannot_show(name: str) -> None:
    assert principal_of_header(app_service(("name", name), *ROLES)) is None
    person = principal_of_header(app_service(("name", name), ("preferred_username", "ada@example.com"), *ROLES))
    assert person is not None
    assert person.name == "ada@example.com"


def test_the_header_says_which_claims_are_names_and_roles() -> None:
    claims = (("urn:mail", "ada@example.com"), ("urn:role", "Desk.Decide"), ("urn:role", "Other.Role"))
    person = principal_of_header(app_service(*claims, name_typ="urn:mail", role_typ="urn:role"))
    assert person == Principal(Kind.DESK, "ada@example.com", frozenset({Role.DECIDE}))


async def test_a_clients_secret_ends_by_the_apps_own_clock(world: World) -> None:
    secret = ClientSecret(hash=hash_of(SECRET), until=world.clock.now + timedelta(seconds=1))
    wiring.install(replace(wired(world), clients=ClientBook({"demo": [secret]})))
    path = f"/api/requests/{await world.submit()}"
    assert (await call(get_request, "GET", path)).status == 200
    world.clock.move(seconds=1)
    assert (await call(get_request, "GET", path)).status == 401


async def test_the_desk_reads_every_clients_case_and_needs_the_role_for_it(world: World) -> None:
    case_id = await world.submit()
    for headers in (ADA, BO):
        answer = await call(get_request, "GET", f"/api/requests/{case_id}", headers=headers)
        assert (answer.status, answer.body["openedBy"]) == (200, "client:demo")


async def test_the_desk_acts_with_the_role_to_decide_only(world: World) -> None:
    path = f"/api/requests/{await world.submit()}/recheck"
    await world.drain()
    assert (await call(recheck, "POST", path, headers=BO)).status == 403
    assert (await call(recheck, "POST", path, headers=ADA)).status == 202
