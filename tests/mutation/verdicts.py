"""What became of each mutant, kept in a file so that a run can be gone on with."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from signal import SIGALRM, SIGXCPU
from typing import Final

from tests.mutation.mutants import Mutant

KILLED: Final = "killed"
TIMED_OUT: Final = "timed out"
SURVIVED: Final = "survived"


def verdict_of(status: int) -> str:
    """What an exit status says, or the negative number of a signal: whatever is no success kills."""
    if status in {-SIGALRM, -SIGXCPU}:
        return TIMED_OUT
    return KILLED if status else SURVIVED


@dataclass(frozen=True)
class Verdicts:
    """The file, and the tests as they are now."""

    path: Path
    tests: str
    """Their digest: a survivor is tried again when it is another."""

    def add(self, mutant: Mutant, verdict: str) -> None:
        """Write one down."""
        line = {"mutant": mutant.name, "digest": mutant.digest, "tests": self.tests, "verdict": verdict}
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")

    def last(self, mutants: Iterable[Mutant]) -> dict[str, str]:
        """By name, the last verdict on each function as it is, whatever the tests were."""
        return {name: line["verdict"] for name, line in self._lines(mutants).items()}

    def standing(self, mutants: Iterable[Mutant]) -> dict[str, str]:
        """By name, the verdicts that need no other trial: a kill for as long as the function is the same."""
        lines = self._lines(mutants).items()
        stands = {name: line for name, line in lines if line["verdict"] != SURVIVED or line["tests"] == self.tests}
        return {name: line["verdict"] for name, line in stands.items()}

    def _lines(self, mutants: Iterable[Mutant]) -> dict[str, dict[str, str]]:
        digests = {mutant.name: mutant.digest for mutant in mutants}
        lines = map(json.loads, self.path.read_text("utf-8").splitlines()) if self.path.exists() else ()
        return {line["mutant"]: line for line in lines if digests.get(line["mutant"]) == line["digest"]}


def digest_of_tests(copy: Path) -> str:
    """One for all files that the verdicts depend on besides the mutated function."""
    digest = sha256()
    for pattern in ("*.py", "domain/*.py", "workflow/*.py"):
        for path in sorted((copy / "tests").glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
