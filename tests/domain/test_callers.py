import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain import callers
from shared.domain.callers import (
    LONGEST_NAME,
    LONGEST_PRINCIPAL,
    LONGEST_SIGN_IN,
    PORTAL,
    ClientBook,
    Kind,
    Principal,
    Role,
    principal_of_header,
)
from shared.domain.clients import MOST_SECRETS, ClientSecret, hash_of
from shared.domain.errors import RoleNeededError
from tests.builders import NOON
from tests.domain.calls import calls_of

# What a header may hold once bytes that are not UTF-8 became lone surrogates.
HEADER = st.text(st.characters(exclude_characters="\r\n"))


def a_secret(secret: str, **times: datetime) -> ClientSecret:
    return ClientSecret(hash=hash_of(secret), **times)


SOON = NOON + timedelta(days=7)
SCOPE = "0" * 32
BOOK = ClientBook(
    {
        "contoso": [a_secret("old secret", until=SOON), a_secret("new:secret")],
        "fabrikam": [a_secret("théirs", since=NOON)],
        "nothing": [],
    }
)


def _basic(credentials: str | bytes, scheme: str = "Basic") -> str:
    raw = credentials.encode() if isinstance(credentials, str) else credentials
    return f"{scheme} {base64.b64encode(raw).decode()}"


@pytest.mark.parametrize("credentials", ["contoso:old secret", "contoso:new:secret", "fabrikam:théirs"])
def test_knows_a_client_by_any_of_its_secrets(credentials: str) -> None:
    assert BOOK.client_of(_basic(credentials), NOON) == credentials.partition(":")[0]


def test_reads_the_scheme_in_any_case() -> None:
    assert BOOK.client_of(_basic("contoso:old secret", "bAsIc"), NOON) == "contoso"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ",
        _basic(""),
        _basic(":"),
        _basic("contoso"),
        _basic("contoso:"),
        _basic("contoso:wrong"),
        _basic("fabrikam:old secret"),
        _basic("nobody:old secret"),
        _basic("Contoso:old secret"),
        _basic("contoso:old secret", "Bearer"),
        _basic(b"contoso:\xff"),
        "Basic é",
        "Basic not base64!",
        _basic("contoso:old secret") + "!",
        _basic("contoso:old secret").replace("Basic ", "Basic  "),
        _basic("nothing:"),
    ],
)
def test_knows_nobody_by_anything_else(header: str | None) -> None:
    assert BOOK.client_of(header, NOON) is None


@given(
    HEADER | HEADER.map("Basic {}".format) | st.binary().map(_basic) | st.text(st.characters(codec="utf-8")).map(_basic)
)
@example("Basic \udcff")
def test_never_fails_on_an_authorization_header(header: str) -> None:
    assert BOOK.client_of(header, NOON) is None


def test_knows_nobody_by_a_hash_instead_of_its_secret() -> None:
    assert BOOK.client_of(_basic(f"contoso:{hash_of('old secret')}"), NOON) is None


def test_lets_a_secret_in_from_its_beginning_until_before_its_end() -> None:
    moment = timedelta(microseconds=1)
    assert BOOK.client_of(_basic("contoso:old secret"), SOON - moment) == "contoso"
    assert BOOK.client_of(_basic("contoso:old secret"), SOON) is None
    assert BOOK.client_of(_basic("contoso:new:secret"), SOON) == "contoso"
    assert BOOK.client_of(_basic("fabrikam:théirs"), NOON - moment) is None


def test_reads_no_header_that_is_longer_than_any_id_and_secret_need() -> None:
    secret = "x" * (LONGEST_SIGN_IN - 300)
    header = _basic(f"contoso:{secret}")
    assert len(header) <= LONGEST_SIGN_IN
    book = ClientBook({"contoso": [a_secret(secret), a_secret(secret * 2)]})
    assert book.client_of(header, NOON) == "contoso"
    assert book.client_of(_basic(f"contoso:{secret * 2}"), NOON) is None


def test_knows_nobody_by_the_secret_that_stands_in_for_a_missing_one() -> None:
    assert not callers._NOBODYS.is_valid(datetime.min.replace(tzinfo=UTC))
    assert not callers._NOBODYS.is_valid(NOON)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic !",
        _basic("contoso:old secret"),
        _basic("contoso:wrong"),
        _basic("fabrikam:wrong"),
        _basic("nothing:wrong"),
        _basic("nobody:wrong"),
        _basic("nobody:" + "x" * 5000),
    ],
    ids=["none", "unreadable", "right", "wrong of two", "wrong of one", "of none", "unknown", "long"],
)
def test_does_the_same_work_for_everybody(header: str | None) -> None:
    work = calls_of({"openssl_sha256", "compare_digest"}, lambda: BOOK.client_of(header, NOON))
    assert work == {"openssl_sha256": 1, "compare_digest": MOST_SECRETS}


# --- principals


def test_names_callers_in_history_by_kind_and_name() -> None:
    assert Principal(Kind.CLIENT, "demo").actor == "client:demo"
    assert PORTAL.actor == "portal"


def test_shows_the_desk_every_case_and_others_their_own() -> None:
    desk, client = Principal(Kind.DESK, "ada", frozenset({Role.READ})), Principal(Kind.CLIENT, "demo")
    assert desk.may_see("client:demo", SCOPE)
    assert client.may_see("client:demo", SCOPE)
    assert not client.may_see("client:other", SCOPE)
    assert not Principal(Kind.CLIENT, "portal").may_see(PORTAL.actor, SCOPE)


def test_shows_an_applicant_every_case_of_the_scope_and_no_other() -> None:
    applicant = Principal(Kind.APPLICANT, SCOPE)
    assert applicant.may_see("client:demo", SCOPE)
    assert not applicant.may_see(applicant.actor, "f" * 32)


def _header(**document: Any) -> str:
    return base64.b64encode(json.dumps(document).encode()).decode()


def _claim(kind: str, value: str) -> dict[str, str]:
    return {"typ": kind, "val": value}


def test_reads_a_person_and_roles_from_the_platforms_header() -> None:
    claims = [_claim("preferred_username", "ada@contoso.example"), _claim("roles", "Desk.Decide"), _claim("roles", "X")]
    person = principal_of_header(_header(claims=claims))
    assert person == Principal(Kind.DESK, "ada@contoso.example", frozenset({Role.DECIDE}))


def test_reads_the_claim_types_that_the_header_names() -> None:
    claims = [_claim("urn:name", "ada"), _claim("urn:role", "Desk.Read")]
    person = principal_of_header(_header(claims=claims, name_typ="urn:name", role_typ="urn:role"))
    assert person == Principal(Kind.DESK, "ada", frozenset({Role.READ}))


@pytest.mark.parametrize(
    "claims", [[], [_claim("name", "ada")], [_claim("roles", "Desk.Read")], [{"typ": "name"}], "text", None, [1]]
)
def test_finds_nobody_without_a_name_and_a_role(claims: object) -> None:
    assert principal_of_header(_header(claims=claims)) is None


EMAIL = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
UPN = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
ROLE = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role"


def test_reads_a_header_as_entra_id_and_the_platform_make_it() -> None:
    claims = [
        _claim("iss", "https://login.microsoftonline.com/deaab16b-1c04-4cb8-af7d-b2729d0fc798/v2.0"),
        _claim("name", "Ada Lovelace"),
        _claim("http://schemas.microsoft.com/identity/claims/objectidentifier", "5b5450db-eb26-4c1a-981c-ba1d25f0483d"),
        _claim("preferred_username", "ada@contoso.onmicrosoft.com"),
        _claim(EMAIL, "ada@contoso.example"),
        _claim("roles", "Desk.Read"),
        _claim("roles", "Desk.Decide"),
    ]
    person = principal_of_header(_header(auth_typ="aad", claims=claims, name_typ=EMAIL, role_typ=ROLE))
    assert person == Principal(Kind.DESK, "ada@contoso.example", frozenset(Role))


@pytest.mark.parametrize("kind", ["roles", ROLE])
@pytest.mark.parametrize("document", [{}, {"role_typ": ROLE}, {"role_typ": "groups"}, {"role_typ": None}])
def test_reads_roles_mapped_or_as_the_token_calls_them(kind: str, document: dict[str, Any]) -> None:
    person = principal_of_header(_header(claims=[_claim("name", "ada"), _claim(kind, "Desk.Read")], **document))
    assert person == Principal(Kind.DESK, "ada", frozenset({Role.READ}))


def test_takes_no_other_claim_for_a_role() -> None:
    others = ["role", "Roles", "groups", "scp", "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"]
    claims = [_claim("name", "ada"), *(_claim(kind, "Desk.Decide") for kind in others)]
    assert principal_of_header(_header(claims=claims, role_typ=ROLE)) is None


def test_calls_a_person_by_the_best_name_wherever_it_stands() -> None:
    claims = [_claim("roles", "Desk.Read")]
    for kind in ("name", UPN, "preferred_username", EMAIL):
        claims.append(_claim(kind, kind))
        person = principal_of_header(_header(claims=claims, name_typ=EMAIL))
        assert person is not None
        assert person.name == kind


def test_takes_no_app_for_a_person() -> None:
    claims = [_claim("azp", "5b5450db-eb26-4c1a-981c-ba1d25f0483d"), _claim("roles", "Desk.Decide")]
    assert principal_of_header(_header(claims=claims, name_typ=EMAIL, role_typ=ROLE)) is None


@pytest.mark.parametrize("value", [None, 1, True, ["ada"], {"ada": 1}, "x" * (LONGEST_NAME + 1)], ids=repr)
def test_calls_nobody_by_what_is_no_name(value: Any) -> None:
    assert principal_of_header(_header(claims=[_claim("name", value), _claim("roles", "Desk.Read")])) is None


def test_calls_a_person_by_a_name_as_long_as_names_get() -> None:
    person = principal_of_header(_header(claims=[_claim("name", "x" * LONGEST_NAME), _claim("roles", "Desk.Read")]))
    assert person is not None
    assert person.name == "x" * LONGEST_NAME


def test_reads_a_header_as_long_as_headers_get() -> None:
    claims = [_claim("name", "ada"), _claim("roles", "Desk.Read")]
    room = LONGEST_PRINCIPAL * 3 // 4 - len(json.dumps({"claims": claims, "pad": ""}))
    header = _header(claims=claims, pad="x" * room)
    assert len(header) == LONGEST_PRINCIPAL
    assert principal_of_header(header) is not None


def test_reads_no_header_with_anything_else_in_its_base64() -> None:
    header = _header(claims=[_claim("name", "ada"), _claim("roles", "Desk.Read")])
    assert principal_of_header(header) is not None
    assert principal_of_header(f"{header[:8]}!{header[8:]}") is None


def test_reads_a_header_with_all_groups_a_token_may_have_but_no_longer_one() -> None:
    groups = [_claim("groups", f"{number:08}-0000-0000-0000-000000000000") for number in range(200)]
    claims = [_claim("name", "ada"), _claim("roles", "Desk.Read"), *groups]
    assert principal_of_header(_header(claims=claims)) is not None
    assert principal_of_header(_header(claims=claims, padding="x" * LONGEST_PRINCIPAL)) is None


@given(st.text())
def test_never_fails_on_a_header(text: str) -> None:
    assert principal_of_header(text) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_never_fails_on_a_document(document: Any) -> None:
    encoded = base64.b64encode(json.dumps(document).encode()).decode()
    assert principal_of_header(encoded) is None


def test_needs_the_role_itself() -> None:
    reader = Principal(Kind.DESK, "ben", frozenset({Role.READ}))
    reader.needs(Role.READ)
    with pytest.raises(RoleNeededError, match=r"Desk\.Decide"):
        reader.needs(Role.DECIDE)
    with pytest.raises(RoleNeededError):
        PORTAL.needs(Role.READ)
