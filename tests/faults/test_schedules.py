"""Schedules: a slice of the seeds, and that a seed repeats its run."""

import pytest

from tests.faults.schedules import Schedule, run

SLICE = 25


@pytest.mark.parametrize("start", range(0, 8 * SLICE, SLICE))
def test_nothing_is_lost_and_nothing_doubled(start: int) -> None:
    assert {seed: found for seed in range(start, start + SLICE) if (found := run(seed).violations)} == {}


def test_a_flag_that_is_committed_too_late_is_listed_without_the_night() -> None:
    """A letter was refused; before the flag for it was there, another delivery had sent the letter."""
    outcome = run(13522, traces=True)
    assert outcome.violations == []
    assert not any("reconcile" in line for line in outcome.trace)


def test_a_flag_whose_message_is_gone_is_listed_though_its_raiser_crashed() -> None:
    """Another delivery had sent the reminder and was done; this one took it for in doubt, and crashed with its flag."""
    assert run(40188).violations == []


def test_a_seed_repeats_its_run() -> None:
    first, second = (Schedule(7, traces=True) for _ in range(2))
    assert first.play().trace == second.play().trace
    assert first.what == second.what
