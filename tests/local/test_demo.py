import signal
import subprocess
import sys

import pytest

from local import demo, settings
from local.api import StillWaitingError
from local.stage import Stage
from local.stories.endings import withdrawn


async def stuck(stage: Stage) -> None:
    """A story that does not get on."""
    raise StillWaitingError("case 1 stays in 'checking_credit'")


async def ended(stage: Stage) -> None:
    """A story in which somebody presses Ctrl-C."""
    raise KeyboardInterrupt


def test_shows_a_case_and_succeeds_if_every_outcome_is_right(capfd: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--full"], [withdrawn]) == 0
    printed = capfd.readouterr().out
    assert "every outcome was right" in printed
    assert "Dear Sanne de Vries" in printed
    assert "/desk/cases/" in printed
    assert "/desk/sign-in" in printed


def test_fails_with_the_hosts_last_lines_if_an_outcome_is_wrong(capfd: pytest.CaptureFixture[str]) -> None:
    assert demo.main([], [stuck]) == 1
    printed = capfd.readouterr().out
    assert "WRONG case 1 stays in 'checking_credit'" in printed
    assert "devhost is listening" in printed
    assert "1 outcome was wrong" in printed


def test_stops_everything_when_interrupted(capfd: pytest.CaptureFixture[str]) -> None:
    assert demo.main([], [ended]) == demo.INTERRUPTED
    assert "Stopped before the end." in capfd.readouterr().out


STAYING = "from local import demo; from local.stories.endings import withdrawn; demo.main(['--stay'], [withdrawn])"


def test_stays_for_who_wants_to_open_its_pages_until_interrupted() -> None:
    command = [sys.executable, "-c", STAYING]
    with subprocess.Popen(command, cwd=settings.ROOT, stdout=subprocess.PIPE, text=True) as staying:
        assert staying.stdout is not None
        lines = iter(staying.stdout)
        assert any("The app stays at" in line for line in lines)
        staying.send_signal(signal.SIGINT)
        assert "1 story in" in "".join(lines)
    assert staying.returncode == 0
