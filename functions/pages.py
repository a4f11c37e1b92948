"""HTML for everybody: the front page, the files that pages load, and the choice of the language."""

import azure.functions as func

from functions.page_routes import Page, Visitor, is_local, page, see, shown
from functions.problem_types import NOT_FOUND
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import LANGUAGE, Visit, cookie
from shared import wiring

blueprint = func.Blueprint()

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


@page(blueprint, Page("", "GET", Visitor.ANYBODY))
async def show_home(visit: Visit) -> Reply:
    """What it is, who may, what cannot be undone, what will be asked, how long it takes."""
    services = wiring.services()
    return await shown(visit, "home", policy=await services.shelf.policy(services.current_policy))


@page(blueprint, Page("static/{name}", "GET", Visitor.ANYBODY))
async def get_static_file(visit: Visit) -> Reply:
    """A file that pages load. Its address changes with its content."""
    asset = wiring.pages().asset(visit.part("name"))
    if asset is None:
        raise ProblemError(Problem(NOT_FOUND))
    return Reply(200, asset.content, asset.media_type, _FOR_EVER)


@page(blueprint, Page("language/{language}", "GET", Visitor.ANYBODY))
async def choose_language(visit: Visit) -> Reply:
    """Keep the language that was chosen, and go back to where that was."""
    language, to = visit.part("language"), visit.parameter("to")
    if language not in {"en", "nl"}:
        raise ProblemError(Problem(NOT_FOUND))
    visit.cookies.append(cookie(LANGUAGE, language))
    return see(to if is_local(to) else "/")
