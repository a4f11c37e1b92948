"""Tallies: movements are folded into them, each once, and read together with those that still wait.

A movement is written in the transaction that makes the index speak of its case, and deleted in the one that adds it
to the totals and to its day; both depend on the version that was read. So each counts once, whatever fails.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.domain.dossier import Stored
from shared.domain.errors import RowChangedError, RowExistsError
from shared.domain.movements import Movement
from shared.domain.tallies import (
    MOST_DAYS,
    DaysOf,
    DayTally,
    Fold,
    Period,
    Totals,
    Waiting,
    business_days_in_stage,
    day_of,
    days_with,
    miscounted,
    totals_after,
    totals_of,
)
from shared.domain.waiting import IsBusinessDay
from shared.workflow.ports import Services

MOST_FOLDED: Final = 90
"""Movements folded at once: with the totals and the days they change, they fit in a transaction of 100 operations."""

MOST_DAYS_FOLDED: Final = 9

TRIES: Final = 4
"""Times to read what others may be changing."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tallies:
    """How cases stand now, and what happened on the days of a period.

    Not `complete` while more than 999 movements wait: what those say is missing.
    """

    totals: Totals
    days: tuple[DayTally, ...]
    complete: bool


async def read_totals(services: Services) -> Totals:
    """How cases stand now: one request."""
    waiting = await services.tallies.waiting()
    return totals_after(waiting.totals.value, _movements(waiting))


async def read_tallies(services: Services, period: Period) -> Tallies:
    """How cases stand now, and each day of a period of at most 732: two requests.

    Two more where movements were folded in between, as these would be counted twice; after that, they are.
    """
    for _ in range(TRIES):
        waiting = await services.tallies.waiting()
        stored = [day.value for day in await services.tallies.days(period)]
        if all(day.fold <= waiting.totals.value.folds for day in stored):
            break
    movements = [each for each in _movements(waiting) if period.first <= day_of(each) <= period.last]
    days = days_with(stored, movements, await _days_of(services, movements))
    return Tallies(totals_after(waiting.totals.value, _movements(waiting)), days, complete=not waiting.more)


def _movements(waiting: Waiting) -> list[Movement]:
    return [each.movement for each in waiting.moved]


async def fold(services: Services, least: int = MOST_FOLDED) -> int:
    """Fold waiting movements into the tallies, while at least so many wait; how many were folded.

    Where others fold too, they go on with it.
    """
    folded = 0
    while True:
        waiting = await services.tallies.waiting(MOST_FOLDED)
        if len(waiting.moved) < max(1, least):
            return folded
        try:
            folded += await _fold_once(services, waiting)
        except (RowChangedError, RowExistsError):
            return folded


async def _fold_once(services: Services, waiting: Waiting) -> int:
    days = _first_days(waiting)
    chosen = [each for each in waiting.moved if day_of(each.movement) in days]
    movements = [each.movement for each in chosen]
    number = waiting.totals.value.folds + 1
    totals = totals_after(waiting.totals.value, movements).model_copy(update={"folds": number})
    kept = await _days_after(services, days, movements, number)
    keys = tuple(each.key for each in chosen)
    await services.tallies.fold(Fold(Stored(totals, waiting.totals.tag), kept, keys))
    return len(chosen)


def _first_days(waiting: Waiting) -> list[date]:
    """The first of the days that movements wait for: few enough for a transaction, and for one read."""
    days = sorted({day_of(each.movement) for each in waiting.moved})
    return [day for day in days[:MOST_DAYS_FOLDED] if (day - days[0]).days < MOST_DAYS]


async def _days_after(
    services: Services, days: Sequence[date], movements: Sequence[Movement], number: int
) -> tuple[Stored[DayTally], ...]:
    """These days with movements of theirs added, by the addition of that number."""
    found = await services.tallies.days(Period(days[0], days[-1]))
    known = {stored.value.day: stored for stored in found if stored.value.day in days}
    added = days_with([stored.value for stored in known.values()], movements, await _days_of(services, movements))
    tags = {day: stored.tag for day, stored in known.items()}
    return tuple(Stored(day.model_copy(update={"fold": number}), tags.get(day.day, "")) for day in added)


async def _days_of(services: Services, movements: Iterable[Movement]) -> DaysOf:
    """Counts business days by the calendar of each company's country."""
    calendars: dict[tuple[str, str], IsBusinessDay] = {}
    for each in movements:
        place = each.policy, each.country
        if each.stage is not None and place not in calendars:
            calendars[place] = (await services.shelf.terms(*place)).is_business_day
    return lambda movement: business_days_in_stage(movement, calendars[movement.policy, movement.country])


async def recount(services: Services) -> int:
    """Count the totals anew from what was told of each case, and correct them; by how much they were wrong.

    Only what is counted while nothing moves can be compared: where cases keep moving, it is left for the next night.
    """
    for _ in range(TRIES):
        await fold(services, least=1)
        before = await services.tallies.waiting(MOST_FOLDED)
        counted = totals_of([progress async for progress in services.tallies.told()])
        after = await services.tallies.waiting(MOST_FOLDED)
        if before.moved or after.moved or before.totals.tag != after.totals.tag:
            continue
        wrong = miscounted(after.totals.value, counted)
        if wrong == 0 or await _corrected(services, after.totals, counted):
            return wrong
    _log.info("the totals were not counted anew: cases keep moving")
    return 0


async def _corrected(services: Services, totals: Stored[Totals], counted: Totals) -> bool:
    """Keep totals that were counted anew, unless others changed them meanwhile."""
    anew = counted.model_copy(update={"folds": totals.value.folds + 1})
    try:
        await services.tallies.fold(Fold(Stored(anew, totals.tag)))
    except (RowChangedError, RowExistsError):
        return False
    _log.warning("the totals were wrong: %s, counted anew: %s", totals.value, anew)
    return True
