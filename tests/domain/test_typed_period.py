"""A period as it was typed or chosen."""

from datetime import date

import pytest

from shared.domain.tallies import Period
from shared.domain.typed_period import PRESETS, read_period

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ({}, Period(date(2026, 8, 26), TODAY)),
        ({"days": "30"}, Period(date(2026, 10, 25), TODAY)),
        ({"days": "365"}, Period(date(2025, 11, 24), TODAY)),
        ({"days": "31"}, Period(date(2026, 8, 26), TODAY)),
        ({"from": "2026-11-01"}, Period(date(2026, 11, 1), TODAY)),
        ({"to": "2026-03-31"}, Period(date(2026, 1, 1), date(2026, 3, 31))),
        ({"from": "2026-01-31", "to": "2026-01-31", "days": ""}, Period(date(2026, 1, 31), date(2026, 1, 31))),
        ({"from": "2024-11-23", "to": "2026-11-24"}, Period(date(2024, 11, 23), date(2026, 11, 24))),
        ({"from": "", "to": ""}, Period(date(2026, 8, 26), TODAY)),
    ],
)
def test_reads_days_up_to_today_or_from_a_day_to_a_day(typed: dict[str, str], period: Period) -> None:
    assert (read_period(typed, TODAY).period, read_period(typed, TODAY).mistakes) == (period, {})


@pytest.mark.parametrize(
    ("typed", "mistakes"),
    [
        ({"from": "yesterday", "to": "2026-02-30"}, {"from": "date", "to": "date"}),
        ({"from": "0001-01-01"}, {"from": "date"}),
        ({"from": "9999-12-01", "to": "9999-12-31"}, {"from": "date", "to": "date"}),
        ({"from": "2026-11-24"}, {"to": "order"}),
        ({"from": "2024-11-22", "to": "2026-11-24"}, {"from": "too_long"}),
    ],
)
def test_says_what_is_wrong_with_which_day(typed: dict[str, str], mistakes: dict[str, str]) -> None:
    assert (read_period(typed, TODAY).period, read_period(typed, TODAY).mistakes) == (None, mistakes)


def test_offers_periods_of_so_many_days() -> None:
    for days in PRESETS:
        period = read_period({"days": str(days)}, TODAY).period
        assert period is not None
        assert (period.last - period.first).days + 1 == days
