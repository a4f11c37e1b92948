"""Settings of the host: ``host.json`` and its override variables, and the host's own constants."""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from devhost.app_settings import AppSettings
from devhost.clock import Clock
from devhost.errors import StartError
from devhost.host_values import HOST_FILE, NO_LIMIT, HostValues, bad_value, read_object

ENCODINGS = ("base64", "none")

MAX_BATCH_SIZE = 32
SHORTEST_POLLING_INTERVAL = 0.1
DEVELOPMENT_POLLING_INTERVAL = 2.0
SHORTEST_TIMEOUT = 1.0
# The worker's own bound for threads of functions that are not async.
MAX_THREADS = 32

# What .NET calls levels, and what Python does; above every level is none.
LOG_LEVELS = {
    "trace": logging.DEBUG,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 1,
}


@dataclass(frozen=True)
class HttpSettings:
    """``extensions.http``, and the host's own limits on HTTP; ``body_limit`` in bytes, None is no limit.

    The documentation has limits of 200 and 100 on requests for the consumption plan; the host itself has none.
    """

    route_prefix: str = "api"
    body_limit: int = 104_857_600
    has_home_page: bool = True
    max_outstanding_requests: int | None = None
    max_concurrent_requests: int | None = None


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


def _default_threads() -> int:
    return min(MAX_THREADS, (os.cpu_count() or 1) + 4)


@dataclass(frozen=True)
class WorkerSettings:
    """How functions are run: ``functionTimeout`` and the grace that the host adds, in seconds; None is no limit."""

    timeout: float | None = 1800.0
    grace: float = 2.0
    threads: int = field(default_factory=_default_threads)


@dataclass(frozen=True)
class HostSettings:
    """Everything a run needs besides the app.

    Port 0 takes a free one; ``drain_limit`` is in seconds; timers go by ``clock``. ``functions`` are the names, in
    lower case, of those to serve, None for all. ``log_levels`` are Python's by category, "default" for the others;
    ``python -m devhost`` heeds them, ``running`` leaves logging alone.
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
    worker: WorkerSettings = field(default_factory=WorkerSettings)
    functions: frozenset[str] | None = None
    log_levels: Mapping[str, int] = field(default_factory=dict)


def load_host_settings(folder: Path, environment: Mapping[str, str]) -> HostSettings:
    """Read ``host.json`` of an app folder, with the override variables of the environment laid over it.

    Raises:
        StartError: the file is missing, is not JSON or not version 2.0, or a value is out of its range.
    """
    file = folder / HOST_FILE
    if not file.exists():
        raise StartError(f"no {HOST_FILE} in {folder}: is this the folder of a function app?")
    content = read_object(file)
    if content.get("version") != "2.0":
        raise StartError(f"{HOST_FILE}: 'version' must be \"2.0\", but is {json.dumps(content.get('version'))}")
    app_settings = AppSettings(environment)
    values = HostValues(content, app_settings)
    is_development = (app_settings.get("AZURE_FUNCTIONS_ENVIRONMENT") or "").lower() == "development"
    return HostSettings(
        app_folder=folder,
        app_settings=app_settings,
        http=_http_settings(values, app_settings),
        queues=_queue_settings(values, is_development=is_development),
        worker=_worker_settings(values, app_settings),
        functions=frozenset(map(str.lower, values.under("functions").values())) or None,
        log_levels=_log_levels(values),
    )


def _http_settings(values: HostValues, app_settings: AppSettings) -> HttpSettings:
    settings = HttpSettings(
        route_prefix=values.text("extensions:http:routePrefix", HttpSettings.route_prefix).strip("/"),
        has_home_page=not app_settings.is_true("AzureWebJobsDisableHomepage"),
        max_outstanding_requests=values.limit("extensions:http:maxOutstandingRequests"),
        max_concurrent_requests=values.limit("extensions:http:maxConcurrentRequests"),
    )
    limit = app_settings.get("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT")
    if limit is None:
        return settings
    if not limit.isdecimal():
        raise StartError(f"FUNCTIONS_REQUEST_BODY_SIZE_LIMIT must be a number of bytes, but is '{limit}'")
    return replace(settings, body_limit=int(limit))


def _queue_settings(values: HostValues, *, is_development: bool) -> QueueSettings:
    section = "extensions:queues"
    longest = DEVELOPMENT_POLLING_INTERVAL if is_development else QueueSettings.max_polling_interval
    batch_size = values.whole(f"{section}:batchSize", QueueSettings.batch_size, least=1, most=MAX_BATCH_SIZE)
    polling = values.seconds(f"{section}:maxPollingInterval", longest)
    if polling < SHORTEST_POLLING_INTERVAL:
        raise bad_value(f"{section}:maxPollingInterval", f"{polling} s", "at least 100 ms")
    return QueueSettings(
        batch_size=batch_size,
        new_batch_threshold=values.whole(f"{section}:newBatchThreshold", batch_size // 2, least=0),
        max_polling_interval=polling,
        visibility_timeout=int(values.seconds(f"{section}:visibilityTimeout", 0)),
        max_dequeue_count=values.whole(f"{section}:maxDequeueCount", QueueSettings.max_dequeue_count, least=1),
        message_encoding=values.choice(f"{section}:messageEncoding", "base64", ENCODINGS),
    )


def _worker_settings(values: HostValues, app_settings: AppSettings) -> WorkerSettings:
    threads = app_settings.get("PYTHON_THREADPOOL_THREAD_COUNT")
    if threads is not None and (not threads.isdecimal() or not int(threads)):
        raise StartError(f"PYTHON_THREADPOOL_THREAD_COUNT must be a number from 1, but is '{threads}'")
    return WorkerSettings(timeout=_timeout(values), threads=int(threads) if threads else _default_threads())


def _timeout(values: HostValues) -> float | None:
    key = "functionTimeout"
    text = values.text(key, "")
    # .NET reads the -1 of the documentation as a day less than nothing.
    if text in {NO_LIMIT, "-1.00:00:00"}:
        return None
    timeout = values.seconds(key, 1800.0)
    if timeout < SHORTEST_TIMEOUT:
        raise bad_value(key, text, "at least 00:00:01, or -1 for no limit")
    return timeout


def _log_levels(values: HostValues) -> dict[str, int]:
    section = "logging:logLevel"
    return {
        _logger_name(category): LOG_LEVELS[values.choice(f"{section}:{category}", "", tuple(LOG_LEVELS))]
        for category in values.under(section)
    }


def _logger_name(category: str) -> str:
    # Loggers heed case; categories do not, and a variable's has lost its own.
    name = category.replace(":", ".")
    first, dot, rest = name.partition(".")
    return f"{first.capitalize()}{dot}{rest}" if first.lower() in {"function", "host"} else name
