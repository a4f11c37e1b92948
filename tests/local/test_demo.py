import pytest

from local import demo
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


def test_fails_with_the_hosts_last_lines_if_an_outcome_is_wrong(capfd: pytest.CaptureFixture[str]) -> None:
    assert demo.main([], [stuck]) == 1
    printed = capfd.readouterr().out
    assert "WRONG case 1 stays in 'checking_credit'" in printed
    assert "devhost is listening" in printed
    assert "1 outcome was wrong" in printed


def test_stops_everything_when_interrupted(capfd: pytest.CaptureFixture[str]) -> None:
    assert demo.main([], [ended]) == demo.INTERRUPTED
    assert "Stopped before the end." in capfd.readouterr().out
