import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from devhost.clock import LOCAL, Clock

SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))


@pytest.fixture
def _amsterdam(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Amsterdam")
        time.tzset()
        yield
    time.tzset()


def test_tells_the_time_with_a_zone() -> None:
    assert Clock().now().utcoffset() == timedelta()


@pytest.mark.usefixtures("_amsterdam")
@pytest.mark.parametrize(("minutes", "zone"), [(-1, SUMMER), (0, WINTER), (59, WINTER), (61, WINTER)])
def test_goes_by_the_zone_of_the_process_around_a_change_of_its_offset(minutes: int, zone: timezone) -> None:
    moment = datetime(2026, 10, 25, 1, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    local = moment.astimezone(LOCAL)
    assert local.replace(tzinfo=None) == moment.astimezone(zone).replace(tzinfo=None)
    assert (local.utcoffset(), local.astimezone(UTC)) == (zone.utcoffset(None), moment)


@pytest.mark.usefixtures("_amsterdam")
def test_takes_a_time_that_the_clock_skips_for_a_later_one() -> None:
    skipped = datetime(2026, 3, 29, 2, 30, tzinfo=LOCAL)
    assert skipped.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.usefixtures("_amsterdam")
def test_names_the_zone() -> None:
    assert datetime(2026, 7, 1, tzinfo=LOCAL).tzname() == "CEST"
    assert datetime(2026, 7, 1, tzinfo=LOCAL).dst() is None
