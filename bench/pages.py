"""How long pages take to be made, and how large they are."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from statistics import median
from typing import Final

import azure.functions as func

from bench.figures import Row, Section, median_ratio, milliseconds
from shared import wiring
from tests.functions.door import Function
from tests.functions.every_page import STOPS, Stop, stops
from tests.functions.many_cases import a_world_of
from tests.functions.visitor import Visitor
from tests.world import World

FEW: Final = 10
MOST_REQUESTS: Final = 3

EMPTY: Final = "/start/sent"
"""A page of a heading and two paragraphs, which reads nothing."""

GROWING: Final = frozenset({"desk", "desk/overview"})
"""Pages about all cases, by their routes."""


@dataclass(frozen=True)
class Making:
    """How a page was made: seconds beside those of the empty page at the same time, and what it came to."""

    name: str
    seconds: list[float]
    empty: list[float]
    requests: int
    size: int

    def row(self, name: str) -> Row:
        """Its figure."""
        times = milliseconds(median(self.seconds)), milliseconds(median(self.empty))
        return Row(f"{name}, {self.size:,} bytes", *times, median_ratio(self.seconds, self.empty))


async def pages(many: int, times: int) -> Section:
    """Every page with few cases, those about all cases also with many; so many times, in turn with the empty one."""
    few = await _makings(FEW, times, STOPS)
    more = await _makings(many, times, [name for name, page in STOPS.items() if page.path in GROWING])
    rows = [*(each.row(each.name) for each in few), *(each.row(f"{each.name}, {many:,} cases") for each in more)]
    most = max(each.requests for each in (*few, *more))
    limit = Row("storage requests of a page, at most", str(most), str(MOST_REQUESTS), most / MOST_REQUESTS, "<= 1")
    return Section(
        "Pages",
        f"The handlers of all pages that can be looked at, along the life of a request, over a storage in memory with "
        f"{FEW} cases, and those about all cases also with {many:,}; beside a page of a heading and two paragraphs, "
        f"made in turn with each, {times} times; medians. What a page takes beyond that one is its own: what it reads, "
        "its words and its templates. Sizes are of the HTML alone. Host, network and storage are not in the times: "
        "each storage request adds its own. A page that only leads to another, or gives a file, is in the table too.",
        (*rows, limit),
    )


async def _makings(cases: int, times: int, names: Collection[str]) -> list[Making]:
    world = await a_world_of(cases)
    found = [await _making(world, stop, times) async for stop in stops(world) if stop.name in names]
    wiring.install(None)
    return found


async def _making(world: World, stop: Stop, times: int) -> Making:
    """Make a page and the empty one in turn; the first time fills caches, and is counted for its requests only."""
    page, empty = stop.visitor.request("GET", stop.address), Visitor().request("GET", EMPTY)
    world.storage.calls.clear()
    size = len((await page[0](page[1])).get_body())
    requests = world.storage.calls.total()
    seconds = [(await _seconds(*page), await _seconds(*empty)) for _ in range(times)]
    return Making(stop.name, [each[0] for each in seconds], [each[1] for each in seconds], requests, size)


async def _seconds(code: Function, request: func.HttpRequest) -> float:
    began = time.perf_counter()
    await code(request)
    return time.perf_counter() - began
