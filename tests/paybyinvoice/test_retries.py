"""Pauses between tries."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paybyinvoice import Retries


def test_the_limit_doubles_up_to_the_longest() -> None:
    retries = Retries(first_pause=1.0, longest_pause=5.0, draw=lambda _, limit: limit)
    assert [retries.pause(failed, None) for failed in (1, 2, 3, 4, 5000)] == [1.0, 2.0, 4.0, 5.0, 5.0]


@settings(deadline=None)
@given(st.integers(1, 10_000), st.one_of(st.none(), st.floats(0, 3600)), st.integers())
def test_a_pause_is_never_shorter_than_asked_nor_longer_than_that_and_the_longest(
    failed: int, asked: float | None, seed: int
) -> None:
    retries = Retries(draw=random.Random(seed).uniform)
    assert (asked or 0.0) <= retries.pause(failed, asked) <= (asked or 0.0) + retries.longest_pause


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
@pytest.mark.parametrize("name", ["try_time_out", "deadline"])
def test_no_time_at_all_is_refused(name: str, seconds: float) -> None:
    changes: dict[str, Any] = {name: seconds}
    with pytest.raises(ValueError, match=f"{name} must be a number of seconds above 0, not {seconds}"):
        Retries(**changes)
