"""The Functions host: chooses one, starts it as a child, waits until the app answers, stops it in order."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from local.errors import LocalRunError
from local.ports import HOST

HEALTH_PATH = "/api/health/live"
POLL_SECONDS = 0.1
ANSWER_SECONDS = 2.0


@dataclass(frozen=True)
class Command:
    """How to start a host, and the signal on which it drains."""

    name: str
    arguments: tuple[str, ...]
    stop_signal: signal.Signals


@dataclass(frozen=True)
class Patience:
    """How long a host may take until it is ready and until it has drained, in seconds."""

    start: float = 60.0
    stop: float = 20.0


PATIENCE = Patience()


@dataclass
class Host:
    """A host as a child process, in a process group of its own."""

    command: Command
    port: int
    _process: subprocess.Popen[bytes] = field(repr=False)
    _patience: Patience = field(default=PATIENCE, repr=False)
    _is_over: bool = field(default=False, repr=False)

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return None while it runs, then its exit code (minus the signal's number if a signal ended it)."""
        return self._process.poll()

    def wait_until_ready(self, cancelled: threading.Event) -> bool:
        """Wait until the app answers its liveness check; False if `cancelled` was set before that.

        LocalRunError if the host ends first, or is not ready within 60 seconds.
        """
        deadline = time.monotonic() + self._patience.start
        while time.monotonic() < deadline:
            if _is_alive(self.port):
                return True
            if (code := self.exit_code()) is not None:
                raise LocalRunError(f"The host ({self.command.name}) ended at its start with exit code {code}.")
            if cancelled.wait(POLL_SECONDS):
                return False
        raise LocalRunError(
            f"The host ({self.command.name}) was not ready within {self._patience.start:.0f} seconds: "
            f"no answer from http://{HOST}:{self.port}{HEALTH_PATH}."
        )

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let it do nothing for as long as the block runs; what comes meanwhile waits. Raises OSError if it is gone."""
        os.killpg(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> bool:
        """Let it drain and end; True if it did within 20 seconds, else it is ended by force. Repeatable.

        Force is no danger to cases: what was under way is delivered again at the next start.
        """
        if self.exit_code() is None:
            self._process.send_signal(self.command.stop_signal)
        try:
            self._process.wait(self._patience.stop)
        except subprocess.TimeoutExpired:
            return False
        else:
            return True
        finally:
            self._end_what_is_left()

    def _end_what_is_left(self) -> None:
        # The group, as Core Tools runs the app's Python in a child of its own.
        if self._is_over:  # then the group's id may belong to somebody else by now
            return
        self._is_over = True
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()


def choose(port: int) -> Command:
    """Choose Azure Functions Core Tools where `func` is on the PATH, else the devhost of this repository."""
    func = shutil.which("func")
    if func:
        # SIGINT is what Core Tools knows from the terminal's Ctrl-C.
        return Command("func", (func, "start", "--port", str(port)), signal.SIGINT)
    return Command("devhost", (sys.executable, "-m", "devhost", "--port", str(port)), signal.SIGTERM)


def start(
    folder: Path,
    port: int,
    environment: Mapping[str, str],
    *,
    command: Command | None = None,
    patience: Patience = PATIENCE,
    output: IO[bytes] | None = None,
) -> Host:
    """Start a host for the app in `folder`; what it prints goes to `output`, or else where our own goes.

    `environment` is added to our own environment variables, and wins over local.settings.json.
    """
    chosen = command or choose(port)
    process = subprocess.Popen(
        chosen.arguments,
        cwd=folder,
        env={**os.environ, **_this_python(), **environment},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        # Its own session, so that the terminal's Ctrl-C reaches it once, from us.
        start_new_session=True,
    )
    return Host(chosen, port, process, patience)


def _this_python() -> dict[str, str]:
    """Make `python` mean the one that runs us: Core Tools takes the app's Python from the PATH."""
    folder = str(Path(sys.executable).parent)
    return {"PATH": os.pathsep.join([folder, os.environ.get("PATH", os.defpath)]), "VIRTUAL_ENV": sys.prefix}


def _is_alive(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
