import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from shared.domain.callers import (
    PORTAL,
    TOLERANCE,
    ClientBook,
    Kind,
    Principal,
    Role,
    Signed,
    principal_of_header,
    signature_problem,
)
from tests.builders import NOON

KEY, OTHER_KEY = b"0123456789abcdef0123456789abcdef", b"another key of thirty-two bytes."
BODY = b'{"type":"subscription.updated"}'
TIMESTAMP = str(int(NOON.timestamp()))

# What a header may hold once bytes that are not UTF-8 became lone surrogates.
HEADER = st.text(st.characters(exclude_characters="\r\n"))


def _hash_of(secret: str) -> str:
    return "sha256:" + hashlib.sha256(secret.encode()).hexdigest()


BOOK = ClientBook({"contoso": [_hash_of("old secret"), _hash_of("new:secret")], "fabrikam": [_hash_of("théirs")]})


def _basic(credentials: str | bytes, scheme: str = "Basic") -> str:
    raw = credentials.encode() if isinstance(credentials, str) else credentials
    return f"{scheme} {base64.b64encode(raw).decode()}"


@pytest.mark.parametrize("credentials", ["contoso:old secret", "contoso:new:secret", "fabrikam:théirs"])
def test_knows_a_client_by_any_of_its_secrets(credentials: str) -> None:
    assert BOOK.client_of(_basic(credentials)) == credentials.partition(":")[0]


def test_reads_the_scheme_in_any_case() -> None:
    assert BOOK.client_of(_basic("contoso:old secret", "bAsIc")) == "contoso"


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
    ],
)
def test_knows_nobody_by_anything_else(header: str | None) -> None:
    assert BOOK.client_of(header) is None


@given(
    HEADER | HEADER.map("Basic {}".format) | st.binary().map(_basic) | st.text(st.characters(codec="utf-8")).map(_basic)
)
@example("Basic \udcff")
def test_never_fails_on_an_authorization_header(header: str) -> None:
    assert BOOK.client_of(header) is None


def test_knows_nobody_by_a_hash_instead_of_its_secret() -> None:
    assert BOOK.client_of(_basic(f"contoso:{_hash_of('old secret')}")) is None


def _signed(key: bytes = KEY, webhook_id: str = "msg_1", at: datetime = NOON, body: bytes = BODY) -> Signed:
    signature = Webhook(key).sign(webhook_id, at, body.decode())
    return Signed(webhook_id, str(int(at.timestamp())), signature)


def test_believes_a_webhook_signed_with_any_key_that_is_valid_now() -> None:
    assert signature_problem(_signed(), BODY, [OTHER_KEY, KEY], NOON) is None
    assert signature_problem(_signed(OTHER_KEY), BODY, [OTHER_KEY, KEY], NOON) is None


def test_believes_one_valid_signature_among_others() -> None:
    several = " ".join(
        ["v1a,c29tZXRoaW5n", "v1,", "v1,é", "nonsense", _signed(OTHER_KEY).signatures, _signed().signatures]
    )
    assert signature_problem(Signed("msg_1", TIMESTAMP, several), BODY, [KEY], NOON) is None


@pytest.mark.parametrize(
    "signatures",
    [
        "",
        "v1",
        "v1,",
        "v1,é",
        "v1,####",
        _signed(OTHER_KEY).signatures,
        _signed().signatures.replace("v1,", "v2,"),
        _signed().signatures.replace("v1,", "v1,!"),
    ],
)
def test_refuses_a_signature_that_does_not_match(signatures: str) -> None:
    problem = signature_problem(Signed("msg_1", TIMESTAMP, signatures), BODY, [KEY], NOON)
    assert problem == "webhook-signature does not match"


@pytest.mark.parametrize("keys", [[], [OTHER_KEY]])
def test_believes_nothing_without_the_right_key(keys: list[bytes]) -> None:
    assert signature_problem(_signed(), BODY, keys, NOON) == "webhook-signature does not match"


def test_refuses_another_body() -> None:
    assert signature_problem(_signed(), BODY + b" ", [KEY], NOON) == "webhook-signature does not match"


def test_refuses_a_signature_for_another_id_or_time() -> None:
    signatures = _signed().signatures
    later = str(int(TIMESTAMP) + 1)
    for signed in (Signed("msg_2", TIMESTAMP, signatures), Signed("msg_1", later, signatures)):
        assert signature_problem(signed, BODY, [KEY], NOON) == "webhook-signature does not match"


def test_lets_no_dot_move_between_id_and_timestamp() -> None:
    signatures = Webhook(KEY).sign("msg.1", NOON, BODY.decode())
    problem = signature_problem(Signed("msg.1", TIMESTAMP, signatures), BODY, [KEY], NOON)
    assert problem == "webhook-id is missing, not ASCII, or contains a dot"


@pytest.mark.parametrize("webhook_id", ["", "msgé", "msg\udcff"])
def test_refuses_an_id_that_no_portal_gives(webhook_id: str) -> None:
    problem = signature_problem(Signed(webhook_id, TIMESTAMP, "v1,"), BODY, [KEY], NOON)
    assert problem == "webhook-id is missing, not ASCII, or contains a dot"


@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1.5", "1e9", "²", "١٢٣", " 1", "1" * 11, "9" * 5000])
def test_refuses_a_timestamp_that_is_no_number_of_seconds(timestamp: str) -> None:
    problem = signature_problem(Signed("msg_1", timestamp, "v1,"), BODY, [KEY], NOON)
    assert problem == "webhook-timestamp is not a number of seconds since 1970"


@pytest.mark.parametrize("way", [1, -1])
def test_allows_five_minutes_both_ways_and_no_more(way: int) -> None:
    assert signature_problem(_signed(), BODY, [KEY], NOON + way * timedelta(minutes=5)) is None
    problem = signature_problem(_signed(), BODY, [KEY], NOON + way * timedelta(minutes=5, seconds=1))
    assert problem == "webhook-timestamp is more than 5 minutes from now"


@given(HEADER, HEADER | st.just(TIMESTAMP), HEADER | HEADER.map("v1,{}".format), st.binary())
@example("msg\udcff", TIMESTAMP, "v1,\udcff", b"")
def test_never_fails_on_what_a_webhook_claims(webhook_id: str, timestamp: str, signatures: str, body: bytes) -> None:
    assert signature_problem(Signed(webhook_id, timestamp, signatures), body, [KEY], NOON) is not None


def _standard_refuses(signed: Signed, body: str, key: bytes) -> bool:
    headers = {
        "webhook-id": signed.webhook_id,
        "webhook-timestamp": signed.timestamp,
        "webhook-signature": signed.signatures,
    }
    try:
        Webhook(key).verify(body, headers, json_parse=False)
    except WebhookVerificationError:
        return True
    return False


# The standard's library reads the clock itself: both judge within the tolerance or far outside of it.
@given(
    st.from_regex(r"[!-\-/-~]{1,40}", fullmatch=True),
    st.sampled_from([-4000, -200, 0, 200, 4000]),
    st.text(st.characters(codec="utf-8")),
    st.binary(min_size=1, max_size=64),
    st.sampled_from([lambda body: body, lambda body: body + "!"]),
)
def test_agrees_with_the_standards_own_library(
    webhook_id: str, seconds: int, body: str, key: bytes, change: Callable[[str], str]
) -> None:
    now = datetime.now(UTC)
    signed = _signed(key, webhook_id, now + timedelta(seconds=seconds), body.encode())
    refused = signature_problem(signed, change(body).encode(), [key], now) is not None
    assert refused is _standard_refuses(signed, change(body), key)
    assert refused is (abs(seconds) > TOLERANCE.total_seconds() or change(body) != body)


# --- principals


def test_names_callers_in_history_by_kind_and_name() -> None:
    assert Principal(Kind.CLIENT, "demo").actor == "client:demo"
    assert PORTAL.actor == "portal"


def test_shows_the_desk_every_case_and_others_their_own() -> None:
    desk, client = Principal(Kind.DESK, "ada", frozenset({Role.READ})), Principal(Kind.CLIENT, "demo")
    assert desk.may_see("client:demo")
    assert client.may_see("client:demo")
    assert not client.may_see("client:other")
    assert not Principal(Kind.CLIENT, "portal").may_see(PORTAL.actor)


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
