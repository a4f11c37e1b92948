"""Every door of the API with a document that it takes, made of the examples in its schema as OpenAPI has it."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import azure.functions as func

from functions.blueprints import BLUEPRINTS
from functions.bodies import Body, read_body
from functions.openapi import document
from functions.problems import Problem, ProblemError
from functions.routes import ROUTES, Route

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Door:
    """What an endpoint takes as its body, and how the API's description shows it."""

    body: Body[Any]
    schema: dict[str, Any]

    @property
    def parts(self) -> dict[str, dict[str, Any]]:
        """The definitions that the schema refers to, at whatever remove, under their names."""
        found: dict[str, dict[str, Any]] = {}
        left = references_in(self.schema)
        while left:
            name = left.pop()
            found[name] = DEFINITIONS[name]
            left |= references_in(found[name]) - found.keys()
        return found

    def read(self, document: Any, headers: dict[str, str] | None = None) -> Any:
        """What the door makes of a document, or of bytes as they are."""
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        request = func.HttpRequest("POST", "/", headers={**JSON, **(headers or {})}, body=content)
        return read_body(request, self.body)


NAMES = {
    "put_credit_application": "application",
    "decide": "decision",
    "submit_information": "information",
    "write_message": "message",
    "receive_portal_webhook": "portal",
    "pre_check": "pre-check",
    "submit_request": "request",
    "confirm_security": "security",
}

assert BLUEPRINTS, "importing them registers the routes"
_DOCUMENT = document(ROUTES)
DEFINITIONS: dict[str, dict[str, Any]] = _DOCUMENT["components"]["schemas"]


def references_in(part: Any) -> set[str]:
    """The names of the definitions that a part of a schema refers to itself."""
    return set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(part)))


def _door(route: Route, body: Body[Any]) -> Door:
    operation = _DOCUMENT["paths"][f"/{route.contract.path}"][route.contract.method.lower()]
    return Door(body, operation["requestBody"]["content"]["application/json"]["schema"])


DOORS = {NAMES[route.name]: _door(route, route.contract.body) for route in ROUTES if route.contract.body}


@cache
def documents(name: str) -> list[Any]:
    """Complete documents that a door takes, one for each of its kinds."""
    schema = DOORS[name].schema
    return [example_of(part) for part in schema.get("oneOf", [schema])]


def example_of(part: dict[str, Any]) -> Any:
    """The first example of a part of a schema, or one made of those of its members."""
    if "examples" in part:
        return part["examples"][0]
    whole = _resolved(part)
    if whole.get("type") == "array":
        return [example_of(whole["items"])]
    return {name: example_of(member) for name, member in whole["properties"].items()}


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in part:
        return _resolved(next(each for each in part["anyOf"] if each.get("type") != "null"))
    return DEFINITIONS[part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def refusal(read: Callable[[], Any]) -> Problem:
    """The problem that is answered to what cannot be read."""
    try:
        read()
    except ProblemError as error:
        return error.problem
    raise AssertionError("it was taken")
