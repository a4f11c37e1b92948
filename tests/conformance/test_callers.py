"""Who gets through to what: every caller at every operation, as the OpenAPI document says who may call it."""

import re
from collections import Counter

import pytest

from tests.conformance.operations import Operation, operations
from tests.conformance.requests import Request, portals, request_for
from tests.functions.calling import ADA, BO, Answer, app_service, basic
from tests.world import World

OWNER = {"authorization": basic()}
OTHER = {"authorization": basic("other")}
OFFICERS_CLAIMS = app_service(("name", "eve"), ("roles", "Desk.Read"), ("roles", "Desk.Decide"))

STRANGERS = {
    "nobody": {},
    "client with a wrong secret": {"authorization": basic(secret="wrong")},
    "client that there is not": {"authorization": basic("nobody")},
    "person of the desk that there is not": {"x-development-user": "eve"},
    "officer of the platform, forged": {"x-ms-client-principal": OFFICERS_CLAIMS},
    "portal with a wrong signature": {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1795424400",
        "webhook-signature": "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    },
}
CALLERS = {"client": OWNER, "reader": BO, "officer": ADA, "portal": {}}
ROLES = {"reader": {"Desk.Read"}, "officer": {"Desk.Read", "Desk.Decide"}}
SCHEMES = {"client": "client", "reader": "deskDevelopment", "officer": "deskDevelopment", "portal": "portal"}

every_operation = pytest.mark.parametrize("operation", operations(), ids=lambda each: each.name)
of_a_client = pytest.mark.parametrize(
    "operation",
    [each for each in operations() if each.is_on_a_case and "client" in each.schemes],
    ids=lambda each: each.name,
)


def success_of(operation: Operation) -> int:
    return min(int(status) for status in operation.said["responses"])


def expected(operation: Operation, caller: str) -> int:
    """The status that a caller of ours gets, from what the document says of security and roles."""
    if operation.schemes and SCHEMES[caller] not in operation.schemes:
        return 401
    needed = set(re.findall(r"role `([\w.]+)`", operation.said.get("description", "")))
    return success_of(operation) if caller not in ROLES or needed <= ROLES[caller] else 403


async def counted(world: World, request: Request, credentials: dict[str, str]) -> tuple[Answer, Counter[str]]:
    """An answer, and what it took of storage."""
    before = Counter(world.storage.calls)
    answer = await request.sent_with(credentials)
    return answer, Counter(world.storage.calls) - before


@every_operation
@pytest.mark.parametrize("caller", CALLERS)
async def test_whoever_the_document_names_gets_through(installed: World, operation: Operation, caller: str) -> None:
    request, _ = await request_for(installed, operation)
    credentials = portals(installed, request) if caller == "portal" else CALLERS[caller]
    answer, storage = await counted(installed, request, credentials)
    assert answer.status == expected(operation, caller), answer.body
    assert storage.total() == 0 or answer.status == success_of(operation)


@every_operation
@pytest.mark.parametrize("caller", STRANGERS)
async def test_a_stranger_gets_in_nowhere_and_costs_nothing(
    installed: World, operation: Operation, caller: str
) -> None:
    request, _ = await request_for(installed, operation)
    answer, storage = await counted(installed, request, STRANGERS[caller])
    assert answer.status == (401 if operation.schemes else success_of(operation))
    assert storage.total() == 0 or not operation.schemes


@every_operation
async def test_a_developers_name_opens_nothing_on_the_platform(on_platform: World, operation: Operation) -> None:
    request = Request(operation.method, operation.path + "?api-version=2026-11-01", b"{}")
    answer, storage = await counted(on_platform, request, ADA)
    assert answer.status == 401 or not operation.schemes
    assert storage.total() == 0 or not operation.schemes


@of_a_client
@pytest.mark.parametrize("key", ["", '"8e03978e"'])
async def test_anothers_case_is_as_one_that_there_is_not(installed: World, operation: Operation, key: str) -> None:
    request, case_id = await request_for(installed, operation)
    scope, _, number = case_id.partition("-")
    answers = [
        await counted(installed, request.on(case_id, each), {**OTHER, "idempotency-key": key})
        for each in (case_id, f"{scope}-{'f' * 32}", f"{'f' * 32}-{number}")
    ]
    assert [answer.status for answer, _ in answers] == [404] * 3
    for answer, _ in answers:
        answer.body["instance"] = answer.headers["x-ms-request-id"] = "its own"
        answer.headers["RateLimit"] = "one less"
    first, storage = answers[0]
    assert all(dict(each.headers) == dict(first.headers) and each.body == first.body for each, _ in answers)
    assert [each for _, each in answers] == [storage] * 3
