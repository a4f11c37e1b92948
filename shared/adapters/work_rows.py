"""How the desk's work list looks as rows of the index: `work|{tab}|{place}|{case}`, each with a case's summary."""

from decimal import Decimal
from typing import Final

from shared.adapters.case_rows import INDEX_PARTITION, summary_of, utc
from shared.adapters.storage import Comparison, Condition, Row, Search, Value
from shared.domain.case import Case
from shared.domain.dossier import ListedCase
from shared.domain.work_list import WorkFilters, WorkPage, WorkQuery, deadline_of, folded, matches, places_of

MOST_SEARCHED: Final = 1000
"""Rows that one request gives: a text is looked for in so many at a time, as the storage cannot do it."""

_AFTER: Final = "after:"
_ON: Final = "on:"


def work_rows(case: Case) -> tuple[Row, ...]:
    """A case's rows in the tabs it belongs to. What it does not have, a row does not have either."""
    deadline = deadline_of(case)
    values: dict[str, Value] = {
        **summary_of(case),
        "side": case.side_events,
        "state": case.state.value,
        "companyFolded": folded(case.request.company_name),
        "amountSorted": sortable(case.request.credit_needed.amount),
        "since": utc(case.wait.since if case.wait else case.changed_at),
        "language": case.request.contact.language,
        **({"deadline": utc(deadline)} if deadline else {}),
        **({"assignee": case.assignee} if case.assignee else {}),
    }
    places = places_of(case)
    return tuple(Row(INDEX_PARTITION, f"work|{tab}|{place}|{case.id}", values) for tab, place in places)


def sortable(amount: Decimal) -> str:
    """An amount of up to 13 digits and 4 decimals as text that sorts by size."""
    return f"{amount:018.4f}"


def work_search(query: WorkQuery) -> tuple[Search, str | None]:
    """The rows that a query looks at, and the storage's own continuation where it goes on from one.

    Never more than its tab, wherever it says it goes on.
    """
    prefix = f"work|{query.tab}|"
    start = max(prefix, f"{query.after.removeprefix(_AFTER)}\x20") if query.after.startswith(_AFTER) else prefix
    limit = MOST_SEARCHED if query.filters.text else query.limit
    search = Search(start, f"work|{query.tab}}}", _conditions(query.filters), limit)
    return search, query.after.removeprefix(_ON) if query.after.startswith(_ON) else None


def _conditions(filters: WorkFilters) -> tuple[Condition, ...]:
    conditions: list[Condition] = []
    if filters.country is not None:
        conditions.append(Condition("country", Comparison.EQUALS, filters.country))
    if filters.least_amount is not None:
        conditions.append(Condition("amountSorted", Comparison.AT_LEAST, sortable(filters.least_amount)))
    if filters.overdue_at is not None:
        conditions.append(Condition("deadline", Comparison.LESS_THAN, utc(filters.overdue_at)))
    if filters.assignee is not None:
        conditions.append(Condition("assignee", Comparison.EQUALS, filters.assignee))
    if filters.to_call:
        conditions.append(Condition("call", Comparison.EQUALS, value=True))
    return tuple(conditions)


def work_page_of(rows: tuple[Row, ...], continuation: str | None, query: WorkQuery) -> WorkPage:
    """What a query found in the rows that the storage gave; it goes on after what is shown, or after those rows."""
    found = [_case_of(row) for row in rows]
    if query.filters.text:
        found = [each for each in found if matches(each.summary, query.filters.text)]
    if len(found) > query.limit:
        return WorkPage(tuple(found[: query.limit]), f"{_AFTER}{found[query.limit - 1].key}")
    return WorkPage(tuple(found), None if continuation is None else f"{_ON}{continuation}")


def _case_of(row: Row) -> ListedCase:
    return ListedCase(row.key, str(row.values["state"]), dict(row.values))
