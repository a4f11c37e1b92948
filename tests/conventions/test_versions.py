"""Which version was seen: ETag, If-None-Match, If-Match."""

from typing import Any

import pytest

from tests.functions.calling import ADA
from tests.functions.door import ask
from tests.functions.stages import APPROVE, ASK_INFORMATION, DECLINE, SOUND, due_for_application, in_review
from tests.world import World

NOWHERE = f"/api/requests/{'0' * 32}-{'0' * 32}"
ACTIONS: dict[tuple[str, str], Any] = {
    ("POST", "withdrawal"): None,
    ("POST", "recheck"): None,
    ("POST", "messages"): {"text": "hello"},
    ("PUT", "credit-application"): SOUND,
    ("POST", "information"): {"answers": [{"item": "bank_reference", "answer": "ask Jan"}]},
}


async def decide(case_id: str, decision: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await ask("POST", f"/api/requests/{case_id}/decision", decision, {**ADA, **named})


@pytest.mark.rule(28)
async def test_a_case_has_a_strong_etag_that_moves_with_what_is_seen(world: World) -> None:
    case_id = await due_for_application(world)
    first = (await ask("GET", f"/api/requests/{case_id}")).headers["ETag"]
    assert first.startswith('"')
    assert (await ask("GET", f"/api/requests/{case_id}")).headers["ETag"] == first
    taken = await ask("PUT", f"/api/requests/{case_id}/credit-application", SOUND)
    assert taken.headers["ETag"] == (await ask("GET", f"/api/requests/{case_id}")).headers["ETag"] != first


@pytest.mark.rule(28)
async def test_a_reminder_moves_no_etag(world: World) -> None:
    case_id = await due_for_application(world)
    first = (await ask("GET", f"/api/requests/{case_id}")).headers["ETag"]
    world.clock.move(days=3)
    await world.tick()
    assert "reminder" in world.mailbox.kinds
    assert (await ask("GET", f"/api/requests/{case_id}")).headers["ETag"] == first


@pytest.mark.rule(29)
@pytest.mark.parametrize("path", ["/api/requests/{}", "/api/requests/{}/history"])
async def test_what_is_known_already_is_304_without_a_body(case_id: str, path: str) -> None:
    etag = (await ask("GET", path.format(case_id))).headers["ETag"]
    for listed in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = await ask("GET", path.format(case_id), headers={"if-none-match": listed})
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, None, etag)
    assert (await ask("GET", path.format(case_id), headers={"if-none-match": '"other"'})).status == 200


@pytest.mark.rule(30)
@pytest.mark.parametrize("if_match", ["", "*"])
async def test_a_decision_must_say_which_version_was_seen(world: World, if_match: str) -> None:
    case_id = await in_review(world)
    answer = await decide(case_id, APPROVE, if_match=if_match)
    assert (answer.status, answer.body["error"]["code"]) == (428, "PreconditionRequired")


@pytest.mark.rule(31)
async def test_a_decision_on_an_older_version_is_412_and_changes_nothing(world: World) -> None:
    case_id = await in_review(world)
    seen = (await ask("GET", f"/api/requests/{case_id}", headers=ADA)).headers["ETag"]
    await decide(case_id, ASK_INFORMATION, if_match=seen)
    before = await world.case(case_id)
    answer = await decide(case_id, DECLINE, if_match=seen)
    present = (await ask("GET", f"/api/requests/{case_id}", headers=ADA)).headers["ETag"]
    assert (answer.status, answer.headers["ETag"], await world.case(case_id)) == (412, present, before)


@pytest.mark.rule(31)
@pytest.mark.parametrize(("method", "part"), ACTIONS, ids=[part for _, part in ACTIONS])
async def test_a_stale_if_match_is_412_on_every_action(world: World, method: str, part: str) -> None:
    case_id = await due_for_application(world)
    before = await world.case(case_id)
    path = f"/api/requests/{case_id}/{part}"
    answer = await ask(method, path, ACTIONS[method, part], {"if-match": '"1.client"'})
    assert (answer.status, await world.case(case_id)) == (412, before)


@pytest.mark.rule(31)
async def test_a_present_if_match_does_not_stand_in_the_way(world: World) -> None:
    case_id = await due_for_application(world)
    etag = (await ask("GET", f"/api/requests/{case_id}")).headers["ETag"]
    answer = await ask("PUT", f"/api/requests/{case_id}/credit-application", SOUND, {"if-match": etag})
    assert answer.status == 202


@pytest.mark.rule(32)
async def test_any_version_of_what_is_not_there_is_412() -> None:
    assert (await ask("POST", f"{NOWHERE}/withdrawal", headers={"if-match": "*"})).status == 412
    assert (await ask("POST", f"{NOWHERE}/withdrawal")).status == 404


@pytest.mark.rule(33)
async def test_a_decision_sent_again_by_its_key_is_answered_again(world: World) -> None:
    case_id = await in_review(world)
    seen = (await ask("GET", f"/api/requests/{case_id}", headers=ADA)).headers["ETag"]
    first, again = [await decide(case_id, APPROVE, if_match=seen, idempotency_key='"once"') for _ in range(2)]
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")


@pytest.mark.rule(34)
async def test_the_desk_and_the_client_see_different_representations(case_id: str) -> None:
    client, desk = [await ask("GET", f"/api/requests/{case_id}", headers=headers) for headers in ({}, ADA)]
    assert client.headers["ETag"] != desk.headers["ETag"]
    stale = await ask("GET", f"/api/requests/{case_id}", headers={**ADA, "if-none-match": client.headers["ETag"]})
    assert stale.status == 200
