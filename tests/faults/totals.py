"""What a suite did, counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Violation:
    """Something that must not be. `again` are the arguments that repeat the run, after the suite's name."""

    words: str
    again: str = ""


@dataclass
class Totals:
    """What a suite did, or a part of it: its runs, the seeds they took, their steps and calls, and every violation.

    What a run is differs by suite; `steps` are counted by those whose runs have some, `calls` by those that count
    calls to storage, queues and mail. `details` are counts, or texts, by name. `cut_short`: its time was over before
    all of it was done.
    """

    suite: str
    runs: int = 0
    seeds: int = 0
    steps: int = 0
    calls: int = 0
    seconds: float = 0.0
    violations: list[Violation] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    cut_short: bool = False

    def add(self, other: "Totals") -> None:
        """Count another part of the same suite."""
        self.runs += other.runs
        self.seeds += other.seeds
        self.steps += other.steps
        self.calls += other.calls
        self.violations += other.violations
        self.details = summed(self.details, other.details)
        self.cut_short |= other.cut_short


def summed(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Both details: numbers of the same name are added; of what else has the same name, theirs remain."""
    both = {name: value for name, value in theirs.items() if isinstance(value, int) and name in ours}
    return {**ours, **theirs, **{name: ours[name] + value for name, value in both.items()}}


def in_a_line(totals: Totals, first: int) -> str:
    """The totals in the form that all suites share; `first` is the seed they began with."""
    counted = [f"{totals.runs:,} runs"]
    if totals.seeds:
        counted.append(f"seeds {first:,} to {first + totals.seeds - 1:,}")
    counted += [f"{number:,} {name}" for name, number in (("steps", totals.steps), ("calls", totals.calls)) if number]
    counted.append(f"{len(totals.violations):,} violations")
    cut = ", cut short" if totals.cut_short else ""
    return f"{totals.suite}: {', '.join(counted)}, {totals.seconds:,.1f} s{cut}"
