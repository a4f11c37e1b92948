"""The suites notice when a safeguard is left out: otherwise they would prove nothing."""

from itertools import chain, islice

import pytest

from tests.faults.ablations import ABLATIONS, Ablation, by_faults, by_schedules, noticed

SOME, MORE, FAULTS = range(100), range(100, 4_000), 200
"""Most are missed by a few schedules; some need a single fault at the right call, and one many schedules."""


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda ablation: ablation.name)
def test_a_safeguard_that_is_left_out_is_missed(ablation: Ablation) -> None:
    runs = chain(by_schedules(ablation, SOME), islice(by_faults(ablation), FAULTS), by_schedules(ablation, MORE))
    assert noticed(runs, 1).found, ablation.without
