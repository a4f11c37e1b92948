from pathlib import Path

from tests.mutation.mutants import Mutant, copied_with_mutants, differing, load, mutants_in, save

MUTATED = '''
class Book:
    def xǁBookǁadd__mutmut_orig(self, page):
        """Adds."""
        return (
            self.pages
            + [page]
        )

    def xǁBookǁadd__mutmut_1(self, page):
        """Adds."""
        return (
            self.pages
            - [page]
        )


def x__count__mutmut_orig(pages):
    return len(pages, strict=True)


def x__count__mutmut_2(pages):
    return len(pages, )


async def x_read__mutmut_orig():
    return 1


async def x_read__mutmut_1():
    return 2
'''


def test_finds_every_mutant_with_its_function_and_its_change() -> None:
    found = mutants_in("shared.domain.book", MUTATED)
    assert [(each.name, each.function, each.change) for each in found] == [
        ("shared.domain.book.xǁBookǁadd__mutmut_1", "Book.add", "+ [page] → - [page]"),
        ("shared.domain.book.x__count__mutmut_2", "_count", "return len(pages, strict=True) → return len(pages, )"),
        ("shared.domain.book.x_read__mutmut_1", "read", "return 1 → return 2"),
    ]


def test_tells_changed_functions_apart_by_their_text_and_not_by_their_number() -> None:
    renumbered = MUTATED.replace("mutmut_1", "mutmut_7")
    digests = [each.digest for each in mutants_in("shared.domain.book", MUTATED)]
    assert [each.digest for each in mutants_in("shared.domain.book", renumbered)] == digests
    changed = MUTATED.replace("return 2", "return 3")
    assert [each.digest for each in mutants_in("shared.domain.book", changed)][:2] == digests[:2]
    assert mutants_in("shared.domain.book", changed)[2].digest != digests[2]


def test_says_that_lines_were_left_out() -> None:
    assert differing(["a(", "    b,", "    c,", ")"], ["a(", "    c,", ")"]) == ("b,", "")


def test_mutates_a_copy_and_only_what_is_to_be_mutated(tmp_path: Path) -> None:
    root, copy = tmp_path / "root", tmp_path / "root" / ".mutation" / "copy"
    for name in ("shared/domain/book.py", "shared/workflow/protocol.py", "shared/workflow/other.py", ".git/config"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("before\n", "utf-8")
    (copy / "left").mkdir(parents=True)
    found = copied_with_mutants(root, copy, lambda path, text: MUTATED if path and text == "before\n" else "")
    assert {each.module for each in found} == {"shared.domain.book", "shared.workflow.protocol"}
    assert (root / "shared/domain/book.py").read_text("utf-8") == "before\n"
    assert (copy / "shared/workflow/other.py").read_text("utf-8") == "before\n"
    assert {path.name for path in copy.iterdir()} == {"shared"}


def test_reads_what_it_wrote(tmp_path: Path) -> None:
    mutants = [Mutant("n", "m", "f", "ä", "b", "d")]
    save(mutants, tmp_path / "mutants.json")
    assert load(tmp_path / "mutants.json") == mutants
