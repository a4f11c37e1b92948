"""How a caller signs in. Secrets are in no repr; ValueError if something cannot be one."""

from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import encode_basic_auth


def _can_be_in_a_header(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable()


class SignIn(Protocol):
    """Who calls."""

    def headers(self) -> dict[str, str]:
        """Give what says so in each request."""
        ...


@dataclass(frozen=True)
class ClientSecret:
    """A client, by its id and secret (HTTP Basic authentication)."""

    client_id: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.client_id or ":" in self.client_id:
            raise ValueError("a client's id is not empty and without ':' (RFC 7617)")

    def headers(self) -> dict[str, str]:
        """Give the Authorization header."""
        return {"Authorization": encode_basic_auth(self.client_id, self.secret)}


@dataclass(frozen=True)
class BearerToken:
    """Somebody of the billing desk, by an access token for App Service Authentication."""

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _can_be_in_a_header(self.token):
            raise ValueError("an access token is of printable ASCII characters")

    def headers(self) -> dict[str, str]:
        """Give the Authorization header."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class DevelopmentUser:
    """Somebody of the billing desk on a developer's machine, by a name among the app's settings."""

    name: str

    def __post_init__(self) -> None:
        if not _can_be_in_a_header(self.name):
            raise ValueError("a name for the development sign-in is of printable ASCII characters")

    def headers(self) -> dict[str, str]:
        """Give the header of the development sign-in."""
        return {"x-development-user": self.name}
