"""Totals add up, and all suites tell theirs in one form."""

from tests.faults.totals import Totals, Violation, in_a_line, summed


def test_parts_add_up() -> None:
    totals = Totals("model", 1, 1, 10, 100, violations=[Violation("one")], details={"approved": 1})
    totals.add(Totals("model", 2, 1, 20, 200, violations=[Violation("two")], details={"approved": 2, "over": 3}))
    assert (totals.runs, totals.seeds, totals.steps, totals.calls) == (3, 2, 30, 300)
    assert [violation.words for violation in totals.violations] == ["one", "two"]
    assert totals.details == {"approved": 3, "over": 3}


def test_details_that_are_no_numbers_are_not_added() -> None:
    assert summed({"fence": {"runs": 1}}, {"fence": {"runs": 2}}) == {"fence": {"runs": 2}}


def test_a_line_leaves_out_what_a_suite_does_not_count() -> None:
    assert in_a_line(Totals("dates", 1_000, 2, seconds=1_234.5), 7) == (
        "dates: 1,000 runs, seeds 7 to 8, 0 violations, 1,234.5 s"
    )
    assert in_a_line(Totals("faults", 5, calls=60, violations=[Violation("x")]), 0) == (
        "faults: 5 runs, 60 calls, 1 violations, 0.0 s"
    )
