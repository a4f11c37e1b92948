from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.app_clock import AppClock

CLOSE = timedelta(seconds=60)
"""More than a test takes: clocks run on while it does."""


@pytest.fixture
def clock(tmp_path: Path) -> AppClock:
    return AppClock(tmp_path / "clock-offset")


def test_shows_this_machines_time_until_it_is_moved(clock: AppClock) -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_moves_on_from_where_it_is(clock: AppClock) -> None:
    clock.move(timedelta(days=2))
    clock.move(timedelta(days=3))
    assert abs(clock.now() - datetime.now(UTC) - timedelta(days=5)) < CLOSE


@pytest.mark.parametrize("moment", [datetime(2031, 5, 6, 7, tzinfo=UTC), datetime(2021, 5, 6, 7, tzinfo=UTC)])
def test_shows_a_moment_it_was_set_to_whichever_it_was_before(clock: AppClock, moment: datetime) -> None:
    clock.move(timedelta(days=100))
    clock.set_to(moment)
    assert moment <= clock.now() < moment + CLOSE


def test_tells_the_app_in_seconds_and_leaves_nothing_else(clock: AppClock) -> None:
    clock.move(timedelta(minutes=2))
    assert float(clock.offset_file.read_text("utf-8")) == 120
    assert list(clock.offset_file.parent.iterdir()) == [clock.offset_file]
