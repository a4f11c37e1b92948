"""The portal's webhooks: believed only when signed, acted on once."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.portal import receive_portal_webhook
from local.sample import sample_request, sample_snapshot
from shared.domain.lifecycle import State
from shared.workflow import intake
from tests.functions.calling import Answer, call, signed
from tests.world import OFFICER, SUBSCRIPTION, World

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
        ({"type": None}, "/type"),
        ({"type": "payment_method.changed", "data": {"subscriptionId": "x"}}, "/data/subscriptionId"),
        ({"type": "support_request.created", "data": {"companyName": "data"}}, "/data/subscriptionId"),
        ({"timestamp": "2026-11-23"}, "/timestamp"),
        ({"data": {"subscriptionId": "x"}}, "/data/subscriptionId"),
        ({"data": {"subscriptionId": str(SUBSCRIPTION), "country": "Holland"}}, "/data/country"),
    ],
)
async def test_a_signed_webhook_that_makes_no_sense_is_400(world: World, changes: dict[str, Any], pointer: str) -> None:
    body = event(world, **changes)
    answer = await post(body, signed(world, body))
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (400, pointer)


async def tell(world: World, kind: str, data: Any, webhook_id: str = "msg_1") -> Answer:
    world.clock.move(seconds=1)
    body = event(world, type=kind, data=data)
    return await post(body, signed(world, body, webhook_id))


async def opened(world: World) -> str:
    slot = (await world.dossier()).slot
    assert slot is not None
    return slot.value.case_id


async def test_a_request_made_in_the_portal_opens_a_case(world: World) -> None:
    answer = await tell(world, "support_request.created", sample_request(str(SUBSCRIPTION)))
    assert (answer.status, answer.body) == (204, None)
    case = await intake.read_case(world.services, await opened(world), OFFICER)
    assert (case.opened_by, case.state) == ("portal", State.CHECKING_ELIGIBILITY)


async def test_the_same_request_of_the_portal_again_is_fine(world: World) -> None:
    request = sample_request(str(SUBSCRIPTION))
    assert [(await tell(world, "support_request.created", request)).status for _ in range(2)] == [204, 204]
    assert len((await world.dossier()).cases) == 1


async def test_a_second_request_of_the_portal_is_409_while_one_is_open(world: World) -> None:
    await world.submit()
    answer = await tell(world, "support_request.created", sample_request(str(SUBSCRIPTION)))
    assert (answer.status, answer.body["error"]["code"]) == (409, "RequestOpen")
    assert "requestId" not in answer.body, "a client opened it"


async def test_a_request_of_the_portal_with_another_content_under_the_same_id_is_422(world: World) -> None:
    request = sample_request(str(SUBSCRIPTION))
    await tell(world, "support_request.created", request)
    answer = await tell(world, "support_request.created", {**request, "companyName": "Fabrikam"})
    assert (answer.status, answer.body["error"]["code"]) == (422, "IdempotencyKeyReused")


async def test_a_payment_method_that_changed_to_invoice_proves_the_switch(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    await world.drain()
    data = {"subscriptionId": str(SUBSCRIPTION), "paymentMethodFamily": "CheckWire", "ofTomorrow": 1}
    assert (await tell(world, "payment_method.changed", data)).status == 204
    assert (await world.case(case_id)).state is State.SWITCHED


async def test_a_consent_that_is_outdated_is_pointed_at_where_the_webhook_has_it(world: World) -> None:
    request = {**sample_request(str(SUBSCRIPTION)), "consent": {"accepted": True, "textSha256": "0" * 64}}
    body = event(world, type="support_request.created", data=request)
    answer = await post(body, signed(world, body))
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (400, "/data/consent/textSha256")
