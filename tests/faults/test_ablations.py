"""The suites notice when a safeguard is left out, here a few; `python -m tests.faults ablations` leaves out each."""

import pytest

from tests.faults.ablations import ABLATIONS, Ablation, by_schedules, noticed

SLICE = [each for each in ABLATIONS if each.name in {"if_match", "number_check", "receipt", "notices_in_transaction"}]
SOME = range(200)


@pytest.mark.parametrize("ablation", SLICE, ids=lambda ablation: ablation.name)
def test_a_safeguard_that_is_left_out_is_missed(ablation: Ablation) -> None:
    assert noticed(by_schedules(ablation, SOME), 1).found, ablation.without
