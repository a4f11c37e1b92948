"""Webhooks that come in: Standard Webhooks 1.0.0, as the receiver."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.portal import sign
from local.sample import sample_snapshot
from shared import wiring
from shared.domain.errors import StorageUnavailableError
from shared.settings import webhook_key
from tests.functions.calling import PORTAL_SECRET, Answer, signed, wired
from tests.functions.door import ask
from tests.world import SUBSCRIPTION, Fault, World

NEXT_SECRET = "whsec_" + base64.b64encode(b"n" * 32).decode()
FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
"""A world is shared by the examples of a property: nothing is stored that one could see."""


def event(world: World, seconds: int = 0, **changes: Any) -> bytes:
    """A snapshot, observed so many seconds from now."""
    at = (world.clock.now + timedelta(seconds=seconds)).isoformat()
    data = {**sample_snapshot(str(SUBSCRIPTION)), **changes}
    return json.dumps({"type": "subscription.updated", "timestamp": at, "data": data}).encode()


async def post(body: bytes, headers: dict[str, str]) -> Answer:
    return await ask("POST", "/api/webhooks/portal", body, {"authorization": "", **headers}, version=False)


@pytest.mark.rule(38)
async def test_each_id_is_acted_on_once(world: World) -> None:
    first, later = event(world, -10), event(world, accountType="Individual")
    answers = [await post(body, signed(world, body, "msg_1")) for body in (first, later)]
    assert [answer.status for answer in answers] == [204, 204]
    assert (await world.facts()).account_type == "Business"


@pytest.mark.rule(38)
async def test_what_was_observed_later_holds_in_whatever_order_it_comes(world: World) -> None:
    for number, seconds in enumerate((-10, -30, -20)):
        body = event(world, seconds, accountType=f"seen at {seconds}")
        assert (await post(body, signed(world, body, f"msg_{number}"))).status == 204
    assert (await world.facts()).account_type == "seen at -10"


@pytest.mark.rule(36, 39)
async def test_a_later_attempt_of_what_was_taken_is_taken_again_and_does_nothing(world: World) -> None:
    body = event(world)
    first = await post(body, signed(world, body, "msg_1"))
    world.clock.move(hours=27)
    before = await world.facts()
    again = await post(body, signed(world, body, "msg_1"))
    assert (first.status, again.status, await world.facts()) == (204, 204, before)


@pytest.mark.rule(40)
async def test_an_attempt_after_an_outage_is_taken(world: World) -> None:
    body = event(world)
    world.storage.faults.append(Fault("page", StorageUnavailableError()))
    assert (await post(body, signed(world, body))).status == 503
    world.clock.move(hours=75)
    assert (await post(body, signed(world, body))).status == 204
    assert (await world.facts()).account_type == "Business"


@pytest.mark.rule(37)
@pytest.mark.parametrize(("size", "fits"), [(23, False), (24, True), (64, True), (65, False)])
def test_a_secret_has_24_to_64_bytes(size: int, fits: bool) -> None:
    secret = "whsec_" + base64.b64encode(b"k" * size).decode()
    if fits:
        assert len(webhook_key(secret)) == size
        return
    with pytest.raises(ValueError, match="24 to 64"):
        webhook_key(secret)


@pytest.mark.rule(37, 38)
@pytest.mark.parametrize("secret", [PORTAL_SECRET, NEXT_SECRET])
async def test_either_secret_will_do_while_one_replaces_the_other(world: World, secret: str) -> None:
    wiring.install(replace(wired(world), portal_keys=(b"k" * 32, b"n" * 32)))
    body = event(world)
    assert (await post(body, sign(secret, "msg_1", world.clock.now, body))).status == 204


@pytest.mark.rule(38)
async def test_one_signature_of_the_list_is_enough_and_unknown_versions_are_skipped(world: World) -> None:
    body = event(world)
    headers = signed(world, body)
    listed = f"v1a,AAAA v2,whatever v1,AAAA {headers['webhook-signature']}"
    assert (await post(body, {**headers, "webhook-signature": listed})).status == 204
    body = event(world, 1)
    known = signed(world, body, "msg_2")["webhook-signature"].replace("v1,", "v1a,")
    assert (await post(body, {**signed(world, body, "msg_2"), "webhook-signature": known})).status == 401


@pytest.mark.rule(38)
@pytest.mark.parametrize(("minutes", "seconds", "status"), [(5, 0, 204), (-5, 0, 204), (5, 1, 401), (-5, -1, 401)])
async def test_its_time_may_be_five_minutes_off(world: World, minutes: int, seconds: int, status: int) -> None:
    body = event(world)
    sent = world.clock.now + timedelta(minutes=minutes, seconds=seconds)
    assert (await post(body, sign(PORTAL_SECRET, "msg_1", sent, body))).status == status


@pytest.mark.rule(36, 38)
async def test_a_body_that_was_touched_is_refused(world: World) -> None:
    body = event(world)
    answer = await post(body.replace(b"Business", b"Individual"), signed(world, body))
    assert (answer.status, answer.body["error"]["code"]) == (401, "InvalidSignature")
    assert (await world.facts()).account_type is None


@pytest.mark.rule(41)
@FIXTURES
@given(body=st.binary(max_size=200) | st.text().map(str.encode))
async def test_a_signed_body_of_whatever_bytes_is_400(world: World, body: bytes) -> None:
    assert (await post(body, signed(world, body))).status == 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
MEMBERS = st.sampled_from(["type", "timestamp", "data", "subscriptionId", "resources", "country", "outstandingBalance"])


@pytest.mark.rule(41)
@FIXTURES
@given(changes=st.dictionaries(MEMBERS, JSON, min_size=1, max_size=3), inside=st.booleans())
async def test_a_signed_event_with_whatever_in_it_is_no_5xx(world: World, changes: Any, inside: bool) -> None:
    document = json.loads(event(world))
    (document["data"] if inside else document).update(changes)
    body = json.dumps(document).encode()
    assert (await post(body, signed(world, body))).status in {204, 400}


@pytest.mark.rule(41)
@FIXTURES
@given(
    headers=st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("webhook-id", "webhook-timestamp", "webhook-signature"), st.text())
    )
)
async def test_whatever_headers_are_401_or_fine(world: World, headers: dict[str, str]) -> None:
    body = event(world)
    assert (await post(body, {**signed(world, body), **headers})).status in {204, 401}


@pytest.mark.rule(41)
async def test_a_webhook_too_large_is_413(world: World) -> None:
    body = b" " * 262_145
    assert (await post(body, signed(world, body))).status == 413
