"""What the index holds of a case, and how it is made to speak of the case as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.adapters.case_rows import INDEX_PARTITION, document_of, due_row, indexed_key, list_row, row_of
from shared.adapters.storage import Delete, Insert, Operation, Put, Replace, Row, Value
from shared.adapters.tally_rows import movement_row
from shared.adapters.work_rows import work_rows
from shared.domain.case import Case
from shared.domain.dossier import IndexEntry
from shared.domain.movements import Progress, tell
from shared.domain.passages import Passage

INDEXED: Final = ("indexed|", "indexed}")
"""The range of the rows that say what the index holds of each case."""


def indexed_row(case: Case, progress: Progress, tag: str) -> Row:
    """Which rows the index has of a case, and what was told of it to be counted. Its version orders the writers."""
    values: dict[str, Value] = {
        "seq": case.seq,
        "side": case.side_events,
        "listKey": list_row(case).key,
        "workKeys": " ".join(row.key for row in work_rows(case)),
    }
    return row_of(INDEX_PARTITION, indexed_key(case.id), progress, values, tag)


def progress_of(row: Row) -> Progress:
    """What was told of a case; nothing in rows from before anything was counted."""
    return document_of(row, Progress) or Progress()


def index_entry_of(case_id: str, row: Row) -> IndexEntry:
    """What the index says of a case. In rows from before the work list had tabs, none is named."""
    values = row.values
    return IndexEntry(
        case_id,
        int(values["seq"]),
        int(values.get("side", 0)),
        str(values["listKey"]),
        row.tag,
        tuple(str(values.get("workKeys", "")).split()),
        progress_of(row),
    )


def rows_wanted(case: Case) -> tuple[Row, ...]:
    """The rows by which lists and timers find a case."""
    due = due_row(case)
    return (list_row(case), *work_rows(case), *([due] if due else []))


def names_rows_of(entry: IndexEntry, case: Case) -> bool:
    """Whether the index has the rows in the lists that the case must have, and told all of it to be counted."""
    has_rows = entry.list_key == list_row(case).key and entry.work_keys == tuple(row.key for row in work_rows(case))
    return has_rows and entry.progress.told == case.seq and entry.progress.flagged is (case.attention is not None)


@dataclass(frozen=True, slots=True)
class Settling:
    """What is written to make the index speak of a case, and what is deleted of the rows it had before."""

    written: list[Operation]
    deleted: list[Operation]


def settling(case: Case, entry: IndexEntry | None, passages: Sequence[Passage]) -> Settling:
    """Make the index speak of a case, and tell those of its passages that were not told before."""
    wanted = rows_wanted(case)
    progress, movements = tell(case, entry.progress if entry else Progress(), passages)
    indexed = indexed_row(case, progress, entry.tag if entry else "")
    put = [Put(row) for row in (*wanted, *map(movement_row, movements))]
    keys = {row.key for row in wanted}
    old = dict.fromkeys([entry.list_key, *entry.work_keys] if entry else [])
    return Settling(
        [Replace(indexed) if entry else Insert(indexed), *put],
        [Delete(INDEX_PARTITION, key) for key in old if key not in keys],
    )
