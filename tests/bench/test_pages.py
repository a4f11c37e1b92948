from bench.pages import FEW, GROWING, MOST_REQUESTS, pages
from tests.functions.every_page import STOPS


async def test_tells_of_every_page_and_of_the_most_requests() -> None:
    section = await pages(FEW * 2, 1)
    *rows, limit = section.rows
    growing = [page for page in STOPS.values() if page.path in GROWING]
    assert growing
    assert len(rows) == len(STOPS) + len(growing)
    assert all(row.ratio and row.ratio > 0 for row in rows)
    assert (limit.compared, limit.aim) == (str(MOST_REQUESTS), "<= 1")
