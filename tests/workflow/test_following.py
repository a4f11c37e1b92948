"""Reading what an applicant follows."""

import pytest

from shared.domain.callers import Kind, Principal
from shared.domain.case import scope_of
from shared.domain.dossier import SlotStatus
from shared.domain.errors import CaseNotFoundError
from shared.domain.following import Following
from shared.domain.lifecycle import NoticeKind, State
from shared.workflow import actions
from shared.workflow.following import follow
from tests.workflow.test_steps import settled
from tests.world import SUBSCRIPTION, World, asked

APPLICANT = Principal(Kind.APPLICANT, scope_of(SUBSCRIPTION))


async def followed(world: World, case_id: str = "") -> Following:
    following = await follow(world.services, await world.dossier(), APPLICANT, case_id)
    assert following
    return following


async def test_follows_the_request_that_has_the_slot(world: World) -> None:
    await world.portal_reports()
    case_id = await settled(world)
    following = await followed(world)
    assert (following.case.id, following.is_current, following.others) == (case_id, True, ())
    assert following.slot
    assert following.slot.status is SlotStatus.OPEN
    assert following.facts.payment_method_family == "CreditCard"
    assert [notice.kind for notice in following.notices] == [NoticeKind.INSTRUCTIONS]
    assert following.came_from is State.CHECKING_CREDIT


async def test_follows_an_earlier_request_by_its_id(world: World) -> None:
    await world.portal_reports()
    first = await settled(world)
    await actions.withdraw(world.services, asked(first))
    second = await settled(world)
    following = await followed(world, first)
    assert (following.case.id, following.is_current, following.slot) == (first, False, None)
    assert [other.id for other in following.others] == [second]


async def test_the_newest_of_ended_requests_is_current(world: World) -> None:
    await world.portal_reports()
    for _ in range(2):
        case_id = await settled(world)
        await actions.withdraw(world.services, asked(case_id))
        world.clock.move(days=1)
    following = await followed(world)
    assert (following.case.id, following.is_current, following.slot) == (case_id, True, None)


async def test_costs_one_request_beside_the_dossier(world: World) -> None:
    await settled(world)
    dossier = await world.dossier()
    world.storage.calls.clear()
    await follow(world.services, dossier, APPLICANT)
    assert world.storage.calls.total() == 1


async def test_there_is_nothing_to_follow_where_nobody_asked(world: World) -> None:
    assert await follow(world.services, await world.dossier(), APPLICANT) is None


@pytest.mark.parametrize("is_empty", [True, False])
async def test_knows_no_other_request(world: World, is_empty: bool) -> None:
    if not is_empty:
        await settled(world)
    with pytest.raises(CaseNotFoundError):
        await follow(world.services, await world.dossier(), APPLICANT, "f" * 32)
