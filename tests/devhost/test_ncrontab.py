from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devhost.ncrontab import parse_ncrontab

at = datetime.fromisoformat

BOUNDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
SUNDAY = at("2026-11-22 12:00")
HORIZON = 9


def items(least: int, most: int) -> st.SearchStrategy[str]:
    value = st.integers(least, most).map(str)
    ranges = st.builds("{}-{}".format, value, value)
    steps = st.builds("{}/{}".format, st.one_of(st.just("*"), value, ranges), st.integers(1, most + 2))
    return st.one_of(st.just("*"), value, ranges, steps)


FIELDS = [st.lists(items(*bounds), min_size=1, max_size=3).map(",".join) for bounds in BOUNDS]
SCHEDULES = st.tuples(*FIELDS).map(" ".join)
WALLS = st.datetimes(at("1999-01-01 00:00"), at("2110-01-01 00:00"))


def item_takes(item: str, value: int, least: int, most: int) -> bool:
    body, slash, step = item.partition("/")
    first, _, last = (f"{least}-{most}" if body == "*" else body).partition("-")
    ends = sorted((int(first), int(last or (most if slash else first))))
    return ends[0] <= value <= ends[1] and (value - ends[0]) % int(step or 1) == 0


def walk(text: str, wall: datetime) -> datetime | None:
    """Look at every day, then hour, minute and second after a time, until all fields match or the years run out."""
    fields = [field.split(",") for field in text.split()]

    def takes(field: int, value: int) -> bool:
        return any(item_takes(item, value, *BOUNDS[field]) for item in fields[field])

    moment = wall.replace(microsecond=0) + timedelta(seconds=1)
    while moment.year < wall.year + HORIZON:
        if not (takes(3, moment.day) and takes(4, moment.month) and takes(5, (moment.weekday() + 1) % 7)):
            moment = moment.replace(hour=0, minute=0, second=0) + timedelta(days=1)
        elif not takes(2, moment.hour):
            moment = moment.replace(minute=0, second=0) + timedelta(hours=1)
        elif not takes(1, moment.minute):
            moment = moment.replace(second=0) + timedelta(minutes=1)
        elif not takes(0, moment.second):
            moment += timedelta(seconds=1)
        else:
            return moment
    return None


@settings(deadline=None, max_examples=300)
@given(SCHEDULES, WALLS)
def test_finds_what_a_walk_through_the_calendar_finds(text: str, wall: datetime) -> None:
    found = parse_ncrontab(text).next_after(wall)
    expected = walk(text, wall)
    if expected or found is None:
        assert found == expected
    else:
        assert found.year >= wall.year + HORIZON


@settings(deadline=None)
@given(st.tuples(*FIELDS[1:]).map(" ".join), WALLS)
def test_takes_five_fields_for_six_with_second_0(text: str, wall: datetime) -> None:
    assert parse_ncrontab(text) == parse_ncrontab(f"0 {text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 */5 * * * *", at("2026-11-22 12:05")),
        ("* * * * * *", at("2026-11-22 12:00:01")),
        ("*/5 * * * *", at("2026-11-22 12:05")),
        ("0 50/3 * * * *", at("2026-11-22 12:50")),
        ("0 0 17-9/4 * * *", at("2026-11-22 13:00")),
        ("0 0 0 29 2 *", at("2028-02-29 00:00")),
        ("0 0 0 29 Feb sun", at("2032-02-29 00:00")),
        ("0 0 9 13 * FRI", at("2027-08-13 09:00")),
        ("0 0 0 1 ja,mar mo", at("2027-03-01 00:00")),
        ("0 0 0 31 * *", at("2026-12-31 00:00")),
        ("0 0 0 * * 1-mon/2", at("2026-11-23 00:00")),
        ("0 */0 13 * * *", at("2026-11-22 13:00")),
        ("0 0 0 31 2 *", None),
    ],
)
def test_finds_the_next_time(text: str, expected: datetime | None) -> None:
    assert parse_ncrontab(text).next_after(SUNDAY) == expected


def test_finds_a_date_that_is_forty_years_away() -> None:
    assert parse_ncrontab("0 0 0 29 2 4").next_after(at("2080-03-01 00:00")) == at("2120-02-29 00:00")


def test_goes_on_from_a_time_between_two_seconds() -> None:
    wall = at("2026-12-31 23:59:59.999999")
    assert parse_ncrontab("* * * * * *").next_after(wall) == at("2027-01-01 00:00")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it has 0 fields; NCRONTAB has 6: second, minute"),
        ("* * * *", "it has 4 fields"),
        ("* * * * * * 2026", "it has 7 fields"),
        ("0 60 * * * *", r"'60' is not valid as minute: 60 is not between 0 and 59"),
        ("0 0 0 0 * *", "as day: 0 is not between 1 and 31"),
        ("0 0 0 * * 7", "as day of week: 7 is not between 0 and 6"),
        ("0 0 0 * 13 *", "as month: 13 is not"),
        ("0 0 0 L * *", "as day: 'L' is not a number"),
        ("0 0 0 ? * *", r"as day: '\?' is no value, range or step"),
        ("0 0 0 15W * *", "as day: '15W' is not a number"),
        ("0 0 0 * * 1#2", "'1#2' is no value"),
        ("0 0 0 * * Sundays", "'Sundays' is not a number or one of sunday, monday"),
        ("0 0 0 * Mai *", "'Mai' is not a number or one of january"),
        ("0 1,,2 * * * *", "'' is no value"),
        ("0 *-5 * * * *", r"'\*-5' is no value"),
        ("0 1-2-3 * * * *", "'1-2-3' is no value"),
        ("0 */x * * * *", r"'\*/x' is no value"),
        ("0 \u0663 * * * *", "is not a number"),
        ("0 5-70 * * * *", "70 is not between"),
    ],
)
def test_says_which_field_is_wrong(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_ncrontab(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 30 1 * * *", False),
        ("0 0,30 1,3 * * *", False),
        ("0 0 */12 * * *", False),
        ("0 30 1 * * 1-5", False),
        ("0 30 * * * *", True),
        ("0 30 1-3 * * *", True),
        ("0 30,31 1 * * *", True),
        ("30 1 * * *", False),
    ],
)
def test_knows_intervals_from_points_in_time(text: str, *, expected: bool) -> None:
    assert parse_ncrontab(text).is_interval is expected
