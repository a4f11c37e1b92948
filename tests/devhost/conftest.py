import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from tests.devhost.azurite import start_azurite


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the connection string of an Azurite that lives as long as the test run."""
    azurite = start_azurite(tmp_path_factory.mktemp("azurite"))
    yield azurite.connection_string
    azurite.stop()


@pytest.fixture
async def service(storage: str) -> AsyncIterator[QueueServiceClient]:
    async with QueueServiceClient.from_connection_string(storage) as client:
        yield client


@pytest.fixture
async def queue(service: QueueServiceClient) -> QueueClient:
    """Return a new, empty queue."""
    return await service.create_queue(f"work-{uuid.uuid4().hex}")
