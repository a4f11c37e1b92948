"""Dates and deadlines against slow, plain reckoning: every zone, clock change, leap day, year end and holiday chain."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from shared.adapters.terms_shelf import business_days_of
from shared.domain.lifecycle import WAITS_FOR_APPLICANT, Event, State
from shared.domain.moves import months_later
from shared.domain.policy import WaitUnit
from shared.domain.review import ReviewClock, pause_review, promise_anew, resume_review, start_review
from shared.domain.waiting import Party, Terms, Wait, add_days, begin_wait, over_at
from tests.builders import a_policy
from tests.faults.statutes import STATUTES

BATCH: Final = 50
"""Cases in one example of hypothesis: most of an example's time is its own."""

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2044, 1, 1, tzinfo=UTC)
SKEW: Final = timedelta(minutes=10)
"""How far two machines' clocks may differ from the right time."""

ZONES: Final = (
    timezone(timedelta(hours=14)),
    ZoneInfo("Pacific/Kiritimati"),
    ZoneInfo("Pacific/Chatham"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Asia/Kolkata"),
    ZoneInfo("Europe/Amsterdam"),
    ZoneInfo("Europe/London"),
    UTC,
    ZoneInfo("America/St_Johns"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Pacific/Marquesas"),
    ZoneInfo("Pacific/Niue"),
    timezone(timedelta(hours=-12)),
)
"""Whole, half and quarter hours, clocks that change by one hour and by half of one, both ends of the Earth's day."""

EDGES: Final = tuple(
    datetime.fromisoformat(f"{text}Z")
    for text in (
        *("2024-02-29T12:00", "2028-02-28T23:59", "2028-02-29T23:59"),
        *("2024-12-31T23:59", "2025-01-01T00:00", "2026-12-28T00:00", "2027-01-03T23:59"),
        *("2032-12-27T00:00", "2033-01-02T23:59"),
        *("2026-03-29T01:00", "2026-10-25T01:00", "2026-03-08T07:00", "2026-11-01T06:00"),
        *("2027-04-03T15:00", "2026-10-03T15:30"),
        *("2026-04-02T10:00", "2026-12-23T23:00", "2030-04-30T12:00"),
    )
)
"""Leap days, year ends, weeks 53 (2026, 2032), clock changes in both directions, the eves of holiday chains."""

MOST_SECONDS_AROUND_AN_EDGE: Final = 90_000


@dataclass(frozen=True, slots=True)
class Instance:
    """One case: a moment as a reader's clock shows it, the company's country, how many days, the machine's error."""

    now: datetime
    country: str
    days: int
    skew: timedelta

    @property
    def seen(self) -> datetime:
        """The moment as the machine has it."""
        return self.now.astimezone(UTC) + self.skew

    @property
    def state(self) -> State:
        """One of the states that wait for the applicant."""
        return WAITS_FOR_APPLICANT[self.days % len(WAITS_FOR_APPLICANT)]

    @property
    def terms(self) -> Terms:
        """The reference policy in this country."""
        return Terms(a_policy(), calendar(self.country))


@cache
def calendar(country: str) -> Callable[[date], bool]:
    """The service's own calendar of a country; each day is asked for once."""
    return cache(business_days_of(country))


@cache
def statutory(country: str) -> Callable[[date], bool]:
    """The calendar by law; each day is reckoned once."""
    return cache(STATUTES[country].is_business_day)


def _moment(place: int, near_edge: int, zone: int) -> datetime:
    if near_edge < len(EDGES):
        span = 2 * MOST_SECONDS_AROUND_AN_EDGE
        moment = EDGES[near_edge] + timedelta(seconds=place % span - MOST_SECONDS_AROUND_AN_EDGE)
    else:
        moment = FIRST + timedelta(seconds=place)
    return moment.astimezone(ZONES[zone])


_COUNTRIES: Final = sorted(STATUTES)
_MOST_DAYS: Final = 30
_SCATTERS: Final = 7_919
"""A prime, so that a machine's error has nothing to do with the time of day."""


def _instance(day: int, second: int, mixed: int) -> Instance:
    """A case from three numbers: each that is drawn costs more time than what is proved with it."""
    mixed, zone = divmod(mixed, len(ZONES))
    mixed, country = divmod(mixed, len(_COUNTRIES))
    near_edge, days = divmod(mixed, _MOST_DAYS + 1)
    most = int(SKEW.total_seconds())
    skew = timedelta(seconds=second * _SCATTERS % (2 * most + 1) - most)
    return Instance(_moment(day * 86_400 + second, near_edge, zone), _COUNTRIES[country], days, skew)


# Of a range of more than 24 bits hypothesis draws small numbers nearly always: moments are drawn in two parts.
INSTANCES: Final = st.builds(
    _instance,
    st.integers(0, (LAST - FIRST).days - 1),
    st.integers(0, 86_399),
    st.integers(0, len(ZONES) * len(_COUNTRIES) * (_MOST_DAYS + 1) * 2 * len(EDGES) - 1),
)


def counted(start: date, days: int, is_open: Callable[[date], bool]) -> date:
    """So many business days later, with a finger on the calendar."""
    day = start
    while days:
        day = date.fromordinal(day.toordinal() + 1)
        if is_open(day):
            days -= 1
    return day


Property = Callable[[Instance], None]
"""What must hold for every case; AssertionError if it does not."""


def holds_for_business_days(one: Instance) -> None:
    """Days are counted as the law of the country has its holidays."""
    start = one.seen.date()
    found = add_days(start, one.days, WaitUnit.BUSINESS_DAYS, calendar(one.country))
    assert found == counted(start, one.days, statutory(one.country)), (start, found)


def _begun(one: Instance, now: datetime) -> Wait:
    wait = begin_wait(one.state, Party.APPLICANT, now, one.terms)
    assert wait is not None
    assert wait.last_day is not None
    return wait


def holds_for_deadlines(one: Instance) -> None:
    """Nobody's deadline ends before its day is over where the reader is, nor before so many days have passed."""
    wait = _begun(one, one.seen)
    assert wait.last_day is not None
    end = over_at(wait.last_day)
    after = wait.last_day + timedelta(days=1)
    for zone in ZONES:
        assert end >= datetime(after.year, after.month, after.day, tzinfo=zone), zone
    assert end - SKEW >= datetime(after.year, after.month, after.day, tzinfo=ZoneInfo("Pacific/Niue"))
    promised = a_policy().waits[one.state].expire_after
    assert end - SKEW - one.now.astimezone(UTC) >= timedelta(days=promised)
    assert wait.due_event(end - timedelta(seconds=1)) is not Event.EXPIRE
    assert wait.due_event(end) is Event.EXPIRE


def holds_for_zones(one: Instance) -> None:
    """The same moment gives the same wait, review and cooling-off, whatever the clock that showed it."""
    shown, plain = one.now, one.now.astimezone(UTC)
    dated = {"since": plain}
    assert _begun(one, shown).model_copy(update=dated) == _begun(one, plain).model_copy(update=dated)
    assert start_review(shown, one.country, one.terms) == start_review(plain, one.country, one.terms)


def holds_for_reminders(one: Instance) -> None:
    """Reminders come in order, each on its day, after the beginning and before the end; missed ones are one."""
    wait = _begun(one, one.seen)
    assert wait.last_day is not None
    assert sorted(set(wait.remind_on)) == list(wait.remind_on)
    assert all(one.seen.date() < day < wait.last_day for day in wait.remind_on)
    late = wait.reminded(one.seen + timedelta(days=one.days))
    assert late.reminders == sum(
        datetime(day.year, day.month, day.day, 8, tzinfo=UTC) <= one.seen + timedelta(days=one.days)
        for day in wait.remind_on
    )


def holds_for_months(one: Instance) -> None:
    """Months are added by walking from month to month; the day is the same one, or the month's last."""
    month = one.seen.date().replace(day=1)
    for _ in range(one.days):
        month = (month + timedelta(days=32)).replace(day=1)
    last = (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    found = months_later(one.seen, one.days)
    assert found.date() == last.replace(day=min(one.seen.day, last.day)), found
    assert found.timetz() == one.seen.timetz()


def holds_for_reviews(one: Instance) -> None:
    """A review counts the business days on which it was not the applicant's turn, and a new promise begins anew."""
    clock = start_review(one.seen, one.country, one.terms)
    days = (clock.started_on, clock.target_on, clock.breach_on)
    assert days == (one.seen.date(), _lawful(one, one.seen.date(), 5), _lawful(one, one.seen.date(), 7))
    paused_at = one.seen + timedelta(days=one.days // 5)
    resumed_at = paused_at + timedelta(days=one.days)
    resumed = resume_review(pause_review(clock, paused_at), resumed_at, one.terms)
    lost = _business_days(one, paused_at.date(), resumed_at.date())
    assert resumed.target_on == _lawful(one, clock.target_on, lost), (clock, resumed)
    _holds_for_a_new_promise(one, resumed, resumed_at)


def _holds_for_a_new_promise(one: Instance, clock: ReviewClock, now: datetime) -> None:
    anew = promise_anew(clock, now, one.terms)
    assert anew.expected_on == _lawful(one, now.date(), 5)
    assert anew.next_due_at == over_at(anew.expected_on)


def _lawful(one: Instance, start: date, days: int) -> date:
    return counted(start, days, statutory(one.country))


def _business_days(one: Instance, after: date, last: date) -> int:
    days = (date.fromordinal(number) for number in range(after.toordinal() + 1, last.toordinal() + 1))
    return sum(map(statutory(one.country), days))


PROPERTIES: Final[tuple[Property, ...]] = (
    holds_for_business_days,
    holds_for_deadlines,
    holds_for_zones,
    holds_for_reminders,
    holds_for_months,
    holds_for_reviews,
)


def _hold(holds: Property, one: Instance) -> None:
    try:
        holds(one)
    except AssertionError as error:
        raise AssertionError(f"{holds.__name__} does not hold for {one}: {error}") from error


def prove(holds: Property, cases: int, number: int) -> int:
    """Hold a property against so many generated cases, rounded up to whole batches; how many it were."""
    batches = -(-cases // BATCH)
    tried = 0

    @seed(number)
    @settings(
        max_examples=batches,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(INSTANCES, min_size=BATCH, max_size=BATCH))
    def on_all(batch: list[Instance]) -> None:
        nonlocal tried
        tried += len(batch)
        for one in batch:
            _hold(holds, one)

    on_all()
    return tried
