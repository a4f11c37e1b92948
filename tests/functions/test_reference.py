"""The API on a page, and its problems."""

from html import unescape

from functions.openapi import document
from functions.problem_types import CATALOGUE
from functions.routes import ROUTES
from tests.functions.door import ask

HTML = {"authorization": "", "accept": "text/html"}


async def test_the_reference_shows_every_operation_and_stays_small() -> None:
    page = await ask("GET", "/api/docs", headers=HTML, version=False)
    assert (page.status, page.media_type) == (200, "text/html")
    shown = [operation["summary"] for path in document(ROUTES)["paths"].values() for operation in path.values()]
    assert [summary for summary in shown if summary not in unescape(page.body)] == []
    assert len(page.body.encode()) < 300_000


async def test_a_page_may_load_its_own_style_and_nothing_else() -> None:
    page = await ask("GET", "/api/docs", headers=HTML, version=False)
    policy = page.headers["Content-Security-Policy"]
    assert "style-src 'sha256-" in policy
    assert policy.startswith("default-src 'none'")
    assert "<script" not in page.body


async def test_the_list_of_problems_leads_to_each_of_them() -> None:
    page = await ask("GET", "/problems", headers=HTML, version=False)
    assert [code for code in CATALOGUE if f"/problems/{code}" not in page.body] == []


async def test_a_problem_that_there_is_not_is_404() -> None:
    answer = await ask("GET", "/problems/Nonsense", version=False, headers={**HTML, "accept": "*/*"})
    assert (answer.status, answer.media_type) == (404, "application/problem+json")


async def test_a_page_that_is_known_already_is_304() -> None:
    page = await ask("GET", "/problems", headers=HTML, version=False)
    again = await ask("GET", "/problems", headers={**HTML, "if-none-match": page.headers["ETag"]}, version=False)
    assert (again.status, again.body) == (304, None)
