"""Every door of the API with a document that it takes, made of the examples in its own schema."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import azure.functions as func
from pydantic import TypeAdapter

from functions.bodies import LARGEST_REQUEST, LARGEST_WEBHOOK, read_body, read_tagged
from functions.door_schemas import door_schema
from functions.intake import MessageForm
from functions.problems import Problem, ProblemError
from shared.domain.case import RequestForm
from shared.domain.credit_application import CreditApplication
from shared.domain.decisions import Decision, InformationReply, SecurityReceived
from shared.domain.messages import PortalEvent
from shared.workflow.intake import PreCheckForm

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Door:
    """What is read, and by which of the two functions."""

    kind: Any
    lenient: bool = False

    @property
    def schema(self) -> dict[str, Any]:
        return door_schema(self.kind, lenient=self.lenient)

    def read(self, document: Any, headers: dict[str, str] | None = None) -> Any:
        """What the door makes of a document, or of bytes as they are."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        request = func.HttpRequest("POST", "/", headers={**JSON, **(headers or {})}, body=body)
        if isinstance(self.kind, TypeAdapter):
            largest = LARGEST_WEBHOOK if self.lenient else LARGEST_REQUEST
            return read_tagged(request, self.kind, largest=largest, lenient=self.lenient)
        return read_body(request, self.kind, largest=LARGEST_REQUEST)


DOORS = {
    "application": Door(CreditApplication),
    "decision": Door(TypeAdapter[Any](Decision)),
    "information": Door(InformationReply),
    "message": Door(MessageForm),
    "portal": Door(TypeAdapter[Any](PortalEvent), lenient=True),
    "pre-check": Door(PreCheckForm),
    "request": Door(RequestForm),
    "security": Door(SecurityReceived),
}

PLAIN: dict[str, list[Any]] = {
    "message": [{"text": "Who can help us?"}],
    "pre-check": [
        {
            "subscriptionId": "0b1f6471-1bf0-4dda-aec3-cb9272f09590",
            "accountAdministratorEmail": "azure-admin@contoso.example",
            "creditNeeded": {"amount": "2500.00", "currency": "EUR"},
        }
    ],
}
"""Documents of the doors whose fields have no examples."""


@cache
def documents(name: str) -> list[Any]:
    """Complete documents that a door takes, one for each of its kinds."""
    if name in PLAIN:
        return PLAIN[name]
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
