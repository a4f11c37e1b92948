"""Small apps, settings and waits for the tests of devhost."""

import asyncio
import inspect
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import azure.functions as func

from devhost.app_settings import AppSettings
from devhost.functions import HttpFunction, QueueFunction, UserCode
from devhost.settings import HostSettings, ListenerTiming, QueueSettings

# Long enough for a busy machine; nothing waits this long unless it is broken.
PATIENCE = 30.0

FAST = ListenerTiming(lease=30, renew_every=10, renew_at_least_every=2, first_delay=0.02)


def has_ipv6() -> bool:
    """Whether this machine has the loopback address ::1."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def an_app() -> func.FunctionApp:
    return func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def on_request(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse()


def on_message(msg: func.QueueMessage) -> None: ...


def on_timer(timer: func.TimerRequest) -> None: ...


def a_code(call: Callable[..., Any], *, name: str = "f", **more: Any) -> UserCode:
    flags = {"parameter": "req", "binding_type": "httpTrigger", "takes_context": False, **more}
    return UserCode(name, call, is_async=inspect.iscoroutinefunction(call), **flags)


def an_http_function(name: str, route: str | None = None, methods: str = "") -> HttpFunction:
    return HttpFunction(a_code(print, name=name), route or name, frozenset(methods.split()) or None)


def a_queue_function(binding_type: str = "queueTrigger", *, is_binary: bool = False) -> QueueFunction:
    return QueueFunction(a_code(print, binding_type=binding_type), "work", "", is_binary)


def host_settings(connection: str = "", *, drain_limit: float = 10.0, **queues: Any) -> HostSettings:
    queues = {"message_encoding": "none", "max_polling_interval": 0.1, **queues}
    return HostSettings(
        port=0,
        app_settings=AppSettings({"AzureWebJobsStorage": connection} if connection else {}),
        queues=QueueSettings(**queues),
        timing=FAST,
        drain_limit=drain_limit,
    )


def write_app(folder: Path, code: str, *, local: Mapping[str, str] | None = None, host: str = "") -> Path:
    folder.joinpath("function_app.py").write_text(
        f"import azure.functions as func\napp = func.FunctionApp(http_auth_level='ANONYMOUS')\n{code}"
    )
    folder.joinpath("host.json").write_text(host or '{"version": "2.0"}')
    if local is not None:
        folder.joinpath("local.settings.json").write_text(json.dumps({"Values": dict(local)}))
    return folder


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Ask again and again until something holds in an outside system that cannot be waited on."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - no event can come from there
            await asyncio.sleep(0.02)
