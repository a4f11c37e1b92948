"""Tries mutants: `python -m tests.mutation.run MUTANTS VERDICTS`, in the copy of the repository that holds them.

Each mutant gets a forked process. What it is forked off has imported as much as the mutant cannot change: where the
app calls the function at import (annotations, tables, decorators), only what is of others; where tests call it when
they are collected, the app too; and everywhere else every test, of which those run that call the function.
"""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.mutation.forks import Job, done_by_forks
from tests.mutation.mutants import Mutant, load
from tests.mutation.recording import Recording, called, tests_of
from tests.mutation.session import OPTIONS, TESTS, Recorder, Trials, import_the_app, job, passes, prepare, try_each
from tests.mutation.verdicts import Verdicts, digest_of_tests

OF_OTHERS: Final = (
    "aiohttp",
    "azure.data.tables.aio",
    "azure.functions",
    "azure.storage.queue.aio",
    "holidays",
    "hypothesis",
    "iso3166",
    "iso4217",
    "jinja2",
    "pydantic",
    "pydantic_settings",
)
"""What takes long to import."""

UNLIMITED: Final = 10**6
"""Seconds: longer than any machine takes for everything."""

IMPORT_SECONDS: Final = 3.0
"""Of the processor: generous."""


def _record(path: Path) -> int:
    recorder = Recorder()
    recorder.begin()
    status = pytest.main([*OPTIONS, *TESTS], plugins=[recorder])
    path.write_text(json.dumps(asdict(recorder.recording)), "utf-8")
    return int(status)


def recorded(path: Path) -> Recording:
    """What the unmutated code does. Raises SystemExit if its tests fail."""
    log = str(path.with_suffix(".log"))
    whole = Job("unmutated", partial(_record, path), UNLIMITED, UNLIMITED, log)
    if [status for _, status in done_by_forks([whole], 1)] != [0]:
        sys.exit(f"the tests fail without any mutant: see {log}")
    return Recording(**json.loads(path.read_text("utf-8")))


def _try_collected(trials: Trials) -> None:
    whole = Job("trials", lambda: int(pytest.main([*OPTIONS, *TESTS], plugins=[trials])), UNLIMITED, UNLIMITED)
    for _, status in done_by_forks([whole], 1):
        if status:
            sys.exit(f"the trials of mutants ended with {status}")


def _try_from_import(mutants: Sequence[Mutant], recording: Recording, verdicts: Verdicts, at_once: int) -> None:
    """The tests of the mutant's own module, then all tests."""
    whole = IMPORT_SECONDS + sum(recording.seconds.values())

    def own(mutant: Mutant) -> Job:
        return job(mutant.name, partial(passes, mutant.name, [tests_of(mutant.module)]), IMPORT_SECONDS)

    def every(mutant: Mutant) -> Job:
        return job(mutant.name, partial(passes, mutant.name, TESTS), whole)

    try_each(mutants, [own, every], verdicts, at_once)


def try_out(mutants: Sequence[Mutant], recording: Recording, verdicts: Verdicts, at_once: int) -> None:
    """Find a verdict for each that has none."""
    known = verdicts.standing(mutants)
    to_try = [mutant for mutant in mutants if mutant.name not in known]
    by_code = [mutant for mutant in to_try if called(mutant) in recording.by_code]
    by_tests = [mutant for mutant in to_try if called(mutant) in recording.by_tests]
    others = [mutant for mutant in to_try if called(mutant) not in {*recording.by_code, *recording.by_tests}]
    print(f"{len(known)} verdicts are known, {len(to_try)} mutants are to be tried")  # noqa: T201 - takes long
    _try_from_import(by_code, recording, verdicts, at_once)
    _try_collected(Trials(others, recording, verdicts, at_once))
    import_the_app()
    _try_from_import(by_tests, recording, verdicts, at_once)


def main(arguments: Sequence[str]) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.run", description=__doc__)
    parser.add_argument("mutants", type=Path, help="the list of mutants")
    parser.add_argument("verdicts", type=Path, help="where the verdicts are kept")
    parser.add_argument("--at-once", type=int, default=2)
    chosen = parser.parse_args(arguments)
    prepare()
    for name in OF_OTHERS:
        importlib.import_module(name)
    recording = recorded(chosen.mutants.with_name("recording.json"))
    verdicts = Verdicts(chosen.verdicts, digest_of_tests(Path.cwd()))
    try_out(load(chosen.mutants), recording, verdicts, chosen.at_once)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
