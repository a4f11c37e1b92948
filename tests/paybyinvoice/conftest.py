"""A service to call, and callers of it for whom no time passes."""

import ssl
from collections.abc import AsyncIterator

import pytest

from paybyinvoice import Client, ClientSecret, Desk, DevelopmentUser
from tests.adapters.mail_servers import certify
from tests.paybyinvoice.service import Service, Time, running_service


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with running_service() as made:
        yield made


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def client(service: Service, time: Time) -> AsyncIterator[Client]:
    async with Client(service.url, ClientSecret("contoso", "s3cret"), time.retries()) as made:
        yield made


@pytest.fixture
async def desk(service: Service, time: Time) -> AsyncIterator[Desk]:
    async with Desk(service.url, DevelopmentUser("ada"), time.retries()) as made:
        yield made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's certificate that it signed itself."""
    file = tmp_path_factory.mktemp("certificate") / "server.pem"
    certify(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
