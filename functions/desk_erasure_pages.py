"""HTML for the billing desk: erase the personal data of a case that is over."""

import azure.functions as func

from functions.desk_cases import done
from functions.page_routes import Page, Visitor, page, shown
from functions.problem_types import INVALID_FIELDS
from functions.replies import Reply
from functions.visits import Visit
from shared import wiring
from shared.domain.case_file import CaseFile
from shared.domain.errors import IllegalMoveError
from shared.domain.lifecycle import FINAL, events_open_to
from shared.workflow import erasure
from shared.workflow.case_file import case_file

blueprint = func.Blueprint()


@page(blueprint, Page("desk/cases/{id}/erase", "GET", Visitor.DESK_DECIDE))
async def ask_before_erasing(visit: Visit) -> Reply:
    """Say what goes and what stays, and ask for the company's name."""
    return await _erasure_page(visit, await _file_of_closed(visit))


@page(blueprint, Page("desk/cases/{id}/erase", "POST", Visitor.DESK_DECIDE))
async def erase_personal_data(visit: Visit) -> Reply:
    """Erase, once the company is named; for a case that is erased, finish what is left of it."""
    file = await _file_of_closed(visit)
    if file.standing.erased_at is None and _plain(visit.form["company"]) != _plain(file.request.company_name):
        return await _erasure_page(visit, file, INVALID_FIELDS.status, is_wrong=True)
    return await done(visit, lambda asked: erasure.erase(wiring.services(), asked), "data_erased")


async def _file_of_closed(visit: Visit) -> CaseFile:
    """The file of a case that is over. Raises IllegalMoveError for another."""
    file = await case_file(wiring.services(), visit.part("id"), visit.principal)
    state = file.standing.state
    if state not in FINAL:
        raise IllegalMoveError(state, "erase personal data", events_open_to(state))
    return file


async def _erasure_page(visit: Visit, file: CaseFile, status: int = 200, *, is_wrong: bool = False) -> Reply:
    typed = visit.form["company"]
    return await shown(visit, "desk_erasure", status, file=file, typed=typed, is_wrong=is_wrong)


def _plain(name: str) -> str:
    """A name as people compare it."""
    return " ".join(name.casefold().split())
