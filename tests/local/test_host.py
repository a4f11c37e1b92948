import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import host
from local.errors import LocalRunError
from tests.local.stand_in import StandIn
from tests.local.waiting import wait_until

NEVER = threading.Event()
SHORT = host.Patience(start=0.5, stop=0.3)


@pytest.fixture
def port(spare_ports: Iterator[int]) -> int:
    return next(spare_ports)


def test_prefers_func_where_it_is_on_the_path(func: StandIn) -> None:
    assert host.choose(7072) == host.Command(
        "func", (str(func.folder / "func"), "start", "--port", "7072"), signal.SIGINT
    )


def test_falls_back_on_devhost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert host.choose(7072) == host.Command(
        "devhost", (sys.executable, "-m", "devhost", "--port", "7072"), signal.SIGTERM
    )


def test_starts_func_in_the_folder_and_waits_until_it_answers(func: StandIn, tmp_path: Path, port: int) -> None:
    child = host.start(tmp_path, port, {"SOME_SETTING": "its value"})
    try:
        assert child.wait_until_ready(NEVER)
        started = func.started()
        assert started.arguments == ["start", "--port", str(port)]
        assert started.folder == str(tmp_path)
        assert started.environment["SOME_SETTING"] == "its value"
        assert os.getsid(child.pid) == child.pid == started.pid
    finally:
        child.stop()


def test_stands_still_until_it_may_go_on(func: StandIn, tmp_path: Path, port: int) -> None:
    child = host.start(tmp_path, port, {})
    try:
        child.wait_until_ready(NEVER)
        with child.standing_still():
            assert os.WIFSTOPPED(os.waitpid(child.pid, os.WUNTRACED)[1])
        assert os.WIFCONTINUED(os.waitpid(child.pid, os.WCONTINUED)[1])
        assert child.wait_until_ready(NEVER)
    finally:
        child.stop()


def test_lets_func_find_the_python_that_runs_us(func: StandIn, tmp_path: Path, port: int) -> None:
    child = host.start(tmp_path, port, {})
    try:
        first = func.started().environment["PATH"].split(os.pathsep)[0]
        assert first == str(Path(sys.executable).parent)
    finally:
        child.stop()


def test_streams_the_output_of_the_host(
    func: StandIn, tmp_path: Path, port: int, capfd: pytest.CaptureFixture[str]
) -> None:
    child = host.start(tmp_path, port, {})
    child.wait_until_ready(NEVER)
    child.stop()
    assert "func says hello" in capfd.readouterr().out


def test_writes_the_output_of_the_host_to_a_file(tmp_path: Path, port: int) -> None:
    log = tmp_path / "host.log"
    speaker = host.Command("a shell", ("sh", "-c", "echo out; echo err >&2"), signal.SIGTERM)
    with log.open("wb") as output:
        child = host.start(tmp_path, port, {}, command=speaker, output=output)
    wait_until(lambda: child.exit_code() is not None)
    child.stop()
    assert log.read_text() == "out\nerr\n"


def test_stops_func_as_the_terminal_would(func: StandIn, tmp_path: Path, port: int) -> None:
    child = host.start(tmp_path, port, {})
    assert child.wait_until_ready(NEVER)
    assert child.exit_code() is None
    assert child.stop()
    assert func.signal_received() == signal.SIGINT
    assert child.exit_code() == 0


def test_can_be_stopped_again(func: StandIn, tmp_path: Path, port: int) -> None:
    child = host.start(tmp_path, port, {})
    child.wait_until_ready(NEVER)
    assert child.stop()
    assert child.stop()


def test_ends_a_host_by_force_that_does_not_drain(func: StandIn, tmp_path: Path, port: int) -> None:
    func.misbehave("deaf")
    child = host.start(tmp_path, port, {}, patience=SHORT)
    func.started()
    assert not child.stop()
    assert func.signal_received() == signal.SIGINT
    assert child.exit_code() == -signal.SIGKILL


def test_leaves_no_child_of_the_host_behind(tmp_path: Path, port: int) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    shell = host.Command("a shell", ("sh", "-c", f"(exec sleep 60) > {pipe} & wait"), signal.SIGTERM)
    child = host.start(tmp_path, port, {}, command=shell)
    with pipe.open() as end:  # opens when the shell's own child has opened its end
        child.stop()
        assert end.read() == ""  # ends when that child is gone


def test_says_with_which_code_the_host_ended_at_its_start(func: StandIn, tmp_path: Path, port: int) -> None:
    func.misbehave("refuse")
    child = host.start(tmp_path, port, {})
    with pytest.raises(LocalRunError, match=r"The host \(func\) ended at its start with exit code 7"):
        child.wait_until_ready(NEVER)
    child.stop()


def test_says_that_the_host_does_not_answer(func: StandIn, tmp_path: Path, port: int) -> None:
    child = host.start(
        tmp_path, port, {}, patience=SHORT, command=host.Command("mute", ("sleep", "60"), signal.SIGTERM)
    )
    with pytest.raises(LocalRunError, match=rf"was not ready .* http://127\.0\.0\.1:{port}/api/health/live"):
        child.wait_until_ready(NEVER)
    child.stop()


def test_gives_up_waiting_when_cancelled(tmp_path: Path, port: int) -> None:
    cancelled = threading.Event()
    cancelled.set()
    child = host.start(tmp_path, port, {}, command=host.Command("mute", ("sleep", "60"), signal.SIGTERM))
    assert not child.wait_until_ready(cancelled)
    child.stop()
