"""What the unmutated code does: which test calls which function, and for how long."""

from dataclasses import dataclass, field
from typing import Final

from tests.mutation.mutants import Mutant

EXAMPLES: Final = 25
"""Of hypothesis, for each property."""


def tests_of(module: str) -> str:
    """The file of a module's own tests."""
    _, package, name = module.split(".")
    return f"tests/{package}/test_{name}.py"


@dataclass
class Recording:
    """What the unmutated code did."""

    reached: dict[str, list[str]] = field(default_factory=dict)
    """By function: the ids of the tests that call it."""

    by_code: list[str] = field(default_factory=list)
    """Functions that are called while the modules of the app are imported."""

    by_tests: list[str] = field(default_factory=list)
    """Functions that are called while tests are collected, and by no module of the app before."""

    seconds: dict[str, float] = field(default_factory=dict)
    """Of the processor, by test."""

    def tests_for(self, mutant: Mutant, *, own: bool) -> list[str]:
        """The tests that call the function, of its own module or of others; the quickest first."""
        file = tests_of(mutant.module)
        tests = (test for test in self.reached.get(called(mutant), []) if test.startswith(file) is own)
        return sorted(tests, key=self.seconds.__getitem__)


def called(mutant: Mutant) -> str:
    """The mutant's function, as mutmut records it."""
    return mutant.name.rpartition("__mutmut_")[0]
