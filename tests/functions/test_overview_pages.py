"""The desk's overview, and its tables to save."""

import csv
import io

import pytest

from shared.adapters.case_rows import INDEX
from shared.adapters.storage import Put
from shared.adapters.tally_rows import movement_row
from shared.domain.overview import EVERY_DAY, Chart
from tests.functions.stages import DECLINE, decided, in_review
from tests.functions.visitor import Sight, Visitor
from tests.world import Fault, World


async def _look(world: World, query: str = "", name: str = "bo", language: str = "en") -> Sight:
    visitor = Visitor.of_the_desk(name, world.clock.now)
    visitor.headers["accept-language"] = language
    return await visitor.look(f"/desk/overview{query}")


async def _declined(world: World) -> None:
    """A case that was in review for some days, and declined."""
    case_id = await in_review(world)
    world.clock.move(days=4)
    await decided(world, case_id, DECLINE)
    await world.drain()


async def test_shows_what_happened_and_how_requests_stand(world: World) -> None:
    await _declined(world)
    page = await _look(world)
    assert page.status == 200
    assert page.html.count('role="img"') == 5  # nothing is open any more
    assert all(words in page.text for words in ("adverse information is public", "No request is open.", "opened 1"))


async def test_shows_reviews_under_way_by_their_age(world: World) -> None:
    await in_review(world)
    world.clock.move(days=7)
    page = await _look(world)
    assert "1 after 5 business days" in page.text


@pytest.mark.parametrize("path", ["", "/states.csv", "/days.csv"])
async def test_costs_two_storage_requests(world: World, path: str) -> None:
    await _declined(world)
    world.storage.calls.clear()
    assert (await _look(world, path)).status == 200
    assert world.storage.calls.total() == 2


async def test_speaks_dutch(world: World) -> None:
    await _declined(world)
    page = await _look(world, language="nl")
    assert all(words in page.text for words in ("Overzicht", "Hoe ver verzoeken kwamen", "ongunstige openbare"))


async def test_only_people_of_the_desk_see_it(world: World) -> None:
    for path in ("/desk/overview", "/desk/overview/states.csv"):
        assert (await Visitor().look(path)).path.startswith("/desk/sign-in")
        assert (await Visitor.applicant(world.clock.now).look(path)).path.startswith("/desk/sign-in")


async def test_an_empty_period_says_so_in_words(world: World) -> None:
    await _declined(world)
    page = await _look(world, "?from=2020-01-01&to=2020-01-31")
    assert "Nothing happened in these days." in page.text
    assert 'value="2020-01-31"' in page.html


async def test_offers_periods_and_marks_the_one_that_is_shown(world: World) -> None:
    assert 'href="/desk/overview?days=90" aria-current="page"' in (await _look(world)).html
    assert 'href="/desk/overview?days=30" aria-current="page"' in (await _look(world, "?days=30")).html
    assert 'days=30" aria' not in (await _look(world, "?from=2026-01-01&to=2026-01-30")).html


async def test_says_beside_the_day_what_is_wrong_and_asks_no_storage(world: World) -> None:
    world.storage.calls.clear()
    page = await _look(world, "?from=%3Cb%3E&to=2026-01-31")
    assert (page.status, world.storage.calls.total()) == (400, 0)
    assert 'href="#from"' in page.html
    assert 'id="from-wrong"' in page.html
    assert 'value="&lt;b&gt;"' in page.html


async def test_says_when_not_all_is_counted_yet(world: World) -> None:
    await in_review(world)
    (movement, *_) = [each.movement for each in (await world.services.tallies.waiting()).moved]
    rows = [movement_row(movement.model_copy(update={"side": number})) for number in range(1000)]
    for first in range(0, 1000, 100):
        await world.storage.tables.commit(INDEX, [Put(row) for row in rows[first : first + 100]])
    assert "not all of it is counted yet" in (await _look(world)).text


# --- tables to save


@pytest.mark.parametrize("name", [*(chart.value for chart in Chart), EVERY_DAY])
async def test_every_chart_can_be_saved_as_a_table(world: World, name: str) -> None:
    await _declined(world)
    file = await _look(world, f"/{name}.csv?from=2026-01-01&to=2026-12-31")
    heading, *rows = csv.reader(io.StringIO(file.html, newline=""), strict=True)
    assert file.headers["Content-Disposition"].endswith(f"{name}-2026-01-01-2026-12-31.csv")
    assert {len(row) for row in rows} <= {len(heading)}


async def test_a_table_is_the_same_in_every_language(world: World) -> None:
    await _declined(world)
    english, dutch = [await _look(world, "/reasons.csv", language=each) for each in ("en", "nl")]
    assert english.html == dutch.html == "reason,requests\r\nadverse_information,1\r\nother,1\r\n"


async def test_a_table_of_a_period_that_is_none_leads_to_where_that_is_told(world: World) -> None:
    page = await _look(world, "/states.csv?from=x&to=2026-01-31")
    assert (page.status, 'id="from-wrong"' in page.html) == (400, True)


async def test_knows_no_other_table(world: World) -> None:
    assert (await _look(world, "/nothing.csv")).status == 404


async def test_a_fault_in_reading_is_no_table_that_there_is_not(world: World) -> None:
    world.storage.faults.append(Fault("page", ValueError("the bug")))
    assert (await _look(world, "/states.csv")).status == 500


async def test_every_address_on_the_page_leads_somewhere(world: World) -> None:
    await _declined(world)
    page = await _look(world)
    found = {part.partition('"')[0].replace("&amp;", "&") for part in page.html.split('href="/desk/overview')[1:]}
    assert len(found) >= 10
    assert [each for each in found if (await _look(world, each)).status != 200] == []


async def test_the_work_list_leads_to_it(world: World) -> None:
    page = await Visitor.of_the_desk("bo", world.clock.now).look("/desk")
    assert 'href="/desk/overview"' in page.html
