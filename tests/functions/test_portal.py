"""The portal's webhooks: believed only when signed, acted on once."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.portal import receive_portal_webhook
from local.sample import sample_snapshot
from tests.functions.calling import Answer, call, signed
from tests.world import SUBSCRIPTION, World

PATH = "/api/webhooks/portal"


def event(world: World, **changes: Any) -> bytes:
    body = {
        "type": "subscription.updated",
        "timestamp": world.clock.now.isoformat(),
        "data": {**sample_snapshot(str(SUBSCRIPTION)), "aMemberOfTomorrow": 1},
    }
    return json.dumps({**body, **changes}).encode()


async def post(body: bytes, headers: dict[str, str]) -> Answer:
    return await call(receive_portal_webhook, "POST", PATH, body, headers=headers, params={})


async def test_a_signed_snapshot_is_kept(world: World) -> None:
    body = event(world)
    answer = await post(body, signed(world, body))
    assert (answer.status, answer.body) == (204, None)
    assert (await world.facts()).account_type == "Business"


async def test_the_same_webhook_again_is_fine(world: World) -> None:
    body = event(world)
    assert [(await post(body, signed(world, body))).status for _ in range(2)] == [204, 204]


@pytest.mark.parametrize(
    "forged",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1,!"},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-signature": ""},
        {"webhook-id": ""},
        {"webhook-id": "with.dot"},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 40},
    ],
    ids=str,
)
async def test_a_forged_webhook_is_401_and_changes_nothing(world: World, forged: dict[str, str]) -> None:
    body = event(world)
    answer = await post(body, {**signed(world, body), **forged})
    assert (answer.status, answer.body["error"]["code"]) == (401, "InvalidSignature")
    assert (await world.facts()).observed_at is None


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_webhook_of_another_time_is_401(world: World, minutes: int) -> None:
    body = event(world)
    headers = signed(world, body)
    world.clock.now += timedelta(minutes=minutes)
    assert (await post(body, headers)).status == 401


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"type": "something.else"}, "/type"),
        ({"timestamp": "2026-11-23"}, "/timestamp"),
        ({"data": {"subscriptionId": "x"}}, "/data/subscriptionId"),
        ({"data": {"subscriptionId": str(SUBSCRIPTION), "country": "Holland"}}, "/data/country"),
    ],
)
async def test_a_signed_webhook_that_makes_no_sense_is_400(world: World, changes: dict[str, Any], pointer: str) -> None:
    body = event(world, **changes)
    answer = await post(body, signed(world, body))
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (400, pointer)
