from datetime import date

from tests.mutation.mutants import Mutant
from tests.mutation.page import page_of
from tests.mutation.reasons import Explained, Reason
from tests.mutation.verdicts import KILLED, SURVIVED, TIMED_OUT

LINE = "return the_first_of_many_words(a + b, and_the_last_of_many_words, which_are_not_all_shown)"
MUTANTS = [
    Mutant("a", "shared.domain.book", "add", LINE, LINE.replace("+", "-"), "d"),
    Mutant("b", "shared.domain.book", "add", "strict=True,", "", "d"),
    Mutant("c", "shared.domain.page", "turn", "1", "2", "d"),
    Mutant("d", "shared.domain.page", "turn", "1", "0", "d"),
]
VERDICTS = {"a": SURVIVED, "b": SURVIVED, "c": KILLED, "d": TIMED_OUT}


def _page(found: Explained) -> list[str]:
    return page_of(MUTANTS, VERDICTS, found, date(2026, 11, 2)).splitlines()


def test_counts_by_module_and_in_all() -> None:
    lines = _page(Explained({}, MUTANTS[:2]))
    assert "| domain.book | 2 | 0 | 0 | 2 | 0.0% |" in lines
    assert "| domain.page | 2 | 1 | 1 | 0 | 100.0% |" in lines
    assert "| All | 4 | 1 | 1 | 2 | 50.0% |" in lines


def test_counts_what_was_not_run_as_alive() -> None:
    page = page_of(MUTANTS, {"c": KILLED}, Explained({}, []), date(2026, 11, 2))
    assert "| All | 4 | 1 | 0 | 0 | 25.0% |" in page
    assert "3 mutants were not tried" in page


def test_lists_survivors_under_their_reason_with_what_changed() -> None:
    lines = _page(Explained({Reason("w", "c", "It is the same."): MUTANTS[:1]}, MUTANTS[1:2]))
    start = lines.index("1: It is the same.")
    assert lines[start + 2] == (
        "- `domain.book:add` `` …e_first_of_many_words(a + b, and_the_last_of_many… ``"
        " → `` …e_first_of_many_words(a - b, and_the_last_of_many… ``"
    )
    assert lines[lines.index("1: No reason is known") + 2] == "- `domain.book:add` without `` strict=True, ``"
