from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from email_validator import SPECIAL_USE_DOMAIN_NAMES
from hypothesis import given
from hypothesis import strategies as st
from pydantic import validate_email
from pydantic_core import PydanticCustomError

from shared.domain import reading

READERS = [
    reading.amount, reading.amount_from_zero, reading.country, reading.currency, reading.day, reading.instant,
    reading.phone, reading.sha256, reading.true, reading.uuid, reading.whole_number,
]  # fmt: skip


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("sent", [None, [], {}, "", " ", "\0", "x\n", False, "²"], ids=ascii)
def test_refuses_in_words_what_is_something_else(read: Any, sent: object) -> None:
    with pytest.raises(PydanticCustomError) as refused:
        read(sent)
    assert str(refused.value).startswith(("must be ", "is no "))


@pytest.mark.parametrize("sent", [0, 2025, -3, 10**99, Decimal("2025.0"), Decimal("2E3")])
def test_takes_whole_numbers_as_whole_numbers(sent: int | Decimal) -> None:
    number = reading.whole_number(sent)
    assert (number, type(number)) == (sent, int)


@pytest.mark.parametrize("sent", [Decimal("0.5"), Decimal("1E999999"), "2025", True])
def test_takes_nothing_else_as_whole_numbers(sent: object) -> None:
    with pytest.raises(PydanticCustomError, match="whole number"):
        reading.whole_number(sent)


@given(st.dates())
def test_takes_every_day_of_the_calendar(day: date) -> None:
    assert reading.day(day.isoformat()) == day


@given(st.datetimes(timezones=st.just(UTC)))
def test_takes_every_moment_as_rfc_3339_writes_it(moment: datetime) -> None:
    assert reading.instant(moment.isoformat()) == moment
    assert reading.instant(moment.isoformat().replace("+00:00", "z").replace("T", "t")) == moment


def test_takes_fractions_of_any_length() -> None:
    moment = datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(microseconds=123456)
    assert reading.instant("2026-11-23T10:00:00.1234567+01:00") == moment


@pytest.mark.parametrize("sent", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "2026-11-23T09:00:60Z"])
def test_refuses_moments_that_cannot_be_kept(sent: str) -> None:
    with pytest.raises(PydanticCustomError, match="no moment of the calendar"):
        reading.instant(sent)


@pytest.mark.parametrize(
    "sent", ["1_000", "1,5", "1.", ".5", "+1", "1e3", " 1", "1\n", "\u0661", "0x10", "NaN", 1.5, True]
)
def test_refuses_amounts_in_other_notations(sent: object) -> None:
    with pytest.raises(PydanticCustomError, match="must be an amount"):
        reading.amount(sent)


def test_drops_the_zeros_of_numbers_only() -> None:
    assert (str(reading.amount(Decimal("2.50"))), reading.amount("2.50"), reading.amount(7)) == ("2.5", "2.50", 7)
    long = Decimal("1." + "0" * 40 + "1")
    assert reading.amount(long) is long


@pytest.mark.parametrize("sent", ["-1", "-0.00"])
def test_refuses_a_minus_where_there_is_nothing_below_zero(sent: str) -> None:
    assert reading.amount(sent) == sent
    with pytest.raises(PydanticCustomError, match="leave out the minus"):
        reading.amount_from_zero(sent)


def test_leaves_what_is_no_string_to_the_rules_of_addresses() -> None:
    assert reading.email(7) == 7
    assert reading.email("a@b.example") == "a@b.example"


_WORD = st.text("abcz019", min_size=1, max_size=8)
_COMMON = st.builds(
    lambda local, labels, top: f"{'.'.join(local)}@{'.'.join('-'.join(label) for label in labels)}.{top}",
    st.lists(st.text("abz09_+-", min_size=1, max_size=8), min_size=1, max_size=3),
    st.lists(st.lists(_WORD, min_size=1, max_size=3), min_size=1, max_size=3),
    st.text("abcdtuz", min_size=2, max_size=6) | st.sampled_from(SPECIAL_USE_DOMAIN_NAMES),
).filter(reading._COMMON_EMAIL.fullmatch)


@given(_COMMON)
def test_takes_no_common_address_that_the_library_would_refuse_or_change(sent: str) -> None:
    assert validate_email(sent)[1] == sent


@pytest.mark.parametrize("name", SPECIAL_USE_DOMAIN_NAMES)
def test_refuses_addresses_of_special_use(name: str) -> None:
    for sent in (f"a@{name}", f"a@b.{name}", f"a@c.b.{name}"):
        with pytest.raises(PydanticCustomError):
            reading.email(sent)


@pytest.mark.parametrize("sent", ["Ada <a@b.example>", "a@b.example>", f"{'a' * 65}@b.example", f"a@{'b' * 253}"])
def test_refuses_addresses_that_mail_systems_do_not_take(sent: str) -> None:
    with pytest.raises(PydanticCustomError):
        reading.email(sent)
