"""The desk erases the personal data of a case that is over."""

from datetime import timedelta

import pytest

from shared.domain.errors import StorageUnavailableError
from shared.domain.lifecycle import State
from tests.functions.stages import DECLINE, decided, in_review
from tests.functions.visitor import Visitor
from tests.world import Fault, World


async def _declined(world: World) -> str:
    case_id = await in_review(world)
    await decided(world, case_id, DECLINE)
    await world.drain()
    return case_id


async def test_erases_once_the_company_is_named(world: World) -> None:
    case_id, visitor = await _declined(world), Visitor.of_the_desk("ada", world.clock.now)
    page = await visitor.look(f"/desk/cases/{case_id}")
    assert f"/desk/cases/{case_id}/erase" in page.html
    after = await visitor.send(await visitor.look(f"/desk/cases/{case_id}/erase"), company=" contoso  B.V.")
    assert "The personal data are erased." in after.text
    assert "Contoso" not in after.text
    assert (await world.case(case_id)).erased_at == world.clock.now
    assert "(erased)" in (await visitor.look(f"/desk/cases/{case_id}")).text


@pytest.mark.parametrize("typed", ["", "Contoso"])
async def test_another_name_erases_nothing(world: World, typed: str) -> None:
    case_id, visitor = await _declined(world), Visitor.of_the_desk("ada", world.clock.now)
    page = await visitor.send(await visitor.look(f"/desk/cases/{case_id}/erase"), company=typed)
    assert (page.status, 'id="company-wrong"' in page.html) == (400, True)
    assert page.forms[0].fields["company"] == typed
    assert (await world.case(case_id)).erased_at is None


async def test_an_open_case_is_not_erased(world: World) -> None:
    case_id = await in_review(world)
    visitor = Visitor.of_the_desk("ada", world.clock.now)
    assert (await visitor.look(f"/desk/cases/{case_id}/erase")).status == 409
    assert f"/desk/cases/{case_id}/erase" not in (await visitor.look(f"/desk/cases/{case_id}")).html
    assert (await world.case(case_id)).state is State.CREDIT_REVIEW


async def test_an_erasure_that_was_cut_off_can_be_finished(world: World) -> None:
    case_id, visitor = await _declined(world), Visitor.of_the_desk("ada", world.clock.now)
    form = await visitor.look(f"/desk/cases/{case_id}/erase")
    world.storage.faults.append(Fault("commit", StorageUnavailableError("away"), skip=2))
    assert (await visitor.send(form, company="Contoso B.V.")).status == 503
    assert (await world.case(case_id)).erasure_pending
    world.clock.now += timedelta(minutes=1)
    page = await visitor.look(f"/desk/cases/{case_id}")
    finish = next(n for n, each in enumerate(page.forms) if each.action.endswith("/erase"))
    assert "The personal data are erased." in (await visitor.send(page, finish)).text
    assert not (await world.case(case_id)).erasure_pending
    assert "The personal data were erased" in (await visitor.look(f"/desk/cases/{case_id}")).text
    assert "Erase for good" not in (await visitor.look(f"/desk/cases/{case_id}/erase")).text


async def test_needs_the_role_to_decide(world: World) -> None:
    case_id = await _declined(world)
    assert (await Visitor.of_the_desk("bo", world.clock.now).look(f"/desk/cases/{case_id}/erase")).status == 403
