"""Starts everything in the right order, and drains it in the reverse one."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from azure.functions import FunctionRegister

from devhost.admin_api import AdminApi
from devhost.functions import (
    AnyFunction,
    HttpFunction,
    IndexedFunction,
    QueueFunction,
    TimerFunction,
    index_functions,
)
from devhost.invocation import Invocations
from devhost.queue_listener import QueueListener
from devhost.routing import Routes, full_route
from devhost.settings import HostSettings
from devhost.timer_listener import TimerListener
from devhost.web_server import WebServer, authority_of

_logger = logging.getLogger("Host")

_LOOPBACK = frozenset({"127.0.0.1", "0.0.0.0", "localhost"})  # noqa: S104 - compared with, not bound to


class Listener(Protocol):
    """What feeds functions other than by HTTP: a queue, or a clock."""

    def start(self) -> None:
        """Begin; returns at once."""

    def stop_polling(self) -> None:
        """Begin no more invocations."""

    async def finish(self) -> None:
        """Wait for those that run."""

    async def close(self) -> None:
        """Drop those that still run, and close connections."""


@dataclass
class RunningHost:
    """A host that serves; ``abandoned`` names the invocations that a drain did not wait for."""

    address: str
    port: int
    functions: tuple[IndexedFunction, ...]
    route_prefix: str
    abandoned: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the address to call, without a slash at the end."""
        return f"http://{authority_of(self.address, self.port)}"

    def listing(self) -> list[str]:
        """Return one line per served function, as Core Tools prints them."""
        return [self._line(each.function) for each in self.functions if each.function and not each.is_disabled]

    def _line(self, function: AnyFunction) -> str:
        if isinstance(function, QueueFunction):
            return f"{function.code.name}: queueTrigger {function.queue_name}"
        if isinstance(function, TimerFunction):
            return f"{function.code.name}: timerTrigger {function.schedule_text}"
        methods = f"[{','.join(sorted(function.methods))}] " if function.methods else ""
        name = "localhost" if self.address in _LOOPBACK else self.address
        route = full_route(function, self.route_prefix)
        return f"{function.code.name}: {methods}http://{authority_of(name, self.port)}/{route}"


@asynccontextmanager
async def running(app: FunctionRegister, settings: HostSettings) -> AsyncIterator[RunningHost]:
    """Serve an app for as long as the block runs, then drain: finish what runs, for at most ``drain_limit`` seconds.

    Raises:
        StartError: the app or a setting cannot be run; nothing is left running.
    """
    functions = _allowed(index_functions(app, settings.app_settings), settings.functions)
    routes = _routes(functions, settings.http.route_prefix)
    functions = [each.in_error(routes.errors[each.name]) if each.name in routes.errors else each for each in functions]
    invocations = Invocations(settings.app_folder, settings.worker)
    listening = _listen(functions, settings, invocations)
    for each in listening.functions:
        if each.problem:
            _logger.error("The '%s' function is in error: %s", each.name, each.problem)
    admin = AdminApi(listening.functions, invocations, settings)
    server = WebServer(routes, admin, settings.http, invocations)
    port = await server.start(settings.address, settings.port)
    host = RunningHost(settings.address, port, tuple(listening.functions), settings.http.route_prefix)
    try:
        for listener in listening.listeners:
            listener.start()
        try:
            yield host
        finally:
            host.abandoned = await _drain(server, listening.listeners, invocations, settings.drain_limit)
    finally:
        await server.close()
        invocations.close()


def _allowed(functions: Iterable[IndexedFunction], names: frozenset[str] | None) -> list[IndexedFunction]:
    return [each for each in functions if names is None or each.name.lower() in names]


def _routes(functions: Iterable[IndexedFunction], prefix: str) -> Routes:
    http = [each for each in functions if isinstance(each.function, HttpFunction)]
    disabled = frozenset(each.name for each in http if each.is_disabled)
    return Routes((each.function for each in http if isinstance(each.function, HttpFunction)), prefix, disabled)


@dataclass(frozen=True)
class Listening:
    """Functions, and the listeners of those that have one; a function whose listener cannot be made is in error."""

    functions: Sequence[IndexedFunction]
    listeners: Sequence[Listener]


def _listen(functions: Iterable[IndexedFunction], settings: HostSettings, invocations: Invocations) -> Listening:
    listed: list[IndexedFunction] = []
    listeners: list[Listener] = []
    for each in functions:
        try:
            found = None if each.is_disabled else _listener(each.function, settings, invocations)
        except ValueError as error:
            listed.append(each.in_error(f"The listener for function '{each.name}' was unable to start: {error}"))
        else:
            listed.append(each)
            listeners += [found] if found else []
    return Listening(listed, listeners)


def _listener(function: AnyFunction | None, settings: HostSettings, invocations: Invocations) -> Listener | None:
    if isinstance(function, QueueFunction):
        return QueueListener(function, settings.queues, settings.timing, invocations)
    if isinstance(function, TimerFunction):
        return TimerListener(function, settings.clock, invocations)
    return None


async def _drain(server: WebServer, listeners: Sequence[Listener], invocations: Invocations, limit: float) -> list[str]:
    for listener in listeners:
        listener.stop_polling()
    await server.stop_accepting()
    with suppress(TimeoutError):
        async with asyncio.timeout(limit):
            await asyncio.gather(invocations.idle(), *(listener.finish() for listener in listeners))
    abandoned = invocations.running
    for listener in listeners:
        await listener.close()
    return abandoned
