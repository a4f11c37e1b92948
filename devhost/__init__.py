"""devhost: runs the function app of a folder the way the Azure Functions host would.

It stands in for Core Tools (``func start``) where those are not to be had. What belongs here is whatever the host
does around the app: reading ``host.json`` and ``local.settings.json``, finding the triggers, routing HTTP, polling
queues, firing timers, decoding what a function gets and encoding what it returns, running a function by hand
(``POST /admin/functions/{name}``), draining on a signal. Nothing here knows the app; it is found by the name
``function_app``, its triggers by ``get_functions()``. There is no second list of routes, queues or schedules.

Left out on purpose: function keys, CORS, output bindings, the timer status blob, singleton leases, draining by the
admin API, and throttling by the load of the machine. So nothing remembers over a restart when a timer fired: one that
was missed meanwhile is not caught up with, no timer is ever past due, and of several hosts each fires. Triggers other
than HTTP, queues and timers end the start with an error that says so.

Two kinds of mistakes in an app differ, as they do for the host. What the worker finds when it indexes the app, a
parameter that no binding fills for one, costs every function and ends the start. What the host finds, a schedule or a
setting it cannot use or a route it cannot give, puts that function in error, with a line in the log; the others run.

In a test or a journey, in the loop of the caller and on a free port::

    async with devhost.running(app, devhost.HostSettings(port=0)) as host:
        async with session.get(f"{host.url}/api/hello") as response: ...

``app`` can be run once, since ``get_functions()`` works once. Connections and ``%NAME%`` are looked up in
``HostSettings.app_settings`` (the process environment by default).
"""

from devhost.app_settings import AppSettings
from devhost.clock import Clock
from devhost.errors import StartError
from devhost.lifecycle import RunningHost, running
from devhost.settings import HostSettings, HttpSettings, ListenerTiming, QueueSettings, WorkerSettings

__all__ = [
    "AppSettings",
    "Clock",
    "HostSettings",
    "HttpSettings",
    "ListenerTiming",
    "QueueSettings",
    "RunningHost",
    "StartError",
    "WorkerSettings",
    "running",
]
