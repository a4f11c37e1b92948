"""What pages cost: at most three storage requests and 100 kB each, with few cases and with many."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from shared import wiring
from tests.functions.every_page import REDIRECTING, STOPS, TO_LOOK_AT, Stop, stops
from tests.functions.many_cases import a_world_of
from tests.functions.visitor import Visitor
from tests.world import World

FEW, MANY = 10, 10_000
MOST_REQUESTS = 3
MOST_BYTES = 100_000


@dataclass(frozen=True)
class Look:
    """What a page cost: tables, queues and blobs in `requests`, everything that a browser loads for it in `weight`."""

    status: int
    requests: int
    weight: int


async def _weight(html: str) -> int:
    """Bytes of a page and of every file that it names."""
    loaded = {*re.findall(r'(?:href|src)="(/static/[^"]+)"', html)}
    files = [await Visitor().once("GET", address, b"") for address in loaded]
    return len(html.encode()) + sum(len(file.get_body()) for file in files)


async def _look(world: World, stop: Stop) -> Look:
    world.storage.calls.clear()
    response = await stop.visitor.once("GET", stop.address, b"")
    requests, is_page = world.storage.calls.total(), response.mimetype == "text/html"
    return Look(response.status_code, requests, await _weight(response.get_body().decode()) if is_page else 0)


async def _looks(cases: int) -> Mapping[str, Look]:
    world = await a_world_of(cases)
    found = {stop.name: await _look(world, stop) async for stop in stops(world)}
    wiring.install(None)
    return found


@pytest.fixture(scope="module")
def looks() -> Mapping[int, Mapping[str, Look]]:
    """Every page with few cases and with many."""
    return {cases: asyncio.run(_looks(cases)) for cases in (FEW, MANY)}


def test_every_page_is_looked_at() -> None:
    assert len(TO_LOOK_AT) >= 20
    assert {page.path for page in TO_LOOK_AT} - {page.path for page in STOPS.values()} == set()


@pytest.mark.parametrize("name", STOPS)
def test_a_page_costs_at_most_three_requests_however_many_cases(
    looks: Mapping[int, Mapping[str, Look]], name: str
) -> None:
    few, many = looks[FEW][name], looks[MANY][name]
    assert few.status == many.status == (303 if STOPS[name].path in REDIRECTING else 200)
    assert few.requests == many.requests <= MOST_REQUESTS


@pytest.mark.parametrize("name", STOPS)
def test_a_page_is_light_with_all_that_it_loads(looks: Mapping[int, Mapping[str, Look]], name: str) -> None:
    assert looks[MANY][name].weight < MOST_BYTES
