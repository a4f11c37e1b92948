from shared.domain.lifecycle import State
from shared.workflow import actions
from tests.workflow.test_steps import settled
from tests.world import World, asked


async def test_leaves_the_slot_of_an_open_case_as_it_is(world: World) -> None:
    await world.submit()
    before = (await world.dossier()).slot
    await world.portal_reports()
    await world.drain()
    assert before is not None
    assert (await world.dossier()).slot == before


async def test_frees_the_slot_of_a_case_that_was_withdrawn(world: World) -> None:
    case_id = await settled(world)
    await actions.withdraw(world.services, asked(case_id))
    assert (await world.case(case_id)).state is State.WITHDRAWN
    assert (await world.dossier()).slot is None
