"""Finds out who calls, by what the endpoint asks for. Whoever cannot prove it gets no further."""

from enum import Enum, auto
from typing import Final

import azure.functions as func

from functions.problem_types import INVALID_SIGNATURE, UNAUTHENTICATED
from functions.problems import Problem, ProblemError
from shared import wiring
from shared.domain.callers import PORTAL, Kind, Principal, Role, Signed, principal_of_header, signature_problem


class Caller(Enum):
    """Who may call an endpoint."""

    ANYBODY = auto()
    CLIENT = auto()
    CLIENT_OR_DESK = auto()
    CLIENT_OR_DESK_DECIDE = auto()
    DESK_READ = auto()
    DESK_DECIDE = auto()
    PORTAL = auto()


ROLE_OF: Final = {
    Caller.CLIENT_OR_DESK: Role.READ,
    Caller.CLIENT_OR_DESK_DECIDE: Role.DECIDE,
    Caller.DESK_READ: Role.READ,
    Caller.DESK_DECIDE: Role.DECIDE,
}
"""The role that a person of the desk must have."""

_CLIENTS_TOO: Final = frozenset({Caller.CLIENT_OR_DESK, Caller.CLIENT_OR_DESK_DECIDE})

CLIENTS: Final = _CLIENTS_TOO | {Caller.CLIENT}
"""Endpoints that clients may call."""

PEOPLE: Final = frozenset(ROLE_OF)
"""Endpoints that people of the desk may call."""


def identify(request: func.HttpRequest, caller: Caller) -> Principal:
    """The caller, if it is one that the endpoint is for. Raises ProblemError 401, RoleNeededError."""
    if caller is Caller.ANYBODY:
        return Principal(Kind.ANYBODY)
    if caller is Caller.PORTAL:
        return _portal(request)
    if caller is Caller.CLIENT or (caller in _CLIENTS_TOO and desk_person(request) is None):
        return _client(request)
    return _desk(request, ROLE_OF[caller])


def _client(request: func.HttpRequest) -> Principal:
    app = wiring.wired()
    client = app.clients.client_of(request.headers.get("authorization"), app.services.now())
    if client is None:
        detail = "Sign in with your client id and secret by HTTP Basic authentication (RFC 7617)."
        challenge = {"WWW-Authenticate": 'Basic realm="Pay by Invoice", charset="UTF-8"'}
        raise ProblemError(Problem(UNAUTHENTICATED, detail, headers=challenge))
    return Principal(Kind.CLIENT, client)


def _desk(request: func.HttpRequest, role: Role) -> Principal:
    person = desk_person(request)
    if person is None:
        detail = "This is for the billing desk: sign in with your work account."
        challenge = {"WWW-Authenticate": "Bearer"}
        raise ProblemError(Problem(UNAUTHENTICATED, detail, headers=challenge))
    person.needs(role)
    return person


def desk_person(request: func.HttpRequest) -> Principal | None:
    """A person of the desk, by the one way that the settings trust; every other claim is as if it were not made."""
    desk = wiring.wired().desk
    if desk.trusts_platform:
        return principal_of_header(request.headers.get("x-ms-client-principal") or "")
    return desk.people.get(request.headers.get("x-development-user") or "")


def _portal(request: func.HttpRequest) -> Principal:
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
        raise ProblemError(Problem(INVALID_SIGNATURE, detail, headers=challenge))
    return PORTAL
