"""The page of results: docs/mutation.md, made by the command."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Final

from tests.mutation.mutants import Mutant
from tests.mutation.reasons import Explained, place_of
from tests.mutation.recording import EXAMPLES
from tests.mutation.verdicts import KILLED, SURVIVED, TIMED_OUT

NOT_RUN: Final = "not run"
CONTEXT: Final = 24
"""Characters of an unchanged line that are shown on both sides of a change."""

INTRODUCTION: Final = """# Mutation tests

Made by `make mutation` (`python -m tests.mutation`); do not edit. What the tests of the domain and of the workflow's
protocol notice when the code is changed a little: [mutmut](https://pypi.org/project/mutmut/) changes it, one place at a
time, and `tests/mutation` runs the tests under each change. A mutant is killed when a test fails, and times out when
the tests take ten times as long as they should, which counts as killed.

mutmut has a runner of its own, which imports the code once and then forks: what runs at import (annotations, tables,
decorators) would never be mutated for its tests. Here a mutant's process has imported before it only what the mutant
cannot change: nothing of the repository where the app calls the function at import, the app where tests call it when
they are collected, and everywhere else all tests, of which those run that call the function, its module's own first.
Properties are tried with {examples} examples, always the same.

A run that was stopped goes on where it was: verdicts are kept in `.mutation/verdicts.jsonl`. A kill stands for as long
as the function is the same; what survived is tried again whenever the tests change. `rm -r .mutation` forgets all.
Every survivor has its reason in `tests/mutation/reasons.toml`; the command fails for one that has none, and for a
reason that explains none.
"""


def page_of(mutants: Sequence[Mutant], verdicts: Mapping[str, str], found: Explained, today: date) -> str:
    """The page, whole."""
    parts = [INTRODUCTION.format(examples=EXAMPLES), f"## Results of {today:%-d %B %Y}\n", *_table(mutants, verdicts)]
    parts += ["", "## What survives, and why", ""]
    parts += [line for reason, own in found.by_reason.items() if own for line in _section(reason.why, own)]
    parts += _section("No reason is known", found.without_reason) if found.without_reason else ()
    return "\n".join(parts)


def _table(mutants: Sequence[Mutant], verdicts: Mapping[str, str]) -> Iterator[str]:
    yield "| Module | Mutants | Killed | Timed out | Survived | Killed or timed out |"
    yield "|---|---|---|---|---|---|"
    counts = Counter((mutant.module, verdicts.get(mutant.name, NOT_RUN)) for mutant in mutants)
    for module in dict.fromkeys(mutant.module for mutant in mutants):
        yield _row(module.removeprefix("shared."), {of: n for (name, of), n in counts.items() if name == module})
    all_of_them = Counter(verdicts.get(mutant.name, NOT_RUN) for mutant in mutants)
    yield _row("All", all_of_them)
    if all_of_them[NOT_RUN]:
        yield f"\n{all_of_them[NOT_RUN]:,} mutants were not tried, as the run was stopped; they count as alive."


def _row(name: str, counts: Mapping[str, int]) -> str:
    whole = sum(counts.values())
    dead = counts.get(KILLED, 0) + counts.get(TIMED_OUT, 0)
    cells = [f"{counts.get(each, 0):,}" for each in (KILLED, TIMED_OUT, SURVIVED)]
    return f"| {name} | {whole:,} | {' | '.join(cells)} | {dead / whole:.1%} |"


def _section(why: str, survivors: Sequence[Mutant]) -> Iterator[str]:
    yield f"{len(survivors)}: {why}\n"
    for mutant in survivors:
        yield f"- `{place_of(mutant)}` {_code(mutant)}"
    yield ""


def _code(mutant: Mutant) -> str:
    was, now = _shortened(mutant.was, mutant.now)
    return f"`` {was} `` → `` {now} ``" if now else f"without `` {was} ``"


def _alike(one: str, other: str) -> int:
    """How many characters at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _shortened(was: str, now: str) -> tuple[str, str]:
    """Only what differs, with a little of what is around it."""
    before = _alike(was, now)
    after = _alike(was[before:][::-1], now[before:][::-1])
    first, last = max(0, before - CONTEXT), max(0, after - CONTEXT)
    shown = (f"{'…' * bool(first)}{text[first : len(text) - last]}{'…' * bool(last)}" for text in (was, now))
    return next(shown), next(shown)
