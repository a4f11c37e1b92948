"""The tests in one process: which of them calls which function, and which notices a mutant."""

import gc
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Final

import pytest
from hypothesis import settings
from mutmut.mutation import trampoline

from tests.mutation.forks import Job, done_by_forks
from tests.mutation.mutants import Mutant
from tests.mutation.recording import EXAMPLES, Recording
from tests.mutation.verdicts import Verdicts, verdict_of

TESTS: Final = ("tests/domain", "tests/workflow")

ACTIVE: Final = "MUTANT_UNDER_TEST"
"""The environment variable by which mutmut's copies of a function know which of them is called."""

RECORDING: Final = "stats"
"""Its value when each call is to be recorded."""

NO_MUTANT: Final = ""

PLUGINS: Final = ("_hypothesis_pytestplugin", "pytest_asyncio.plugin", "pytest_timeout")
"""The last for its setting only: the limits are those of the process."""

OPTIONS: Final = (
    "-x",
    "-q",
    "--capture=no",
    "--hypothesis-profile=mutation",
    "--override-ini=timeout=0",
    "-Wignore::pytest.PytestAssertRewriteWarning",
    "-pno:cacheprovider",
    *(f"-p{plugin}" for plugin in PLUGINS),
)

CPU_TIMES: Final = 10
"""A mutant may take so many times the processor's seconds of the unmutated tests, and LEAST_CPU_SECONDS more."""

LEAST_CPU_SECONDS: Final = 5

BUSY: Final = 200
"""Seconds of the clock for each of the processor, which others may be using: what waits for ever is ended by it."""


def prepare() -> None:
    """Let pytest load those plugins only, and hypothesis draw the same few examples each time."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    settings.register_profile("mutation", deadline=None, database=None, derandomize=True, max_examples=EXAMPLES)


def job(key: str, work: Any, usual_seconds: float) -> Job:
    """Work that is ended when it takes far longer than usual."""
    most = round(LEAST_CPU_SECONDS + CPU_TIMES * usual_seconds)
    return Job(key, work, most_cpu_seconds=most, most_seconds=BUSY * most)


def try_each(
    mutants: Iterable[Mutant], phases: Sequence[Callable[[Mutant], Job]], verdicts: Verdicts, at_once: int
) -> None:
    """Find a verdict for each mutant; each phase tries what those before it left alive."""
    alive = {mutant.name: mutant for mutant in mutants}
    for number, phase in enumerate(phases, 1):
        for name, status in done_by_forks([phase(mutant) for mutant in alive.values()], at_once):
            if status or number == len(phases):
                verdicts.add(alive.pop(name), verdict_of(status))


def import_the_app() -> None:
    """Every module in `shared` of the current folder."""
    for module in walk_packages(["shared"], "shared."):
        import_module(module.name)


class Recorder:
    """A plugin for pytest that records."""

    def __init__(self) -> None:
        self.recording = Recording()
        self._called: set[str] = set()

    def begin(self) -> None:
        """Record from now on, the import of the app first: pytest imports a conftest before it asks any plugin."""
        os.environ[ACTIVE] = RECORDING
        trampoline.record_trampoline_hit = self._record
        import_the_app()
        self.recording.by_code = sorted(self._called)

    def _record(self, function: str, caller: str | None) -> None:
        self._called.add(function)

    def pytest_collection_finish(self) -> None:
        """What was called until now was called at import."""
        self.recording.by_tests = sorted(self._called.difference(self.recording.by_code))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Of each test, what it calls and how long it takes."""
        self._called = set()
        _forget_what_is_cached()
        began = time.process_time()
        result = yield
        self.recording.seconds[item.nodeid] = time.process_time() - began
        for function in self._called:
            self.recording.reached.setdefault(function, []).append(item.nodeid)
        return result


def _forget_what_is_cached() -> None:
    """So that each test calls what it needs, and not only the first one that needs it."""
    for name, module in [*sys.modules.items()]:
        if name.startswith(("shared.", "tests.")):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


@dataclass
class Trials:
    """A plugin for pytest that, with everything collected, forks for each mutant and runs the tests that call it."""

    mutants: Sequence[Mutant]
    recording: Recording
    verdicts: Verdicts
    at_once: int

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests once."""
        gc.freeze()  # what is not touched is not copied
        phases = [partial(self._job, session, own=own) for own in (True, False)]
        try_each(self.mutants, phases, self.verdicts, self.at_once)
        return True

    def _job(self, session: pytest.Session, mutant: Mutant, *, own: bool) -> Job:
        tests = {*self.recording.tests_for(mutant, own=own)}
        items = sorted((item for item in session.items if item.nodeid in tests), key=self._seconds)
        return job(mutant.name, partial(_fails, session, items, mutant.name), sum(map(self._seconds, items)))

    def _seconds(self, item: pytest.Item) -> float:
        return self.recording.seconds[item.nodeid]


def _fails(session: pytest.Session, items: Sequence[pytest.Item], mutant: str) -> int:
    """1 if a test fails, else 0."""
    os.environ[ACTIVE] = mutant
    for item, following in pairwise([*items, None]):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return 1
    return 0


def passes(mutant: str, tests: Sequence[str]) -> int:
    """Import and run with a mutant from the start; the exit status of pytest, 0 if there are no such files."""
    os.environ[ACTIVE] = mutant
    there = [path for path in tests if Path(path).exists()]
    return int(pytest.main([*OPTIONS, *there])) if there else 0
