"""Policies from files, business days from `holidays`."""

from datetime import date
from pathlib import Path

import pytest

from shared.adapters.terms_shelf import POLICIES, FileTermsShelf, business_days_of, load_policy
from shared.domain.errors import SettingsError
from shared.domain.policy import WaitUnit
from shared.domain.waiting import add_days


async def test_a_policy_is_read_once(tmp_path: Path) -> None:
    document = tmp_path / "2017-07.toml"
    document.write_bytes((POLICIES / "2017-07.toml").read_bytes())
    shelf = FileTermsShelf(tmp_path)
    first = await shelf.policy("2017-07")
    document.unlink()
    assert await shelf.policy("2017-07") is first
    assert (await shelf.terms("2017-07", "NL")).policy is first


@pytest.mark.parametrize("policy_id", ["1999-01", "../settings", ""])
def test_a_policy_that_is_not_there_is_refused_with_those_that_are(policy_id: str) -> None:
    with pytest.raises(SettingsError, match="there are: 2017-07"):
        load_policy(POLICIES, policy_id)


def test_an_empty_shelf_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there are: none"):
        load_policy(tmp_path, "2017-07")


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('severity = "refuse"', 'severity = "perhaps"', "severity"),
        ('title = "', 'tilte = "', "tilte"),
        ("[consent]", "[consent", "not valid"),
        ('"microsoft.saas/resources"', '"Microsoft.SaaS/resources"', "lower case: Microsoft.SaaS/resources"),
    ],
)
def test_a_policy_that_is_not_valid_is_refused_with_the_reason(tmp_path: Path, old: str, new: str, part: str) -> None:
    text = (POLICIES / "2017-07.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "wrong.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SettingsError, match=part):
        load_policy(tmp_path, "wrong")


@pytest.mark.parametrize(
    ("country", "day", "open_"),
    [
        ("NL", date(2026, 12, 25), False),
        ("NL", date(2026, 12, 24), True),
        ("NL", date(2026, 12, 27), False),
        ("NL", date(2027, 5, 5), False),
        ("NL", date(2027, 3, 26), False),
        ("US", date(2026, 11, 26), False),
        ("AE", date(2026, 11, 20), True),
        ("AE", date(2026, 11, 21), False),
        ("ZZ", date(2026, 12, 25), True),
        ("ZZ", date(2026, 12, 26), False),
    ],
)
def test_business_days_are_those_of_the_country(country: str, day: date, open_: bool) -> None:
    assert business_days_of(country)(day) is open_


async def test_a_calendar_is_loaded_once() -> None:
    shelf = FileTermsShelf()
    first = (await shelf.terms("2017-07", "NL")).is_business_day
    assert (await shelf.terms("2017-07", "NL")).is_business_day == first


@pytest.mark.parametrize(
    ("country", "start", "end"),
    [
        ("NL", date(2026, 12, 23), date(2026, 12, 31)),  # 25 and 26 December, a weekend
        ("DE", date(2026, 12, 23), date(2026, 12, 31)),
        ("GB", date(2026, 12, 23), date(2027, 1, 4)),  # Boxing Day is a Saturday: the 28th instead; 1 January
        ("US", date(2026, 11, 23), date(2026, 12, 1)),  # Thanksgiving
        ("JP", date(2026, 12, 28), date(2027, 1, 5)),  # 1 January
        ("FR", date(2027, 5, 4), date(2027, 5, 12)),  # Ascension on the 6th
        ("AE", date(2026, 11, 26), date(2026, 12, 7)),  # National Day on 2 and 3 December; weekend Saturday and Sunday
        ("ZZ", date(2028, 2, 25), date(2028, 3, 3)),  # a leap day in a country nobody knows
    ],
)
def test_five_business_days_over_holidays_weekends_and_year_ends(country: str, start: date, end: date) -> None:
    found = add_days(start, 5, WaitUnit.BUSINESS_DAYS, business_days_of(country))
    assert found == end
