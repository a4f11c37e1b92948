"""``python -m devhost``: run the function app of a folder until SIGTERM or SIGINT.

Exit codes: 0 after a drain, 2 when the app or its settings cannot be run, 3 when the port is in use. A second signal
ends at once, with 128 + its number.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType

from azure.functions import FunctionRegister

from devhost.app_loading import load_app
from devhost.errors import AppImportError, PortInUseError, StartError
from devhost.lifecycle import RunningHost, running
from devhost.local_settings import HIGHEST_PORT, apply_local_settings
from devhost.settings import HostSettings, load_host_settings

EXIT_CANNOT_START = 2
EXIT_PORT_IN_USE = 3

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopRequest:
    """Set by the first signal; the second one ends the process.

    Plain signal handlers rather than the loop's: they work while a function blocks the loop.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._asked = asyncio.Event()
        self._signals = 0
        for number in _SIGNALS:
            signal.signal(number, self._receive)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals > 1:
            os._exit(128 + number)
        self._loop.call_soon_threadsafe(self._asked.set)

    async def wait(self) -> None:
        """Wait for the first signal."""
        await self._asked.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until stopped, and return the exit code."""
    options = _parse(arguments)
    _log_to_stderr()
    try:
        app, settings = _load(options)
        asyncio.run(_serve(app, settings))
    except StartError as error:
        return _report(error)
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="devhost", description="Runs a function app as the Functions host would.")
    parser.add_argument("--port", type=_port, help=f"{HostSettings.port} by default; 0 takes a free one")
    parser.add_argument("--address", help=f"{HostSettings.address} by default")
    parser.add_argument("--app-folder", type=Path, default=Path())
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"'{text}' is no port number")
    return int(text)


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="[%(asctime)s] %(levelname)s %(name)s: %(message)s"
    )
    # It writes every request and its headers at INFO.
    logging.getLogger("azure").setLevel(logging.WARNING)


def _load(options: argparse.Namespace) -> tuple[FunctionRegister, HostSettings]:
    folder = options.app_folder.resolve()
    if not folder.is_dir():
        raise StartError(f"there is no folder {folder}")
    os.chdir(folder)
    local = apply_local_settings(folder, os.environ)
    settings = load_host_settings(folder, os.environ)
    _set_log_levels(settings.log_levels)
    port = next(given for given in (options.port, local.port, settings.port) if given is not None)
    address = options.address or local.address or settings.address
    return load_app(folder), replace(settings, address=address, port=port)


def _set_log_levels(levels: Mapping[str, int]) -> None:
    for category, level in levels.items():
        logging.getLogger(None if category.lower() == "default" else category).setLevel(level)


def _report(error: StartError) -> int:
    if isinstance(error, AppImportError) and error.__cause__:
        traceback.print_exception(error.__cause__, file=sys.stderr)
    print(f"devhost cannot start: {error}", file=sys.stderr)
    return EXIT_PORT_IN_USE if isinstance(error, PortInUseError) else EXIT_CANNOT_START


async def _serve(app: FunctionRegister, settings: HostSettings) -> None:
    stop = StopRequest()
    async with running(app, settings) as host:
        _announce(host)
        await stop.wait()
        print("devhost is draining", file=sys.stderr, flush=True)
    # A worker's process ends without closing what the app opened; asyncio would complain of each such connection.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    if host.abandoned:
        print(f"devhost abandons what still runs: {', '.join(host.abandoned)}", file=sys.stderr)
        # Python would wait for the threads of abandoned functions for as long as they like to run.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _announce(host: RunningHost) -> None:
    print("Functions:")
    for line in host.listing():
        print(f"\t{line}")
    print(f"devhost is listening on {host.url} (process {os.getpid()})", flush=True)


if __name__ == "__main__":
    sys.exit(main())
