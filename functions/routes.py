"""Registers HTTP endpoints: what holds for every call is said here once.

An endpoint takes a `Call` and replies; whatever it raises is answered as a problem. Deny by default: an endpoint
cannot be registered without a contract, which says who may call it.
"""

import hashlib
import inspect
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar, cast
from urllib.parse import urlencode, urlsplit

import azure.functions as func

from functions.answers import UNEXPECTED, answer_of, problem_of, problem_reply
from functions.bodies import read_body
from functions.contracts import IF_MATCH, Contract, Gives
from functions.etags import is_among
from functions.identity import Caller, identify
from functions.limits import count_call, count_submission, limit_headers
from functions.negotiation import API_VERSION, check_accept, check_address, check_api_version, check_parameters
from functions.problem_types import NOT_FOUND, PRECONDITION_FAILED
from functions.problems import Problem
from functions.repeat_keys import check_repeatable
from functions.replies import Reply
from shared import wiring
from shared.domain.callers import Kind, Principal
from shared.workflow import tracing
from shared.workflow.rate_limits import Ruling

_log = logging.getLogger(__name__)

B = TypeVar("B")

_OF_304: Final = frozenset({"ETag", "Location", "Retry-After"})

_CLIENT_REQUEST_ID: Final = re.compile(r"[\w.\-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """One authenticated HTTP request, with its body as the contract has it."""

    request: func.HttpRequest
    contract: Contract[B]
    principal: Principal
    body: B

    def part(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.route_params[name])

    def parameter(self, name: str) -> str | None:
        """A query parameter."""
        return cast("str | None", self.request.params.get(name))

    def url_of(self, path: str, **parameters: str | None) -> str:
        """The absolute URL of a path, with the api-version and the parameters that are given."""
        given = {name: value for name, value in parameters.items() if value is not None}
        more = f"&{urlencode(given)}" if given else ""
        return f"{wiring.wired().public_url}{path}?api-version={API_VERSION}{more}"


Endpoint = Callable[[Call[B]], Awaitable[Reply]]
HttpFunction = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """A registered endpoint: its contract, and the name and text of its function."""

    contract: Contract[Any]
    name: str
    text: str

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it takes: whoever may GET may also ask for the HEAD."""
        return ("GET", "HEAD") if self.contract.method == "GET" else (self.contract.method,)

    def matches(self, path: str) -> bool:
        """Whether a path without leading slash is of this route."""
        return pattern_of(self.contract.path).fullmatch(path) is not None


@cache
def pattern_of(path: str) -> re.Pattern[str]:
    """What paths of a route look like; a part in braces is any one segment."""
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), re.IGNORECASE)


ROUTES: Final[list[Route]] = []
"""Every endpoint but the last one, which answers what no other does."""

_LAST_RESORT: Final[list[str]] = []

PAGE_NAMES: Final[set[str]] = set()
"""Functions that `page_routes` registered."""

PAGE_METHODS: Final[list[tuple[str, str]]] = []
"""The paths of pages, with a method that each takes."""


def endpoint(blueprint: func.Blueprint, contract: Contract[B]) -> Callable[[Endpoint[B]], HttpFunction]:
    """Register an endpoint under its contract."""

    def register(handle: Endpoint[B]) -> HttpFunction:
        route = Route(contract, _name_of(handle), inspect.cleandoc(handle.__doc__ or ""))
        ROUTES.append(route)
        return _register(blueprint, contract.path, [*route.methods], _guarded(handle, contract, _admit))

    return register


_ANYTHING: Final = Contract[None]("{*path}", "any", Caller.ANYBODY, Gives(204, "Which methods there are"))


def last_resort(blueprint: func.Blueprint) -> Callable[[Endpoint[None]], HttpFunction]:
    """Register the endpoint for what no other route takes, whatever the method.

    The host tries routes in the alphabetical order of the functions' names: this one's must come last.
    """

    def register(handle: Endpoint[None]) -> HttpFunction:
        _LAST_RESORT.append(_name_of(handle))
        return _register(blueprint, _ANYTHING.path, None, _guarded(handle, _ANYTHING, _admit_anything))

    return register


class DeclaredApp(func.FunctionApp):
    """An app that nothing can call unless somebody said who may call it."""

    def get_functions(self) -> list[Any]:
        """The functions, for the worker, which asks once at the start.

        Raises:
            TypeError: One takes HTTP requests without a contract.
        """
        found: list[Any] = super().get_functions()
        declared = {route.name for route in ROUTES} | {*_LAST_RESORT} | PAGE_NAMES
        called = [each.get_function_name() for each in found if each.get_trigger().type == "httpTrigger"]
        if undeclared := [name for name in called if name not in declared]:
            raise TypeError(f"{undeclared[0]} is an endpoint without a contract: register it by routes")
        return found


def _register(blueprint: func.Blueprint, path: str, methods: list[str] | None, function: HttpFunction) -> HttpFunction:
    # Function keys carry no identity into Python: the host lets everybody through, `_guarded` does not.
    routed = blueprint.route(route=path, methods=methods, auth_level=func.AuthLevel.ANONYMOUS)
    registered: HttpFunction = blueprint.function_name(_name_of(function))(routed(function))
    return registered


def allowed_methods(path: str) -> list[str]:
    """The methods that a path without leading slash takes; none for an unknown path."""
    of_pages = {method for page, method in PAGE_METHODS if pattern_of(page).fullmatch(path)}
    return sorted(of_pages | {method for route in ROUTES if route.matches(path) for method in route.methods})


def _new_id() -> str:
    return uuid.uuid4().hex


def _name_of(function: Callable[..., object]) -> str:
    return function.__name__


@dataclass(slots=True)
class _Exchange:
    """One request on its way through: what is known of it so far, for the log and for the headers of its answer."""

    request: func.HttpRequest
    contract: Contract[Any]
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    kind: Kind = Kind.ANYBODY
    rulings: Sequence[Ruling] = ()

    @property
    def path(self) -> str:
        return str(urlsplit(self.request.url).path)

    @property
    def client_request_id(self) -> str | None:
        given = self.request.headers.get("x-ms-client-request-id")
        return given if given and _CLIENT_REQUEST_ID.fullmatch(given) else None


def _guarded(
    handle: Endpoint[B], contract: Contract[B], admit: Callable[["_Exchange"], Awaitable[Call[B]]]
) -> HttpFunction:
    # No functools.wraps: the worker reads the signature, which must be this one.
    async def guarded(req: func.HttpRequest) -> func.HttpResponse:
        exchange = _Exchange(req, contract)
        with tracing.taken_up(req.headers.get("traceparent"), _new_id) as trace:
            try:
                reply = _conditional(req, await handle(await admit(exchange)))
            except Exception as error:  # noqa: BLE001 - the last stop before the host, which answers 500 without a word
                reply = _reply_to(error, exchange)
            return _signed_off(reply, exchange, trace.trace_id)

    guarded.__name__ = guarded.__qualname__ = _name_of(handle)
    guarded.__doc__ = handle.__doc__
    return guarded


async def _admit_anything(exchange: _Exchange) -> Call[None]:
    """The call of whoever came to an address that is none. Raises ProblemError."""
    check_address(exchange.request.url)
    return Call(exchange.request, _ANYTHING, Principal(Kind.ANYBODY), None)


async def _admit(exchange: _Exchange) -> Call[Any]:
    """The call, once all that its contract asks for is there. Raises ProblemError."""
    request, contract = exchange.request, exchange.contract
    check_address(request.url)
    principal = identify(request, contract.caller)
    exchange.kind = principal.kind
    exchange.rulings = count_call(principal)
    check_accept(request.headers.get("accept"), contract.gives.media_type)
    if contract.versioned:
        check_api_version(request.params)
    check_parameters(request.params, [parameter.name for parameter in contract.query])
    check_repeatable(request.headers, [parameter.name for parameter in contract.headers])
    body = read_body(request, contract.body) if contract.body else None
    if contract.submits:
        exchange.rulings = await count_submission(principal, exchange.rulings)
    return Call(request, contract, principal, body)


def _conditional(request: func.HttpRequest, reply: Reply) -> Reply:
    """The reply to a GET or HEAD with its ETag: 304 where the caller has it already. An error stays one."""
    if request.method not in {"GET", "HEAD"} or reply.status >= HTTPStatus.BAD_REQUEST:
        return reply
    etag = reply.headers.get("ETag") or f'"{hashlib.sha256(reply.content).hexdigest()[:32]}"'
    headers = {**reply.headers, "ETag": etag}
    if is_among(etag, request.headers.get("if-none-match") or ""):
        return Reply(304, headers={name: value for name, value in headers.items() if name in _OF_304})
    return replace(reply, headers=headers)


def _reply_to(error: Exception, exchange: _Exchange) -> Reply:
    problem = problem_of(error, exchange.kind)
    request = exchange.request
    if (
        problem.type is NOT_FOUND
        and IF_MATCH in exchange.contract.headers
        and (request.headers.get("if-match") or "").strip() == "*"
    ):
        problem = Problem(PRECONDITION_FAILED, "If-Match: * asks for a case that is there; none is at this address.")
    if problem is UNEXPECTED:
        _log.exception("request %s failed", exchange.request_id, exc_info=error)
    elif problem.type.status >= UNEXPECTED.type.status:
        _log.error("request %s was answered %d: %s", exchange.request_id, problem.type.status, error)
    return problem_reply(problem, exchange.path)


def _signed_off(reply: Reply, exchange: _Exchange, trace_id: str) -> func.HttpResponse:
    headers = {**limit_headers(exchange.rulings), "x-ms-request-id": exchange.request_id}
    if exchange.client_request_id:
        headers["x-ms-client-request-id"] = exchange.client_request_id
    _log.info(
        "request %s of %s: %s %s was answered %d (client request %s, trace %s)",
        exchange.request_id,
        exchange.kind.value,
        exchange.request.method,
        exchange.contract.path,
        reply.status,
        exchange.client_request_id,
        trace_id,
    )
    return answer_of(reply, headers, with_body=exchange.request.method != "HEAD")
