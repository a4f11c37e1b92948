"""Every door of the API with a document that it takes, made of the examples in its own schema."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import azure.functions as func

from function_app import BLUEPRINTS
from functions.bodies import Body, read_body
from functions.door_schemas import door_schema
from functions.problems import Problem, ProblemError
from functions.routes import ROUTES

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Door:
    """What an endpoint takes as its body."""

    body: Body[Any]

    @property
    def schema(self) -> dict[str, Any]:
        return door_schema(self.body.kind, lenient=self.body.lenient)

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
DOORS = {NAMES[route.name]: Door(route.contract.body) for route in ROUTES if route.contract.body}


@cache
def documents(name: str) -> list[Any]:
    """Complete documents that a door takes, one for each of its kinds."""
    schema = DOORS[name].schema
    return [example_of(part, schema) for part in schema.get("oneOf", [schema])]


def example_of(part: dict[str, Any], schema: dict[str, Any]) -> Any:
    """The first example of a part of a schema, or one made of those of its members."""
    if "examples" in part:
        return part["examples"][0]
    whole = _resolved(part, schema)
    if whole.get("type") == "array":
        return [example_of(whole["items"], schema)]
    return {name: example_of(member, schema) for name, member in whole["properties"].items()}


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in part:
        return _resolved(next(each for each in part["anyOf"] if each.get("type") != "null"), schema)
    if "$ref" in part:
        found: dict[str, Any] = schema["$defs"][part["$ref"].rpartition("/")[2]]
        return found
    return part


def refusal(read: Callable[[], Any]) -> Problem:
    """The problem that is answered to what cannot be read."""
    try:
        read()
    except ProblemError as error:
        return error.problem
    raise AssertionError("it was taken")
