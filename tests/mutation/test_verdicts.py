from pathlib import Path
from signal import SIGALRM, SIGKILL, SIGXCPU

import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.verdicts import KILLED, SURVIVED, TIMED_OUT, Verdicts, digest_of_tests, verdict_of


def a_mutant(name: str = "one", digest: str = "d") -> Mutant:
    return Mutant(name, "shared.domain.book", "add", "a", "b", digest)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (0, SURVIVED),
        (1, KILLED),
        (2, KILLED),
        (4, KILLED),
        (-SIGKILL, KILLED),
        (-SIGXCPU, TIMED_OUT),
        (-SIGALRM, TIMED_OUT),
    ],
)
def test_takes_whatever_is_no_success_for_a_death(status: int, verdict: str) -> None:
    assert verdict_of(status) == verdict


def test_knows_nothing_before_the_first_run(tmp_path: Path) -> None:
    assert Verdicts(tmp_path / "none", "t").standing([a_mutant()]) == {}


def test_goes_on_with_the_last_verdict_on_the_same_function(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path / "lines", "t")
    verdicts.add(a_mutant(), SURVIVED)
    verdicts.add(a_mutant("two"), SURVIVED)
    verdicts.add(a_mutant("two"), TIMED_OUT)
    assert verdicts.standing([a_mutant(), a_mutant("two")]) == {"one": SURVIVED, "two": TIMED_OUT}
    assert verdicts.standing([a_mutant(digest="other")]) == {}


def test_tries_survivors_again_when_the_tests_changed_and_lets_the_dead_be(tmp_path: Path) -> None:
    before = Verdicts(tmp_path / "lines", "t")
    before.add(a_mutant(), SURVIVED)
    before.add(a_mutant("two"), KILLED)
    after = Verdicts(tmp_path / "lines", "u")
    assert after.standing([a_mutant(), a_mutant("two")]) == {"two": KILLED}
    assert after.last([a_mutant(), a_mutant("two")]) == {"one": SURVIVED, "two": KILLED}


def test_sees_that_a_test_changed(tmp_path: Path) -> None:
    path = tmp_path / "tests" / "domain" / "test_book.py"
    path.parent.mkdir(parents=True)
    path.write_text("one", "utf-8")
    before = digest_of_tests(tmp_path)
    assert digest_of_tests(tmp_path) == before
    path.write_text("two", "utf-8")
    assert digest_of_tests(tmp_path) != before
