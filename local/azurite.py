"""Azurite, the stand-in for Azure Storage: start it on a folder, wait until it answers, stop it in order.

    with azurite.start(folder) as storage:
        use(storage.connection_string)

Azurite writes its data to disk now and then and when it is asked to end (SIGTERM):
it is never killed outright.
"""

import fcntl
import re
import shutil
import signal
import subprocess
import time
from dataclasses import astuple, dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from local import ports as tcp_ports
from local.errors import LocalRunError

PROGRAM = Path(__file__).resolve().parent.parent / "node_modules" / ".bin" / "azurite"
ACCOUNT = "devstoreaccount1"
# Public on purpose: every Azurite in the world has this key, and it opens nothing else (Azurite's README).
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

POLL_SECONDS = 0.02
TAIL_LINES = 15
LOCK_NAME = "process.lock"
_LISTENING = re.compile(rb"Azurite (Blob|Queue|Table) service is successfully listening at http://[^:/]+:(\d+)")


@dataclass(frozen=True)
class Ports:
    """The TCP ports of the three services on 127.0.0.1; 0 lets the system choose a free one."""

    blob: int = 0
    queue: int = 0
    table: int = 0


@dataclass(frozen=True)
class Patience:
    """How long Azurite may take to answer after its start, and to end after it was asked to, in seconds."""

    start: float = 30.0
    stop: float = 15.0


WELL_KNOWN_PORTS = Ports(blob=10000, queue=10001, table=10002)
ANY_PORTS = Ports()
PATIENCE = Patience()


@dataclass
class Azurite:
    """A running Azurite; as a context manager it stops at the end of the block."""

    ports: Ports
    log_file: Path
    _process: subprocess.Popen[bytes] = field(repr=False)
    _patience: Patience = field(default=PATIENCE, repr=False)
    _asked_to_end: bool = field(default=False, repr=False)

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self._process.pid

    @property
    def connection_string(self) -> str:
        """The full connection string; `UseDevelopmentStorage=true` would only know the well-known ports."""
        return connection_string(self.ports)

    def exit_code(self) -> int | None:
        """Return None while it runs, then its exit code (minus the signal's number if a signal ended it)."""
        return self._process.poll()

    def stop(self) -> None:
        """Ask it to save and end, and wait up to 15 seconds; safe to call again.

        LocalRunError if it still runs then: it is left alone, because killing it while it saves loses data.
        """
        if not self._asked_to_end and self.exit_code() is None:
            # Once only: Azurite handles the first SIGTERM, a second one would end it in the middle of saving.
            self._asked_to_end = True
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(self._patience.stop)
        except subprocess.TimeoutExpired:
            raise LocalRunError(
                f"Azurite (process {self.pid}) has not ended {self._patience.stop:.0f} seconds after it was "
                f"asked to. It is left running, so that it can finish saving. Its log: {self.log_file}"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def connection_string(ports: Ports) -> str:
    """Spell out the connection string of an Azurite on these ports of 127.0.0.1."""
    services = {"Blob": ports.blob, "Queue": ports.queue, "Table": ports.table}
    endpoints = "".join(f"{name}Endpoint=http://127.0.0.1:{port}/{ACCOUNT};" for name, port in services.items())
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};{endpoints}"


def start(
    folder: Path,
    *,
    ports: Ports | None = None,
    log_file: Path | None = None,
    program: Path = PROGRAM,
    patience: Patience = PATIENCE,
) -> Azurite:
    """Start Azurite with its data in `folder` (made if missing) and return once all three services answer.

    `ports`: free ones chosen by the system, unless given. `log_file`: `folder/azurite.log` unless given;
    emptied at each start. It gets one line per storage request, written just after the answer.
    LocalRunError if it is not set up, a port is in use, the folder is in use by another Azurite, or it
    does not answer within 30 seconds.
    """
    wanted = ports or ANY_PORTS
    _require_tools(program)
    _require_free(wanted)
    folder.mkdir(parents=True, exist_ok=True)
    log = log_file or folder / "azurite.log"
    azurite = Azurite(wanted, log, _launch(program, folder.resolve(), wanted, log), patience)
    try:
        azurite.ports = _wait_until_it_answers(azurite, patience.start)
    except BaseException:
        azurite.stop()
        raise
    return azurite


def _require_tools(program: Path) -> None:
    if shutil.which("node") is None:
        raise LocalRunError(
            "Azurite needs Node.js, and there is no `node` on the PATH. Install Node.js 20 or later, then: make setup"
        )
    if not program.exists():
        raise LocalRunError(f"Azurite is not installed ({program} is missing). Install it with: make setup")


def _require_free(wanted: Ports) -> None:
    taken = [port for port in astuple(wanted) if port and not tcp_ports.is_free(port)]
    if taken:
        raise LocalRunError(f"Azurite cannot start: port {taken[0]} is in use.")


def _launch(program: Path, folder: Path, wanted: Ports, log: Path) -> subprocess.Popen[bytes]:
    with (folder / LOCK_NAME).open("a+") as lock, log.open("ab") as output:
        _claim(lock, folder)
        output.truncate(0)
        process = subprocess.Popen(
            [program, *_arguments(folder, wanted)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Its own session: the terminal's Ctrl-C must not end the storage before the host has drained.
            start_new_session=True,
            # The child keeps the lock open, so the folder stays claimed exactly as long as Azurite lives.
            pass_fds=[lock.fileno()],
        )
        lock.truncate(0)
        lock.write(str(process.pid))
    return process


def _claim(lock: IO[str], folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise LocalRunError(
            f"Another Azurite (process {lock.read() or 'unknown'}) already works on {folder}; "
            f"two would destroy each other's data. Stop that one first."
        ) from None


def _arguments(folder: Path, wanted: Ports) -> list[str]:
    arguments = ["--skipApiVersionCheck", "--disableTelemetry", "--location", str(folder)]
    for service, port in {"blob": wanted.blob, "queue": wanted.queue, "table": wanted.table}.items():
        arguments += [f"--{service}Host", tcp_ports.HOST, f"--{service}Port", str(port)]
    return arguments


def _wait_until_it_answers(azurite: Azurite, seconds: float) -> Ports:
    log = azurite.log_file
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = _listening_ports(log)
        if found and all(tcp_ports.answers(port) for port in astuple(found)) and _speaks(found.table, deadline):
            return found
        if (code := azurite.exit_code()) is not None:
            raise LocalRunError(f"Azurite ended at its start with exit code {code}.\n{_tail(log)}")
        time.sleep(POLL_SECONDS)
    raise LocalRunError(f"Azurite did not answer within {seconds:.0f} seconds.\n{_tail(log)}")


def _speaks(port: int, deadline: float) -> bool:
    """Whether a service answers a request by then, whatever it says.

    The system takes connections before that. Azurite answers once it can also be told to end: a SIGTERM that came
    between would end it at once, with nothing saved.
    """
    asked = HTTPConnection("127.0.0.1", port, timeout=max(deadline - time.monotonic(), POLL_SECONDS))
    try:
        asked.request("GET", "/")
        asked.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()
    return True


def _listening_ports(log: Path) -> Ports | None:
    found = {service.lower(): int(port) for service, port in _LISTENING.findall(log.read_bytes())}
    if len(found) < len(astuple(WELL_KNOWN_PORTS)):
        return None
    return Ports(blob=found[b"blob"], queue=found[b"queue"], table=found[b"table"])


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join([f"The end of {log}:", *lines])
