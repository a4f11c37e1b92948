"""Where runs begin: cases in every interesting place, made once by the real code and then copied."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from shared.adapters.case_rows import CASES, INDEX, history_event_of
from shared.adapters.directory_portal import PortalDirectory
from shared.adapters.key_store import KEYS
from shared.adapters.storage import Row
from shared.domain.errors import NoticeRefusedError
from shared.domain.history import HistoryEvent
from shared.domain.messages import CREDIT_CHECKS, ELIGIBILITY_CHECKS, QUEUE_OF, CaseMessage
from shared.domain.notices import Letter
from shared.workflow import actions, credit
from shared.workflow.protocol import flag_case
from tests.workflow.test_credit import (
    APPROVE,
    DECLINE,
    an_application,
    application_due,
    decide,
    in_review,
    information_due,
    security_due,
)
from tests.workflow.test_steps import SENDGRID, settled
from tests.workflow.test_steps import kept_waiting as waiting_for_facts
from tests.world import QUEUES, World, asked

TABLES: Final = (CASES, INDEX, KEYS)

Prepare = Callable[[World], Awaitable[str]]
"""Brings a world to where runs begin; the id of the case they are about, or "" where there is none yet."""


@dataclass(frozen=True)
class Scene:
    """A prepared world: its rows, the messages that wait, the letters that went out, and the time."""

    case_id: str
    now: datetime
    rows: dict[tuple[str, str], list[Row]]
    messages: tuple[tuple[str, CaseMessage], ...]
    letters: tuple[Letter, ...]
    events: tuple[HistoryEvent, ...]


async def nothing_known(world: World) -> str:
    return ""


async def facts_known(world: World) -> str:
    await world.portal_reports()
    return ""


async def submitted(world: World) -> str:
    await world.portal_reports()
    return await world.submit()


async def submitted_unknown(world: World) -> str:
    return await world.submit()


async def eligible(world: World) -> str:
    case_id = await submitted(world)
    await world.run_next(ELIGIBILITY_CHECKS)
    return case_id


async def approved_untold(world: World) -> str:
    case_id = await eligible(world)
    await world.run_next(CREDIT_CHECKS)
    return case_id


async def approved(world: World) -> str:
    await world.portal_reports()
    return await settled(world)


async def held_up(world: World) -> str:
    await world.portal_reports(resources=[SENDGRID])
    return await settled(world)


async def held_up_for_the_desk(world: World) -> str:
    return await settled(world)


async def application_taken(world: World) -> str:
    case_id = await application_due(world)
    await credit.submit_application(world.services, asked(case_id), an_application())
    return case_id


async def approved_after_review(world: World) -> str:
    case_id = await in_review(world)
    await decide(world, case_id, APPROVE)
    return case_id


async def declined(world: World) -> str:
    case_id = await in_review(world)
    await decide(world, case_id, DECLINE)
    return case_id


async def reminder_due(world: World) -> str:
    case_id = await approved(world)
    world.clock.move(days=8)
    return case_id


async def over(world: World) -> str:
    case_id = await held_up(world)
    world.clock.move(days=60)
    return case_id


async def review_overdue(world: World) -> str:
    case_id = await in_review(world)
    world.clock.move(days=12)
    return case_id


async def rescan_due(world: World) -> str:
    case_id = await held_up_for_the_desk(world)
    world.clock.move(days=2)
    return case_id


async def flagged(world: World) -> str:
    case_id = await approved_untold(world)
    await flag_case(world.services, case_id, "by hand")
    return case_id


async def refused(world: World) -> str:
    """The mail system would not take the instructions: they have failed, and the desk is shown so."""
    case_id = await approved_untold(world)
    world.mailbox.troubles.append(NoticeRefusedError("554 not now"))
    await world.drain()
    return case_id


async def kept_waiting(world: World) -> str:
    """A source of facts was silent for so long that one more silence is told to the desk; from here on, it answers."""
    case_id = await waiting_for_facts(world)
    object.__setattr__(world.services, "directory", PortalDirectory())
    return case_id


async def keys_expired(world: World) -> str:
    """What was done under a key is so long ago that the key may stand for something new."""
    await world.portal_reports()
    case_id = await settled(world, key="key-1")
    await actions.write_to_desk(world.services, asked(case_id, key="key-1"), "hello")
    await actions.withdraw(world.services, asked(case_id, key="key-1"))
    await world.drain()
    world.clock.move(days=8)
    return case_id


async def lost_step(world: World) -> str:
    """A message that is gone although nothing should make it go: the nightly pass is there for that."""
    case_id = await submitted(world)
    await _lose_messages(world)
    return case_id


async def lost_notice(world: World) -> str:
    case_id = await approved_untold(world)
    await _lose_messages(world)
    return case_id


async def _lose_messages(world: World) -> None:
    for queue in QUEUES:
        for delivery in await world.storage.receive(queue, limit=32):
            await world.storage.delete(delivery)
    world.clock.move(hours=2)


LOST: Final = ("lost_step", "lost_notice")
"""Scenes that only the nightly pass can put right."""

SCENES: Final[dict[str, Prepare]] = {
    prepare.__name__: prepare
    for prepare in (
        *(nothing_known, facts_known, submitted, submitted_unknown, eligible, approved_untold, approved),
        *(held_up, held_up_for_the_desk, application_due, application_taken, in_review, information_due),
        *(security_due, approved_after_review, declined, reminder_due, over, review_overdue, rescan_due, flagged),
        *(refused, kept_waiting, keys_expired, lost_step, lost_notice),
    )
}


@cache
def scene_of(name: str, *, deduplicates: bool) -> Scene:
    """A scene, made at first use in each process."""
    return asyncio.run(_make(SCENES[name], deduplicates))


async def _make(prepare: Prepare, deduplicates: bool) -> Scene:
    world = World(deduplicates=deduplicates)
    # What the app loads in threads is loaded here, so that no handler waits for a thread later.
    await world.services.shelf.terms("2017-07", "NL")
    case_id = await prepare(world)
    rows: dict[tuple[str, str], list[Row]] = {}
    for table in TABLES:
        for row in (await world.storage.tables.scan(table, "~")).rows:
            rows.setdefault((table, row.partition), []).append(row)
    events = [history_event_of(row) for each in rows.values() for row in each if row.key.startswith("c|event|")]
    messages = tuple((QUEUE_OF[message.kind], message) for message in world.messages())
    return Scene(case_id, world.clock.now, rows, messages, tuple(world.mailbox.letters), tuple(events))
