"""How requests to Azure Storage are made over every one of its SDKs, and what their errors mean.

An outage ends here, as the domain's error; a request the service refuses as malformed (4xx) is a bug in this program
and passes unchanged.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Generic, Protocol, TypeVar

from azure.core.exceptions import (
    AzureError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from shared.domain.errors import StorageUnavailableError

Client = TypeVar("Client")
Account = TypeVar("Account", bound="_Closable")

DIRECT: Final[dict[str, Any]] = {"use_env_settings": False}
"""Storage is asked directly. To look for a proxy or a .netrc, aiohttp would use two threads at each request, which take
0.8 of the 6.2 ms of processor time that the SDKs spend on the two requests of an intake."""

_BUSY = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is waited for; the SDKs' own defaults go up to minutes.

    `connect_seconds` and `read_seconds` (silence of the server) hold for each attempt. Attempts are repeated
    `retries` times, about `backoff_seconds` apart, except that a commit or an insert of a table is repeated
    after an answer of 5xx only: the SDK does not repeat a POST that got no answer.
    """

    connect_seconds: float = 2
    read_seconds: float = 5
    retries: int = 2
    backoff_seconds: float = 0.2

    def for_tables(self) -> dict[str, Any]:
        """Spell this as the keyword arguments of a table client."""
        return self._for_all() | {"retry_backoff_factor": self.backoff_seconds}

    def for_queues_and_blobs(self) -> dict[str, Any]:
        """Spell this as the keyword arguments of a queue or blob client."""
        return self._for_all() | {
            "initial_backoff": self.backoff_seconds,
            "increment_base": 0,
            "random_jitter_range": self.backoff_seconds / 2,
        }

    def _for_all(self) -> dict[str, Any]:
        return {
            "connection_timeout": self.connect_seconds,
            "read_timeout": self.read_seconds,
            "retry_total": self.retries,
        }


class _Closable(Protocol):
    async def close(self) -> None: ...


class Connections(Generic[Account, Client]):
    """An account and the clients of its tables, queues or containers, each made when it is first asked for."""

    def __init__(self, connect: Callable[[], Account], client_of: Callable[[Account, str], Client]) -> None:
        self._connect = connect
        self._client_of = client_of
        self._account: Account | None = None
        self._clients: dict[str, Client] = {}

    def client(self, name: str) -> Client:
        """The client of that name."""
        if self._account is None:
            self._account = self._connect()
        if name not in self._clients:
            self._clients[name] = self._client_of(self._account, name)
        return self._clients[name]

    async def close(self) -> None:
        """Close the connections; a later call would open new ones."""
        account, self._account = self._account, None
        self._clients.clear()
        if account:
            await account.close()


@contextmanager
def outages_translated() -> Iterator[None]:
    """Raise StorageUnavailableError for an outage; every other error passes."""
    try:
        yield
    except AzureError as error:
        if not _is_outage(error):
            raise
        status = getattr(error, "status_code", None)
        raise StorageUnavailableError(f"{type(error).__name__}, status {status}") from error


def _is_outage(error: AzureError) -> bool:
    # DecodeError: an answer cut short or garbled, so nobody knows what it said. A download has it as its cause.
    if isinstance(error, ServiceRequestError | ServiceResponseError | DecodeError):
        return True
    if isinstance(error.__cause__, DecodeError):
        return True
    status = getattr(error, "status_code", None) or 0
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _BUSY


def code_of(error: HttpResponseError) -> str:
    """The service's own code of an error, or nothing."""
    # The SDKs set it as a plain string or as an enumeration of strings, depending on the request.
    return getattr(error, "error_code", None) or ""
