"""Public holidays by law, country by country, as an oracle for the calendars that the service counts days with.

Written from the statutes that each entry names, and from no calendar software. Only holidays of the whole country are
here: what a region has besides is not counted by the service either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6

GOOD_FRIDAY, EASTER_MONDAY, ASCENSION, WHIT_MONDAY, CORPUS_CHRISTI = -2, 1, 39, 50, 60
"""Days from Easter Sunday."""


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by Oudin's algorithm (1940), as the U.S. Naval Observatory has it."""
    century = year // 100
    golden = year % 19
    correction = (century - (century - 17) // 25) // 3
    moon = (century - century // 4 - correction + 19 * golden + 15) % 30
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    place = moon - weekday
    month = 3 + (place + 40) // 44
    return date(year, month, place + 28 - 31 * (month // 4))


def nth(year: int, month: int, weekday: int, number: int) -> date:
    """The first (1), second, ... such weekday of a month; -1 is the last."""
    if number > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


@dataclass(frozen=True, slots=True)
class Statute:
    """A country's holidays by its law: fixed dates, days from Easter, and those that need more words."""

    source: str
    fixed: tuple[tuple[int, int], ...]
    from_easter: tuple[int, ...] = ()
    others: Callable[[int], set[date]] = lambda _year: set()

    def holidays(self, year: int) -> set[date]:
        """Every holiday that counts in a year."""
        sunday = easter(year)
        days = {date(year, month, day) for month, day in self.fixed}
        return days | {sunday + timedelta(days=n) for n in self.from_easter} | self.others(year)

    def is_business_day(self, day: date) -> bool:
        """Whether a date is a business day: Monday to Friday, and no holiday."""
        return day.weekday() < SATURDAY and day not in self.holidays(day.year)


def _kings_day(year: int) -> set[date]:
    day = date(year, 4, 27)
    return {day - timedelta(days=1) if day.weekday() == SUNDAY else day}


def _next_weekday(day: date, taken: set[date]) -> date:
    while day.weekday() >= SATURDAY or day in taken:
        day += timedelta(days=1)
    return day


def _british(year: int) -> set[date]:
    """What all four countries of the United Kingdom have: a day in lieu follows on a weekend."""
    found: set[date] = set()
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        found.add(_next_weekday(day, found))
    return found | {nth(year, 5, MONDAY, 1), nth(year, 5, MONDAY, -1)}


def _irish(year: int) -> set[date]:
    february = date(year, 2, 1)
    brigid = february if february.weekday() == FRIDAY else nth(year, 2, MONDAY, 1)
    return {brigid, *(nth(year, month, MONDAY, 1) for month in (5, 6, 8)), nth(year, 10, MONDAY, -1)}


def _observed(day: date) -> date:
    return day + timedelta(days={SATURDAY: -1, SUNDAY: 1}.get(day.weekday(), 0))


def _federal(year: int) -> set[date]:
    dates = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
    observed = {_observed(date(year, *day)) for day in dates} | {_observed(date(year + 1, 1, 1))}
    mondays = {nth(year, 1, MONDAY, 3), nth(year, 2, MONDAY, 3), nth(year, 5, MONDAY, -1), nth(year, 9, MONDAY, 1)}
    return observed | mondays | {nth(year, 10, MONDAY, 2), nth(year, 11, THURSDAY, 4)}


def _finnish(year: int) -> set[date]:
    return {next(eve for day in range(19, 26) if (eve := date(year, 6, day)).weekday() == FRIDAY)}


def _polish(year: int) -> set[date]:
    return {date(year, 12, 24)} if year >= 2025 else set()


def _italian(year: int) -> set[date]:
    return {date(year, 10, 4)} if year >= 2026 else set()


_CHRISTIAN: Final = (EASTER_MONDAY, ASCENSION, WHIT_MONDAY)
_NORDIC: Final = (GOOD_FRIDAY, *_CHRISTIAN)

STATUTES: Final[dict[str, Statute]] = {
    "AT": Statute(
        "Arbeitsruhegesetz, section 7(2)",
        ((1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26)),
        (*_CHRISTIAN, CORPUS_CHRISTI),
    ),
    "BE": Statute(
        "Koninklijk besluit of 18 April 1974, article 1",
        ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)),
        _CHRISTIAN,
    ),
    "CZ": Statute(
        "Act 245/2000 Coll., sections 1 and 2",
        ((1, 1), (5, 1), (5, 8), (7, 5), (7, 6), (9, 28), (10, 28), (11, 17), (12, 24), (12, 25), (12, 26)),
        (GOOD_FRIDAY, EASTER_MONDAY),
    ),
    "DE": Statute(
        "the holiday acts of the sixteen states, what they have in common; Einigungsvertrag, article 2(2)",
        ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)),
        _NORDIC,
    ),
    "DK": Statute(
        "Lukkeloven, section 1, and Lov 214 of 6 March 2023, which ended Store bededag from 2024",
        ((1, 1), (12, 25), (12, 26)),
        (-3, *_NORDIC),
    ),
    "FI": Statute(
        "Laki säädettyjen määräaikain laskemisesta (150/1930), section 5, which names the two eves too",
        ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)),
        (GOOD_FRIDAY, EASTER_MONDAY, ASCENSION),
        _finnish,
    ),
    "FR": Statute(
        "Code du travail, article L3133-1",
        ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
        _CHRISTIAN,
    ),
    "GB": Statute("Banking and Financial Dealings Act 1971, schedule 1", (), (GOOD_FRIDAY,), _british),
    "IE": Statute(
        "Organisation of Working Time Act 1997, second schedule, and S.I. 50/2022",
        ((1, 1), (3, 17), (12, 25), (12, 26)),
        (EASTER_MONDAY,),
        _irish,
    ),
    "IT": Statute(
        "Legge 260/1949, article 2, and the law of 2025 that brings back 4 October from 2026",
        ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)),
        (EASTER_MONDAY,),
        _italian,
    ),
    "NL": Statute(
        "Algemene termijnenwet, article 3(1), and 3(2) for Good Friday",
        ((1, 1), (5, 5), (12, 25), (12, 26)),
        _NORDIC,
        _kings_day,
    ),
    "NO": Statute(
        "Lov om helligdager and Lov om 1 og 17 mai",
        ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26)),
        (-3, *_NORDIC),
    ),
    "PL": Statute(
        "Ustawa o dniach wolnych od pracy of 18 January 1951, article 1, with 24 December from 2025",
        ((1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)),
        (EASTER_MONDAY, CORPUS_CHRISTI),
        _polish,
    ),
    "PT": Statute(
        "Código do Trabalho, article 234(1)",
        ((1, 1), (4, 25), (5, 1), (6, 10), (8, 15), (10, 5), (11, 1), (12, 1), (12, 8), (12, 25)),
        (GOOD_FRIDAY, CORPUS_CHRISTI),
    ),
    "SE": Statute(
        "Lag (1989:253) om allmänna helgdagar, section 1; All Saints and Midsummer Day are Saturdays",
        ((1, 1), (1, 6), (5, 1), (6, 6), (12, 25), (12, 26)),
        (GOOD_FRIDAY, EASTER_MONDAY, ASCENSION),
    ),
    "US": Statute("5 U.S.C. 6103, with Executive Order 11582 for weekends", (), (), _federal),
}
"""By ISO 3166-1 alpha-2; sixteen countries."""
