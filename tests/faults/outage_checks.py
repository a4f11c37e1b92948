"""What must hold once everything is healed and done: read from the storage itself, past app and proxies."""

import asyncio
import os
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from azure.storage.queue.aio import QueueServiceClient

from local.settings import ROOT
from local.stage import notices_of
from shared.adapters.case_rows import CASES, document_of
from shared.adapters.case_store import CaseStore
from shared.adapters.storage_azure import AzureTables
from shared.domain.case import Case, scope_of_case
from shared.domain.dossier import Dossier, place_of
from shared.domain.lifecycle import State
from shared.domain.notices import Notice, NoticeState
from shared.workflow.notices import HOLDS_IN, LONGEST_SEND
from shared.workflow.protocol import LOOK_AGAIN_AFTER
from tests.faults.outage_load import Story
from tests.faults.outage_rig import Rig

UNSENT = frozenset({NoticeState.PENDING, NoticeState.INFLIGHT})
POISON = "-poison"
AT_MOST = {Story.WITHDRAWN: {"instructions": 1}}
"""What may have come too: instructions that were sent before the customer withdrew."""

_SENT = re.compile(r"sent notice (\S+) of case")


@dataclass(frozen=True)
class Verdict:
    """What was found: `wrong` names each violation; `resent` counts notices sent twice and declared so."""

    wrong: tuple[str, ...]
    cases: int
    resent: int


@asynccontextmanager
async def _tables(rig: Rig) -> AsyncIterator[AzureTables]:
    tables = AzureTables(rig.direct)
    try:
        yield tables
    finally:
        await tables.close()


async def queue_lengths(rig: Rig) -> Mapping[str, int]:
    """How many messages each queue has, those that are leased too."""
    async with QueueServiceClient.from_connection_string(rig.direct) as account:
        found = {}
        async for queue in account.list_queues():
            properties = await account.get_queue_client(queue.name).get_queue_properties()
            found[queue.name] = properties.approximate_message_count or 0
        return found


@dataclass(frozen=True)
class Patience:
    """Seconds: how often to look, how long nothing may move while something is left, and how long to wait at all."""

    every: float
    standstill: float
    longest: float


PATIENT: Final = Patience(1.0, (LOOK_AGAIN_AFTER + LONGEST_SEND).total_seconds(), 1_200.0)
"""Nothing moves for as long as what the app itself waits for: a notice whose sender was cut short is left alone for a
while, and so is a case whose flag may still be committed. How fast the rest is done, is the machine's affair."""


@dataclass(frozen=True)
class Drained:
    """After how many seconds nothing was left to do, or what was left after them, in words."""

    seconds: float
    left: tuple[str, ...]


async def drained(rig: Rig, acknowledged: Mapping[str, Story]) -> Drained:
    """Wait until nothing is left to do, or nothing moves any more."""

    async def look() -> list[str]:
        # Azurite answers one request at a time, and reading all cases takes it many seconds: only when no message is
        # left. Done all along, it kept the app's own requests waiting until they timed out.
        return await _waiting(rig) or await _unfinished(rig, acknowledged)

    return await until_nothing_is_left(look, PATIENT)


async def until_nothing_is_left(look: Callable[[], Awaitable[list[str]]], patience: Patience) -> Drained:
    """Look again and again at what is left, as long as that changes and the patience lasts."""
    began = moved = time.monotonic()
    before: list[str] = []
    while left := await look():
        now = time.monotonic()
        if left != before:
            before, moved = left, now
        if now - moved >= patience.standstill or now - began >= patience.longest:
            return Drained(now - began, tuple(f"left after {now - began:.0f} s: {each}" for each in left))
        await asyncio.sleep(patience.every)
    return Drained(time.monotonic() - began, ())


async def _waiting(rig: Rig) -> list[str]:
    lengths = await queue_lengths(rig)
    return [f"{length} messages in {name}" for name, length in lengths.items() if length and not name.endswith(POISON)]


async def _unfinished(rig: Rig, acknowledged: Mapping[str, Story]) -> list[str]:
    async with _tables(rig) as tables:
        return [
            words
            async for scope in CaseStore(tables).scopes()
            for case in _cases(scope.dossier)
            for words in _left_of(case, scope.dossier, acknowledged.get(case.id))
        ]


def _left_of(case: Case, dossier: Dossier, story: Story | None) -> Iterator[str]:
    if story and case.state.value != story.state:
        yield f"{case.id} is {case.state.value}, number {case.seq}, and not {story.state}"
    yield from _unsent(dossier, case)


async def verdict(rig: Rig, acknowledged: Mapping[str, Story]) -> Verdict:
    """Hold what the storage, the folder of notices and the log have against what was acknowledged."""
    wrong = [f"poison: {length} in {name}" for name, length in (await queue_lengths(rig)).items() if length]
    async with _tables(rig) as tables:
        cases, found = await _in_storage(CaseStore(tables), acknowledged)
        resent, doubled = await _sent_twice(rig, tables)
        for case_id, story in acknowledged.items():
            wrong += await _wrong_with_notices(rig, CaseStore(tables), case_id, story)
    wrong += found + doubled
    wrong += [f"lost: {case_id} was acknowledged and is not there" for case_id in acknowledged.keys() - cases.keys()]
    wrong += await _broken_histories(rig)
    return Verdict(tuple(wrong), len(cases), resent)


async def _in_storage(store: CaseStore, acknowledged: Mapping[str, Story]) -> tuple[dict[str, Case], list[str]]:
    cases: dict[str, Case] = {}
    wrong: list[str] = []
    async for scope in store.scopes():
        found = _cases(scope.dossier)
        cases |= {case.id: case for case in found}
        if len(found) > 1:
            wrong.append(f"doubled: {len(found)} cases in one scope, {found[0].id} among them")
        for case in found:
            wrong += wrong_with_case(case, scope.dossier, acknowledged.get(case.id))
            entry = await store.entry(case.id)
            if entry is None or entry.place != place_of(case):
                wrong.append(f"index: does not speak of {case.id} as it is")
    return cases, wrong


def _cases(dossier: Dossier) -> list[Case]:
    return [stored.value for stored in dossier.cases.values() if stored.value is not None]


def wrong_with_case(case: Case, dossier: Dossier, story: Story | None) -> Iterator[str]:
    """What is wrong with a case whose customer was told so (None: nobody was told of it)."""
    if story is None:
        yield f"doubled: nobody was told of {case.id}, in state {case.state.value}"
    elif case.state.value != story.state:
        yield f"lost: {case.id} is {case.state.value} and not {story.state}"
    if case.attention is not None:
        yield f"attention: {case.id}: {case.attention.reason}"
    yield from _unsent(dossier, case)


def _unsent(dossier: Dossier, case: Case) -> Iterator[str]:
    for stored in dossier.notices_of(case.id):
        if stored.value.state in UNSENT:
            since = f" since {stored.value.taken_at:%H:%M:%S}" if stored.value.taken_at else ""
            yield f"lost: notice {stored.value.key} is {stored.value.state.value}{since}"


async def _wrong_with_notices(rig: Rig, store: CaseStore, case_id: str, story: Story) -> list[str]:
    if not list(wrong_with_notices(rig.own.notices, case_id, story)):
        return []
    done_with = (await store.past(case_id)).notices
    return list(wrong_with_notices(rig.own.notices, case_id, story, overtaken(done_with, story)))


def overtaken(notices: Iterable[Notice], story: Story) -> frozenset[str]:
    """The kinds that were dropped because they did not hold any more when they could be sent."""
    dropped, now = {each.kind for each in notices if each.state is NoticeState.SUPERSEDED}, State(story.state)
    return frozenset(kind.value for kind in dropped if now not in HOLDS_IN.get(kind, {now}))


def wrong_with_notices(
    folder: Path, case_id: str, story: Story, dropped: frozenset[str] = frozenset()
) -> Iterator[str]:
    """What is wrong with the notices in the folder, where a file is a notice, however often it was sent."""
    kinds = Counter(str(mail["X-Notice-Kind"]) for mail in notices_of(folder, case_id))
    for kind in story.notices:
        if not kinds[kind] and kind not in dropped:
            yield f"lost: {case_id} brought no notice {kind}"
    allowed = Counter(dict.fromkeys(story.notices, 1)) + Counter(AT_MOST.get(story, {}))
    for kind, count in (kinds - allowed).items():
        yield f"doubled: {case_id} brought {count} more of notice {kind}"


async def _sent_twice(rig: Rig, tables: AzureTables) -> tuple[int, list[str]]:
    """Notices that the log says were sent twice: how many of them declared it, and those that did not."""
    text = await asyncio.to_thread(rig.log.read_text, errors="replace")
    again = [key for key, times in Counter(_SENT.findall(text)).items() if times > 1]
    wrong = []
    for key in again:
        if not await _was_doubtful(tables, key):
            wrong.append(f"doubled: notice {key} was sent twice and is not in doubt")
    return len(again) - len(wrong), wrong


async def _was_doubtful(tables: AzureTables, key: str) -> bool:
    case_id = key.partition("|")[0]
    row = await tables.get(CASES, scope_of_case(case_id), f"c|notice|{key}")
    notice = document_of(row, Notice) if row else None
    return notice is not None and notice.doubtful


async def _broken_histories(rig: Rig) -> list[str]:
    """What `python -m operations verify` finds wrong."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "operations", "verify"),
        cwd=ROOT,
        env={**os.environ, **rig.environment, "AzureWebJobsStorage": rig.direct},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return [] if process.returncode == 0 else [f"history: {line}" for line in said.decode().splitlines()]
