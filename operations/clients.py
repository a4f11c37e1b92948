"""clients list | create ID | rotate ID | revoke ID: who may call the API, in the setting PAYBYINVOICE_CLIENTS.

With --settings FILE the setting stands in that local.settings.json, and is changed there. Without it, the environment
says what it is, and the changed value is printed, to be put where the app's settings are kept. No other setting is
looked at. Exit code 0: done; 1: refused, as the clients are now; 2: it could not be done. Unless it is 0, nothing is
changed.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from operations.settings_file import change_setting, read_setting, write_new_private
from shared.domain.clients import (
    SETTING,
    ClientRefusedError,
    Clients,
    ClientSecret,
    Drop,
    Rotation,
    checked_id,
    hash_of,
    read_clients,
    with_new_client,
    with_new_secret,
    without_client,
    without_expired,
    written,
)
from shared.domain.errors import SettingsError

REFUSED, NOT_DONE = 1, 2
SECRET_BYTES: Final = 32
OVERLAP: Final = timedelta(days=7)
LONGEST_OVERLAP: Final = timedelta(days=90)

_DURATION: Final = TypeAdapter(timedelta)
_WHEN: Final = "The app goes by it once it has started anew; in Azure, changing a setting starts it anew at once."


def add_to(parser: argparse.ArgumentParser) -> None:
    """Let the parser of this command know its arguments and how it is run."""
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list", help="who is a client, and when its secrets are valid")
    create = actions.add_parser("create", help="a new client, with its first secret")
    rotate = actions.add_parser("rotate", help="a new secret for a client; the one it has ends after the overlap")
    revoke = actions.add_parser("revoke", help="no client any more: none of its secrets is valid")
    for action in (listing, create, rotate, revoke):
        action.add_argument("--settings", type=Path, metavar="FILE", help="the local.settings.json to read and change")
    for action in (create, rotate, revoke):
        action.add_argument("client_id", type=_client_id, metavar="ID", help="1 to 64 of a-z, 0-9 and -")
    for action in (create, rotate):
        action.add_argument("--secret-file", type=Path, metavar="FILE", help="write the secret there, do not print it")
    rotate.add_argument(
        "--overlap",
        type=_overlap,
        default=OVERLAP,
        help="how long the old secret stays valid (default P7D, at most P90D)",
    )
    rotate.add_argument("--drop", choices=[each.value for each in Drop], help="which old secret to end at once")
    parser.set_defaults(run=lambda options: run(options, datetime.now(UTC).replace(microsecond=0)))


def _client_id(text: str) -> str:
    try:
        return checked_id(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _overlap(text: str) -> timedelta:
    try:
        overlap = _DURATION.validate_python(text) if text.startswith("P") else None
    except ValidationError:
        overlap = None
    if overlap is None or not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise argparse.ArgumentTypeError("must be an ISO 8601 duration of at most 90 days, such as P7D, PT12H or PT0S")
    return overlap


def run(options: argparse.Namespace, now: datetime) -> int:
    """Run what was asked for at a moment; returns the exit code."""
    try:
        _ACTIONS[options.action](options, now)
    except ClientRefusedError as error:
        print(f"Refused: {error}.", file=sys.stderr)
        return REFUSED
    except SettingsError as error:
        print(f"Not done: {error}.", file=sys.stderr)
        return NOT_DONE
    except OSError as error:
        print(f"Not done: {error.filename}: {error.strerror}.", file=sys.stderr)
        return NOT_DONE
    return 0


def _clients(options: argparse.Namespace) -> Clients:
    if options.settings is not None:
        return read_clients(read_setting(options.settings, SETTING))
    value = os.environ.get(SETTING)
    if value is None:
        raise SettingsError(
            f"{SETTING} is not set; name a file by --settings, or set it ({{}} if there is no client yet)"
        )
    return read_clients(value)


def _list(options: argparse.Namespace, now: datetime) -> None:
    clients = without_expired(_clients(options), now)
    for client_id, its_secrets in sorted(clients.items()):
        valid = sum(secret.is_valid(now) for secret in its_secrets)
        print(f"{client_id}: {valid or 'no'} secret{'' if valid == 1 else 's'} valid now")
        for secret in its_secrets:
            print(f"  {_when(secret, now)}")
    if not clients:
        print("There are no clients.")


def _when(secret: ClientSecret, now: datetime) -> str:
    is_valid = secret.is_valid(now)
    words = "valid" if is_valid else "not yet valid:"
    since = f" {'since' if is_valid else 'from'} {_shown(secret.since)}" if secret.since else ""
    until = f" until {_shown(secret.until)}" if secret.until else ""
    return f"{words}{since}{until}" if since or until else "valid always"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _create(options: argparse.Namespace, now: datetime) -> None:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    clients = with_new_client(_clients(options), options.client_id, hash_of(secret), now)
    _hand_over(options, secret, clients)
    print(f"{options.client_id}: a new client. {_WHEN}")


def _rotate(options: argparse.Namespace, now: datetime) -> None:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    rotation = Rotation(options.overlap, Drop(options.drop) if options.drop else None)
    clients = with_new_secret(_clients(options), options.client_id, hash_of(secret), now, rotation)
    _hand_over(options, secret, clients)
    old = [f"the old secret is valid until {_shown(each.until)}" for each in clients[options.client_id] if each.until]
    print(f"{options.client_id}: a new secret; {old[0] if old else 'no other is valid'}. {_WHEN}")


def _revoke(options: argparse.Namespace, now: datetime) -> None:
    _keep(options, without_client(_clients(options), options.client_id, now))
    print(f"{options.client_id}: no client any more. {_WHEN}")


_ACTIONS: Final[Mapping[str, Callable[[argparse.Namespace, datetime], None]]] = {
    "list": _list,
    "create": _create,
    "rotate": _rotate,
    "revoke": _revoke,
}


def _hand_over(options: argparse.Namespace, secret: str, clients: Clients) -> None:
    """Keep the clients and give out the secret; a file for it comes first, and goes if the clients cannot be kept."""
    if options.secret_file is None:
        _keep(options, clients)
        print(f"The secret of {options.client_id}, which is shown this once and not kept:\n\n    {secret}\n")
        return
    write_new_private(options.secret_file, secret + "\n")
    try:
        _keep(options, clients)
    except BaseException:
        options.secret_file.unlink()
        raise
    print(f"The secret of {options.client_id} is in {options.secret_file}, for you alone to read, and nowhere else.")


def _keep(options: argparse.Namespace, clients: Clients) -> None:
    if options.settings is not None:
        change_setting(options.settings, SETTING, written(clients))
        return
    print(f"The new value of {SETTING}, to put where the app's settings are kept:\n\n{written(clients)}\n")
