from datetime import timedelta

import pytest

from devhost.time_spans import format_time_span, parse_time_span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:05:00", timedelta(minutes=5)),
        ("1:2:3", timedelta(hours=1, minutes=2, seconds=3)),
        ("00:00:00.5", timedelta(milliseconds=500)),
        ("23:59:59.9999999", timedelta(hours=23, minutes=59, seconds=59.9999999)),
        ("10.00:00:00", timedelta(days=10)),
    ],
)
def test_reads_days_hours_minutes_and_seconds(text: str, expected: timedelta) -> None:
    assert parse_time_span(text) == expected


@pytest.mark.parametrize("text", ["", "5", "00:05", "24:00:00", "00:60:00", "00:00:60", "-00:01:00", "00:00:01 "])
def test_reads_nothing_else(text: str) -> None:
    assert parse_time_span(text) is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(300, "00:05:00"), (3_661, "01:01:01"), (0.05, "00:00:00.0500000"), (86_399.5, "23:59:59.5000000")],
)
def test_writes_a_time_span(seconds: float, expected: str) -> None:
    assert format_time_span(seconds) == expected
