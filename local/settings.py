"""Settings for this machine: makes local.settings.json from its example, with secrets of its own."""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from local.errors import LocalRunError
from operations.settings_file import replace_private
from shared.domain.clients import SETTING, hash_of, read_clients
from shared.domain.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE_NAME = "local.settings.json.example"
SETTINGS_NAME = "local.settings.json"
CLIENT_FILE = Path(".local") / "client.json"

CLIENT_ID = "demo"
CLIENTS = SETTING
PORTAL_SECRETS = "PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS"
SIGNING_KEYS = "PAYBYINVOICE_SIGNING_KEYS"
PUBLIC_URL = "PAYBYINVOICE_PUBLIC_URL"
STORAGE = "AzureWebJobsStorage"
MAIL_FOLDER = "PAYBYINVOICE_MAIL_FOLDER"
CLOCK_OFFSET_FILE = "PAYBYINVOICE_CLOCK_OFFSET_FILE"
WAKE_SCHEDULE = "PAYBYINVOICE_WAKE_SCHEDULE"

NEW_SECRET_HINT = (
    f"To get a new client secret: delete {SETTINGS_NAME} (keep a copy of what you changed in it) and start again."
)


@dataclass(frozen=True)
class Credentials:
    """What callers of a local app sign in with; `portal_secret` is `whsec_` + base64 (Standard Webhooks)."""

    client_id: str
    client_secret: str
    portal_secret: str


@dataclass(frozen=True)
class Prepared:
    """The settings of this machine, and what the developer should be told about them.

    `client_secret` is None when it is not known here: only its hash is among the settings.
    """

    values: Mapping[str, str]
    client_secret: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Isolated:
    """Settings for one app of its own: environment variables, and the secrets they were made with."""

    environment: Mapping[str, str]
    credentials: Credentials
    notices: Path


def new_credentials() -> Credentials:
    """Make fresh random secrets for the client `demo` and for the portal's webhooks."""
    return Credentials(CLIENT_ID, secrets.token_urlsafe(32), f"whsec_{_random_key()}")


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def prepare(root: Path = ROOT) -> Prepared:
    """Make local.settings.json in `root` if it is missing, or add what its example has and it lacks.

    Nothing that is already there is changed. LocalRunError if a file is missing or cannot be understood.
    """
    settings_file = root / SETTINGS_NAME
    example = _document(root / EXAMPLE_NAME)
    is_new = not settings_file.exists()
    document = example | {"Values": {}} if is_new else _document(settings_file)
    values = _values(document, settings_file)
    credentials = new_credentials()
    wanted = _values(example, root / EXAMPLE_NAME) | _secret_values(credentials)
    added = {name: value for name, value in wanted.items() if name not in values}
    if CLIENTS in added:
        _write_private(root / CLIENT_FILE, {"clientId": CLIENT_ID, "clientSecret": credentials.client_secret})
    values |= added
    if added:
        _write_private(settings_file, document | {"Values": values})
    secret, complaints = _known_client_secret(root, values)
    return Prepared(values, secret, (*_changes(is_new=is_new, added=list(added)), *complaints))


def isolated(folder: Path, *, storage: str, public_url: str, root: Path = ROOT) -> Isolated:
    """Make the settings of an app that shares nothing with the developer's own: for the demo and for tests.

    The example's values, with fresh secrets, `storage` as its connection string and notices in
    `folder/notices` (made). As environment variables they win over a local.settings.json.
    """
    credentials = new_credentials()
    notices = folder.resolve() / "notices"
    notices.mkdir(parents=True, exist_ok=True)
    own = {STORAGE: storage, PUBLIC_URL: public_url, MAIL_FOLDER: str(notices)}
    example = root / EXAMPLE_NAME
    return Isolated(_values(_document(example), example) | _secret_values(credentials) | own, credentials, notices)


def portal_secret(values: Mapping[str, str]) -> str:
    """Take the portal's webhook secret (the first, where one is being replaced) from the settings."""
    try:
        first = json.loads(values[PORTAL_SECRETS])[0]
    except (KeyError, IndexError, TypeError, ValueError):
        first = None
    if not isinstance(first, str):
        raise LocalRunError(f'{PORTAL_SECRETS} in {SETTINGS_NAME} must be a JSON list like ["whsec_..."].')
    return first


def read_values(root: Path = ROOT) -> Mapping[str, str]:
    """Read the values of local.settings.json; LocalRunError if it is missing or cannot be understood."""
    return _values(_document(root / SETTINGS_NAME), root / SETTINGS_NAME)


def _secret_values(credentials: Credentials) -> dict[str, str]:
    return {
        CLIENTS: json.dumps({credentials.client_id: [hash_of(credentials.client_secret)]}),
        PORTAL_SECRETS: json.dumps([credentials.portal_secret]),
        SIGNING_KEYS: json.dumps([_random_key()]),
    }


def _document(file: Path) -> dict[str, object]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LocalRunError(f"{file.name} is missing in {file.parent}.") from None
    except ValueError as error:
        raise LocalRunError(f"{file.name} is not valid JSON: {error}. Mend it, or delete it.") from None
    if not isinstance(document, dict):
        raise LocalRunError(f"{file.name} must hold a JSON object.")
    return document


def _values(document: Mapping[str, object], file: Path) -> dict[str, str]:
    values = document.get("Values")
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise LocalRunError(f'{file.name} must have an object "Values" whose members are all strings.')
    return dict(values)


def _write_private(file: Path, document: Mapping[str, object]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    replace_private(file, json.dumps(document, indent=2) + "\n")


def _changes(*, is_new: bool, added: list[str]) -> tuple[str, ...]:
    if is_new:
        return (f"Made {SETTINGS_NAME} from its example, with new secrets.",)
    if added:
        return (f"Added to {SETTINGS_NAME}, because its example has them now: {', '.join(added)}.",)
    return ()


def _known_client_secret(root: Path, values: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    file = root / CLIENT_FILE
    if not file.exists():
        return None, (f"The secret of client {CLIENT_ID} is not known: {CLIENT_FILE} is missing. {NEW_SECRET_HINT}",)
    secret = _document(file).get("clientSecret")
    if not isinstance(secret, str) or not _is_valid(secret, values):
        words = f"The secret in {CLIENT_FILE} is not the one whose hash {SETTINGS_NAME} has"
        return None, (f"{words} for client {CLIENT_ID}. {NEW_SECRET_HINT}",)
    return secret, ()


def _is_valid(secret: str, values: Mapping[str, str]) -> bool:
    try:
        known = read_clients(values[CLIENTS]).get(CLIENT_ID, ())
    except SettingsError:
        return False
    return any(each.hash == hash_of(secret) and each.is_valid(datetime.now(UTC)) for each in known)
