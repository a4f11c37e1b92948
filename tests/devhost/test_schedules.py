from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devhost.ncrontab import parse_ncrontab
from devhost.schedules import CronSchedule, FixedInterval, parse_schedule

# Clocks go forward at 02:00 on 2026-03-29 and back at 03:00 on 2026-10-25.
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def occurrences(text: str, start: datetime, count: int) -> list[str]:
    """Return the next times in Amsterdam, offset included."""
    schedule, found = CronSchedule(parse_ncrontab(text), AMSTERDAM), []
    for _ in range(count):
        moment = schedule.next_after(start)
        assert moment
        assert moment > start
        start = moment
        found.append(f"{moment.astimezone(AMSTERDAM):%m-%dT%H:%M%z}".removesuffix("00"))
    return found


def in_march(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 29, hour, minute, tzinfo=AMSTERDAM)


def in_october(hour: int, minute: int = 0, *, fold: int = 0) -> datetime:
    return datetime(2026, 10, 25, hour, minute, tzinfo=AMSTERDAM, fold=fold)


def test_goes_by_the_wall_clock() -> None:
    start = datetime(2026, 3, 28, 9, 30, tzinfo=AMSTERDAM)
    assert occurrences("0 30 9 * * *", start, 2) == ["03-29T09:30+02", "03-30T09:30+02"]


def test_happens_later_where_the_clock_skips_it() -> None:
    assert occurrences("0 30 2 * * *", in_march(1), 2) == ["03-29T03:30+02", "03-30T02:30+02"]


def test_goes_on_where_the_clock_skips_an_hour() -> None:
    assert occurrences("0 */30 * * * *", in_march(1), 3) == ["03-29T01:30+01", "03-29T03:00+02", "03-29T03:30+02"]


def test_happens_once_where_the_clock_repeats_it() -> None:
    assert occurrences("0 30 2 * * *", in_october(1), 2) == ["10-25T02:30+02", "10-26T02:30+01"]


@pytest.mark.parametrize("minute", [29, 30, 31])
def test_does_not_happen_in_the_second_hour_of_two(minute: int) -> None:
    assert occurrences("0 30 2 * * *", in_october(2, minute, fold=1), 1) == ["10-26T02:30+01"]


def test_goes_on_through_both_hours() -> None:
    assert occurrences("0 */30 * * * *", in_october(1, 30), 6) == [
        "10-25T02:00+02",
        "10-25T02:30+02",
        "10-25T02:00+01",
        "10-25T02:30+01",
        "10-25T03:00+01",
        "10-25T03:30+01",
    ]


def test_never_comes_true() -> None:
    assert CronSchedule(parse_ncrontab("0 0 0 31 2 *"), AMSTERDAM).next_after(in_march(1)) is None


def test_never_comes_true_after_a_repeated_hour() -> None:
    schedule = parse_schedule("0 0 0 31 2 *")
    assert schedule.next_after(in_october(2, 30, fold=1)) is None


def test_reads_ncrontab() -> None:
    assert parse_schedule("0 */5 * * * *") == CronSchedule(parse_ncrontab("*/5 * * * *"))


def test_reads_a_fixed_interval() -> None:
    schedule = parse_schedule(" 00:05:00 ")
    assert schedule == FixedInterval(timedelta(minutes=5))
    assert schedule.next_after(in_march(1)) == datetime(2026, 3, 29, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("00:00:00", "longer than nothing"),
        ("hourly", "neither NCRONTAB of 6 fields nor a time span like 00:05:00"),
        ("25:00:00", "nor a time span"),
        ("0 0 99 * * *", "'99' is not valid as hour"),
    ],
)
def test_refuses_anything_else(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_schedule(text)
