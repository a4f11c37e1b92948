"""The desk's work list."""

import re
from html import unescape

import pytest

from functions.desk_pages import LIMIT
from shared.domain.lifecycle import State
from shared.workflow import desk
from shared.workflow.notices import settle_index
from shared.workflow.protocol import flag_case
from tests.functions.stages import in_review
from tests.functions.visitor import Sight, Visitor
from tests.world import OFFICER, World, asked

HOSTILE = '<script>alert("x")</script>'


async def _list(world: World, query: str = "", name: str = "bo", language: str = "en") -> Sight:
    visitor = Visitor.of_the_desk(name, world.clock.now)
    visitor.headers["accept-language"] = language
    return await visitor.look(f"/desk{query}")


async def test_shows_where_each_case_stands_and_leads_to_it(world: World) -> None:
    case_id = await in_review(world)
    page = await _list(world)
    assert f'href="/desk/cases/{case_id}"' in page.html
    assert all(words in page.text for words in ("Contoso B.V.", "credit check under way", "the desk", "nobody yet"))


async def test_costs_two_storage_requests(world: World) -> None:
    await in_review(world)
    world.storage.calls.clear()
    await _list(world)
    assert world.storage.calls.total() == 2


async def test_speaks_dutch(world: World) -> None:
    await in_review(world)
    page = await _list(world, language="nl")
    assert all(words in page.text for words in ("Werklijst", "kredietcontrole", "de afdeling"))


async def test_what_is_overdue_or_needs_attention_cannot_be_missed(world: World) -> None:
    case_id = await in_review(world)
    case = await flag_case(world.services, case_id, "a step failed")
    await settle_index(world.services, case, anew=True)
    world.clock.move(days=20)
    page = await _list(world, "?tab=attention")
    assert all(words in page.text for words in ("needs attention", "overdue"))
    assert 'class="urgent"' in page.html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?text=contoso", True),
        ("?text=fabrikam", False),
        ("?country=nl", True),
        ("?country=BE", False),
        ("?amount=1%2C000", True),
        ("?amount=99999999", False),
        ("?amount=nonsense", True),
        ("?amount=-1", True),
        ("?overdue=yes", False),
        ("?mine=yes", False),
        ("?call=yes", False),
        ("?tab=credit_review", True),
        ("?tab=approved", False),
        ("?tab=declined", False),
    ],
)
async def test_can_be_narrowed_down(world: World, query: str, found: bool) -> None:
    await in_review(world)
    page = await _list(world, query)
    assert (page.status, "Contoso B.V." in page.text) == (200, found)


async def test_shows_a_person_what_they_have_taken(world: World) -> None:
    case_id = await in_review(world)
    await desk.assign(world.services, asked(case_id, OFFICER), "ada")
    assert "Contoso B.V." in (await _list(world, "?mine=yes", "ada")).text
    assert "Contoso B.V." not in (await _list(world, "?mine=yes", "bo")).text


async def test_names_are_shown_and_not_obeyed(world: World) -> None:
    await in_review(world, companyName=HOSTILE)
    page = await _list(world)
    assert HOSTILE not in page.html
    assert "&lt;script&gt;" in page.html


async def test_goes_on_page_by_page_for_whoever_asked(world: World) -> None:
    for number in range(LIMIT + 1):
        await world.submit(subscriptionId=f"{number:08x}-1bf0-4dda-aec3-cb9272f09590")
    await world.drain()
    first = await _list(world)
    further = unescape(re.findall(r'href="(/desk\?[^"]*after=[^"]*)"', first.html)[0])
    second = await _list(world, further.removeprefix("/desk"))
    shown = [set(re.findall(r"/desk/cases/([0-9a-f-]+)", page.html)) for page in (first, second)]
    assert [len(each) for each in shown] == [LIMIT, 1]
    assert not shown[0] & shown[1]
    assert (await _list(world, further.removeprefix("/desk"), "ada")).status == 400


@pytest.mark.parametrize(("query", "status"), [("?tab=nonsense", 404), ("?after=nonsense", 400)])
async def test_knows_no_other_list_and_no_other_page(world: World, query: str, status: int) -> None:
    assert (await _list(world, query)).status == status


async def test_asks_strangers_to_sign_in(world: World) -> None:
    assert world.clock.now
    assert (await Visitor().look("/desk")).path.startswith("/desk/sign-in")


async def test_every_state_has_a_tab(world: World) -> None:
    page = await _list(world)
    assert [state for state in State if f"tab={state.value}" not in page.html] == []
