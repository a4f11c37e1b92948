"""Azurite and the host together on free ports, with settings and data of their own; for the demo and the journeys."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local import azurite, host, ports, settings
from local.api import Api, api_of
from local.app_clock import AppClock
from local.azurite import Azurite
from local.host import Host
from local.settings import Credentials

# Below the ports that systems hand out by themselves, and apart for processes that start a stack at the same time.
FIRST_PORT = 7171 + os.getpid() * 16 % 20_000

QUICK: Mapping[str, str] = {
    # The host's own override variables: look at queues often, and bring failed messages back soon.
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.200",
    "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": "00:00:01",
    # Each second, so that what is due after the clock was moved happens at once.
    settings.WAKE_SCHEDULE: "* * * * * *",
}


@dataclass(frozen=True)
class Stack:
    """A running app of one's own."""

    base_url: str
    credentials: Credentials
    notices: Path
    storage: Azurite
    host: Host
    host_log: Path
    clock: AppClock

    def api(self) -> Api:
        """Its callers."""
        return api_of(self.base_url, self.credentials, self.clock)


@contextmanager
def running(folder: Path, overrides: Mapping[str, str] = QUICK) -> Iterator[Stack]:
    """Run everything with its data in `folder`; stopped in order at the end. Raises LocalRunError."""
    log, clock = folder / "host.log", AppClock(folder.resolve() / "clock-offset")
    with azurite.start(folder / "azurite") as storage, log.open("ab") as output:
        port = ports.next_free(FIRST_PORT)
        own = settings.isolated(folder, storage=storage.connection_string, public_url=f"http://localhost:{port}")
        moved = {settings.CLOCK_OFFSET_FILE: str(clock.offset_file)}
        child = host.start(settings.ROOT, port, {**own.environment, **moved, **overrides}, output=output)
        try:
            child.wait_until_ready(threading.Event())
            yield Stack(f"http://127.0.0.1:{port}", own.credentials, own.notices, storage, child, log, clock)
        finally:
            child.stop()
