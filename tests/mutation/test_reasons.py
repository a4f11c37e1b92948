from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant
from tests.mutation.reasons import Reason, explained, place_of, read_reasons

ADD = Mutant("n", "shared.domain.book", "Book.add", "a + b", "a - b", "d")
COUNT = Mutant("m", "shared.domain.book", "_count", "len(a)", "None", "d")


def test_names_a_place_by_module_and_function() -> None:
    assert place_of(ADD) == "domain.book:Book.add"


@pytest.mark.parametrize(
    ("where", "change", "meant"),
    [
        ("domain.book:Book.add", "→ a - b", True),
        ("domain.*:*", "^a", True),
        ("*:_count", "", False),
        ("domain.book:Book.add", "a - b → ", False),
    ],
)
def test_is_meant_for_a_place_and_a_change(where: str, change: str, *, meant: bool) -> None:
    assert Reason(where, change, "why").explains(ADD) is meant


def test_gives_each_survivor_the_first_reason_there_is() -> None:
    reasons = [Reason("*:Book.*", "", "one"), Reason("*", "- b", "two")]
    found = explained([ADD, COUNT], reasons)
    assert found.by_reason == {reasons[0]: [ADD], reasons[1]: []}
    assert (found.without_reason, found.unused) == ([COUNT], [reasons[1]])


def test_reads_the_reasons_there_are() -> None:
    reasons = read_reasons()
    assert reasons
    assert all(each.why and ":" in each.where for each in reasons)


def test_refuses_a_reason_that_says_less_than_it_should(tmp_path: Path) -> None:
    (tmp_path / "reasons.toml").write_text('[[reason]]\nwhere = "a:b"\n', "utf-8")
    with pytest.raises(TypeError, match="change"):
        read_reasons(tmp_path / "reasons.toml")
