"""The OpenAPI 3.1 description of the API, made from the contracts that the endpoints are registered under."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any, Final

from functions.contracts import IF_NONE_MATCH, JSON, SEEN, Contract, Parameter
from functions.identity import CLIENTS, PEOPLE, ROLE_OF, Caller
from functions.negotiation import API_VERSION
from functions.problem_types import CATALOGUE, ProblemType
from functions.problems import example_of
from functions.routes import ROUTES, Route
from functions.schemas import Schema, schemas

PROBLEM: Final = "application/problem+json"

_ABOUT: Final = """\
Lets an Azure subscription pay by invoice instead of by card: pre-check, request, credit check, decision, proof of the
switch.

Every address but health, webhooks and this description needs the query parameter `api-version`. Clients see only the
requests that they opened; whatever else there may be is answered with 404. A call is limited per client: `RateLimit`
says what is left, 429 and `Retry-After` when to come again.

A submission or action is answered at once with how far the case is; `Operation-Location` and `Location` say where to
look again, `Retry-After` when. The same `Idempotency-Key` with the same request gives the same answer, and nothing
happens twice. `ETag` says which version of a case was shown: with `If-None-Match`, an unchanged one is answered with
304; with `If-Match`, an action on a changed one is refused with 412, and a decision must say which version was seen.

What is wrong is answered with a problem (RFC 9457) that says how to correct it; its `type` is the
address of a page about it. Lists come in pages: follow `nextLink` as it stands. Unknown members in answers are to be
ignored: there will be more.
"""

_GROUPS: Final = {
    "Requests": "From the first look to the end of a request.",
    "Credit check": "What the credit desk needs to know, and what it decides.",
    "Portal": "What the portal tells us.",
    "Service": "Whether the service works, and what this API is.",
}

_CASE_ID: Final = Parameter(
    "id",
    "The case's id.",
    {"type": "string", "pattern": "^[0-9a-f]{32}-[0-9a-f]{32}$"},
    "edf1a0c4b7de4f3c9a51c3b2a1d0e9f8-9c02b4d6e8f0412395a7c1d3e5f70918",
    required=True,
)

_PARTS: Final = (
    _CASE_ID,
    Parameter("code", "A problem's code.", {"type": "string", "enum": [*CATALOGUE]}, "InvalidFields", required=True),
)
"""The parts of paths."""

_VERSION: Final = Parameter(
    "api-version", "The version of the API.", {"type": "string", "enum": [API_VERSION]}, API_VERSION, required=True
)

_TRACING: Final = (
    Parameter(
        "x-ms-client-request-id",
        "The caller's own name for the call: given back and logged, if it has 1 to 128 letters, digits, _ . or - only.",
        {"type": "string"},
        "contoso-4711",
    ),
    Parameter(
        "traceparent",
        "W3C Trace Context: carried on through every step to the notice. What is none is passed over.",
        {"type": "string"},
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ),
)

_HEADERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "x-ms-request-id": {"description": "Our name for the call", "schema": {"type": "string", "format": "uuid"}},
    "x-ms-error-code": {"description": "The problem's error.code", "schema": {"type": "string"}},
    "ETag": {"description": "The version that is shown (RFC 9110)", "schema": {"type": "string"}},
    "Location": {"description": "The case", "schema": {"type": "string", "format": "uri"}},
    "Operation-Location": {
        "description": "Where to see how far it is: the case",
        "schema": {"type": "string", "format": "uri"},
    },
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
    "Idempotent-Replayed": {"description": "An earlier answer, again", "schema": {"type": "string", "enum": ["true"]}},
    "Repeatability-Result": {
        "description": "OASIS Repeatable Requests",
        "schema": {"type": "string", "enum": ["accepted", "rejected"]},
    },
    "WWW-Authenticate": {"description": "How to sign in", "schema": {"type": "string"}},
    "Allow": {"description": "The methods that are possible", "schema": {"type": "string"}},
    "RateLimit": {"description": "What is left of a limit", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "The limits", "schema": {"type": "string"}},
}

_HEADERS_OF_STATUS: Final = {401: ("WWW-Authenticate",), 405: ("Allow",), 429: ("Retry-After",), 503: ("Retry-After",)}

_SECURITY: Final[Mapping[str, Any]] = {
    "client": {"type": "http", "scheme": "basic", "description": "A client's id and secret (RFC 7617)"},
    "desk": {
        "type": "http",
        "scheme": "bearer",
        "description": "People of the billing desk: App Service Authentication, with the roles Desk.Read, Desk.Decide",
    },
    "deskDevelopment": {
        "type": "apiKey",
        "in": "header",
        "name": "x-development-user",
        "description": "The desk on a developer's machine: a name from the settings",
    },
    "portal": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Standard Webhooks 1.0.0, symmetric",
    },
}

_PROBLEM_SCHEMA: Final[Schema] = {
    "type": "object",
    "description": "What is wrong and how to correct it (RFC 9457), with Microsoft's `error` beside it.",
    "required": ["type", "title", "status", "detail", "instance", "error"],
    "properties": {
        "type": {"type": "string", "description": "/problems/ and the code: a page about it"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong here, and how to correct it"},
        "instance": {"type": "string", "description": "The path that was asked for"},
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "array", "items": {"type": "object"}},
            },
        },
        "errors": {
            "type": "array",
            "description": "Every wrong field",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer (RFC 6901)"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
        "openTo": {"type": "array", "items": {"type": "string"}, "description": "What can be done in this state"},
        "state": {"type": "string", "description": "The case's state"},
        "requestId": {"type": "string", "description": "The open request, for its owner"},
        "from": {"type": "string", "format": "date-time", "description": "From when a new request is possible"},
        "findings": {"type": "array", "items": {"type": "object"}, "description": "What blocks"},
    },
}


@cache
def openapi_json() -> bytes:
    """The document as JSON; made once, when it is first asked for."""
    return (json.dumps(document(ROUTES), ensure_ascii=False, indent=2) + "\n").encode()


def document(routes: Sequence[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of these routes."""
    listed = sorted(routes, key=lambda route: (route.contract.path, route.contract.method))
    bodies = {route.name: route.contract.body for route in listed if route.contract.body}
    answers = {route.name: route.contract.gives.kind for route in listed if route.contract.gives.kind}
    found, definitions = schemas(bodies, {f"{name} gives": kind for name, kind in answers.items()})
    paths = {
        f"/{path}": {route.contract.method.lower(): _operation(route, found) for route in group}
        for path, group in groupby(listed, key=lambda route: route.contract.path)
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pay by Invoice", "version": API_VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in _GROUPS.items()],
        "paths": paths,
        "components": {
            "schemas": {**definitions, "Problem": _PROBLEM_SCHEMA},
            "parameters": {_name_of(each): _parameter(each, place) for each, place in _shared(listed)},
            "responses": dict(sorted(_shared_failures(listed).items())),
            "headers": _HEADERS,
            "examples": {kind.code: {"summary": kind.title, "value": example_of(kind)} for kind in CATALOGUE.values()},
            "securitySchemes": _SECURITY,
        },
    }


def _operation(route: Route, found: Mapping[str, Schema]) -> dict[str, Any]:
    contract, (summary, _, more) = route.contract, route.text.strip().partition("\n\n")
    operation: dict[str, Any] = {
        "operationId": route.name,
        "tags": [contract.group],
        "summary": summary.strip().rstrip("."),
        "security": _security_of(contract.caller),
        "parameters": [{"$ref": f"#/components/parameters/{_name_of(each)}"} for each, _ in _parameters_of(contract)],
        "responses": {**_success(contract, found.get(f"{route.name} gives")), **_failures(contract)},
    }
    if description := "\n\n".join(part for part in (more.strip(), _role_words(contract.caller)) if part):
        operation["description"] = description
    if contract.body:
        content = {"schema": found[route.name], "example": contract.body.example}
        operation["requestBody"] = {"required": True, "content": {JSON: content}}
    return operation


def _role_words(caller: Caller) -> str:
    role = ROLE_OF.get(caller)
    return f"People of the billing desk need the role `{role.value}`." if role else ""


def _security_of(caller: Caller) -> list[Mapping[str, list[str]]]:
    names = ["client"] * (caller in CLIENTS) + ["desk", "deskDevelopment"] * (caller in PEOPLE)
    return [{name: []} for name in names + ["portal"] * (caller is Caller.PORTAL)]


def _parameters_of(contract: Contract[Any]) -> Iterable[tuple[Parameter, str]]:
    yield from ((each, "path") for each in _PARTS if f"{{{each.name}}}" in contract.path)
    if contract.versioned:
        yield _VERSION, "query"
    yield from ((each, "query") for each in contract.query)
    yield from ((each, "header") for each in (*contract.headers, *_TRACING))


def _shared(routes: Iterable[Route]) -> Iterable[tuple[Parameter, str]]:
    """Every parameter of these routes, to be written down once."""
    found = {_name_of(each): (each, place) for route in routes for each, place in _parameters_of(route.contract)}
    return (found[name] for name in sorted(found))


def _name_of(parameter: Parameter) -> str:
    """What a parameter is called among the components; If-Match is required in one place and optional in others."""
    return parameter.name + ".required" * (parameter is SEEN)


def _parameter(given: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": given.name,
        "in": place,
        "required": given.required,
        "description": given.description,
        "schema": dict(given.schema),
        "example": given.example,
    }


def _success(contract: Contract[Any], schema: Schema | None) -> dict[str, Any]:
    gives = contract.gives
    limits = ("RateLimit", "RateLimit-Policy") * (contract.caller in CLIENTS)
    response: dict[str, Any] = {
        "description": gives.description,
        "headers": _headers("x-ms-request-id", *gives.headers, *limits),
    }
    if schema is not None or gives.media_type != JSON:
        response["content"] = {gives.media_type: {"schema": schema or {"type": "string"}}}
    found = {str(gives.status): response}
    if IF_NONE_MATCH in contract.headers:
        found["304"] = {"description": "Nothing has changed since", "headers": _headers("x-ms-request-id", "ETag")}
    return found


def _failures(contract: Contract[Any]) -> dict[str, Any]:
    return {
        str(status): {"$ref": f"#/components/responses/{_failure_name(of_status)}"}
        for status, of_status in _by_status(contract)
    }


def _shared_failures(routes: Iterable[Route]) -> dict[str, Any]:
    """Every failure of these routes, to be written down once."""
    every = [each for route in routes for each in _by_status(route.contract)]
    return {_failure_name(of_status): _failure(status, of_status) for status, of_status in every}


def _by_status(contract: Contract[Any]) -> list[tuple[int, tuple[ProblemType, ...]]]:
    grouped = groupby(contract.all_problems, key=lambda kind: kind.status)
    return [(status, tuple(of_status)) for status, of_status in grouped]


def _failure_name(of_status: Sequence[ProblemType]) -> str:
    return "-".join(kind.code for kind in of_status)


def _failure(status: int, of_status: Sequence[ProblemType]) -> dict[str, Any]:
    narrowed = {"properties": {"type": {"enum": [kind.uri for kind in of_status]}, "status": {"const": status}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]}
    return {
        "description": "; ".join(f"{kind.code}: {kind.title}" for kind in of_status),
        "headers": _headers("x-ms-request-id", "x-ms-error-code", *_HEADERS_OF_STATUS.get(status, ())),
        "content": {
            PROBLEM: {
                "schema": schema,
                "examples": {kind.code: {"$ref": f"#/components/examples/{kind.code}"} for kind in of_status},
            }
        },
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
