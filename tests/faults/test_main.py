"""The command: what it runs, tells, records and repeats, and what it says to what it does not understand."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.__main__ import main, run
from tests.faults.injection import A_SPEC
from tests.faults.proofs import read_proofs
from tests.faults.suites import SUITES, Extent, Job, Suite
from tests.faults.totals import Totals, Violation


def one_wrong_of(seed: int) -> Totals:
    return Totals("wrong", 1, 1, violations=[Violation("it is lost", f"--repeat {seed}")])


def jobs_of_wrong(extent: Extent) -> list[Job]:
    return [(one_wrong_of, range(extent.start, extent.start + extent.seeds))]


WRONG = {"wrong": Suite("a wrong one", 3, 9, jobs_of_wrong, workers=1)}


def test_runs_a_suite_tells_its_totals_and_records_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedules", "--seeds", "3", "--start", "5", "--json", str(tmp_path / "proofs.json")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("schedules: 3 runs, seeds 5 to 7, ")
    assert told[-1] == "All is proven: schedules."
    assert [proof.seeds for proof in read_proofs(tmp_path / "proofs.json")] == [(5, 7)]


def test_a_violation_is_told_with_the_command_that_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], WRONG) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[:2] == ["VIOLATION it is lost", "  to repeat it: python -m tests.faults wrong --repeat 0"]
    assert told[-1] == "Not proven: 3 violations."


def test_what_is_wrong_with_all_together_is_told_if_all_were_run(capsys: pytest.CaptureFixture[str]) -> None:
    lacking = {"wrong": replace(WRONG["wrong"], lacks=lambda totals: [Violation(f"{totals.seeds} are not enough")])}
    assert main([], lacking) == 1
    assert "VIOLATION 3 are not enough\nwrong: 3 runs, seeds 0 to 2, 4 violations" in capsys.readouterr().out
    assert main(["--minutes", "0"], lacking) == 1
    assert main(["--seeds", "2"], lacking) == 1
    assert "not enough" not in capsys.readouterr().out


def meet(part: tuple[Path, str, str]) -> Totals:
    """Say that one is there, and wait for the other."""
    folder, own, other = part
    (folder / own).touch()
    deadline = time.monotonic() + 30
    while not (folder / other).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return Totals(own, 1, 1, violations=[] if (folder / other).exists() else [Violation(f"{other} did not come")])


def test_runs_what_mostly_waits_beside_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = Suite("works", 1, 1, lambda _: [(meet, [(tmp_path, "works", "waits")])], workers=1)
    second = Suite("waits", 1, 1, lambda _: [(meet, [(tmp_path, "waits", "works")])], workers=1, waits=True)
    assert main([], {"works": first, "waits": second}) == 0
    assert capsys.readouterr().out.endswith("All is proven: works, waits.\n")


def test_takes_more_seeds_at_length(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--long"], WRONG) == 1
    assert "wrong: 9 runs, seeds 0 to 8, 9 violations" in capsys.readouterr().out


def test_ends_when_its_minutes_are_over() -> None:
    cut = run("wrong", WRONG["wrong"], Extent(4, 1_000, 0.0, long=False))
    assert (cut.seeds, cut.cut_short) == (1, True)
    whole = run("wrong", WRONG["wrong"], Extent(4, 1, 0.0, long=False))
    assert (whole.seeds, whole.cut_short) == (1, False)


@pytest.mark.parametrize(("suite", "what"), [("schedules", "1"), ("faults", A_SPEC)])
def test_a_run_is_repeated_call_by_call(suite: str, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([suite, "--repeat", what]) == 0
    assert "read cases" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["moon"], "there is no suite moon; there are: faults, schedules"),
        (["dates", "--repeat", "1"], "name one suite of faults, schedules"),
        (["--repeat", "1"], "name one suite of faults, schedules"),
        (["faults", "--repeat", "1"], "it is written SCENE/ERRAND/"),
        (["schedules", "--repeat", "x"], "a seed is a whole number"),
    ],
)
def test_says_what_it_does_not_understand(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    assert told in capsys.readouterr().err


def test_every_suite_has_parts_in_short_and_at_length() -> None:
    for suite in SUITES.values():
        for long in (False, True):
            extent = Extent(0, suite.long_seeds if long else suite.seeds, 1.0, long)
            assert all(parts for _, parts in suite.jobs(extent)), suite.a_run
