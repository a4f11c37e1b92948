"""What is wrong at the door is refused at the door: it costs no request to the storage."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from tests.conformance.operations import Operation, operations
from tests.conformance.requests import Request, portals, request_for
from tests.functions.calling import ADA, basic
from tests.world import World

VERSION = "api-version=2026-11-01"
LONG = "x" * 2100

Spoil = Callable[[Request], Request]


def with_headers(**headers: str) -> Spoil:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: replace(request, headers={**request.headers, **given})


WRONG: Mapping[str, tuple[Spoil, int]] = {
    "without a version": (lambda request: replace(request, target=request.target.replace(VERSION, "")), 400),
    "of an unknown version": (lambda request: replace(request, target=request.target.replace("2026", "2017")), 400),
    "with an unknown parameter": (lambda request: replace(request, target=f"{request.target}&other=1"), 400),
    "with a long address": (lambda request: replace(request, target=f"{request.target}&other={LONG}"), 414),
    "for an answer that there is not": (with_headers(accept="text/csv"), 406),
}
WRONG_BODIES: Mapping[str, tuple[Spoil, int]] = {
    "of another media type": (with_headers(content_type="text/plain"), 415),
    "that is compressed": (with_headers(content_encoding="gzip"), 415),
    "that is no JSON": (lambda request: replace(request, body=b"{"), 400),
    "that is empty": (lambda request: replace(request, body=b""), 400),
    "without members": (lambda request: replace(request, body=b"{}"), 400),
    "that is too large": (lambda request: replace(request, body=b" " * 300_000 + b"{}"), 413),
}

versioned = [each for each in operations() if any("api-version" in each["$ref"] for each in each.said["parameters"])]
with_a_body = [each for each in operations() if "requestBody" in each.said]


async def refused(world: World, operation: Operation, spoil: Spoil) -> tuple[int, Counter[str]]:
    """The status of a spoilt request of the right caller, and what it took of storage."""
    request, _ = await request_for(world, operation)
    spoilt = spoil(request)
    credentials = ADA if "desk" in operation.schemes else {"authorization": basic()}
    before = Counter(world.storage.calls)
    answer = await spoilt.sent_with(portals(world, spoilt) if "portal" in operation.schemes else credentials)
    return answer.status, Counter(world.storage.calls) - before


@pytest.mark.parametrize("operation", versioned, ids=lambda each: each.name)
@pytest.mark.parametrize("wrong", WRONG)
async def test_a_request_that_is_wrong_costs_nothing(installed: World, operation: Operation, wrong: str) -> None:
    spoil, expected = WRONG[wrong]
    status, storage = await refused(installed, operation, spoil)
    assert status == expected
    assert storage.total() == 0


@pytest.mark.parametrize("operation", with_a_body, ids=lambda each: each.name)
@pytest.mark.parametrize("wrong", WRONG_BODIES)
async def test_a_body_that_is_wrong_costs_nothing(installed: World, operation: Operation, wrong: str) -> None:
    spoil, expected = WRONG_BODIES[wrong]
    status, storage = await refused(installed, operation, spoil)
    assert status == expected
    assert storage.total() == 0
