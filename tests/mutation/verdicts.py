"""What became of each mutant, kept in a file so that a run can be gone on with."""

import json
from collections.abc import Iterable, Iterator
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

    def of(self, mutants: Iterable[Mutant]) -> dict[str, str]:
        """By name, what is known and still holds: a kill for as long as the function is the same."""
        digests = {mutant.name: mutant.digest for mutant in mutants}
        return {
            line["mutant"]: line["verdict"]
            for line in self._lines()
            if digests.get(line["mutant"]) == line["digest"]
            and (line["verdict"] != SURVIVED or line["tests"] == self.tests)
        }

    def _lines(self) -> Iterator[dict[str, str]]:
        if self.path.exists():
            yield from map(json.loads, self.path.read_text("utf-8").splitlines())


def digest_of_tests(copy: Path) -> str:
    """One for all files that the verdicts depend on besides the mutated function."""
    digest = sha256()
    for pattern in ("*.py", "domain/*.py", "workflow/*.py"):
        for path in sorted((copy / "tests").glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
