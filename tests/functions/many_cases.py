"""Many cases, planted as the rows that they would have left: to bring each there by the app would take minutes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from shared import wiring
from shared.adapters.case_rows import CASES, INDEX, case_row
from shared.adapters.index_rows import indexed_row, rows_wanted
from shared.adapters.storage import Put, Row
from shared.adapters.tally_rows import keeping_day, keeping_totals, movement_row
from shared.domain.case import Case, case_id_in
from shared.domain.documents import CheckedFile
from shared.domain.dossier import Stored
from shared.domain.lifecycle import Event, State
from shared.domain.movements import FunnelStep, Movement, Progress
from shared.domain.tallies import DayTally, Totals
from tests.builders import a_case
from tests.functions.calling import wired
from tests.world import World

UNCOUNTED = 90
"""Movements that are in no tally yet: so many are folded at once."""

DAYS = 732
"""Days with a tally: the longest period that can be asked for."""

AT_A_TIME = 15
"""Each case has some five rows in the index, and a transaction at most 100."""


@dataclass
class CountedDocuments:
    """Contents of documents, each call counted with those of tables and queues."""

    world: World

    async def put(self, case_id: str, file: CheckedFile, content: bytes) -> None:
        self.world.storage.calls["put"] += 1
        await self.world.documents.put(case_id, file, content)

    async def get(self, case_id: str, sha256: str) -> bytes | None:
        self.world.storage.calls["get"] += 1
        return await self.world.documents.get(case_id, sha256)

    async def delete_all(self, case_id: str) -> None:
        self.world.storage.calls["delete_all"] += 1
        await self.world.documents.delete_all(case_id)


async def a_world_of(cases: int) -> World:
    """A world with so many cases for this process's functions to work on; its storage counts documents' calls too."""
    world = World()
    world.services = replace(world.services, documents=CountedDocuments(world))
    wiring.install(replace(wired(world), development=True))  # else there is no page to sign in at
    await plant(world, cases)
    return world


async def plant(world: World, count: int) -> None:
    """So many cases, of every state in turn, with what was counted of them."""
    cases = list(_cases(count))
    for case in cases:
        await world.storage.commit(CASES, [Put(case_row(case, ""))])
    for first in range(0, count, AT_A_TIME):
        rows = [row for case in cases[first : first + AT_A_TIME] for row in _index_rows(case)]
        await world.storage.commit(INDEX, [Put(row) for row in rows])
    await world.storage.commit(INDEX, [Put(movement_row(_movement(case))) for case in cases[:UNCOUNTED]])
    await _plant_tallies(world, cases)


def _cases(count: int) -> Iterator[Case]:
    models = [a_case(state) for state in State]
    for number in range(count):
        model, scope = models[number % len(models)], f"{number:032x}"
        yield model.model_copy(update={"id": case_id_in(scope, f"{number:032x}"), "scope": scope})


def _index_rows(case: Case) -> tuple[Row, ...]:
    return (*rows_wanted(case), indexed_row(case, Progress(told=case.seq, state=case.state), ""))


def _movement(case: Case) -> Movement:
    return Movement(
        case_id=case.id,
        seq=1,
        at=case.opened_at,
        event=Event.SUBMIT,
        to_state=case.state,
        reached=(FunnelStep.OPENED,),
        country="NL",
        policy=case.policy,
        band="EUR 1000",
    )


async def _plant_tallies(world: World, cases: Sequence[Case]) -> None:
    today, each = world.clock.now.date(), max(1, len(cases) // DAYS)
    counted = Totals(folds=1, states={state: len(cases) // len(State) for state in State}, reviews={today: each})
    days = [_day(today - timedelta(days=ago), each) for ago in range(DAYS)]
    operations = [keeping_totals(Stored(counted, "")), *(keeping_day(Stored(day, "")) for day in days)]
    for first in range(0, len(operations), 100):
        await world.storage.commit(INDEX, operations[first : first + 100])


def _day(day: date, count: int) -> DayTally:
    return DayTally(
        day=day,
        fold=1,
        events={Event.SUBMIT: count},
        entered=dict.fromkeys(State, count),
        funnel=dict.fromkeys(FunnelStep, count),
        stages={State.CREDIT_REVIEW: dict.fromkeys(range(8), count)},
        asked_again={0: count, 1: count},
        reasons={"adverse_information": count},
        countries={"NL": count},
        bands={"EUR 1000": count},
    )
