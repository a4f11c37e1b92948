"""Reads and changes a local.settings.json, as the Functions host has it: settings are texts under `Values`."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from shared.domain.errors import SettingsError


def use_local_settings(file: Path) -> None:
    """Take what the environment does not say from the Values of a local.settings.json, as the Functions host does.

    A null says nothing; a number or a truth value counts as its text. Raises SettingsError if the file is there and
    cannot be understood, or is encrypted.
    """
    if file.exists():
        for name, value in _local_values(file).items():
            if value is not None:
                _use(file, name, value)


def _local_values(file: Path) -> Mapping[str, object]:
    document = _document(file)
    if document.get("IsEncrypted"):
        raise SettingsError(f"{file} is encrypted: run 'func settings decrypt' first")
    return _values(file, document) if document.get("Values") is not None else {}


def _use(file: Path, name: str, value: object) -> None:
    if isinstance(value, dict | list):
        raise SettingsError(f"{name} among the Values of {file} must be a text")
    try:
        os.environ.setdefault(name, value if isinstance(value, str) else json.dumps(value))
    except ValueError as error:  # it holds what no environment can
        raise SettingsError(
            f"{name!r} among the Values of {file} cannot be an environment variable: {error}; mend it"
        ) from None


def read_setting(file: Path, name: str) -> str:
    """A setting's value. Raises SettingsError if the file or the setting is not there or cannot be understood."""
    value = _values(file, _document(file)).get(name)
    if not isinstance(value, str):
        raise SettingsError(f"{name} is missing among the Values of {file}, or is no text")
    return value


def change_setting(file: Path, name: str, value: str) -> None:
    """Give a setting another value; everything else stays. Raises SettingsError as `read_setting`, and OSError."""
    document = _document(file)
    changed = document | {"Values": _values(file, document) | {name: value}}
    # What a link points to is replaced, not the link.
    replace_private(file.resolve(), json.dumps(changed, indent=2, ensure_ascii=False) + "\n")


def replace_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, all or nothing: an interruption leaves the old one. Raises OSError."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    write_new_private(draft, text)
    draft.replace(file)


def write_new_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read. Raises OSError, also when it is there already."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())


def _document(file: Path) -> dict[str, object]:
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"{file} is not valid JSON ({error}): mend it") from None
    if not isinstance(document, dict):
        raise SettingsError(f"{file} must hold a JSON object")
    return document


def _values(file: Path, document: Mapping[str, object]) -> dict[str, object]:
    values = document.get("Values")
    if not isinstance(values, dict):
        raise SettingsError(f'{file} must have an object "Values"')
    return values
