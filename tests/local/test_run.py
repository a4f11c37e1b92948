import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from azure.data.tables import TableServiceClient

from functions.examples import SUBSCRIPTION
from local import azurite, host, ports, run, settings
from tests.local.stand_in import StandIn
from tests.local.waiting import wait_until

pytestmark = pytest.mark.usefixtures("func")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    shutil.copy(settings.ROOT / settings.EXAMPLE_NAME, folder)
    return folder


@pytest.fixture
def options(spare_ports: Iterator[int]) -> run.Options:
    port = next(spare_ports)
    first = next(p for p in spare_ports if all(ports.is_free(other) for other in range(p, p + 3)))
    for _ in range(2):
        next(spare_ports)
    return run.Options(port, first)


@dataclass
class Session:
    """A run in a thread; `end` stops it and gives its exit code."""

    stop: threading.Event
    result: Future[int]

    def end(self) -> int:
        self.stop.set()
        return self.result.result(timeout=60)


Start = Callable[..., Session]


@pytest.fixture
def start(root: Path, options: run.Options) -> Iterator[Start]:
    sessions: list[Session] = []
    with ThreadPoolExecutor() as pool:

        def begin(chosen: run.Options = options) -> Session:
            stop = threading.Event()
            sessions.append(Session(stop, pool.submit(run.run, chosen, stop, root)))
            return sessions[-1]

        yield begin
        for session in sessions:
            session.stop.set()


class Output:
    """What was printed so far, out and err together."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture, self._text = capture, ""

    def has(self, words: str) -> bool:
        self._text += "".join(self._capture.readouterr())
        return words in self._text


@pytest.fixture
def output(capfd: pytest.CaptureFixture[str]) -> Output:
    return Output(capfd)


def is_over(options: run.Options) -> bool:
    return all(ports.is_free(port) for port in (options.port, options.storage_port, options.storage_port + 2))


def azurite_pid(root: Path) -> int:
    return int((root / run.STORAGE_FOLDER / azurite.LOCK_NAME).read_text())


def test_runs_the_host_on_the_ports_asked_for(start: Start, func: StandIn, options: run.Options) -> None:
    session = start()
    started = func.started()
    assert started.arguments == ["start", "--port", str(options.port)]
    first = options.storage_port
    expected = azurite.connection_string(azurite.Ports(first, first + 1, first + 2))
    assert started.environment[settings.STORAGE] == expected
    assert started.environment[settings.PUBLIC_URL] == f"http://localhost:{options.port}"
    assert session.end() == 0
    assert is_over(options)


def test_prints_what_to_paste_and_where_cases_are_kept(
    start: Start, options: run.Options, output: Output, root: Path
) -> None:
    session = start()
    wait_until(lambda: output.has("Ctrl-C stops everything"))
    assert output.has(f"http://localhost:{options.port}/api/health/live")
    assert output.has(f"demo:{settings.prepare(root).client_secret}")
    assert output.has(str(root / ".local/notices"))
    assert json.loads((root / run.REQUEST_FILE).read_text())["subscriptionId"] == SUBSCRIPTION
    assert session.end() == 0
    assert output.has("Stopped; cases are kept in .local/azurite.")


def test_keeps_what_is_stored_over_a_restart(start: Start, func: StandIn) -> None:
    session = start()
    text = func.started().environment[settings.STORAGE]
    with TableServiceClient.from_connection_string(text) as tables:
        tables.create_table("cases")
    assert session.end() == 0
    (func.folder / "started.json").unlink()
    start()
    func.started()
    with TableServiceClient.from_connection_string(text) as tables:
        assert [table.name for table in tables.list_tables()] == ["cases"]


def test_takes_another_port_for_the_app(start: Start, func: StandIn, options: run.Options, output: Output) -> None:
    with socket.create_server(("127.0.0.1", options.port)):
        session = start()
        started = func.started()
        other = started.arguments[-1]
        assert session.end() == 0
    assert started.environment[settings.PUBLIC_URL] == f"http://localhost:{other}"
    assert output.has(f"Port {options.port} is in use; the app takes {other} instead.")


def test_takes_another_port_for_azurite(start: Start, func: StandIn, options: run.Options, output: Output) -> None:
    queue_port = options.storage_port + 1
    with socket.create_server(("127.0.0.1", queue_port)):
        session = start()
        text = func.started().environment[settings.STORAGE]
        assert session.end() == 0
    assert f"BlobEndpoint=http://127.0.0.1:{options.storage_port}/" in text
    assert f":{queue_port}/" not in text
    assert output.has(f"Port {queue_port} is in use; Azurite takes ")


def test_stops_azurite_when_the_host_dies(start: Start, func: StandIn, options: run.Options, output: Output) -> None:
    session = start()
    wait_until(lambda: output.has("Ctrl-C stops everything"))
    os.kill(func.started().pid, signal.SIGKILL)
    assert session.result.result(timeout=60) == 1
    assert output.has("The host ended by itself with exit code -9.")
    assert is_over(options)


def test_stops_the_host_when_azurite_dies(start: Start, func: StandIn, output: Output, root: Path) -> None:
    session = start()
    wait_until(lambda: output.has("Ctrl-C stops everything"))
    os.kill(azurite_pid(root), signal.SIGKILL)
    assert session.result.result(timeout=60) == 1
    assert output.has("Azurite ended by itself with exit code -9.")
    assert func.signal_received() == signal.SIGINT


def test_ends_when_the_host_cannot_start(start: Start, func: StandIn, options: run.Options, output: Output) -> None:
    func.misbehave("refuse")
    assert start().result.result(timeout=60) == 1
    assert output.has("The host (func) ended at its start with exit code 7.")
    assert is_over(options)


def test_can_be_stopped_while_the_host_starts(start: Start, func: StandIn, options: run.Options) -> None:
    func.misbehave("mute")
    session = start()
    func.started()
    assert session.end() == 0
    assert is_over(options)


def test_ends_a_host_that_does_not_drain(start: Start, func: StandIn, options: run.Options, output: Output) -> None:
    func.misbehave("deaf")
    session = start(run.Options(options.port, options.storage_port, host.Patience(stop=0.2)))
    wait_until(lambda: output.has("Ctrl-C stops everything"))
    assert session.end() == 0
    assert output.has("The host did not finish in time and was ended")


def test_names_what_is_wrong_with_the_settings(start: Start, output: Output, root: Path) -> None:
    (root / settings.SETTINGS_NAME).write_text("{")
    assert start().result.result(timeout=60) == 1
    assert output.has("local.settings.json is not valid JSON")


VALUES = {settings.STORAGE: run.DEVELOPMENT_STORAGE, settings.PUBLIC_URL: "http://localhost:7071"}


def test_changes_no_setting_on_the_usual_ports() -> None:
    assert run.environment_for(VALUES, 7071, azurite.WELL_KNOWN_PORTS) == {}


def test_leaves_a_storage_account_and_a_tunnel_alone() -> None:
    chosen = {settings.STORAGE: "AccountName=mine", settings.PUBLIC_URL: "https://my.tunnel.example"}
    assert run.environment_for(chosen, 7072, azurite.Ports(1, 2, 3)) == {}


def test_restores_the_signals_it_found(func: StandIn, root: Path, options: run.Options) -> None:
    before = signal.getsignal(signal.SIGINT)

    def press_ctrl_c() -> None:
        func.started()
        os.kill(os.getpid(), signal.SIGINT)

    interrupt = threading.Thread(target=press_ctrl_c)
    interrupt.start()
    arguments = ["--port", str(options.port), "--storage-port", str(options.storage_port)]
    assert run.main(arguments, root) == 0
    interrupt.join()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.fixture
def clone(root: Path) -> Path:
    """Make a folder that looks like a clone after `make setup`, as far as a run needs it."""
    for part in ("functions", "local", "operations", "shared"):
        shutil.copytree(settings.ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "node_modules").symlink_to(settings.ROOT / "node_modules")
    return root


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_in_order_on_a_signal(clone: Path, func: StandIn, options: run.Options, number: signal.Signals) -> None:
    arguments = ["--port", str(options.port), "--storage-port", str(options.storage_port)]
    command = [sys.executable, "-m", "local.run", *arguments]
    with subprocess.Popen(command, cwd=clone, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen = ""
        while "Ctrl-C stops everything" not in seen:
            seen += process.stdout.readline() or pytest.fail(f"it ended early: {seen}")
        process.send_signal(number)
        process.send_signal(number)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert "Stopped; cases are kept in .local/azurite." in rest
    assert func.signal_received() == signal.SIGINT
    assert is_over(options)
