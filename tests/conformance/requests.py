"""Builds a request for any operation of the OpenAPI document, of its own examples, on a case where it is possible."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from local.sample import consent_sha256
from tests.conformance.operations import Operation, document
from tests.functions.calling import Answer, signed
from tests.functions.door import ask
from tests.functions.stages import ASK_INFORMATION, ASK_SECURITY, decided, due_for_application, in_review
from tests.world import World

CASE_ID = "{id}"


@dataclass(frozen=True)
class Request:
    """A request that its operation takes, without credentials."""

    method: str
    target: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    async def sent_with(self, credentials: Mapping[str, str]) -> Answer:
        """The answer to it, sent with these headers too."""
        headers = {"authorization": "", **self.headers, **credentials}
        return await ask(self.method, self.target, self.body, headers, version=False)

    def on(self, case_id: str, other_id: str) -> "Request":
        """The same on another case."""
        return replace(self, target=self.target.replace(case_id, other_id))


async def held_up(world: World) -> str:
    """A case whose subscription nobody knows."""
    case_id = await world.submit()
    await world.drain()
    return case_id


async def asked_for(world: World, decision: Any) -> str:
    """A case that waits for what the officer asked for."""
    case_id = await in_review(world)
    assert (await decided(world, case_id, decision)).status == 200
    await world.drain()
    return case_id


STAGES: Mapping[str, Callable[[World], Awaitable[str]]] = {
    "confirm_security": lambda world: asked_for(world, ASK_SECURITY),
    "decide": in_review,
    "put_credit_application": due_for_application,
    "submit_information": lambda world: asked_for(world, ASK_INFORMATION),
}
"""Where an operation needs more of a case than that it is open."""


async def request_for(world: World, operation: Operation) -> tuple[Request, str]:
    """A request that its caller gets through with, and the id of the case that it is on, if it is on one."""
    case_id = await STAGES.get(operation.name, held_up)(world) if operation.is_on_a_case else ""
    given = {each["name"]: each for each in map(_resolved, operation.said["parameters"]) if each["required"]}
    path = operation.path.replace(CASE_ID, case_id)
    for name in _of(given, "path"):
        path = path.replace(f"{{{name}}}", given[name]["example"])
    query = "&".join(f"{name}={given[name]['example']}" for name in _of(given, "query"))
    body = _body(world, operation)
    headers = {name: given[name]["example"] for name in _of(given, "header")}
    if "If-Match" in headers:
        headers["If-Match"] = f'"{(await world.case(case_id)).content_revision}.desk"'
    return Request(operation.method, f"{path}?{query}", body, headers), case_id


def portals(world: World, request: Request) -> dict[str, str]:
    """The portal's signature of a request."""
    return signed(world, request.body or b"")


def _body(world: World, operation: Operation) -> bytes | None:
    if "requestBody" not in operation.said:
        return None
    body = json.loads(json.dumps(operation.said["requestBody"]["content"]["application/json"]["example"]))
    if "consent" in body:
        body["consent"]["textSha256"] = consent_sha256()
    if "timestamp" in body:
        body["timestamp"] = world.clock.now.isoformat()
    return json.dumps(body).encode()


def _of(given: Mapping[str, Any], place: str) -> list[str]:
    return [name for name, each in given.items() if each["in"] == place]


def _resolved(reference: Mapping[str, str]) -> Any:
    name = reference["$ref"].rpartition("/")[2]
    return document()["components"]["parameters"][name]
