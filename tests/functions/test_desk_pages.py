"""The desk's work list."""

import re
from html import unescape
from uuid import UUID

import pytest

from functions.desk_pages import LIMIT
from shared.adapters.case_rows import INDEX, INDEX_PARTITION
from shared.adapters.storage import Put, Row
from shared.domain.lifecycle import State
from shared.workflow import actions, desk
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
        ("?amount=NaN", True),
        ("?amount=sNaN", True),
        ("?amount=Infinity", True),
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


@pytest.mark.parametrize(("amount", "found"), [("25.000,00", True), ("25.000,01", False), ("25.001", False)])
async def test_reads_amounts_as_the_language_writes_them(world: World, amount: str, found: bool) -> None:
    await in_review(world)
    page = await _list(world, f"?amount={amount}", language="nl")
    assert (page.status, "Contoso B.V." in page.text) == (200, found)


async def test_shows_a_person_what_they_have_taken(world: World) -> None:
    case_id = await in_review(world)
    await desk.assign(world.services, asked(case_id, OFFICER), "ada")
    assert "Contoso B.V." in (await _list(world, "?mine=yes", "ada")).text
    assert "Contoso B.V." not in (await _list(world, "?mine=yes", "bo")).text


async def test_a_review_is_late_by_its_own_day_also_once_the_promise_is_broken(world: World) -> None:
    await in_review(world)
    world.clock.move(days=15)
    for _ in range(2):
        await world.tick()
    assert "30 November 2026 overdue" in (await _list(world)).text


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
    others = await _list(world, further.removeprefix("/desk"), "ada")
    assert (others.status, "This page of the list is no longer there" in others.text) == (400, True)
    assert '<p><a href="/desk">' in others.html


@pytest.mark.parametrize(("query", "status"), [("?tab=nonsense", 404), ("?after=nonsense", 400)])
async def test_knows_no_other_list_and_no_other_page(world: World, query: str, status: int) -> None:
    assert (await _list(world, query)).status == status


async def test_asks_strangers_to_sign_in(world: World) -> None:
    assert world.clock.now
    assert (await Visitor().look("/desk")).path.startswith("/desk/sign-in")


async def test_every_state_has_a_tab(world: World) -> None:
    page = await _list(world)
    assert [state for state in State if f"tab={state.value}" not in page.html] == []


def _button(page: Sight, action: str) -> dict[str, str]:
    """What the first button of this name of a list sends; nothing where there is none."""
    found = re.search(rf'name="{action}" value="([^"]+)"', page.html)
    return {action: found[1]} if found else {}


async def _press(visitor: Visitor, page: Sight, action: str) -> Sight:
    button = _button(page, action)
    assert button, f"nothing to {action}"
    return await visitor.send(page, 1, **button)


async def test_a_case_is_taken_on_and_let_go_of_in_the_list_which_stays_where_it_is(world: World) -> None:
    case_id, where = await in_review(world), "/desk?tab=credit_review&text=Contoso"
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    taken = await _press(visitor, await visitor.look(where), "take")
    assert (taken.path, "You have taken the request on." in taken.text) == (where, True)
    assert (await world.case(case_id)).assignee == "bo"
    released = await _press(visitor, taken, "release")
    assert (released.path, _button(released, "release")) == (where, {})
    assert (await world.case(case_id)).assignee is None


async def test_pressed_twice_it_is_done_once(world: World) -> None:
    case_id, visitor = await in_review(world), Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look("/desk")
    for _ in range(2):
        assert (await _press(visitor, page, "take")).status == 200
    assert (await world.case(case_id)).side_events == 1


async def test_what_a_colleague_has_just_taken_stays_theirs(world: World) -> None:
    case_id, visitor = await in_review(world), Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look("/desk?country=NL")
    world.storage.meanwhile.append(lambda: desk.assign(world.services, asked(case_id, OFFICER), "ada"))
    refused = await _press(visitor, page, "take")
    assert (refused.status, "has been taken on by ada meanwhile" in refused.text) == (412, True)
    assert (await world.case(case_id)).assignee == "ada"
    assert 'name="country" type="text" value="NL"' in refused.html
    await _press(visitor, refused, "take")
    assert (await world.case(case_id)).assignee == "bo"


async def test_what_has_changed_is_shown_anew_and_not_taken(world: World) -> None:
    case_id, visitor = await in_review(world), Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look("/desk")
    await desk.write_note(world.services, asked(case_id, OFFICER), "a note")
    refused = await _press(visitor, page, "take")
    assert (refused.status, "Contoso B.V. has changed since you saw the list" in refused.text) == (412, True)
    assert (await world.case(case_id)).assignee is None


async def test_what_is_not_in_the_list_any_more_is_told_and_not_taken(world: World) -> None:
    case_id, visitor = await in_review(world), Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look("/desk")
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    refused = await _press(visitor, page, "take")
    assert (refused.status, "is not on this page any more" in refused.text) == (412, True)
    assert f'href="/desk/cases/{case_id}"' in refused.html


async def test_a_form_of_the_list_that_names_no_case_is_no_good(world: World) -> None:
    await in_review(world)
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    assert (await visitor.send(await visitor.look("/desk"), 1)).status == 403


async def test_a_case_that_there_is_not_cannot_be_taken(world: World) -> None:
    await in_review(world)
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    page = await visitor.look("/desk")
    for case_id in ("nothing", f"{'a' * 32}-{'b' * 32}"):
        assert (await visitor.send(page, 1, take=f"{case_id} 1.1.1")).status == 404


async def test_only_what_is_open_or_needs_attention_can_be_taken(world: World) -> None:
    case_id = await in_review(world)
    await actions.withdraw(world.services, asked(case_id))
    await world.drain()
    closed = await _list(world, "?tab=withdrawn")
    assert not _button(closed, "take")
    assert all(words in closed.text for words in ("the newest first", "nobody: it is over"))
    case = await flag_case(world.services, case_id, "a notice failed")
    await settle_index(world.services, case, anew=True)
    assert _button(await _list(world, "?tab=withdrawn"), "take")


async def test_rows_from_before_they_said_what_was_seen_are_shown_without_a_button(world: World) -> None:
    await in_review(world)
    [row] = (await world.storage.page(INDEX, INDEX_PARTITION, "work|all|", "work|all}")).rows
    values = {name: value for name, value in row.values.items() if name != "side"}
    await world.storage.commit(INDEX, [Put(Row(row.partition, row.key, values))])
    page = await _list(world)
    assert ("Contoso B.V." in page.text, _button(page, "take")) == (True, {})


async def test_the_next_page_of_what_is_overdue_is_good_in_the_next_hour_too(world: World) -> None:
    for number in range(LIMIT + 1):
        await world.portal_reports(subscription=UUID(int=number))
        await world.submit(subscriptionId=str(UUID(int=number)))
    await world.drain()
    world.clock.move(days=90)
    visitor = Visitor.of_the_desk("bo", world.clock.now)
    first = await visitor.look("/desk?overdue=yes")
    world.clock.move(hours=1)
    assert (await visitor.look(unescape(re.findall(r'href="(/desk\?[^"]*after=[^"]*)"', first.html)[0]))).status == 200


async def test_what_only_works_with_a_script_is_not_shown_without_one(world: World) -> None:
    await in_review(world)
    page = await _list(world)
    assert '<div class="assist no-print" hidden>' in page.html
    assert "{time}" in page.html
    assert all(f'data-live="{part}"' in page.html for part in ("tabs", "closed", "list", "more"))
