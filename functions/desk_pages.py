"""HTML: the desk's work list, where cases are taken on and let go of."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import urlencode

import azure.functions as func

from functions.continuations import continuation_after, key_in
from functions.desk_cases import asked_of
from functions.page_routes import Page, Visitor, page, see, shown
from functions.problem_types import NOT_FOUND, PRECONDITION_FAILED
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import Visit
from shared import wiring
from shared.domain.decisions import Language
from shared.domain.errors import PreconditionFailedError
from shared.domain.tallies import tab_counts
from shared.domain.typed_amounts import plain_amount
from shared.domain.work_list import ALL, TABS, WorkFilters, WorkQuery
from shared.workflow import desk
from shared.workflow.tallies import read_totals

blueprint = func.Blueprint()

LIMIT: Final = 50
"""Cases on a page."""

FILTERS: Final = ("text", "country", "amount", "overdue", "mine", "call")
"""The fields by which a tab is narrowed down."""


@page(blueprint, Page("desk", "GET", Visitor.DESK_READ))
async def show_work_list(visit: Visit) -> Reply:
    """A tab of the work list, most urgent first: two storage requests, whatever the number of cases."""
    return await _list(visit)


@page(blueprint, Page("desk", "POST", Visitor.DESK_READ))
async def change_who_has_case(visit: Visit) -> Reply:
    """Take a case of the list on, or let go of it, if it still is as the list showed it; the list stays where it is."""
    services, taken = wiring.services(), visit.form["take"]
    case_id, _, seen = (taken or visit.form["release"]).partition(" ")
    asked = asked_of(visit, case_id, seen)
    try:
        await (desk.assign(services, asked, visit.principal.name) if taken else desk.release(services, asked))
    except PreconditionFailedError:
        return await _list(visit, PRECONDITION_FAILED.status, changed=case_id)
    return see(_address(visit, visit.parameter("after")), "case_taken" if taken else "case_released")


async def _list(visit: Visit, status: int = 200, *, changed: str = "") -> Reply:
    """The list; `changed` is a case that was not as the list showed it when somebody wanted to take it."""
    services, query = wiring.services(), _query_of(visit)
    found = await services.work_list.work(query)
    return await shown(
        visit,
        "work_list",
        status,
        found=found.cases,
        counts=tab_counts(await read_totals(services)),
        typed={"tab": query.tab, **{name: visit.parameter(name) for name in FILTERS}},
        here=_address(visit, visit.parameter("after")),
        more=_address_after(visit, found.after) if found.after else "",
        changed=changed,
    )


def _query_of(visit: Visit) -> WorkQuery:
    """What is asked for. Raises ProblemError 404 for a tab that there is not, 400 for a page that there is not."""
    tab = visit.parameter("tab") or ALL
    if tab not in TABS:
        raise ProblemError(Problem(NOT_FOUND))
    asked = WorkQuery(tab, limit=LIMIT, filters=_filters_of(visit))
    after = key_in(visit.parameter("after") or None, _address(visit), visit.principal, wiring.wired().signing_keys)
    return replace(asked, after=after)


def _filters_of(visit: Visit) -> WorkFilters:
    """What can be no amount narrows nothing down: the page shows what was typed beside what it found."""
    country = visit.parameter("country").strip().upper()
    return WorkFilters(
        country=country or None,
        least_amount=_amount(visit.parameter("amount"), visit.language),
        overdue_at=_this_hour() if visit.parameter("overdue") else None,
        assignee=visit.principal.name if visit.parameter("mine") else None,
        to_call=bool(visit.parameter("call")),
        text=visit.parameter("text").strip()[:200],
    )


def _this_hour() -> datetime:
    """Now, as the pages of one list have it in common: their continuations are for one and the same question."""
    return wiring.services().now().replace(minute=0, second=0, microsecond=0)


def _amount(typed: str, language: Language) -> Decimal | None:
    try:
        amount = Decimal(plain_amount(typed, language) or "")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**13 else None


def _address_after(visit: Visit, after: str) -> str:
    """Where the list goes on."""
    return _address(visit, continuation_after(after, _address(visit), visit.principal, wiring.wired().signing_keys))


def _address(visit: Visit, after: str = "") -> str:
    """Where the list is that was asked for: its beginning, or from a mark of ours on."""
    given = {name: visit.parameter(name) for name in ("tab", *FILTERS)} | {"after": after}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/desk?{query}" if query else "/desk"
