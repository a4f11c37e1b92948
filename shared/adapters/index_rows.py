"""What the index holds of a case, and how it is made to speak of the case as it is now."""

from collections.abc import Sequence

from shared.adapters.case_rows import INDEX_PARTITION, due_row, indexed_key, list_row
from shared.adapters.storage import Delete, Insert, Operation, Put, Replace, Row, Value
from shared.adapters.work_rows import work_rows
from shared.domain.case import Case
from shared.domain.dossier import IndexEntry


def indexed_row(case: Case, tag: str) -> Row:
    """Which rows the index has of a case. Its version orders the writers."""
    values: dict[str, Value] = {
        "seq": case.seq,
        "side": case.side_events,
        "listKey": list_row(case).key,
        "workKeys": _work_keys(case),
    }
    return Row(INDEX_PARTITION, indexed_key(case.id), values, tag)


def _work_keys(case: Case) -> str:
    return " ".join(row.key for row in work_rows(case))


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
    )


def rows_wanted(case: Case) -> tuple[Row, ...]:
    """The rows by which lists and timers find a case."""
    due = due_row(case)
    return (list_row(case), *work_rows(case), *([due] if due else []))


def names_rows_of(entry: IndexEntry, case: Case) -> bool:
    """Whether the index has the rows in the lists that the case must have."""
    return entry.list_key == list_row(case).key and entry.work_keys == tuple(row.key for row in work_rows(case))


def settling(case: Case, entry: IndexEntry | None) -> tuple[list[Operation], list[Operation]]:
    """What is written to make the index speak of a case, and what is deleted of the rows it had."""
    wanted = rows_wanted(case)
    indexed = indexed_row(case, entry.tag if entry else "")
    written: Sequence[Operation] = [Put(row) for row in wanted]
    old = [entry.list_key, *entry.work_keys] if entry else []
    gone = set(old) - {row.key for row in wanted}
    return [Replace(indexed) if entry else Insert(indexed), *written], [
        Delete(INDEX_PARTITION, key) for key in old if key in gone
    ]
