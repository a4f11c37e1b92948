"""HTML: people of the billing desk sign in and out, by their work account or in Development by naming themselves."""

from typing import Final
from urllib.parse import urlencode

import azure.functions as func

from functions.identity import desk_person
from functions.page_routes import Page, Visitor, is_local, page, see, shown
from functions.problem_types import FORBIDDEN, INVALID_FIELDS, NOT_FOUND
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import DESK, Visit, cookie
from shared import wiring
from shared.domain.access import SESSION_LIFETIME, Pass, Purpose, written

blueprint = func.Blueprint()

_WORK_LIST: Final = "/desk"
_PLATFORM_SIGN_IN: Final = "/.auth/login/aad"
_PLATFORM_SIGN_OUT: Final = "/.auth/logout"
"""Addresses of App Service Authentication ("Customize sign-ins and sign-outs", Microsoft Learn)."""


@page(blueprint, Page("desk/sign-in", "GET", Visitor.ANYBODY))
async def ask_desk_to_sign_in(visit: Visit) -> Reply:
    """Lead to the work account; in Development, ask which of the settings' people it is."""
    if wiring.wired().desk.trusts_platform:
        return await _by_platform(visit)
    _check_development()
    return await _choice(visit, visit.parameter("to"))


@page(blueprint, Page("desk/sign-in", "POST", Visitor.ANYBODY))
async def sign_desk_in(visit: Visit) -> Reply:
    """In Development, let in whoever somebody says to be."""
    app, name = wiring.wired(), visit.form["name"]
    _check_development()
    if name not in app.desk.people:
        return await _choice(visit, visit.form["to"], is_unknown=True)
    held = Pass(Purpose.DESK, name, app.services.now() + SESSION_LIFETIME)
    visit.cookies.append(cookie(DESK, written(held, app.signing_keys[0]), int(SESSION_LIFETIME.total_seconds())))
    return see(_way_back(visit.form["to"]))


@page(blueprint, Page("desk/sign-out", "POST", Visitor.DESK_READ))
async def sign_desk_out(visit: Visit) -> Reply:
    """Forget this browser's session, or leave that to the platform."""
    if wiring.wired().desk.trusts_platform:
        return see(f"{_PLATFORM_SIGN_OUT}?{urlencode({'post_logout_redirect_uri': '/'})}", "signed_out")
    visit.cookies.append(cookie(DESK, "", 0))
    return see("/", "signed_out")


async def _by_platform(visit: Visit) -> Reply:
    """Whoever has signed in without a role would be sent around in circles: they are told what they lack."""
    back = _way_back(visit.parameter("to"))
    if desk_person(visit.request):
        return see(back)
    if visit.request.headers.get("x-ms-client-principal"):
        return await shown(visit, "desk_no_role", FORBIDDEN.status, sign_out=_PLATFORM_SIGN_OUT)
    return see(f"{_PLATFORM_SIGN_IN}?{urlencode({'post_login_redirect_uri': back})}")


async def _choice(visit: Visit, to: str, *, is_unknown: bool = False) -> Reply:
    people = sorted(wiring.wired().desk.people.values(), key=lambda person: person.name)
    status = INVALID_FIELDS.status if is_unknown else 200
    return await shown(visit, "desk_sign_in", status, people=people, to=_way_back(to), is_unknown=is_unknown)


def _check_development() -> None:
    """Raise ProblemError 404 where nobody may sign in by a mere name."""
    app = wiring.wired()
    if not (app.development and app.desk.people):
        raise ProblemError(Problem(NOT_FOUND))


def _way_back(to: str) -> str:
    """Where to go once signed in: a page of the desk, and no other."""
    is_desks = is_local(to) and (to == _WORK_LIST or to.startswith((f"{_WORK_LIST}/", f"{_WORK_LIST}?")))
    return to if is_desks and not to.startswith(f"{_WORK_LIST}/sign-") else _WORK_LIST
