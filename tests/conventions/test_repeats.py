"""The same request again: Idempotency-Key, Operation-Id, Repeatable Requests; and what a 202 promises."""

import asyncio
import json
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import pytest

from local.sample import sample_request
from shared.domain.lifecycle import Event
from tests.functions.calling import ADA, Answer, basic
from tests.functions.door import ask
from tests.functions.stages import APPROVE, SOUND, due_for_application, in_review
from tests.world import START, SUBSCRIPTION, World

OTHER = str(UUID(int=7))
REQUEST_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


async def submit(subscription: str = str(SUBSCRIPTION), key: str | None = "one", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"idempotency-key": key} if key else {}
    return await ask("POST", "/api/requests", sample_request(subscription), {**given, **named})


def repeatable(request_id: str = REQUEST_ID, first_sent: str | None = None) -> dict[str, str]:
    sent = first_sent if first_sent is not None else format_datetime(START, usegmt=True)
    return {"repeatability_request_id": request_id, "repeatability_first_sent": sent}


@pytest.mark.rule(14)
async def test_a_submission_says_where_to_look_and_when() -> None:
    answer = await submit()
    url = f"http://localhost:7071/api/requests/{answer.body['id']}?api-version=2026-11-01"
    assert (answer.status, answer.headers["Location"], answer.headers["Operation-Location"]) == (202, url, url)
    assert answer.headers["Retry-After"].isdigit()
    assert (answer.body["status"], answer.body["state"]) == ("Running", "checking_eligibility")


@pytest.mark.rule(15)
async def test_the_case_is_there_at_once_and_for_good(world: World) -> None:
    await world.portal_reports(accountType="Individual")
    path = f"/api/requests/{(await submit()).body['id']}"
    running = await ask("GET", path)
    await world.drain()
    ended = await ask("GET", path)
    assert (running.status, running.body["status"], running.headers["Retry-After"]) == (200, "Running", "2")
    assert (ended.status, ended.body["status"], "Retry-After" in ended.headers) == (200, "Failed", False)
    assert ended.body["error"]["code"] == "ineligible"
    world.clock.move(days=30)
    assert (await ask("GET", path)).status == 200


@pytest.mark.rule(16)
async def test_an_operation_id_stands_for_one_request() -> None:
    first, again = [await submit(key=None, operation_id="op-1") for _ in range(2)]
    other = await submit(OTHER, key=None, operation_id="op-1")
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (202, first.body, "true")
    assert (other.status, other.body["error"]["code"]) == (400, "InvalidOperationId")


@pytest.mark.rule(16)
@pytest.mark.parametrize("operation_id", ["a b", "x" * 256, "é", "a/b"])
async def test_an_operation_id_that_cannot_be_used_is_400(operation_id: str) -> None:
    answer = await submit(key=None, operation_id=operation_id)
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidOperationId")


@pytest.mark.rule(17)
async def test_what_is_wrong_with_a_request_is_said_before_it_is_taken(world: World) -> None:
    request = sample_request(str(SUBSCRIPTION))
    consent = {"accepted": True, "textSha256": "0" * 64}
    for wrong in ({**request, "consent": consent}, {**request, "subscriptionId": "none"}, {}):
        assert (await ask("POST", "/api/requests", wrong)).status == 400
    case_id = await due_for_application(world)
    path = f"/api/requests/{case_id}/credit-application"
    assert (await ask("PUT", path, {**SOUND, "taxId": "NL000000000B00"})).status == 400
    assert (await ask("PUT", path, {**SOUND, "figuresYear": 2999})).status == 400


@pytest.mark.rule(18)
async def test_a_key_in_quotes_and_a_bare_one_are_the_same() -> None:
    first, again = await submit(key='"8e03978e"'), await submit(key="8e03978e")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")


@pytest.mark.rule(18)
@pytest.mark.parametrize("key", ['""', "x" * 256, "two, keys", "kéy", 'a"b', "a\x7fb", '"a", "b"'])
async def test_a_key_that_cannot_be_used_is_400(key: str) -> None:
    answer = await submit(key=key)
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidIdempotencyKey")


@pytest.mark.rule(18)
async def test_two_kinds_of_keys_at_once_are_400() -> None:
    assert (await submit(key="one", operation_id="op-1")).status == 400


@pytest.mark.rule(20)
async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(world: World) -> None:
    first = await submit()
    await world.drain()
    again = await submit()
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (202, first.body, "true")
    events = await world.store.history(first.body["id"])
    assert [event.event for event in events].count(Event.SUBMIT) == 1


@pytest.mark.rule(20)
@pytest.mark.parametrize(
    ("method", "part", "body"),
    [("POST", "messages", {"text": "hello"}), ("PUT", "credit-application", SOUND), ("POST", "withdrawal", None)],
)
async def test_an_action_again_gets_the_same_answer_and_does_nothing(
    world: World, method: str, part: str, body: Any
) -> None:
    case_id = await due_for_application(world)
    path, key = f"/api/requests/{case_id}/{part}", {"idempotency-key": "one"}
    first = await ask(method, path, body, key)
    after = await world.case(case_id)
    again = await ask(method, path, body, key)
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (first.status, first.body, "true")
    assert await world.case(case_id) == after


@pytest.mark.rule(21)
async def test_the_same_key_for_another_request_is_422(world: World) -> None:
    first = await submit()
    changed = await ask(
        "POST",
        "/api/requests",
        {**sample_request(str(SUBSCRIPTION)), "supportPlan": "Developer"},
        {"idempotency-key": "one"},
    )
    elsewhere = await submit(OTHER)
    assert first.status == 202
    assert [(each.status, each.body["error"]["code"]) for each in (changed, elsewhere)] == [
        (422, "IdempotencyKeyReused")
    ] * 2
    assert (await submit(OTHER, key="two")).status == 202


@pytest.mark.rule(22)
async def test_of_two_at_once_one_acts_and_both_are_answered(world: World) -> None:
    both = await asyncio.gather(submit(), submit())
    assert [each.status for each in both] == [202, 202]
    assert both[0].body == both[1].body
    assert len((await world.dossier()).cases) == 1


@pytest.mark.rule(23)
async def test_a_key_that_was_refused_can_be_used_again() -> None:
    refused = await ask("POST", "/api/requests", {}, {"idempotency-key": "one"})
    nobody = await submit(authorization=basic(secret="wrong"))
    assert (refused.status, nobody.status, (await submit()).status) == (400, 401, 202)


@pytest.mark.rule(23)
async def test_a_key_of_what_was_not_possible_can_be_used_for_something_else() -> None:
    key = {"idempotency-key": "one"}
    path = f"/api/requests/{(await submit(key=None)).body['id']}/information"
    early = await ask("POST", path, {"answers": [{"item": "bank_reference", "answer": "x"}]}, key)
    assert early.status == 409
    assert (await ask("POST", path, {"answers": [{"item": "legal_document", "answer": "x"}]}, key)).status == 409


@pytest.mark.rule(24)
async def test_a_key_is_not_stored_as_it_came(world: World) -> None:
    assert (await submit(key="a-very-recognisable-key")).status == 202
    assert "a-very-recognisable-key" not in repr(vars(world.storage.tables))
    foreign = await submit(OTHER, key="a-very-recognisable-key", authorization=basic("other"))
    assert foreign.status == 202, "a key is a client's own"


@pytest.mark.rule(25)
async def test_order_and_white_space_make_no_other_request() -> None:
    request = sample_request(str(SUBSCRIPTION))
    first = await submit()
    turned = json.dumps(dict(reversed(request.items())), indent=3).encode()
    again = await ask("POST", "/api/requests", turned, {"idempotency-key": "one"})
    assert (again.status, again.body) == (202, first.body)


@pytest.mark.rule(26)
async def test_a_key_is_remembered_for_its_time_by_the_clock(world: World) -> None:
    await submit()
    world.clock.move(days=6, hours=23)
    assert (await submit(OTHER)).status == 422
    world.clock.move(hours=2)
    assert (await submit(OTHER)).status == 202


@pytest.mark.rule(27)
async def test_a_repeatable_request_is_accepted_once() -> None:
    first, again = [await submit(key=None, **repeatable()) for _ in range(2)]
    assert (first.status, first.headers["Repeatability-Result"]) == (202, "accepted")
    assert (again.body, again.headers["Repeatability-Result"]) == (first.body, "accepted")
    other = await submit(OTHER, key=None, **repeatable())
    assert (other.status, other.headers["Repeatability-Result"]) == (400, "rejected")


@pytest.mark.rule(27)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (repeatable("none"), 400),
        (repeatable(first_sent=""), 400),
        (repeatable(first_sent="2026-11-23T09:00:00Z"), 400),
        (repeatable(first_sent="Mon, 16 Nov 2026 08:59:59 GMT"), 412),
        (repeatable(first_sent="Mon, 23 Nov 2026 09:05:01 GMT"), 412),
    ],
)
async def test_an_unusable_or_late_repetition_is_rejected(headers: dict[str, str], status: int) -> None:
    answer = await submit(key=None, **headers)
    assert (answer.status, answer.headers["Repeatability-Result"]) == (status, "rejected")


@pytest.mark.rule(27)
async def test_where_nothing_can_be_made_repeatable_it_is_501(case_id: str) -> None:
    headers = {name.replace("_", "-"): value for name, value in repeatable().items()}
    answer = await ask("GET", f"/api/requests/{case_id}", headers=headers)
    assert (answer.status, answer.headers["Repeatability-Result"]) == (501, "rejected")


@pytest.mark.rule(33)
async def test_the_officers_key_is_not_the_clients(world: World) -> None:
    case_id = await in_review(world)
    etag = (await ask("GET", f"/api/requests/{case_id}", headers=ADA)).headers["ETag"]
    path, key = f"/api/requests/{case_id}", {"idempotency-key": "one"}
    assert (await ask("POST", f"{path}/messages", {"text": "hello"}, key)).status == 202
    after = (await ask("GET", f"/api/requests/{case_id}", headers=ADA)).headers["ETag"]
    assert after != etag
    assert (await ask("POST", f"{path}/decision", APPROVE, {**ADA, **key, "if-match": after})).status == 200
