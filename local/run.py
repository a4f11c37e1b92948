"""Runs the app on this machine (`make run`): settings, Azurite, host; stops them in the reverse order.

python -m local.run [--port 7071] [--storage-port 10000]
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from functions.examples import SUBSCRIPTION
from local import azurite, host, ports, printout, sample, settings
from local.azurite import Azurite
from local.errors import LocalRunError
from local.host import Host

PORT = 7071
REQUEST_FILE = Path(".local") / "request.json"
STORAGE_FOLDER = Path(".local") / "azurite"
DEVELOPMENT_STORAGE = "UseDevelopmentStorage=true"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WATCH_SECONDS = 0.2


@dataclass(frozen=True)
class Options:
    """The ports to try first: the app's, and the first of Azurite's three (blob, queue, table)."""

    port: int = PORT
    storage_port: int = azurite.WELL_KNOWN_PORTS.blob
    patience: host.Patience = host.PATIENCE


def run(options: Options, stop: threading.Event, root: Path = settings.ROOT) -> int:
    """Run the app of the folder `root` until `stop` is set or a part of it ends; return the exit code."""
    try:
        prepared = settings.prepare(root)
        _say(*prepared.notes)
        with azurite.start(root / STORAGE_FOLDER, ports=_storage_ports(options.storage_port)) as storage:
            code = _serve(options, prepared, storage, stop, root)
    except LocalRunError as error:
        print(error, file=sys.stderr)
        return 1
    _say(f"Stopped; cases are kept in {STORAGE_FOLDER}.")
    return code


def environment_for(values: Mapping[str, str], port: int, storage: azurite.Ports) -> dict[str, str]:
    """Say which settings must differ from local.settings.json, because ports do.

    Left alone are a storage account and a public address (of a tunnel, say) that the developer chose.
    """
    changed = {}
    if values[settings.STORAGE] == DEVELOPMENT_STORAGE and storage != azurite.WELL_KNOWN_PORTS:
        changed[settings.STORAGE] = azurite.connection_string(storage)
    url = urlsplit(values[settings.PUBLIC_URL])
    if url.hostname in ("localhost", ports.HOST) and url.port != port:
        changed[settings.PUBLIC_URL] = url._replace(netloc=f"{url.hostname}:{port}").geturl()
    return changed


def _serve(options: Options, prepared: settings.Prepared, storage: Azurite, stop: threading.Event, root: Path) -> int:
    port = _port_to_use("the app", options.port)
    environment = environment_for(prepared.values, port, storage.ports)
    child = host.start(root, port, environment, patience=options.patience)
    try:
        if not child.wait_until_ready(stop):
            return 0
        facts = printout.Facts(
            base_url=f"http://localhost:{port}",
            client_id=settings.CLIENT_ID,
            client_secret=prepared.client_secret,
            notices=root / prepared.values[settings.MAIL_FOLDER],
            host_name=child.command.name,
            client_file=settings.CLIENT_FILE,
            request_file=REQUEST_FILE,
        )
        request = sample.sample_request(SUBSCRIPTION)
        (root / REQUEST_FILE).write_text(json.dumps(request, indent=2), encoding="utf-8")
        _say(printout.welcome(facts, SUBSCRIPTION, request))
        return _watch(child, storage, stop)
    finally:
        if child.exit_code() is None:
            _say("Stopping: the host finishes what it has begun.")
        if not child.stop():
            _say("The host did not finish in time and was ended; the next start does again what was left.")


def _watch(child: Host, storage: Azurite, stop: threading.Event) -> int:
    while not stop.wait(WATCH_SECONDS):
        if (code := child.exit_code()) is not None:
            print(f"The host ended by itself with exit code {code}.", file=sys.stderr)
            return 1
        if (code := storage.exit_code()) is not None:
            print(f"Azurite ended by itself with exit code {code}. Its log: {storage.log_file}", file=sys.stderr)
            return 1
    return 0


def _storage_ports(first: int) -> azurite.Ports:
    wanted = range(first, first + 3)
    chosen: list[int] = []
    for port in wanted:
        chosen.append(_port_to_use("Azurite", port, avoid=[*wanted, *chosen]))
    return azurite.Ports(*chosen)


def _port_to_use(what: str, port: int, avoid: Sequence[int] = ()) -> int:
    if ports.is_free(port):
        return port
    other = ports.next_free(port, avoid)
    _say(f"Port {port} is in use; {what} takes {other} instead.")
    return other


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """Give an event that Ctrl-C, SIGTERM and a closed terminal set, however often they come."""
    stop = threading.Event()

    def set_it(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, set_it) for number in STOP_SIGNALS}
    try:
        yield stop
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def main(arguments: Sequence[str], root: Path = settings.ROOT) -> int:
    """Run until Ctrl-C; 0 when stopped so, 1 when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m local.run", description="Run the app on this machine.")
    parser.add_argument("--port", type=int, default=PORT, help="the app's port (default: %(default)s)")
    parser.add_argument(
        "--storage-port",
        type=int,
        default=azurite.WELL_KNOWN_PORTS.blob,
        help="the first of Azurite's three ports (default: %(default)s)",
    )
    options = parser.parse_args(arguments)
    with _stop_on_signals() as stop:
        return run(Options(options.port, options.storage_port), stop, root)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
