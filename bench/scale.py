"""What the timer and the work list cost with few and with many open cases."""

import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from bench.figures import Row as Figure
from bench.figures import Section, median_ratio, milliseconds
from bench.service import Recorder, Service, in_memory, over, whole_case
from local import azurite
from shared import wiring
from shared.adapters.case_rows import INDEX, due_row, list_row
from shared.adapters.index_rows import indexed_row
from shared.adapters.storage import Put, Row
from shared.adapters.storage_azure import AzureQueues, AzureTables
from shared.domain.case import Case, scope_of_case
from shared.domain.movements import Progress
from shared.workflow.due_cases import hand_on_due_cases
from shared.workflow.ports import Services

AIM: Final = "<= 1.2"
DUE: Final = 10
FEW: Final = 1_000
PAGE: Final = 51
"""Rows that the endpoint reads for its page of 50."""
CASES_AT_A_TIME: Final = 33
"""Each has three rows in the index, and a transaction at most 100."""
LONG_AGO, FAR_AWAY = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=36_500)


@dataclass(frozen=True)
class Cost:
    """What a job took."""

    seconds: float
    requests: int
    rows: int


@dataclass(frozen=True)
class Stock:
    """A storage with so many open cases, and the services over it."""

    cases: int
    storage: Recorder
    services: Services

    async def measured(self, job: Callable[[Services], Awaitable[object]]) -> Cost:
        """Do a job."""
        self.storage.requests.clear()
        rows, began = self.storage.rows, time.perf_counter()
        await job(self.services)
        return Cost(time.perf_counter() - began, len(self.storage.requests), self.storage.rows - rows)

    async def tick(self) -> Cost:
        """A tick of the timer with `DUE` cases due."""
        rows = [due_row_at(LONG_AGO, f"{uuid.uuid4().hex}-{uuid.uuid4().hex}") for _ in range(DUE)]
        await self.storage.tables.commit(INDEX, [Put(row) for row in rows])
        return await self.measured(hand_on_due_cases)

    async def page(self) -> Cost:
        """A page of the work list."""
        return await self.measured(lambda services: services.work_list.listed("approved", "", PAGE))


def due_row_at(moment: datetime, case_id: str) -> Row:
    """A hint that a case is due, as the index has it."""
    return Row("0", f"due|{moment:%Y-%m-%dT%H:%M:%SZ}|{case_id}", {"caseId": case_id})


async def an_approved_case() -> Case:
    """A case as the app makes it."""
    service = in_memory()
    case_id = await whole_case(service)
    stored = (await wiring.services().cases.read(scope_of_case(case_id))).cases[case_id]
    if stored.value is None:
        raise RuntimeError("the case is void")
    return stored.value


async def stocked(service: Service, cases: int) -> Stock:
    """A storage with so many open cases in its index, due in a hundred years."""
    model = await an_approved_case()
    for first in range(0, cases, CASES_AT_A_TIME):
        rows = [row for _ in range(first, min(first + CASES_AT_A_TIME, cases)) for row in _rows_of(model)]
        await service.storage.tables.commit(INDEX, [Put(row) for row in rows])
    return Stock(cases, service.storage, service.services)


def _rows_of(model: Case) -> list[Row]:
    case_id = f"{uuid.uuid4().hex}-{uuid.uuid4().hex}"
    case = model.model_copy(update={"id": case_id})
    listed, due = list_row(case), due_row(case)
    if due is None:
        raise RuntimeError("an approved case is due some day")
    later = due_row_at(model.opened_at + FAR_AWAY, case_id)
    return [listed, indexed_row(case, Progress(), ""), later]


async def scale(many_in_memory: int, many_in_azurite: int, times: int) -> Section:
    """The tick and the page with few and with many open cases, over both storages, so many times in turn."""
    few, many = await stocked(in_memory(), FEW), await stocked(in_memory(), many_in_memory)
    figures = await _figures("in memory", few, many, times, AIM)
    async with AsyncExitStack() as opened:
        stocks = [await _on_azurite(opened, count) for count in (FEW, many_in_azurite)]
        figures += await _figures("on Azurite", stocks[0], stocks[1], times)
    return Section(
        "Timer and work list",
        f"With {FEW:,} open cases beside many more, in turn, {times} times each; medians. Azurite keeps its tables in "
        f"one process and takes minutes to be given 100,000 cases, so that it has {many_in_azurite:,} here. Its times "
        "grow by themselves: for a range it puts a question to every row of a table, sorts all that fit and then takes "
        "the first ones (`LokiTableMetadataStore.queryTableEntities`, with LokiJS' `where` and `sort`). Azure's tables "
        "are kept in the order of their keys, as the storage in memory is: on Azurite, requests and rows read are what "
        "the aim is of.",
        tuple(figures),
    )


async def _on_azurite(opened: AsyncExitStack, cases: int) -> Stock:
    folder = opened.enter_context(TemporaryDirectory())
    running = opened.enter_context(azurite.start(Path(folder)))
    tables, queues = AzureTables(running.connection_string), AzureQueues(running.connection_string)
    opened.push_async_callback(tables.close)
    opened.push_async_callback(queues.close)
    return await stocked(over(Recorder(tables, queues)), cases)


async def _figures(where: str, few: Stock, many: Stock, times: int, aim: str = "") -> list[Figure]:
    """Those of the tick and of the page; `aim` is that of their times."""
    ticks = await _costs(few, many, times, Stock.tick)
    pages = await _costs(few, many, times, Stock.page)
    return [
        *_told(f"tick with {DUE} due, {where}, {many.cases:,} open", *ticks, aim),
        *_told(f"page of the work list, {where}, {many.cases:,} open", *pages, aim),
    ]


async def _costs(
    few: Stock, many: Stock, times: int, job: Callable[[Stock], Awaitable[Cost]]
) -> tuple[list[Cost], list[Cost]]:
    """With many and with few, in turn."""
    for stock in (few, many):
        await job(stock)  # the first one opens connections
    found = [(await job(many), await job(few)) for _ in range(times)]
    return [pair[0] for pair in found], [pair[1] for pair in found]


def _told(name: str, big: list[Cost], small: list[Cost], aim: str) -> list[Figure]:
    seconds, fewer = [each.seconds for each in big], [each.seconds for each in small]
    times = milliseconds(median(seconds)), milliseconds(median(fewer))
    return [
        Figure(f"{name}: time", *times, median_ratio(seconds, fewer), aim),
        _counted(f"{name}: requests", [each.requests for each in big], [each.requests for each in small]),
        _counted(f"{name}: rows read", [each.rows for each in big], [each.rows for each in small]),
    ]


def _counted(what: str, big: list[int], small: list[int]) -> Figure:
    counts = median(big), median(small)
    return Figure(what, f"{counts[0]:.0f}", f"{counts[1]:.0f}", counts[0] / counts[1], AIM)
