"""The app and its storage as processes that can be stopped, frozen and killed, with a proxy between the two."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local import azurite, host, ports, settings, stack
from local.api import OFFICER, Api
from local.app_clock import AppClock
from local.azurite import Azurite
from local.host import Command, Host
from local.settings import Isolated
from paybyinvoice import Client, ClientSecret, Desk, DevelopmentUser, Retries
from tests.faults.proxy import Choose, Proxy, no_fault

PATIENT = Retries(try_time_out=15.0, deadline=120.0, first_pause=0.2, longest_pause=2.0)
"""Of the clients: they come back soon, and for longer than any outage."""

VISIBILITY_SECONDS, DELIVERIES = 2, 150
"""Failed messages come back sooner than in Azure and so more often: for the same five minutes, as host.json has it."""

OVERRIDES = {
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.200",
    "AzureFunctionsJobHost__extensions__queues__visibilityTimeout": f"00:00:0{VISIBILITY_SECONDS}",
    "AzureFunctionsJobHost__extensions__queues__maxDequeueCount": str(DELIVERIES),
    "PAYBYINVOICE_CALLS_PER_MINUTE": "1000000",
    "PAYBYINVOICE_SUBMISSIONS_PER_HOUR": "1000000",
    settings.WAKE_SCHEDULE: "*/10 * * * * *",
}


@dataclass
class Rig:
    """Everything that runs. `own` has the app's settings; `log` is what its processes said, one after another."""

    folder: Path
    storage: Azurite
    tables: Proxy
    queues: Proxy
    port: int
    own: Isolated
    log: Path
    clock: AppClock
    _output: IO[bytes]
    _app: Host | None = None

    @property
    def base_url(self) -> str:
        """Where the app is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def direct(self) -> str:
        """The storage's connection string, past the proxies."""
        return self.storage.connection_string

    @property
    def environment(self) -> dict[str, str]:
        """The app's environment variables."""
        return {**self.own.environment, settings.CLOCK_OFFSET_FILE: str(self.clock.offset_file), **OVERRIDES}

    def api(self) -> Api:
        """Everybody who calls the app."""
        known = self.own.credentials
        client = Client(self.base_url, ClientSecret(known.client_id, known.client_secret), PATIENT)
        return Api(self.base_url, known, self.clock, client, Desk(self.base_url, DevelopmentUser(OFFICER), PATIENT))

    # --- the storage

    async def restart_storage(self) -> None:
        """Let the storage save and end, and start it anew on the same folder. It is never killed: it would forget."""
        await asyncio.to_thread(self.storage.stop)
        self.storage = await asyncio.to_thread(azurite.start, self.folder / "azurite")
        self.tables.upstream, self.queues.upstream = self.storage.ports.table, self.storage.ports.queue

    async def freeze_storage(self, seconds: float) -> None:
        """Let the storage stand still: connections stay open, and nothing answers."""
        os.kill(self.storage.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            os.kill(self.storage.pid, signal.SIGCONT)

    async def disturb(self, choose: Choose, seconds: float) -> None:
        """Let requests to the storage go wrong for a while."""
        self.tables.choose = self.queues.choose = choose
        try:
            await asyncio.sleep(seconds)
        finally:
            self.tables.choose = self.queues.choose = no_fault

    # --- the app

    async def start_app(self) -> None:
        """Start the app's process and wait until it answers."""
        program = (sys.executable, "-m", "tests.faults.outage_host", "--port", str(self.port))
        command = Command("outage_host", program, signal.SIGTERM)
        self._app = host.start(settings.ROOT, self.port, self.environment, command=command, output=self._output)
        await asyncio.to_thread(self._app.wait_until_ready, threading.Event())

    async def kill_app(self) -> None:
        """End the app's process without a word (SIGKILL), wherever it is, and start it again."""
        assert self._app is not None, "start it first"
        os.killpg(self._app.pid, signal.SIGKILL)
        await self.stop_app()
        await self.start_app()

    async def stop_app(self) -> None:
        """Let the app drain and end."""
        if self._app is not None:
            await asyncio.to_thread(self._app.stop)


@asynccontextmanager
async def set_up(folder: Path) -> AsyncIterator[Rig]:
    """Run the app on a storage of its own, both in `folder`; all is stopped in order at the end."""
    storage, log = await asyncio.to_thread(azurite.start, folder / "azurite"), folder / "host.log"
    tables, queues = Proxy(storage.ports.table), Proxy(storage.ports.queue)
    async with tables.running(), queues.running():
        port = ports.next_free(stack.FIRST_PORT)
        through = azurite.connection_string(azurite.Ports(storage.ports.blob, queues.port, tables.port))
        own = settings.isolated(folder, storage=through, public_url=f"http://localhost:{port}")
        with log.open("ab") as output:
            clock = AppClock(own.notices.parent / "clock-offset")
            rig = Rig(folder, storage, tables, queues, port, own, log, clock, output)
            try:
                await rig.start_app()
                yield rig
            finally:
                await rig.stop_app()
                await asyncio.to_thread(rig.storage.stop)
