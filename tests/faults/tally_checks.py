"""Every transition that was told is counted once, on its day and in the totals, folded or still waiting."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date

from shared.adapters.index_rows import progress_of
from shared.adapters.storage import Row
from shared.adapters.tally_rows import TOTALS, day_of_row, movement_of, totals_of_row
from shared.domain.history import HistoryEvent
from shared.domain.lifecycle import Event
from shared.domain.movements import Movement
from shared.domain.tallies import Totals, days_with, miscounted, totals_after, totals_of

Happened = Counter[tuple[date, Event]]


def wrong_tallies(index: Mapping[str, Row], histories: Mapping[str, list[HistoryEvent]]) -> Iterator[str]:
    """What is counted otherwise than it happened. How far a case was told, its row in the index says."""
    movements = [movement_of(row) for key, row in index.items() if key.startswith("stat|1moved|")]
    told = {key.partition("|")[2]: progress_of(row) for key, row in index.items() if key.startswith("indexed|")}
    stored = totals_of_row(index[TOTALS]).value if TOTALS in index else Totals()
    if miscounted(totals := totals_after(stored, movements), counted := totals_of(told.values())):
        yield f"the totals are {totals}, and were told {counted}"
    events = [event for case_id in told for event in histories.get(case_id, []) if event.seq <= told[case_id].told]
    tallied, happened = _tallied(index, movements), _happened(events)
    for day, event in tallied.keys() | happened.keys():
        if tallied[day, event] != happened[day, event]:
            yield f"{event} came {happened[day, event]} times on {day}, and is counted {tallied[day, event]}"


def _tallied(index: Mapping[str, Row], movements: Iterable[Movement]) -> Happened:
    stored = [day_of_row(row).value for key, row in index.items() if key.startswith("day|")]
    days = days_with(stored, movements, lambda _: 0)
    return Counter({(day.day, event): count for day in days for event, count in day.events.items()})


def _happened(events: Iterable[HistoryEvent]) -> Happened:
    counted: Happened = Counter()
    for event in events:
        if event.event is not None and event.event is not Event.SCHEDULE_RETRY:
            counted[event.at.astimezone(UTC).date(), event.event] += 1
    return counted
