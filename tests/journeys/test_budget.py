"""What a case costs in storage requests."""

import uuid
from collections import Counter

import pytest

from local.api import Api
from local.sample import sample_application
from local.stack import Stack
from local.stage import Stage
from shared.workflow.protocol import PAUSES
from tests.journeys.metering import Meter, a_known_subscription, approve_one, submit_until_notice


@pytest.fixture
async def subscription(quiet: Stack, quiet_api: Api) -> str:
    """A subscription whose facts are known, in an app that has made its tables and queues."""
    await approve_one(quiet_api, quiet)
    return await a_known_subscription(quiet_api, quiet)


async def test_a_whole_case_without_a_credit_check_takes_nineteen(
    quiet: Stack, quiet_api: Api, subscription: str
) -> None:
    meter = Meter(quiet.storage.log_file)
    await submit_until_notice(quiet_api, quiet, subscription, "2500.00", "instructions")
    counted = await meter.until(delete=3)
    assert counted == {
        "send": 3,  # intake 1, two steps 1 each
        "commit": 6,  # intake 1, two steps 1 each, notify: index, inflight, done
        "read": 4,  # two steps 1 each, notify: the case and its index entry
        "dequeue": 3,
        "delete": 3,
    }
    assert counted.total() == 19


async def test_a_key_adds_one_request_to_the_intake_and_none_to_an_action(
    quiet: Stack, quiet_api: Api, subscription: str
) -> None:
    first, second = uuid.uuid4().hex, uuid.uuid4().hex
    warm_up = await a_known_subscription(quiet_api, quiet)
    await submit_until_notice(quiet_api, quiet, warm_up, "2500.00", "instructions", key=first)  # makes the table
    meter = Meter(quiet.storage.log_file)
    case_id = await submit_until_notice(quiet_api, quiet, subscription, "2500.00", "instructions", key=second)
    counted = await meter.until(delete=3)
    assert (counted["commit"], counted.total()) == (6 + 1, 19 + 1)
    meter = Meter(quiet.storage.log_file)
    await quiet_api.client.withdraw(case_id, idempotency_key=second)
    assert (await meter.until(delete=1)).total() == 3 + 7


async def test_a_credit_review_takes_fifteen_and_its_decision_ten(
    quiet: Stack, quiet_api: Api, subscription: str
) -> None:
    case_id = await submit_until_notice(quiet_api, quiet, subscription, "25000.00", "credit_application")
    meter = Meter(quiet.storage.log_file)
    await quiet_api.client.send_credit_application(case_id, sample_application("25000.00"))
    counted = await meter.until(delete=2)
    assert counted == {
        "send": 2,  # the application 1, the credit step 1
        "commit": 5,  # the application 1, the credit step 1, notify: index, inflight, done
        "read": 4,  # the application 1, the credit step 1, notify: case and index entry
        "dequeue": 2,
        "delete": 2,
    }
    assert counted.total() == 3 + 5 + 7
    decision = await decided(quiet, quiet_api, case_id)
    reads = decision.pop("read")  # the decision 1, notify: case and index entry; the case again until it is committed
    assert decision == {"send": 1, "commit": 4, "dequeue": 1, "delete": 1}
    assert 3 <= reads <= 3 + len(PAUSES)
    assert decision.total() + 3 == 3 + 7


async def decided(quiet: Stack, api: Api, case_id: str) -> Counter[str]:
    """The requests of an approval, from the officer's click until nothing is left to do."""
    reading = Meter(quiet.storage.log_file)
    seen = await api.officer.show(case_id)
    await reading.until(read=1)  # Azurite may log it only after the next meter began
    meter = Meter(quiet.storage.log_file)
    limit = {"amount": "25000.00", "currency": "EUR"}
    decision = {"kind": "approve", "limit": limit, "note": "Sound."}
    assert seen.etag is not None
    await api.officer.decide(case_id, decision, if_match=seen.etag)
    assert await Stage(api, quiet.notices, print).notice(case_id, "instructions") is not None
    return await meter.until(delete=1)
