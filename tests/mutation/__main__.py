"""`python -m tests.mutation`: change the domain and the protocol in every small way, and write docs/mutation.md.

To be run from the repository's root, with mutmut installed: `make mutation` sees to both. It fails where a mutant
survives without a reason, where a reason explains nothing, and where a mutant was not tried.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mutmut.mutation.file_mutation import mutate_file_contents

from tests.mutation.mutants import copied_with_mutants, load, save
from tests.mutation.page import page_of
from tests.mutation.reasons import Explained, explained, read_reasons
from tests.mutation.verdicts import SURVIVED, Verdicts, digest_of_tests

ROOT: Final = Path(__file__).resolve().parent.parent.parent
FOLDER: Final = ROOT / ".mutation"
COPY, MUTANTS, VERDICTS = FOLDER / "copy", FOLDER / "mutants.json", FOLDER / "verdicts.jsonl"
PAGE: Final = ROOT / "docs" / "mutation.md"


def _mutated(path: str, text: str) -> str:
    return str(mutate_file_contents(path, text).code)


def _write_page() -> int:
    mutants = load(MUTANTS)
    verdicts = Verdicts(VERDICTS, digest_of_tests(COPY))
    last, standing = verdicts.last(mutants), verdicts.standing(mutants)
    found = explained((each for each in mutants if last.get(each.name) == SURVIVED), read_reasons())
    PAGE.write_text(page_of(mutants, last, found, datetime.now(UTC).date()), "utf-8")
    not_tried = [f"not tried with these tests: {each.name}" for each in mutants if each.name not in standing]
    problems = [*_without_reason(found), *(not_tried or _unused(found))]
    print("\n".join(problems) or f"Written to {PAGE.name}.")  # noqa: T201 - the command's output
    return int(bool(problems))


def _without_reason(found: Explained) -> list[str]:
    return [f"survives without a reason: {each.name}: {each.change}" for each in found.without_reason]


def _unused(found: Explained) -> list[str]:
    return [f"explains nothing: {each.where} {each.change}" for each in found.unused]


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--at-once", type=int, default=2, help="how many mutants are tried at once")
    parser.add_argument("--page", action="store_true", help="write the page only, from the verdicts there are")
    chosen = parser.parse_args(arguments)
    if chosen.page:
        return _write_page()
    FOLDER.mkdir(exist_ok=True)
    save(copied_with_mutants(ROOT, COPY, _mutated), MUTANTS)
    command = [
        sys.executable,
        "-m",
        "tests.mutation.run",
        str(MUTANTS),
        str(VERDICTS),
        "--at-once",
        str(chosen.at_once),
    ]
    subprocess.run(command, cwd=COPY, check=True)
    return _write_page()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
