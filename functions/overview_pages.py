"""HTML for the billing desk: an overview in charts, and each chart's table to save."""

from typing import Final
from urllib.parse import urlencode

import azure.functions as func

from functions.attachments import attachment
from functions.page_routes import Page, Visitor, page, see, shown
from functions.problem_types import INVALID_FIELDS, NOT_FOUND
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import Visit
from shared import wiring
from shared.domain.csv_text import as_csv
from shared.domain.overview import Clock, Overview, table_of
from shared.domain.tallies import Period
from shared.domain.typed_period import read_period
from shared.workflow.tallies import read_tallies

blueprint = func.Blueprint()

CSV: Final = "text/csv"

_FIELDS: Final = ("days", "from", "to")


@page(blueprint, Page("desk/overview", "GET", Visitor.DESK_READ))
async def show_overview(visit: Visit) -> Reply:
    """How requests stand, and what happened in a period: two storage requests, whatever the number of cases."""
    typed = _typed(visit)
    reading = read_period(typed, wiring.services().now().date())
    overview = await _overview(reading.period) if reading.period else None
    status = INVALID_FIELDS.status if reading.mistakes else 200
    return await shown(visit, "overview", status, overview=overview, typed=typed, mistakes=reading.mistakes)


@page(blueprint, Page("desk/overview/{chart}.csv", "GET", Visitor.DESK_READ))
async def save_chart(visit: Visit) -> Reply:
    """What a chart shows, as a table to save: in codes, the same in every language."""
    typed = _typed(visit)
    period = read_period(typed, wiring.services().now().date()).period
    if period is None:
        return see(f"/desk/overview?{urlencode(typed)}")
    overview = await _overview(period)  # not in the try: a fault in reading is no table that there is not
    try:
        text = as_csv(table_of(overview, visit.part("chart")))
    except ValueError:
        raise ProblemError(Problem(NOT_FOUND)) from None
    return attachment(text.encode(), CSV, f"{visit.part('chart')}-{period.first}-{period.last}.csv")


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.parameter(name).strip() for name in _FIELDS}


async def _overview(period: Period) -> Overview:
    services = wiring.services()
    found = await read_tallies(services, period)
    credit = (await services.shelf.policy(services.current_policy)).credit
    clock = Clock(credit.review_target_business_days, credit.review_breach_business_days)
    return Overview(period, found.totals, found.days, services.now().date(), clock, found.complete)
