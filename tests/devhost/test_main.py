import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from devhost.__main__ import main
from tests.devhost.builders import PATIENCE, write_app

REPOSITORY = Path(__file__).parents[2]

HELLO = """
import os
@app.route(methods=["GET"])
def hello(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(os.environ.get("GREETING", "none"))
"""
# Says on a file that it runs, and ends when another file appears.
SLOW = """
import pathlib, time
@app.route()
def slow(req: func.HttpRequest) -> func.HttpResponse:
    pathlib.Path("began").touch()
    while not pathlib.Path("may_end").exists():
        time.sleep(0.01)
    return func.HttpResponse("late")
"""
# Writes down each time it is fired.
TIMER = """
import pathlib
@app.timer_trigger("timer", "%TICK%")
def tick(timer: func.TimerRequest) -> None:
    with pathlib.Path("ticks").open("a") as ticks:
        ticks.write(f"{timer.past_due} {timer.schedule_status}\\n")
"""
BLOB = """
@app.blob_trigger("blob", "files/{name}", "Storage")
def tick(blob: func.InputStream) -> None: ...
"""


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back what running the program in this process changes."""
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "function_app", raising=False)
    environment = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(environment)
    sys.modules.pop("function_app", None)


@dataclass
class Program:
    """A devhost in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    listing: list[str]
    stderr: Path

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def program(folder: Path, **environment: str) -> Iterator[Program]:
    """Run devhost on a folder until it is ready; it is gone afterwards."""
    stderr = folder / "stderr"
    command = [sys.executable, "-m", "devhost", "--port", "0", "--app-folder", str(folder)]
    with (
        stderr.open("w") as errors,
        subprocess.Popen(
            command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=errors, text=True, env={**os.environ, **environment}
        ) as process,
    ):
        try:
            assert process.stdout
            lines: list[str] = []
            while not lines or not lines[-1].startswith("devhost is listening"):
                lines.append(process.stdout.readline())
                assert lines[-1], stderr.read_text()
            yield Program(process, _url(lines[-1], process.pid), lines[:-1], stderr)
        finally:
            process.kill()


def _url(ready: str, pid: int) -> str:
    found = re.fullmatch(rf"devhost is listening on (http://127\.0\.0\.1:\d+) \(process {pid}\)\n", ready)
    assert found, ready
    return found[1]


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
        return text


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@contextmanager
def slow_request(folder: Path, running: Program) -> Iterator[Callable[[], str]]:
    """Ask for something slow, and yield what waits for the answer once the function runs."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(get, f"{running.url}/api/slow")
        wait_for((folder / "began").exists)
        yield lambda: answer.result(PATIENCE)


def test_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with program(write_app(tmp_path, HELLO, local={"GREETING": "hello"})) as running:
        port = running.url.rpartition(":")[2]
        assert running.listing == ["Functions:\n", f"\thello: [GET] http://localhost:{port}/api/hello\n"]
        assert get(f"{running.url}/api/hello") == "hello"
        assert running.stop() == 0
        assert "Executed 'Functions.hello' (Succeeded" in running.stderr.read_text()


def test_lets_the_environment_win_over_the_file(tmp_path: Path) -> None:
    with program(write_app(tmp_path, HELLO, local={"GREETING": "hello"}), GREETING="hi") as running:
        assert get(f"{running.url}/api/hello") == "hi"
        assert running.stop(signal.SIGINT) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_finishes_what_runs_before_it_ends(tmp_path: Path, number: int) -> None:
    with program(write_app(tmp_path, SLOW)) as running, slow_request(tmp_path, running) as answer:
        running.process.send_signal(number)
        wait_for(lambda: "devhost is draining" in running.stderr.read_text())
        (tmp_path / "may_end").touch()
        assert answer() == "late"
        assert running.process.wait(PATIENCE) == 0


def test_ends_at_once_on_a_second_signal(tmp_path: Path) -> None:
    with program(write_app(tmp_path, SLOW)) as running, slow_request(tmp_path, running) as answer:
        running.process.send_signal(signal.SIGTERM)
        wait_for(lambda: "devhost is draining" in running.stderr.read_text())
        assert running.stop() == 128 + signal.SIGTERM
        with pytest.raises((URLError, HTTPError, ConnectionError)):
            answer()


def test_says_what_it_abandons(tmp_path: Path) -> None:
    with program(write_app(tmp_path, SLOW)) as running, slow_request(tmp_path, running) as answer:
        assert running.stop() == 0
        assert "devhost abandons what still runs: slow (" in running.stderr.read_text()
        with pytest.raises((URLError, HTTPError, ConnectionError)):
            answer()


def test_ends_with_one_line_when_the_port_is_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert main(["--port", str(port), "--app-folder", str(write_app(tmp_path, HELLO))]) == 3
    expected = f"devhost cannot start: port {port} on 127.0.0.1 is in use: stop what listens there"
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(expected)


def test_names_a_trigger_it_does_not_know(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--app-folder", str(write_app(tmp_path, BLOB))]) == 2
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("devhost")]
    assert "function 'tick': trigger type 'blobTrigger' is not supported" in line


def test_fires_a_timer_by_the_clock(tmp_path: Path) -> None:
    ticks = tmp_path / "ticks"
    with program(write_app(tmp_path, TIMER, local={"TICK": "* * * * * *"})) as running:
        assert running.listing[1:] == ["\ttick: timerTrigger * * * * * *\n"]
        wait_for(lambda: ticks.exists() and ticks.read_text().startswith("False {}\nFalse {}\n"))
        assert running.stop() == 0
        assert "Executing 'Functions.tick' (Reason='Timer fired at 20" in running.stderr.read_text()


def test_puts_a_function_in_error_whose_schedule_it_cannot_use(tmp_path: Path) -> None:
    with program(write_app(tmp_path, TIMER + HELLO, local={"TICK": "often"})) as running:
        assert get(f"{running.url}/api/hello") == "none"
        assert [line.split(":")[0] for line in running.listing] == ["Functions", "\thello"]
        errors = running.stderr.read_text()
    assert "The 'tick' function is in error: schedule 'often' (from %TICK%) cannot be used: it is neither" in errors


def test_heeds_the_log_levels_of_the_host_file(tmp_path: Path) -> None:
    host = '{"version": "2.0", "logging": {"logLevel": {"default": "Warning", "Function": "Error"}}}'
    with program(write_app(tmp_path, HELLO, host=host)) as running:
        get(f"{running.url}/api/hello")
        assert running.stop() == 0
        assert "Functions.hello" not in running.stderr.read_text()


def test_listens_where_the_local_settings_say(tmp_path: Path) -> None:
    folder = write_app(tmp_path, HELLO)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        host = {"LocalHttpPort": port, "LocalHttpAddress": "127.0.0.1"}
        folder.joinpath("local.settings.json").write_text(json.dumps({"Host": host}))
        assert main(["--app-folder", str(folder)]) == 3


def test_ends_although_a_function_that_took_too_long_still_runs(tmp_path: Path) -> None:
    host = '{"version": "2.0", "functionTimeout": "00:00:01"}'
    with program(write_app(tmp_path, SLOW, host=host)) as running:
        with pytest.raises(HTTPError, match="500"):
            get(f"{running.url}/api/slow")
        assert running.stop() == 0
        errors = running.stderr.read_text()
    assert "A function timeout has occurred. Restarting worker process" in errors
    assert "devhost abandons what still runs: slow (" in errors


def test_shows_the_traceback_of_a_failed_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--app-folder", str(write_app(tmp_path, "1 / 0"))]) == 2
    errors = capsys.readouterr().err
    assert "Traceback" in errors
    assert "function_app.py" in errors
    assert "ZeroDivisionError" in errors.splitlines()[-1]


def test_refuses_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--app-folder", str(tmp_path / "nope")]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_refuses_a_host_file_it_cannot_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--app-folder", str(write_app(tmp_path, HELLO, host="{}"))]) == 2
    errors = capsys.readouterr().err
    assert "'version' must be" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_refuses_what_is_no_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--port", port])
    assert "is no port number" in capsys.readouterr().err
