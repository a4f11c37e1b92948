"""The file of proofs: what is kept, what becomes one, and of which commit it speaks."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.proofs import Circumstances, Proof, circumstances, proof_of, read_proofs, record, with_proof
from tests.faults.suites import Extent
from tests.faults.totals import Totals, Violation

HERE = Circumstances("abc1234", "Linux", {"python": "3.11.7"})


def a_proof(first: int = 0, last: int = 9, suite: str = "schedules", found: Circumstances = HERE) -> Proof:
    runs = last - first + 1
    return Proof(suite, True, False, (first, last), runs, 2, 3, 0, 1.5, "2026-11-22", found, {"seen": runs})


def test_what_goes_on_from_an_earlier_proof_becomes_one_with_it() -> None:
    (joined,) = with_proof([a_proof(0, 9)], a_proof(10, 14))
    assert (joined.seeds, joined.runs, joined.steps, joined.calls, joined.seconds) == ((0, 14), 15, 4, 6, 3.0)
    assert joined.details == {"seen": 15}


def test_what_is_run_again_takes_the_place_of_the_earlier_proof() -> None:
    assert with_proof([a_proof(0, 9)], a_proof(0, 4)) == [a_proof(0, 4)]
    all_there_is = replace(a_proof(suite="faults"), seeds=None)
    assert with_proof([all_there_is], all_there_is) == [all_there_is]


def test_what_leaves_a_gap_or_is_of_another_commit_stands_beside_it() -> None:
    known = [a_proof(0, 9)]
    later = replace(HERE, commit="def5678")
    for other in (a_proof(11, 12), a_proof(0, 9, "dates"), a_proof(10, 12, found=later), a_proof(0, 9, found=later)):
        assert with_proof(known, other) == [*known, other]


def test_totals_are_recorded_beside_what_is_known(tmp_path: Path) -> None:
    file = tmp_path / "proofs.json"
    assert read_proofs(file) == []
    for suite in ("faults", "dates"):
        record(file, Totals(suite, 5, 2, violations=[Violation("lost")]), Extent(3, 2, 1.0, long=False))
    faults, dates = read_proofs(file)
    assert (faults.suite, dates.suite) == ("faults", "dates")
    assert (faults.seeds, faults.runs, faults.violations, faults.long) == ((3, 4), 5, 1, False)


def test_a_suite_without_seeds_took_all_there_is() -> None:
    proof = proof_of(Totals("faults", 5), Extent(0, 9, 1.0, long=True), HERE, datetime(2026, 11, 22, tzinfo=UTC))
    assert (proof.seeds, proof.date) == (None, "2026-11-22")


def test_says_of_which_commit_and_with_what_it_speaks() -> None:
    found = circumstances()
    assert found.commit
    assert {"python", "azure-functions", "hypothesis"} <= found.versions.keys()
    assert "processors" in found.machine
