"""How movements and tallies look as rows of the index: totals before what is not in them yet, and a row for each day.

`stat|0totals`, `stat|1moved|{at}|{case}|{number}`, `day|{date}`. One range has the totals and all that they lack.
"""

from datetime import date
from typing import Final

from shared.adapters.case_rows import INDEX_PARTITION, document_of, row_of, utc
from shared.adapters.storage import Insert, Operation, Replace, Row
from shared.domain.dossier import Stored
from shared.domain.movements import Movement
from shared.domain.tallies import DayTally, Period, Totals

TOTALS: Final = "stat|0totals"
STATISTICS: Final = ("stat|", "stat}")
"""The range of the totals and of the movements that are not in them."""


def movement_row(movement: Movement) -> Row:
    """A movement that is not counted yet."""
    key = f"stat|1moved|{utc(movement.at)}|{movement.case_id}|{movement.number}"
    return row_of(INDEX_PARTITION, key, movement)


def movement_of(row: Row) -> Movement:
    """A movement from its row. Raises ValueError for a row without one."""
    movement = document_of(row, Movement)
    if movement is None:
        raise ValueError(f"row {row.key} has lost its movement")
    return movement


def totals_of_row(row: Row) -> Stored[Totals]:
    """The totals from their row; a row without them stands for none."""
    return Stored(document_of(row, Totals) or Totals(), row.tag)


def day_of_row(row: Row) -> Stored[DayTally]:
    """A day from its row; a row without a tally stands for a day on which nothing happened."""
    day = date.fromisoformat(row.key.partition("|")[2])
    return Stored(document_of(row, DayTally) or DayTally(day=day), row.tag)


def days_in(period: Period) -> tuple[str, str]:
    """The range of the rows of a period's days."""
    return f"day|{period.first.isoformat()}", f"day|{period.last.isoformat()}|"


def keeping_totals(totals: Stored[Totals]) -> Operation:
    """Keep totals, if they still are that version; without a tag, they must not exist."""
    row = row_of(INDEX_PARTITION, TOTALS, totals.value, tag=totals.tag)
    return Replace(row) if totals.tag else Insert(row)


def keeping_day(day: Stored[DayTally]) -> Operation:
    """Keep a day, as totals are kept."""
    row = row_of(INDEX_PARTITION, f"day|{day.value.day.isoformat()}", day.value, tag=day.tag)
    return Replace(row) if day.tag else Insert(row)
