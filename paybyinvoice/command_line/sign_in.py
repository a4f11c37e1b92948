"""Who the command line calls as: never from its arguments, which every user of a machine can see."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from paybyinvoice.command_line.errors import UsageError
from paybyinvoice.sign_in import BearerToken, ClientSecret, DevelopmentUser

URL: Final = "PAYBYINVOICE_URL"
CLIENT_ID: Final = "PAYBYINVOICE_CLIENT_ID"
CLIENT_SECRET: Final = "PAYBYINVOICE_CLIENT_SECRET"  # noqa: S105 - the name of a variable
DESK_TOKEN: Final = "PAYBYINVOICE_DESK_TOKEN"  # noqa: S105 - the name of a variable
DESK_USER: Final = "PAYBYINVOICE_DESK_USER"


def service_url(given: str | None, environment: Mapping[str, str]) -> str:
    """Say where the service is. Raises UsageError."""
    url = (given or environment.get(URL) or "").strip()
    if not url:
        raise UsageError(f"Say where the service is: --url https://pay.example.com, or the variable {URL}.")
    return url


def client_sign_in(file: Path | None, environment: Mapping[str, str]) -> ClientSecret:
    """Read a client's id and secret from a file, or else from the environment. Raises UsageError."""
    if file is not None:
        return _from_file(file)
    client_id, secret = environment.get(CLIENT_ID), environment.get(CLIENT_SECRET)
    if not client_id or not secret:
        raise UsageError(f"Say who calls: the variables {CLIENT_ID} and {CLIENT_SECRET}, or --credentials FILE.")
    return _client(client_id.strip(), secret.strip())


def desk_sign_in(environment: Mapping[str, str]) -> BearerToken | DevelopmentUser:
    """Read who of the desk calls from the environment. Raises UsageError."""
    token, user = environment.get(DESK_TOKEN), environment.get(DESK_USER)
    if bool(token) == bool(user):
        raise UsageError(
            f"Say who of the desk calls: {DESK_TOKEN} (an access token), "
            f"or on a developer's machine {DESK_USER} (a name); one of the two."
        )
    try:
        return BearerToken(token.strip()) if token else DevelopmentUser((user or "").strip())
    except ValueError as error:
        raise UsageError(f"{DESK_TOKEN if token else DESK_USER} is wrong: {error}.") from None


def _from_file(file: Path) -> ClientSecret:
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        # Without the error's text, which quotes the file.
        raise UsageError(f"{file} is not JSON.") from None
    known = document if isinstance(document, dict) else {}
    found = [known.get(name) for name in ("clientId", "clientSecret")]
    if not all(isinstance(each, str) and each for each in found):
        raise UsageError(f'{file} must be like {{"clientId": "...", "clientSecret": "..."}}.')
    return _client(str(found[0]), str(found[1]))


def _client(client_id: str, secret: str) -> ClientSecret:
    try:
        return ClientSecret(client_id, secret)
    except ValueError as error:
        raise UsageError(f"{client_id!r} is no client: {error}.") from None
