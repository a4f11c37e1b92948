"""Settings of the host: ``host.json`` and its override variables, ``local.settings.json``, and the host's constants."""

import json
import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from devhost.app_settings import AppSettings
from devhost.clock import Clock
from devhost.errors import StartError
from devhost.time_spans import parse_time_span

HOST_FILE = "host.json"
LOCAL_SETTINGS_FILE = "local.settings.json"
OVERRIDES = "AzureFunctionsJobHost"
ENCODINGS = ("base64", "none")

MAX_BATCH_SIZE = 32
SHORTEST_POLLING_INTERVAL = 0.1
DEVELOPMENT_POLLING_INTERVAL = 2.0


@dataclass(frozen=True)
class HttpSettings:
    """``extensions.http``, and the host's own limits on HTTP; ``body_limit`` in bytes."""

    route_prefix: str = "api"
    body_limit: int = 104_857_600
    has_home_page: bool = True


@dataclass(frozen=True)
class QueueSettings:
    """``extensions.queues``; times in seconds.

    ``new_batch_threshold`` defaults to half of ``batch_size``: the host multiplies by the number of processors, which
    counts as one on the consumption plans.
    """

    batch_size: int = 16
    new_batch_threshold: int = 8
    max_polling_interval: float = 60.0
    visibility_timeout: int = 0
    max_dequeue_count: int = 5
    message_encoding: str = "base64"


@dataclass(frozen=True)
class ListenerTiming:
    """What the host does not let anyone set, in seconds; tests shorten it.

    ``lease`` is how long a received message stays invisible, in whole seconds as the service wants it. It is renewed
    every ``renew_every``; after a failed renewal the wait halves, down to ``renew_at_least_every``. An idle queue is
    asked again after ``first_delay``, then ever later.
    """

    lease: int = 600
    renew_every: float = 300.0
    renew_at_least_every: float = 60.0
    first_delay: float = SHORTEST_POLLING_INTERVAL


@dataclass(frozen=True)
class HostSettings:
    """Everything a run needs besides the app.

    Port 0 takes a free one; ``drain_limit`` is in seconds; timers go by ``clock``.
    """

    address: str = "127.0.0.1"
    port: int = 7071
    app_folder: Path = field(default_factory=Path.cwd)
    app_settings: AppSettings = field(default_factory=lambda: AppSettings(os.environ))
    http: HttpSettings = HttpSettings()
    queues: QueueSettings = QueueSettings()
    timing: ListenerTiming = ListenerTiming()
    clock: Clock = field(default_factory=Clock)
    drain_limit: float = 10.0


def apply_local_settings(folder: Path, environment: MutableMapping[str, str]) -> None:
    """Put ``Values`` of ``local.settings.json`` into the environment, where what is there already wins.

    Sets ``AZURE_FUNCTIONS_ENVIRONMENT=Development`` when nothing else did, as Core Tools does.

    Raises:
        StartError: the file is there but cannot be read, is encrypted, or holds a value that is not text.
    """
    file = folder / LOCAL_SETTINGS_FILE
    if file.exists():
        for name, value in _local_values(_read_object(file)):
            environment.setdefault(name, value)
    environment.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")


def _local_values(content: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    if content.get("IsEncrypted"):
        raise StartError(f"{LOCAL_SETTINGS_FILE} is encrypted: run 'func settings decrypt' first")
    values = content.get("Values") or {}
    if not isinstance(values, dict):
        raise StartError(f"{LOCAL_SETTINGS_FILE}: 'Values' must be an object")
    for name, value in values.items():
        if isinstance(value, dict | list):
            raise StartError(f"{LOCAL_SETTINGS_FILE}: 'Values.{name}' must be text")
        if value is not None:
            yield name, value if isinstance(value, str) else json.dumps(value)


def load_host_settings(folder: Path, environment: Mapping[str, str]) -> HostSettings:
    """Read ``host.json`` of an app folder, with the override variables of the environment laid over it.

    Raises:
        StartError: the file is missing, is not JSON or not version 2.0, or a value is out of its range.
    """
    file = folder / HOST_FILE
    if not file.exists():
        raise StartError(f"no {HOST_FILE} in {folder}: is this the folder of a function app?")
    content = _read_object(file)
    if content.get("version") != "2.0":
        raise StartError(f"{HOST_FILE}: 'version' must be \"2.0\", but is {json.dumps(content.get('version'))}")
    app_settings = AppSettings(environment)
    values = _HostValues(dict(_flatten(content)) | app_settings.under(OVERRIDES))
    is_development = (app_settings.get("AZURE_FUNCTIONS_ENVIRONMENT") or "").lower() == "development"
    return HostSettings(
        app_folder=folder,
        app_settings=app_settings,
        http=_http_settings(values, app_settings),
        queues=_queue_settings(values, is_development=is_development),
    )


def _read_object(file: Path) -> Mapping[str, object]:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise StartError(f"{file.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise StartError(f"{file.name} must hold a JSON object")
    return content


def _flatten(content: Mapping[str, object], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        key = f"{path}{name.lower()}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{key}:")
        elif value is not None:
            yield key, value if isinstance(value, str) else json.dumps(value)


class _HostValues:
    """``host.json`` flattened, read with types; its errors name the key."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def text(self, key: str, default: str) -> str:
        return self._values.get(key.lower(), default)

    def whole(self, key: str, default: int, *, least: int, most: int | None = None) -> int:
        text = self.text(key, str(default))
        if not re.fullmatch(r"-?\d+", text):
            raise _bad(key, text, "a whole number")
        if int(text) < least or (most is not None and int(text) > most):
            raise _bad(key, text, f"at least {least}" if most is None else f"from {least} to {most}")
        return int(text)

    def seconds(self, key: str, default: float) -> float:
        text = self._values.get(key.lower())
        if text is None:
            return default
        span = parse_time_span(text)
        if span is None:
            raise _bad(key, text, "a time like 00:00:30")
        return span.total_seconds()

    def choice(self, key: str, default: str, choices: tuple[str, ...]) -> str:
        text = self.text(key, default)
        if text.lower() not in choices:
            raise _bad(key, text, " or ".join(choices))
        return text.lower()


def _bad(key: str, text: str, expected: str) -> StartError:
    return StartError(f"{HOST_FILE} (or its override variable): '{key}' must be {expected}, but is '{text}'")


def _http_settings(values: _HostValues, app_settings: AppSettings) -> HttpSettings:
    settings = HttpSettings(
        route_prefix=values.text("extensions:http:routePrefix", HttpSettings.route_prefix).strip("/"),
        has_home_page=not app_settings.is_true("AzureWebJobsDisableHomepage"),
    )
    limit = app_settings.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT")
    if limit is None:
        return settings
    if not limit.isdecimal():
        raise StartError(f"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a number of bytes, but is '{limit}'")
    return replace(settings, body_limit=int(limit))


def _queue_settings(values: _HostValues, *, is_development: bool) -> QueueSettings:
    section = "extensions:queues"
    longest = DEVELOPMENT_POLLING_INTERVAL if is_development else QueueSettings.max_polling_interval
    batch_size = values.whole(f"{section}:batchSize", QueueSettings.batch_size, least=1, most=MAX_BATCH_SIZE)
    polling = values.seconds(f"{section}:maxPollingInterval", longest)
    if polling < SHORTEST_POLLING_INTERVAL:
        raise _bad(f"{section}:maxPollingInterval", f"{polling} s", "at least 100 ms")
    return QueueSettings(
        batch_size=batch_size,
        new_batch_threshold=values.whole(f"{section}:newBatchThreshold", batch_size // 2, least=0),
        max_polling_interval=polling,
        visibility_timeout=int(values.seconds(f"{section}:visibilityTimeout", 0)),
        max_dequeue_count=values.whole(f"{section}:maxDequeueCount", QueueSettings.max_dequeue_count, least=1),
        message_encoding=values.choice(f"{section}:messageEncoding", "base64", ENCODINGS),
    )
