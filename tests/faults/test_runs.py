"""The parts of suites report what they did; what is wrong is named with what repeats it."""

from typing import Any

from shared.domain.lifecycle import State
from tests.faults import dates, injection, model
from tests.faults.runs import dates_of, never_reached, schedules_of, singles_of, stories_of
from tests.faults.totals import Totals, Violation


def test_a_part_counts_its_runs_calls_and_seeds() -> None:
    totals = schedules_of((3, 6))
    assert (totals.runs, totals.seeds, totals.violations) == (3, 3, [])
    assert totals.calls > 0
    assert singles_of(injection.Plan("facts_known", "facts_third_party")).seeds == 0


def test_dates_count_every_property_in_whole_batches() -> None:
    totals = dates_of(5, cases=len(dates.PROPERTIES))
    assert totals.details == {holds.__name__: dates.BATCH for holds in dates.PROPERTIES}
    assert (totals.runs, totals.seeds) == (dates.BATCH * len(dates.PROPERTIES), 1)


def test_a_property_that_does_not_hold_is_named_with_its_seed() -> None:
    def holds_never(one: dates.Instance) -> None:
        raise AssertionError("never")

    totals = dates_of(5, properties=(holds_never,))
    assert [violation.again for violation in totals.violations] == ["--start 5 --seeds 1"]
    assert "holds_never does not hold for Instance" in totals.violations[0].words


def test_a_story_in_which_both_differ_is_told() -> None:
    class Differing(model.ServiceAndModel):
        def teardown(self) -> None:
            super().teardown()
            raise AssertionError("they differ")

    totals = stories_of(4, 25, Differing)
    assert totals.violations[0].again == "--start 4 --seeds 1"
    assert "they differ" in totals.violations[0].words
    assert "state.begin(beginning=" in totals.violations[0].words


def test_stories_that_never_get_to_a_state_prove_nothing_of_it() -> None:
    seen: dict[str, Any] = dict.fromkeys(set(State) - {State.SWITCHED, State.INELIGIBLE}, 1)
    assert never_reached(Totals("model", details=seen)) == [Violation("no story gets to switched")]
    assert never_reached(Totals("model", details=seen | {State.SWITCHED: 1})) == []
