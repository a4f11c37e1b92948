"""Registers HTTP endpoints: who may call, which api-version, and what becomes of errors is said here once.

An endpoint takes a `Call` and answers; whatever it raises is answered as a problem. Deny by default: an endpoint
cannot be registered without saying who may call it.
"""

import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit

import azure.functions as func
from pydantic import TypeAdapter

from functions.answers import UNEXPECTED, problem_answer, problem_of
from functions.bodies import LARGEST_REQUEST, read_body, read_tagged
from functions.identity import Caller, identify
from functions.problems import Problem, ProblemError
from shared import wiring
from shared.domain.callers import Principal
from shared.domain.model import Model
from shared.workflow.tracing import begin

API_VERSION: Final = "2026-11-01"

_log = logging.getLogger(__name__)

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated HTTP request."""

    request: func.HttpRequest
    request_id: str
    principal: Principal

    def body(self, kind: type[M]) -> M:
        """The body as a model, unknown members refused. Raises ProblemError."""
        return read_body(self.request, kind, largest=LARGEST_REQUEST)

    def tagged_body(self, kind: "TypeAdapter[T]") -> T:
        """The body as one of several models, unknown members refused. Raises ProblemError."""
        return read_tagged(self.request, kind, largest=LARGEST_REQUEST)

    def parameter(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.route_params[name])

    def url_of(self, path: str, **parameters: str | None) -> str:
        """The absolute URL of a path, with the api-version and the parameters that are given."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return f"{wiring.wired().public_url}{path}?{urlencode({'api-version': API_VERSION, **given})}"


Endpoint = Callable[[Call], Awaitable[func.HttpResponse]]
HttpFunction = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """A registered endpoint."""

    path: str
    methods: tuple[str, ...]
    caller: Caller
    name: str

    def matches(self, path: str) -> bool:
        """Whether a path without leading slash is of this route."""
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.path))
        return re.fullmatch(pattern, path, re.IGNORECASE) is not None


ROUTES: Final[list[Route]] = []
"""Every endpoint but the last one, which answers what no other does."""


def endpoint(
    blueprint: func.Blueprint, path: str, method: str, caller: Caller, *, versioned: bool = True
) -> Callable[[Endpoint], HttpFunction]:
    """Register an endpoint at a path (without leading slash; `{name}` is one segment) for one method."""

    def register(handle: Endpoint) -> HttpFunction:
        ROUTES.append(Route(path, (method,), caller, _name_of(handle)))
        return _register(blueprint, path, [method], _guarded(handle, caller, versioned=versioned))

    return register


def last_resort(blueprint: func.Blueprint) -> Callable[[Endpoint], HttpFunction]:
    """Register the endpoint for what no other route takes, whatever the method.

    The host tries routes in the alphabetical order of the functions' names: this one's must come last.
    """

    def register(handle: Endpoint) -> HttpFunction:
        return _register(blueprint, "{*path}", None, _guarded(handle, Caller.ANYBODY, versioned=False))

    return register


def _register(blueprint: func.Blueprint, path: str, methods: list[str] | None, function: HttpFunction) -> HttpFunction:
    # Function keys carry no identity into Python: the host lets everybody through, `_guarded` does not.
    routed = blueprint.route(route=path, methods=methods, auth_level=func.AuthLevel.ANONYMOUS)
    registered: HttpFunction = blueprint.function_name(_name_of(function))(routed(function))
    return registered


def allowed_methods(path: str) -> list[str]:
    """The methods that a path without leading slash takes; none for an unknown path."""
    return sorted({method for route in ROUTES if route.matches(path) for method in route.methods})


def _name_of(function: Callable[..., object]) -> str:
    return function.__name__


def _guarded(handle: Endpoint, caller: Caller, *, versioned: bool) -> HttpFunction:
    # No functools.wraps: the worker reads the signature, which must be this one.
    async def guarded(req: func.HttpRequest) -> func.HttpResponse:
        request_id = str(uuid.uuid4())
        begin(req.headers.get("traceparent"), lambda: uuid.uuid4().hex)
        try:
            principal = identify(req, caller)
            if versioned:
                _check_api_version(req.params)
            answer = await handle(Call(req, request_id, principal))
        except Exception as error:  # noqa: BLE001 - the last stop before the host, which would answer 500 without a word
            answer = _answer_to(error, req, request_id)
        return _signed_off(answer, req, request_id)

    guarded.__name__ = guarded.__qualname__ = _name_of(handle)
    guarded.__doc__ = handle.__doc__
    return guarded


def _answer_to(error: Exception, request: func.HttpRequest, request_id: str) -> func.HttpResponse:
    problem = problem_of(error)
    if problem is UNEXPECTED:
        _log.exception("request %s failed", request_id, exc_info=error)
    elif problem.status >= UNEXPECTED.status:
        _log.error("request %s was answered %d: %s", request_id, problem.status, error)
    return problem_answer(problem, urlsplit(request.url).path)


def _signed_off(answer: func.HttpResponse, request: func.HttpRequest, request_id: str) -> func.HttpResponse:
    answer.headers["x-ms-request-id"] = request_id
    client_request_id = request.headers.get("x-ms-client-request-id")
    if client_request_id and re.fullmatch(r"[\w.\-]{1,128}", client_request_id, re.ASCII):
        answer.headers["x-ms-client-request-id"] = client_request_id
    return answer


def _check_api_version(parameters: Mapping[str, str]) -> None:
    given = parameters.get("api-version")
    if given == API_VERSION:
        return
    code = "UnsupportedApiVersionValue" if given else "MissingApiVersionParameter"
    detail = f"Add ?api-version={API_VERSION} to the address; it is the only version that is supported."
    raise ProblemError(Problem(400, code, "The api-version is missing or not supported", detail))
