"""What an earlier version left behind is read, and its cases go on; what a later one will add is kept."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.adapters.case_rows import CASES, INDEX
from shared.domain.door import AT_THE_DOOR
from shared.domain.lifecycle import FollowUp, NoticeKind, State
from shared.domain.messages import CaseMessage, PortalEvent
from shared.workflow import actions, intake
from shared.workflow.portal import take_event
from shared.workflow.reconcile import reconcile
from tests.faults.checker import violations
from tests.upgrade.__main__ import main
from tests.upgrade.frozen import FIXTURES, Document, frozen, thawed
from tests.upgrade.stories import STORIES
from tests.world import OFFICER, World, a_submission, asked

FILES = sorted(path for path in FIXTURES.rglob("*.json") if not path.name.startswith("webhook-"))
WEBHOOKS = sorted(FIXTURES.rglob("webhook-*.json"))
OF_TOMORROW = {"since": "2027-01-01", "list": [1, {"deep": True}]}
CAME_LATER = {
    "rule": {"details"},
    "needed": {"code", "details"},
    "layer": {"evidence"},
    "openedAt": {"revision"},
    "messageId": {"traceparent"},
}
"""By a member that tells what a document is: those that were added after the first rows and messages of that kind."""


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def read(path: Path) -> Document:
    found: Document = json.loads(path.read_text("utf-8"))
    return found


def story_of(path: Path) -> tuple[State, NoticeKind | None]:
    _, state, notice = STORIES[path.stem.removesuffix("-bare")]
    return state, notice


def with_unknown_members(stored: Document) -> Document:
    """What a later version would have written."""
    return {**stored, "ofTomorrow": OF_TOMORROW}


def without_later_members(stored: Any) -> Any:
    """What the first version would have written."""
    if isinstance(stored, list):
        return [without_later_members(each) for each in stored]
    if not isinstance(stored, dict):
        return stored
    later = {name for mark, names in CAME_LATER.items() if mark in stored for name in names}
    return {name: without_later_members(value) for name, value in stored.items() if name not in later}


async def go_on(world: World) -> None:
    """Everything waiting is delivered; a notice that was under way is in doubt for a minute, then sent again."""
    world.clock.move(minutes=2)
    while True:
        await world.drain()
        world.clock.move(minutes=1)
        if not await world.tick() and not world.messages():
            return


async def end(world: World, case_id: str) -> None:
    """The desk sends again what is pending, the case is withdrawn if it is open, and the night comes."""
    await actions.resume(world.services, asked(case_id, OFFICER))
    if not (await world.case(case_id)).is_final:
        await actions.withdraw(world.services, asked(case_id, OFFICER))
    await go_on(world)
    world.clock.move(days=8)
    await reconcile(world.services)
    await go_on(world)


@pytest.mark.parametrize("path", FILES, ids=name_of)
async def test_goes_on_with_the_case_and_ends_it(path: Path) -> None:
    document = read(path)
    world = await thawed(document)
    state, notice = story_of(path)
    assert (await world.case(document["case"])).state is state
    sent = len(world.mailbox.kinds)
    await go_on(world)
    assert notice is None or notice.value in world.mailbox.kinds[sent:]
    await end(world, document["case"])
    assert (await world.case(document["case"])).is_final
    assert (await violations(world), unforeseen(world)) == ([], [])


def unforeseen(world: World) -> list[Exception]:
    return [error for error in world.failures if type(error).__name__ != "NoticeInFlightError"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
async def test_keeps_members_that_a_later_version_added(path: Path) -> None:
    document = read(path)
    world = await thawed(document, with_unknown_members)
    before = await kept_unknown(world)
    await go_on(world)
    await actions.resume(world.services, asked(document["case"], OFFICER))
    await go_on(world)
    assert f"a|case|{document['case']}" in before
    assert before <= await kept_unknown(world)
    assert (await violations(world), unforeseen(world)) == ([], [])


async def kept_unknown(world: World) -> set[str]:
    """The rows whose document has what the later version added; a notice is the same one when it is done with."""
    rows = (await frozen(world))["rows"]
    keys = {row["key"] for row in rows if row["values"].get("document", {}).get("ofTomorrow") == OF_TOMORROW}
    return {key.replace("c|notice|", "a|notice|") for key in keys}


@pytest.mark.parametrize("path", FILES, ids=name_of)
async def test_reads_what_was_written_before_a_member_was_kept(path: Path) -> None:
    document = read(path)
    for row in document["rows"]:
        if row["key"].startswith(("list|", "indexed|")):
            row["values"] = {n: v for n, v in row["values"].items() if n not in {"revision", "side"}}
    world = await thawed(document, without_later_members)
    await go_on(world)
    await end(world, document["case"])
    assert (await violations(world), unforeseen(world)) == ([], [])


async def test_gives_the_answer_of_a_receipt_that_has_no_revision() -> None:
    document = read(FIXTURES / "2026-11" / "submitted.json")
    for row in document["rows"]:
        receipt = row["values"].get("document", {})
        if receipt.get("answer"):
            receipt["answer"] = json.dumps(without_later_members(json.loads(receipt["answer"])))
    world = await thawed(document)
    submission = a_submission_of(document)
    again = await intake.submit(world.services, submission)
    assert (again.answer.id, again.answer.revision, again.replayed) == (document["case"], 1, True)


def a_submission_of(document: Document) -> intake.Submission:
    """The request of a story, under its key, as its client sends it again."""
    case = next(row for row in document["rows"] if row["key"] == f"a|case|{document['case']}")
    return a_submission("key", **case["values"]["document"]["request"])


@pytest.mark.parametrize("path", WEBHOOKS, ids=name_of)
@pytest.mark.parametrize("later", [False, True])
async def test_takes_webhooks_as_they_were_sent(world: World, path: Path, later: bool) -> None:
    document = read(path)
    sent = {**document, "ofTomorrow": 1, "data": {**document["data"], "ofTomorrow": 1}} if later else document
    adapter: TypeAdapter[PortalEvent] = TypeAdapter(PortalEvent)
    event = adapter.validate_python(sent, context=AT_THE_DOOR, extra="ignore")
    for _ in range(2):
        await take_event(world.services, "msg_1", event)
    await world.drain()
    dossier = await world.dossier()
    assert dossier.facts is not None
    assert len(dossier.cases) == (1 if event.type == "support_request.created" else 0)


def test_has_every_state_notice_and_message() -> None:
    documents = [read(path) for path in FILES]
    stored = [row["values"]["document"] for d in documents for row in d["rows"] if "document" in row["values"]]
    messages = [CaseMessage.model_validate(message) for d in documents for message in d["messages"]]
    assert {row["state"] for row in stored if "followUp" in row} == set(State)
    assert {row["kind"] for row in stored if "createdAt" in row and "seq" in row} >= set(NoticeKind)
    assert {message.kind for message in messages} == set(FollowUp)
    assert {row["table"] for d in documents for row in d["rows"]} == {CASES, INDEX, "keys"}
    assert {event["type"] for event in map(read, WEBHOOKS)} == {
        "subscription.updated",
        "support_request.created",
        "payment_method.changed",
    }


def test_refuses_to_freeze_a_version_anew(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["freeze", "2026-11"])
    assert "frozen already" in capsys.readouterr().err


def test_freezes_what_it_can_thaw() -> None:
    document = read(FIXTURES / "2026-11" / "approved.json")
    again = asyncio.run(_again(document))
    assert again == {name: document[name] for name in again}


async def _again(document: Document) -> Document:
    return await frozen(await thawed(document))
