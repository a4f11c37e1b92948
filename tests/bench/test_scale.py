from collections.abc import Iterator

import pytest

from bench.scale import DUE, stocked
from bench.service import in_memory
from shared import wiring


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    wiring.install(None)


async def test_a_stock_has_so_many_cases_and_none_of_them_is_due() -> None:
    stock = await stocked(in_memory(), 40)
    assert len(await stock.services.work_list.listed("approved", "", 100)) == 40
    assert [row async for row in stock.services.due_rows.due(stock.services.now())] == []


async def test_a_tick_costs_what_is_due_and_a_page_one_request() -> None:
    stock = await stocked(in_memory(), 60)
    for _ in range(2):  # a tick leaves nothing behind that the next would find
        tick = await stock.tick()
        assert (tick.requests, tick.rows) == (1 + 2 * DUE, DUE)
    page = await stock.page()
    assert (page.requests, page.rows) == (1, 51)
