"""Runs each mutant that mutmut left alive once more: `python -m tests.surviving_mutants MUTANTS`.

mutmut imports the code before it chooses a mutant, so what runs at import (annotations, tables, decorators) is never
mutated for its tests: here each mutant has a process of its own.
MUTANTS is its folder `mutants`, after `mutmut run`. What still survives is printed, and counted.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

SURVIVED, NO_TESTS = 0, 33
"""mutmut's exit codes of the mutants that are run again."""

ALIVE, WITHOUT_TESTS_OF_ITS_OWN = 0, 5
"""Exit codes of pytest."""

LONGEST_SECONDS: Final = 300


def left_alive(mutants: Path) -> Iterator[tuple[str, str]]:
    """The mutants that survived or that no test is known to reach, each with its module."""
    for meta in sorted(mutants.rglob("*.py.meta")):
        module = str(meta.relative_to(mutants)).removesuffix(".py.meta")
        for name, code in json.loads(meta.read_text("utf-8"))["exit_code_by_key"].items():
            if code in {SURVIVED, NO_TESTS}:
                yield name, module


def tests_of(module: str, mutants: Path) -> list[str]:
    """The module's own tests first, then those that mutmut ran."""
    own = Path("tests") / Path(module).relative_to("shared").with_name(f"test_{Path(module).name}.py")
    return [*([str(own)] if (mutants / own).exists() else []), "tests/domain", "tests/workflow"]


def survives(name: str, module: str, mutants: Path) -> bool:
    """Whether no test fails, or hangs, under this mutant."""
    environment = {**os.environ, "MUTANT_UNDER_TEST": name}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    for tests in tests_of(module, mutants):
        try:
            ended = subprocess.run(
                [*command, tests],
                cwd=mutants,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        if ended.returncode not in {ALIVE, WITHOUT_TESTS_OF_ITS_OWN}:
            return False
    return True


def main(arguments: Sequence[str]) -> int:
    """Run from the command line; prints each mutant that survives, then how many of how many."""
    parser = argparse.ArgumentParser(prog="python -m tests.surviving_mutants", description=__doc__)
    parser.add_argument("mutants", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--sample", type=int, help="run so many only, spread evenly")
    chosen = parser.parse_args(arguments)
    found = list(left_alive(chosen.mutants))
    found = found[:: max(1, len(found) // chosen.sample)] if chosen.sample else found
    with ThreadPoolExecutor(chosen.workers) as pool:
        verdicts = pool.map(lambda each: survives(each[0], each[1], chosen.mutants), found)
        alive = [name for (name, _), stays in zip(found, verdicts, strict=True) if stays]
    print("\n".join(alive))  # noqa: T201 - the command's output
    counts = Counter(name.partition(".x")[0] for name in alive)
    print(json.dumps({"run": len(found), "survive": len(alive), "by_module": counts}))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
