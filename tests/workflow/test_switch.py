"""The applicant says that the switch is made, and hears what is known."""

from dataclasses import replace
from uuid import UUID

import pytest

from functions.examples import ADMINISTRATOR
from shared.domain.errors import CaseNotFoundError, IllegalMoveError
from shared.domain.facts import SubscriptionFacts
from shared.domain.lifecycle import NoticeKind, State
from shared.workflow.switch import Verification, ask_verification
from tests.workflow.test_steps import SENDGRID, settled
from tests.world import OTHER, World, asked


class Register:
    """A directory that can be asked what is so now."""

    def __init__(self, family: str | None, administrator: str = ADMINISTRATOR) -> None:
        self._seen = {"payment_method_family": family, "account_administrator_email": administrator}

    async def look_up(self, subscription_id: UUID, known: SubscriptionFacts) -> SubscriptionFacts:
        return known.model_copy(update=self._seen)


async def approved(world: World, directory: Register | None = None) -> str:
    await world.portal_reports()
    case_id = await settled(world)
    if directory:
        world.services = replace(world.services, directory=directory)
    return case_id


async def test_a_switch_that_the_register_shows_closes_the_case(world: World) -> None:
    case_id = await approved(world, Register("CheckWire"))
    assert (await ask_verification(world.services, asked(case_id))).proven
    await world.drain()
    assert (await world.case(case_id)).state is State.SWITCHED
    assert world.mailbox.kinds[-1] == NoticeKind.SWITCHED


async def test_a_switch_that_is_proven_stays_proven(world: World) -> None:
    case_id = await approved(world, Register("CheckWire"))
    await ask_verification(world.services, asked(case_id))
    assert await ask_verification(world.services, asked(case_id)) == Verification(proven=True)


async def test_who_has_not_switched_hears_what_was_seen_and_when(world: World) -> None:
    case_id = await approved(world)
    observed_at = world.clock.now
    world.clock.move(hours=3)
    before = await world.case(case_id)
    assert await ask_verification(world.services, asked(case_id)) == Verification(
        proven=False, payment_method="CreditCard", seen_at=observed_at
    )
    assert await world.case(case_id) == before


@pytest.mark.parametrize("register", [Register(None), Register("CheckWire", "new@contoso.example")])
async def test_nothing_seen_is_nothing_told(world: World, register: Register) -> None:
    case_id = await approved(world, register)
    assert await ask_verification(world.services, asked(case_id)) == Verification(proven=False)


async def test_only_an_approved_case_is_looked_at(world: World) -> None:
    await world.portal_reports(resources=[SENDGRID])
    case_id = await settled(world)
    with pytest.raises(IllegalMoveError):
        await ask_verification(world.services, asked(case_id))


async def test_another_clients_case_is_not_there(world: World) -> None:
    with pytest.raises(CaseNotFoundError):
        await ask_verification(world.services, asked(await approved(world), OTHER))
