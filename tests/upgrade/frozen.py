"""Everything that is stored and queued at one moment, as a JSON document, and a world that goes on from it."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from local.sample import sample_request, sample_snapshot
from shared.adapters.case_rows import CASES, INDEX
from shared.adapters.key_store import KEYS
from shared.adapters.storage import Put, Row
from shared.domain.lifecycle import NoticeKind
from shared.domain.messages import QUEUE_OF, read_message
from shared.domain.notices import Letter
from tests.upgrade.stories import STORIES, WITH_OPTIONALS, WITHOUT_OPTIONALS, Telling
from tests.world import SUBSCRIPTION, World

FIXTURES: Final = Path(__file__).parent / "fixtures"
TABLES: Final = (CASES, INDEX, KEYS)
_FIRST_NEW_NUMBER: Final = 10**9
"""Ids given out after a thaw are none that were given out before."""

Document = dict[str, Any]
Change = Callable[[Document], Document]
"""What another version would have written instead of a document."""


async def frozen(world: World) -> Document:
    """What the world holds: its clock, every row, every message that waits, and which letters went out."""
    rows = [row for table in TABLES async for row in _rows(world, table)]
    messages = [json.loads(body) for body in world.storage.pending.values()]
    letters = [{"key": letter.key, "kind": letter.kind} for letter in world.mailbox.letters]
    return {"now": world.clock.now.isoformat(), "rows": rows, "messages": messages, "letters": letters}


async def _rows(world: World, table: str) -> Any:
    page = await world.storage.tables.scan(table, "~")
    assert page.continuation is None, "a story has fewer rows than a page"
    for row in page.rows:
        yield {"table": table, "partition": row.partition, "key": row.key, "values": _readable(row)}


def _readable(row: Row) -> Document:
    """The columns, and the JSON document as such, so that people can read what was frozen."""
    values = dict(row.values)
    parts = [str(values.pop(f"doc{n}")) for n in itertools.takewhile(lambda n: f"doc{n}" in values, itertools.count())]
    return {**values, "document": json.loads("".join(parts))} if parts else values


async def thawed(document: Document, change: Change = lambda stored: stored) -> World:
    """A world that holds what was frozen; every stored document and message goes through `change` first."""
    world = World(deduplicates=False)
    world.clock.now = datetime.fromisoformat(document["now"])
    numbers = itertools.count(_FIRST_NEW_NUMBER)
    world.services = replace(world.services, new_id=lambda: f"{next(numbers):032x}")
    for row in document["rows"]:
        stored = Row(row["partition"], row["key"], _stored(row, change))
        await world.storage.tables.commit(row["table"], [Put(stored)])
    world.mailbox.letters += [_sent(letter) for letter in document["letters"]]
    for message in document["messages"]:
        body = json.dumps(change(message))
        await world.storage.send(QUEUE_OF[read_message(body).kind], body)
    return world


def _sent(letter: Document) -> Letter:
    """A letter that went out before the freeze; its words were not kept."""
    words = dict.fromkeys(("message_id", "to", "subject", "text", "html"), "")
    return Letter(key=letter["key"], kind=NoticeKind(letter["kind"]), language="en", cc=(), **words)


def _stored(row: Document, change: Change) -> Document:
    values = dict(row["values"])
    document = values.pop("document", None)
    if document is None:
        return values
    # A history event's hash is over all its members: an unknown one in it would be a forged one.
    is_event = row["key"].startswith("c|event|")
    return {**values, "doc0": json.dumps(document if is_event else change(document))}


def webhooks() -> Iterator[tuple[str, Document]]:
    """The portal's events, with all optional members and with none."""
    now = "2026-11-23T09:00:00Z"
    payment = {"subscriptionId": str(SUBSCRIPTION), "paymentMethodFamily": "CheckWire"}
    request = sample_request(str(SUBSCRIPTION))
    for name, data in (
        ("subscription.updated", sample_snapshot(str(SUBSCRIPTION))),
        ("subscription.updated-bare", {"subscriptionId": str(SUBSCRIPTION)}),
        ("payment_method.changed", payment),
        ("support_request.created", {**request, **WITH_OPTIONALS}),
        ("support_request.created-bare", {**request, **WITHOUT_OPTIONALS}),
    ):
        yield name, {"type": name.removesuffix("-bare"), "timestamp": now, "data": data}


async def _told(name: str, *, optionals: bool) -> Document:
    world = World(deduplicates=False)
    tell, state, _ = STORIES[name]
    story = Telling(world, optionals)
    await tell(story)
    found = (await world.case(story.case_id)).state
    assert found is state, f"{name} ends in {found}"
    return {"case": story.case_id, **await frozen(world)}


def freeze(version: str, folder: Path = FIXTURES) -> list[Path]:
    """Write what this version leaves behind, a file for each story and webhook; the files."""
    target = folder / version
    target.mkdir(parents=True)
    documents = {
        f"{name}{'' if optionals else '-bare'}": asyncio.run(_told(name, optionals=optionals))
        for name in STORIES
        for optionals in (True, False)
    }
    documents |= {f"webhook-{name}": event for name, event in webhooks()}
    for name, document in documents.items():
        text = json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True)
        (target / f"{name}.json").write_text(f"{text}\n", "utf-8")
    return sorted(target.iterdir())
