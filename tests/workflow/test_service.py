"""Readiness: is everything there that the app needs?"""

from dataclasses import replace

import pytest

from shared.domain.errors import SettingsError, StorageUnavailableError
from shared.workflow.service import check_storage
from tests.world import Fault, World


async def test_all_is_well_with_policy_and_storage(world: World) -> None:
    await check_storage(world.services)


async def test_an_outage_of_storage_is_told(world: World) -> None:
    world.storage.faults.append(Fault("page", StorageUnavailableError()))
    with pytest.raises(StorageUnavailableError):
        await check_storage(world.services)


async def test_a_policy_that_is_not_there_is_told_with_those_that_are(world: World) -> None:
    with pytest.raises(SettingsError, match="there is no policy '1999-01'; there are: 2017-07"):
        await check_storage(replace(world.services, current_policy="1999-01"))
