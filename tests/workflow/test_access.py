"""Letting applicants in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.access import Pass, Purpose, fingerprint
from shared.domain.case import scope_of
from shared.domain.errors import PassVoidError
from shared.workflow.access import admitted
from tests.world import START, SUBSCRIPTION, World

KEY = b"k" * 32
PASS = Pass(
    Purpose.APPLICANT,
    scope_of(SUBSCRIPTION),
    START + timedelta(hours=1),
    fingerprint("azure-admin@contoso.example", KEY),
)


async def test_lets_the_account_administrator_in(world: World) -> None:
    await world.portal_reports()
    assert (await admitted(world.services, PASS, [KEY])).scope == scope_of(SUBSCRIPTION)


@pytest.mark.parametrize("void", [replace(PASS, grip="0" * 32), replace(PASS, generation=1)])
async def test_lets_nobody_in_by_a_pass_that_is_void(world: World, void: Pass) -> None:
    await world.portal_reports()
    with pytest.raises(PassVoidError):
        await admitted(world.services, void, [KEY])


async def test_lets_nobody_in_where_no_administrator_is_known(world: World) -> None:
    with pytest.raises(PassVoidError):
        await admitted(world.services, PASS, [KEY])
