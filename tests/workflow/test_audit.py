"""Whoever changes a history is found out, and by the first event touched."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from shared.adapters.case_rows import case_key, event_key, row_of
from shared.adapters.case_store import CaseStore
from shared.adapters.storage import Delete, Put
from shared.domain.dossier import Past
from shared.domain.errors import CaseNotFoundError
from shared.domain.history import HistoryEvent, erased, sealed
from shared.workflow.audit import audit_all, audit_case
from shared.workflow.ports import Services
from tests.workflow.test_steps import settled
from tests.world import World


@dataclass
class Overtaken(CaseStore):
    """A store in which something happens once between the reading of a case and that of its past."""

    world: World
    meanwhile: Callable[[], Awaitable[None]]

    def __post_init__(self) -> None:
        super().__init__(self.world.storage)
        self._still_to_happen = [self.meanwhile]

    async def history(self, case_id: str) -> Sequence[HistoryEvent]:
        await self._happen()
        return await super().history(case_id)

    async def past(self, case_id: str) -> Past:
        await self._happen()
        return await super().past(case_id)

    async def _happen(self) -> None:
        if self._still_to_happen:
            await self._still_to_happen.pop()()


def overtaken(world: World, meanwhile: Callable[[], Awaitable[None]]) -> Services:
    """The services of a world in which `meanwhile` happens between the two readings."""
    store = Overtaken(world, meanwhile)
    return replace(world.services, cases=store, past_rows=store)


async def approved(world: World) -> str:
    await world.portal_reports()
    return await settled(world)


async def rewrite(world: World, event: HistoryEvent) -> None:
    """Write an event row by hand, as somebody with access to the table could."""
    scope = event.case_id.split("-")[0]
    await world.storage.commit("cases", [Put(row_of(scope, event_key(event.case_id, event.number), event))])


async def test_a_history_nobody_touched_is_whole(world: World) -> None:
    audit = await audit_case(world.services, await approved(world))
    assert (audit.is_whole, audit.events) == (True, 3)


async def test_the_first_event_that_was_changed_is_named(world: World) -> None:
    case_id = await approved(world)
    second = (await world.store.history(case_id))[1]
    await rewrite(world, second.model_copy(update={"actor": "nobody"}))
    assert (await audit_case(world.services, case_id)).touched == "000002"


async def test_a_changed_event_that_was_sealed_anew_is_found_by_the_next(world: World) -> None:
    case_id = await approved(world)
    second = (await world.store.history(case_id))[1]
    await rewrite(world, sealed(second.model_copy(update={"actor": "nobody"})))
    assert (await audit_case(world.services, case_id)).touched == "000003"


async def test_a_last_event_that_was_sealed_anew_is_found_by_the_case(world: World) -> None:
    case_id = await approved(world)
    last = (await world.store.history(case_id))[-1]
    await rewrite(world, sealed(last.model_copy(update={"actor": "nobody"})))
    assert (await audit_case(world.services, case_id)).touched == "000003"


@pytest.mark.parametrize("number", ["000001", "000002", "000003"])
async def test_a_deleted_event_is_found(world: World, number: str) -> None:
    case_id = await approved(world)
    await world.storage.commit("cases", [Delete(case_id.split("-")[0], event_key(case_id, number))])
    assert not (await audit_case(world.services, case_id)).is_whole


async def test_a_history_without_any_event_is_found(world: World) -> None:
    case_id = await approved(world)
    for event in await world.store.history(case_id):
        await world.storage.commit("cases", [Delete(case_id.split("-")[0], event_key(case_id, event.number))])
    assert (await audit_case(world.services, case_id)).touched == "000001"


async def test_changed_personal_data_are_found_and_erased_ones_leave_the_chain_whole(world: World) -> None:
    case_id = await approved(world)
    first = (await world.store.history(case_id))[0]
    assert first.personal is not None
    await rewrite(world, first.model_copy(update={"personal": {**first.personal, "companyName": "Fabrikam"}}))
    assert (await audit_case(world.services, case_id)).touched == "000001"
    await rewrite(world, erased(first))
    assert (await audit_case(world.services, case_id)).is_whole


async def test_all_histories_are_checked(world: World) -> None:
    await world.store.fence(f"{'0' * 32}-{'0' * 32}", "", world.clock.now)
    case_id = await approved(world)
    audits = [audit async for audit in audit_all(world.services)]
    assert [(audit.case_id, audit.is_whole) for audit in audits] == [(case_id, True)]


async def test_a_case_that_is_not_there_cannot_be_checked(world: World) -> None:
    with pytest.raises(CaseNotFoundError):
        await audit_case(world.services, f"{'0' * 32}-{'0' * 32}")


async def test_a_case_that_moves_on_while_it_is_checked_is_read_again(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    audits = [audit async for audit in audit_all(overtaken(world, world.drain))]
    assert [(audit.case_id, audit.is_whole, audit.events) for audit in audits] == [(case_id, True, 3)]


async def test_what_was_touched_is_found_although_the_case_moves_on(world: World) -> None:
    await world.portal_reports()
    case_id = await world.submit()
    first = (await world.store.history(case_id))[0]
    await rewrite(world, first.model_copy(update={"actor": "nobody"}))
    assert (await audit_case(overtaken(world, world.drain), case_id)).touched == "000001"


async def test_a_case_that_is_taken_away_while_it_is_checked_is_found(world: World) -> None:
    case_id = await approved(world)
    scope = case_id.split("-")[0]

    async def take_away() -> None:
        await world.storage.commit(
            "cases", [Delete(scope, case_key(case_id)), Delete(scope, event_key(case_id, "000003"))]
        )

    audits = [audit async for audit in audit_all(overtaken(world, take_away))]
    assert [audit.touched for audit in audits] == ["000002"]


async def test_a_history_that_is_whole_costs_one_request_beside_its_case(world: World) -> None:
    case_id = await approved(world)
    before = world.storage.calls.total()
    await audit_case(world.services, case_id)
    assert world.storage.calls.total() - before == 2
