"""How a caller signs in. Secrets are in no repr."""

from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import encode_basic_auth


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

    def headers(self) -> dict[str, str]:
        """Give the Authorization header."""
        return {"Authorization": encode_basic_auth(self.client_id, self.secret)}


@dataclass(frozen=True)
class BearerToken:
    """Somebody of the billing desk, by an access token for App Service Authentication."""

    token: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        """Give the Authorization header."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class DevelopmentUser:
    """Somebody of the billing desk on a developer's machine, by a name among the app's settings."""

    name: str

    def headers(self) -> dict[str, str]:
        """Give the header of the development sign-in."""
        return {"x-development-user": self.name}
