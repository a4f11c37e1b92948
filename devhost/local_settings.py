"""``local.settings.json``, which Core Tools reads on a developer's machine."""

import json
import logging
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from devhost.errors import StartError
from devhost.host_values import read_object

LOCAL_SETTINGS_FILE = "local.settings.json"
HIGHEST_PORT = 65_535

_logger = logging.getLogger("Host.Startup")


@dataclass(frozen=True)
class LocalHost:
    """What ``Host`` says about where to listen; None where it says nothing."""

    port: int | None = None
    address: str | None = None


def apply_local_settings(folder: Path, environment: MutableMapping[str, str]) -> LocalHost:
    """Put ``Values`` and ``ConnectionStrings`` into the environment, where what is there already wins.

    Sets ``AZURE_FUNCTIONS_ENVIRONMENT=Development`` when nothing else did, as Core Tools does. ``Host.CORS`` is
    ignored with a word in the log.

    Raises:
        StartError: the file is there but cannot be read, is encrypted, or holds a value of a wrong type.
    """
    file = folder / LOCAL_SETTINGS_FILE
    content = read_object(file) if file.exists() else {}
    if content.get("IsEncrypted"):
        raise StartError(f"{LOCAL_SETTINGS_FILE} is encrypted: run 'func settings decrypt' first")
    for name, value in (*_values(content), *_connection_strings(content)):
        if environment.setdefault(name, value) != value:
            _logger.warning(
                "Skipping '%s' from local settings as it's already defined in current environment variables.", name
            )
    environment.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    return _local_host(_section(content, "Host"))


def _section(content: Mapping[str, object], name: str) -> Mapping[str, object]:
    section = content.get(name) or {}
    if not isinstance(section, dict):
        raise StartError(f"{LOCAL_SETTINGS_FILE}: '{name}' must be an object")
    return section


def _values(content: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in _section(content, "Values").items():
        if isinstance(value, dict | list):
            raise StartError(f"{LOCAL_SETTINGS_FILE}: 'Values.{name}' must be text")
        if value is not None:
            yield name, value if isinstance(value, str) else json.dumps(value)


def _connection_strings(content: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Read texts, or objects with a ``ConnectionString`` as Entity Framework has them."""
    for name, value in _section(content, "ConnectionStrings").items():
        text = value.get("ConnectionString") if isinstance(value, dict) else value
        if not isinstance(text, str):
            raise StartError(f"{LOCAL_SETTINGS_FILE}: 'ConnectionStrings.{name}' must be text")
        yield f"ConnectionStrings:{name}", text


def _local_host(section: Mapping[str, object]) -> LocalHost:
    for name in ("CORS", "CORSCredentials"):
        if section.get(name):
            _logger.warning("'Host.%s' of %s is ignored: devhost answers no other origins", name, LOCAL_SETTINGS_FILE)
    address = section.get("LocalHttpAddress")
    if address is not None and not isinstance(address, str):
        raise StartError(f"{LOCAL_SETTINGS_FILE}: 'Host.LocalHttpAddress' must be text")
    return LocalHost(_port(section.get("LocalHttpPort")), address)


def _port(value: object) -> int | None:
    if value is None:
        return None
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal() or int(text) > HIGHEST_PORT:
        raise StartError(f"{LOCAL_SETTINGS_FILE}: 'Host.LocalHttpPort' must be a port number, but is {value!r}")
    return int(text)
