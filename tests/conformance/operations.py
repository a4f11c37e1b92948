"""The operations of the OpenAPI document, as a caller reads it."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from functions.blueprints import BLUEPRINTS
from functions.openapi import openapi_json

assert BLUEPRINTS, "importing them registers the routes"


@dataclass(frozen=True)
class Operation:
    """An operation: its name, method and path, and all that the document says of it."""

    name: str
    method: str
    path: str
    said: Any

    @property
    def schemes(self) -> frozenset[str]:
        """The security schemes any of which opens it; none if it is open to anybody."""
        return frozenset(name for scheme in self.said["security"] for name in scheme)

    @property
    def is_on_a_case(self) -> bool:
        return "{id}" in self.path


@cache
def document() -> Any:
    return json.loads(openapi_json())


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation, in the document's order."""
    found = tuple(
        Operation(said["operationId"], method.upper(), path, said)
        for path, methods in document()["paths"].items()
        for method, said in methods.items()
    )
    assert found, "no operations: check this module"
    return found


def operations_of(scheme: str) -> list[Operation]:
    """The operations that a security scheme opens; what is open to anybody is among the clients'."""
    of_scheme = frozenset({scheme})
    return [each for each in operations() if (each.schemes or {"client"}) & of_scheme]
