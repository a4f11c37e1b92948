"""Registers pages for people: what holds for every visit is said here once.

A page takes a `Visit` and replies; whatever it raises becomes a page that says what to do. A form is read only if it
came from a page of ours. Deny by default: a page cannot be registered without saying who may see it.
"""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import azure.functions as func

from functions import visits
from functions.answers import SECURITY_HEADERS, UNEXPECTED, problem_of
from functions.contracts import HTML
from functions.identity import desk_person
from functions.negotiation import check_address
from functions.page_problems import SIGN_IN_AGAIN
from functions.problem_types import FORBIDDEN, NOT_FOUND
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.routes import PAGE_METHODS, PAGE_NAMES
from functions.visits import LARGEST_FORM, SAID, Form, Visit, cookie
from shared import wiring
from shared.domain.access import Pass, Purpose, token_of
from shared.domain.callers import Kind, Principal, Role
from shared.workflow import tracing
from shared.workflow.access import admitted

_log = logging.getLogger(__name__)


class Visitor(Enum):
    """Who may see a page, or send its form."""

    ANYBODY = auto()
    APPLICANT = auto()
    DESK_READ = auto()
    DESK_DECIDE = auto()


_ROLE_OF: Final = {Visitor.DESK_READ: Role.READ, Visitor.DESK_DECIDE: Role.DECIDE}

_ROOT: Final = "{ignored:maxlength(0)?}"
"""The route of the root: an empty one means the function's name to the host."""

_SIGN_IN: Final = "signIn"
"""Member of a problem: where people of the desk sign in; applicants ask for a link."""

_SAFE: Final = frozenset({"GET", "HEAD"})

_NAVIGATE: Final = "navigate"
"""The Sec-Fetch-Mode of a page that somebody goes to (W3C Fetch Metadata)."""

_SAID_SECONDS: Final = 60
"""After which nobody is told any more of what was done."""

_REFERRERS: Final = {"Referrer-Policy": "same-origin"}
"""Others learn no address of ours. With no-referrer a browser would not say either that a form came from us: its Origin
would be null (Fetch standard, "append a request Origin header").
"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's address (no leading slash; `{name}` is one segment), method and visitor; how much a form may bring."""

    path: str
    method: str
    visitor: Visitor
    largest: int = LARGEST_FORM

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it takes: whoever may GET may also ask for the HEAD."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)


PageHandler = Callable[[Visit], Awaitable[Reply]]
HttpFunction = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]

PAGES: Final[list[tuple[str, Page]]] = []
"""Every page with the name of its function."""


def page(blueprint: func.Blueprint, page_: Page) -> Callable[[PageHandler], HttpFunction]:
    """Register a page."""

    def register(handle: PageHandler) -> HttpFunction:
        name = handle.__name__
        PAGES.append((name, page_))
        PAGE_NAMES.add(name)
        PAGE_METHODS.extend((page_.path, method) for method in page_.methods)
        routed = blueprint.route(
            route=page_.path or _ROOT, methods=[*page_.methods], auth_level=func.AuthLevel.ANONYMOUS
        )
        registered: HttpFunction = blueprint.function_name(name)(routed(_guarded(handle, page_)))
        return registered

    return register


async def shown(visit: Visit, template: str, status: int = 200, /, **contents: Any) -> Reply:
    """A page for this visit. Templates are compiled and filled in a thread."""
    made = await asyncio.to_thread(wiring.pages().page, template, _frame(visit), contents)
    return Reply(status, made.html.encode(), HTML, policy=made.policy)


def see(path: str, said: str = "") -> Reply:
    """Send the browser to a page of ours. The next that it shows says once what was done, by the words of that key."""
    # Not in the address: whoever makes a link could have a page say that something was done.
    words = {"Set-Cookie": cookie(SAID, said, _SAID_SECONDS)} if said else {}
    return Reply(303, headers={"Location": path, **words})


def is_local(path: str) -> bool:
    """Whether an address leads to a page of ours: nobody shall be sent away by a link that looks like ours."""
    return path.startswith("/") and not path.startswith("//") and path.isprintable() and "\\" not in path


def _frame(visit: Visit) -> wiring.Frame:
    app = wiring.wired()
    return wiring.Frame(
        language=visit.language,
        path=visit.address,
        principal=visit.principal,
        now=app.services.now(),
        token=token_of(visit.key, visit.principal.actor, app.signing_keys[0]),
        said=_just_said(visit),
        development=app.development,
    )


def _just_said(visit: Visit) -> str:
    """The key of what was done just before, if anything; whoever is shown it is not told again."""
    request = visit.request
    # A script that looks again and a HEAD show nobody anything, and the answer to a form tells of that form.
    is_looked_at = request.method == "GET" and request.headers.get("sec-fetch-mode", _NAVIGATE) == _NAVIGATE
    said = visits.cookies_of(request).get(SAID, "") if is_looked_at else ""
    if said:
        visit.cookies.append(cookie(SAID, "", 0))
    return said


def _guarded(handle: PageHandler, page_: Page) -> HttpFunction:
    # No functools.wraps: the worker reads the signature, which must be this one.
    async def guarded(req: func.HttpRequest) -> func.HttpResponse:
        with tracing.taken_up(req.headers.get("traceparent"), lambda: uuid.uuid4().hex):
            visit = _greeted(req, page_)
            try:
                visit = await _admit(visit, page_)
                reply = await handle(visit)
            except Exception as error:  # noqa: BLE001 - the last stop before the host, which answers 500 without a word
                reply = await _reply_to(error, visit, page_)
            _log.info("page %s %s was answered %d", req.method, page_.path, reply.status)
            return _answer(reply, visit)

    guarded.__name__ = guarded.__qualname__ = handle.__name__
    guarded.__doc__ = handle.__doc__
    return guarded


def _greeted(request: func.HttpRequest, page_: Page | None = None) -> Visit:
    """The visit of whoever it may be, to a page or to an address that is none: nobody is let in yet."""
    cookies = visits.cookies_of(request)
    language = visits.language_of(cookies, request.headers.get("accept-language") or "")
    key = visits.visit_of(cookies)
    visit = Visit(request, Principal(Kind.ANYBODY), language, key or uuid.uuid4().hex, _address_in(request, page_))
    if key is None:
        visit.cookies.append(visits.cookie(visits.VISIT, visit.key))
    return visit


def _address_in(request: func.HttpRequest, page_: Page | None) -> str:
    """Where a browser can look again at what it is shown: what only takes forms has the nearest page above it."""
    parts, route = urlsplit(str(request.url)), page_.path.split("/") if page_ else []
    to_look_at = {each.path for _, each in PAGES if each.method == "GET"}
    kept = next((end for end in range(len(route), 0, -1) if "/".join(route[:end]) in to_look_at), 0)
    if kept < len(route):
        return "/" + "/".join(parts.path.strip("/").split("/")[:kept])
    return parts.path + (f"?{parts.query}" if parts.query else "")


async def _admit(visit: Visit, page_: Page) -> Visit:
    """The visit of somebody who may see the page, with the form if one was sent. Raises ProblemError, PassVoidError."""
    request = visit.request
    check_address(request.url)
    cookies = visits.cookies_of(request)
    held = visits.pass_in(cookies, visits.APPLICANT, Purpose.APPLICANT)
    principal = _principal(visit, page_, held, cookies)
    form = Form()
    if request.method not in _SAFE:
        # In a thread: some megabytes of files take a while to be read.
        form = await asyncio.to_thread(visits.form_of, request, page_.largest)
        visits.check_form(request, form, visits.visit_of(cookies), principal)
    dossier = None
    if page_.visitor is Visitor.APPLICANT and held:
        dossier = await admitted(wiring.services(), held, wiring.wired().signing_keys)
    return replace(visit, principal=principal, form=form, held=held, dossier=dossier)


def _principal(visit: Visit, page_: Page, held: Pass | None, cookies: Mapping[str, str]) -> Principal:
    """Who visits. Raises ProblemError 401 or 403."""
    if page_.visitor is Visitor.ANYBODY:
        return Principal(Kind.ANYBODY)
    if page_.visitor is Visitor.APPLICANT:
        if held is None:
            raise ProblemError(Problem(SIGN_IN_AGAIN))
        return Principal(Kind.APPLICANT, held.holder)
    person = desk_visitor(visit.request, cookies)
    if person is None:
        sign_in = f"/desk/sign-in?{urlencode({'to': visit.address})}"
        raise ProblemError(Problem(SIGN_IN_AGAIN, members={_SIGN_IN: sign_in}))
    role = _ROLE_OF[page_.visitor]
    if role not in person.roles:
        raise ProblemError(Problem(FORBIDDEN, f"This needs the role {role.value}."))
    return person


def desk_visitor(request: func.HttpRequest, cookies: Mapping[str, str]) -> Principal | None:
    """The person of the desk: as the platform says, or in Development whoever signed in by the page for that."""
    desk = wiring.wired().desk
    if desk.trusts_platform:
        return desk_person(request)
    held = visits.pass_in(cookies, visits.DESK, Purpose.DESK)
    return desk.people.get(held.holder) if held else None


async def _reply_to(error: Exception, visit: Visit, page_: Page) -> Reply:
    problem = problem_of(error, visit.principal.kind)
    if problem is UNEXPECTED:
        _log.exception("page %s failed", page_.path, exc_info=error)
    elif problem.type.status >= UNEXPECTED.type.status:
        _log.error("page %s was answered %d: %s", page_.path, problem.type.status, error)
    is_form = visit.request.method not in _SAFE and page_.visitor is not Visitor.ANYBODY
    if problem.type is SIGN_IN_AGAIN and _SIGN_IN in problem.members and not is_form:
        return see(problem.members[_SIGN_IN])
    return await problem_page(visit, problem, is_form=is_form)


def is_for_people(request: func.HttpRequest) -> bool:
    """Whether a browser asks for a page, rather than a program for an answer."""
    is_api = urlsplit(request.url).path.lower().startswith("/api/")
    return request.method in _SAFE and not is_api and "text/html" in (request.headers.get("accept") or "")


async def unknown_page(request: func.HttpRequest) -> Reply:
    """What a browser is shown at an address that is none."""
    return await problem_page(_greeted(request), Problem(NOT_FOUND))


async def problem_page(visit: Visit, problem: Problem, *, is_form: bool = False) -> Reply:
    """A page that says what is wrong and what to do.

    Who sent a form and is not signed in any more stays on it: loaded anew once they are, it sends the form once more.
    """
    kind, sign_in = problem.type, problem.members.get(_SIGN_IN, "")
    reply = await shown(visit, "problem", kind.status, code=kind.code, sign_in=sign_in, is_form=is_form)
    return Reply(reply.status, reply.content, reply.media_type, problem.headers, reply.policy)


def _answer(reply: Reply, visit: Visit) -> func.HttpResponse:
    headers = {"Content-Security-Policy": reply.policy, **SECURITY_HEADERS, **_REFERRERS, **reply.headers}
    body = reply.content if visit.request.method != "HEAD" else b""
    response = func.HttpResponse(
        body, status_code=reply.status, mimetype=reply.media_type, headers=headers, charset="utf-8"
    )
    # What anybody may keep must not hold one visitor's cookies.
    for each in () if "Cache-Control" in reply.headers else visit.cookies:
        response.headers.add("Set-Cookie", each)
    return response
