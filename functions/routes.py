"""Registers HTTP endpoints: who may call, which api-version, and what becomes of errors is said here once.

An endpoint takes a `Call` and answers; whatever it raises is answered as a problem. Deny by default: an endpoint
cannot be registered without saying who may call it.
"""

import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeVar
from urllib.parse import urlsplit

import azure.functions as func

from functions.answers import UNEXPECTED, problem_answer, problem_of
from functions.bodies import LARGEST_REQUEST, read_body
from functions.problems import Problem, ProblemError
from shared import wiring
from shared.domain.callers import Signed, signature_problem
from shared.domain.model import Model

API_VERSION: Final = "2026-11-01"

_log = logging.getLogger(__name__)

M = TypeVar("M", bound=Model)


class Caller(Enum):
    """Who may call an endpoint."""

    ANYBODY = auto()
    CLIENT = auto()
    PORTAL = auto()


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated HTTP request. `caller` is a client id, "portal", or empty where anybody may call."""

    request: func.HttpRequest
    request_id: str
    caller: str

    def body(self, kind: type[M]) -> M:
        """The body as a model, unknown members refused. Raises ProblemError."""
        return read_body(self.request, kind, largest=LARGEST_REQUEST)

    def parameter(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.route_params[name])

    def url_of(self, path: str) -> str:
        """The absolute URL of a path, with the api-version."""
        return f"{wiring.wired().public_url}{path}?api-version={API_VERSION}"


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
        try:
            name = _identify(req, caller)
            if versioned:
                _check_api_version(req.params)
            answer = await handle(Call(req, request_id, name))
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


def _identify(request: func.HttpRequest, caller: Caller) -> str:
    if caller is Caller.ANYBODY:
        return ""
    return _client_of(request) if caller is Caller.CLIENT else _portal_of(request)


def _client_of(request: func.HttpRequest) -> str:
    client = wiring.wired().clients.client_of(request.headers.get("authorization"))
    if client is None:
        detail = "Sign in with your client id and secret by HTTP Basic authentication (RFC 7617)."
        challenge = {"WWW-Authenticate": 'Basic realm="Pay by Invoice", charset="UTF-8"'}
        raise ProblemError(Problem(401, "Unauthenticated", "We do not know who you are", detail, headers=challenge))
    return client


def _portal_of(request: func.HttpRequest) -> str:
    headers, app = request.headers, wiring.wired()
    signed = Signed(
        headers.get("webhook-id") or "",
        headers.get("webhook-timestamp") or "",
        headers.get("webhook-signature") or "",
    )
    wrong = signature_problem(signed, request.get_body(), app.portal_keys, app.services.now())
    if wrong is not None:
        detail = f"The webhook's signature does not hold (Standard Webhooks 1.0.0): {wrong}."
        challenge = {"WWW-Authenticate": "Signature"}
        raise ProblemError(Problem(401, "InvalidSignature", "The signature does not hold", detail, headers=challenge))
    return "portal"
