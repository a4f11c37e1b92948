"""The storages that must behave alike. Azurite runs once per test process, on free ports."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest

from local.azurite import Azurite, start
from shared.adapters.storage_azure import AzureQueues, AzureTables
from shared.adapters.storage_memory import MemoryQueues, MemoryTables
from tests.contract.storages import MovableClock, Storage


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with start(tmp_path_factory.mktemp("azurite")) as running:
        yield running


@pytest.fixture(params=["memory", "azurite"])
async def storage(request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    if request.param == "memory":
        clock = MovableClock()
        yield Storage(MemoryTables(clock), MemoryQueues(clock), "rows", "messages", clock.move)
        return
    connection_string = request.getfixturevalue("azurite").connection_string
    tables, queues = AzureTables(connection_string), AzureQueues(connection_string)
    name = uuid4().hex
    yield Storage(tables, queues, f"t{name}", f"q-{name}", _time_passes_by_itself)
    await tables.close()
    await queues.close()


def _time_passes_by_itself(_seconds: int) -> None:
    return
