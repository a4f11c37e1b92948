"""Starts everything in the right order, and drains it in the reverse one."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from azure.functions import FunctionRegister

from devhost.admin_api import AdminApi
from devhost.errors import StartError
from devhost.functions import AnyFunction, HttpFunction, QueueFunction, TimerFunction, index_functions
from devhost.invocation import Invocations
from devhost.queue_listener import QueueListener
from devhost.routing import Routes, full_route
from devhost.settings import HostSettings
from devhost.timer_listener import TimerListener
from devhost.web_server import WebServer

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
    functions: tuple[AnyFunction, ...]
    routes: Routes
    route_prefix: str
    abandoned: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the address to call, without a slash at the end."""
        return f"http://{self.address}:{self.port}"

    def listing(self) -> list[str]:
        """Return one line per served function, as Core Tools prints them."""
        return [self._line(function) for function in self.functions if function.code.name not in self.routes.errors]

    def _line(self, function: AnyFunction) -> str:
        if isinstance(function, QueueFunction):
            return f"{function.code.name}: queueTrigger {function.queue_name}"
        if isinstance(function, TimerFunction):
            return f"{function.code.name}: timerTrigger {function.schedule_text}"
        methods = f"[{','.join(sorted(function.methods))}] " if function.methods else ""
        name = "localhost" if self.address in _LOOPBACK else self.address
        route = full_route(function, self.route_prefix)
        return f"{function.code.name}: {methods}http://{name}:{self.port}/{route}"


@asynccontextmanager
async def running(app: FunctionRegister, settings: HostSettings) -> AsyncIterator[RunningHost]:
    """Serve an app for as long as the block runs, then drain: finish what runs, for at most ``drain_limit`` seconds.

    Raises:
        StartError: the app or a setting cannot be run; nothing is left running.
    """
    functions = tuple(index_functions(app, settings.app_settings))
    routes = Routes((each for each in functions if isinstance(each, HttpFunction)), settings.http.route_prefix)
    for name, problem in routes.errors.items():
        _logger.error("The '%s' function is in error: %s", name, problem)
    invocations = Invocations(settings.app_folder)
    served = [function for function in functions if function.code.name not in routes.errors]
    admin = AdminApi(served, invocations, settings.app_folder)
    server = WebServer(routes, admin, settings.http, invocations)
    port = await server.start(settings.address, settings.port)
    host = RunningHost(settings.address, port, functions, routes, settings.http.route_prefix)
    try:
        listeners = _listeners(functions, settings, invocations)
        for listener in listeners:
            listener.start()
        try:
            yield host
        finally:
            host.abandoned = await _drain(server, listeners, invocations, settings.drain_limit)
    finally:
        await server.close()
        invocations.close()


def _listeners(functions: Iterable[AnyFunction], settings: HostSettings, invocations: Invocations) -> list[Listener]:
    queues: list[Listener] = [
        _queue_listener(function, settings, invocations)
        for function in functions
        if isinstance(function, QueueFunction)
    ]
    timers = [
        TimerListener(function, settings.clock, invocations)
        for function in functions
        if isinstance(function, TimerFunction)
    ]
    return [*queues, *timers]


def _queue_listener(function: QueueFunction, settings: HostSettings, invocations: Invocations) -> Listener:
    try:
        return QueueListener(function, settings.queues, settings.timing, invocations)
    except ValueError as error:
        raise StartError(f"function '{function.code.name}': {error}") from error


async def _drain(server: WebServer, listeners: list[Listener], invocations: Invocations, limit: float) -> list[str]:
    for listener in listeners:
        listener.stop_polling()
    await server.stop_accepting()
    abandoned: list[str] = []
    try:
        async with asyncio.timeout(limit):
            await asyncio.gather(invocations.idle(), *(listener.finish() for listener in listeners))
    except TimeoutError:
        abandoned = invocations.running
    for listener in listeners:
        await listener.close()
    return abandoned
