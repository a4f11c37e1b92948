"""The suites in parts that processors can share, and what each part came to."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.faults import injection, schedules
from tests.faults.ablations import ABLATIONS, by_faults, by_schedules, noticed, unnoticed


@dataclass
class Totals:
    """What a suite did: its runs, the calls in them, and every violation with what repeats it."""

    suite: str
    runs: int = 0
    calls: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def add(self, other: "Totals") -> None:
        """Count another part of the same suite."""
        self.runs += other.runs
        self.calls += other.calls
        self.violations += other.violations
        self.details |= other.details


def schedules_of(seeds: tuple[int, int]) -> Totals:
    """Run the seeds from the first up to, but not with, the second."""
    totals = Totals("schedules")
    for seed in range(*seeds):
        outcome = schedules.run(seed)
        totals.runs += 1
        totals.calls += outcome.calls
        totals.violations += [f"--seed {seed}: {each}" for each in outcome.violations]
    return totals


def singles_of(plan: injection.Plan) -> Totals:
    """Run a plan with every single fault."""
    return _faults([plan, *injection.singles(plan)])


def pairs_of(plan: injection.Plan) -> Totals:
    """Run a plan with every pair of faults."""
    return _faults(
        pair for single in injection.singles(plan) for pair in injection.one_more(single, injection.run(single)[1])
    )


def sampled_pairs(seeds: tuple[int, int]) -> Totals:
    """Run a pair of faults per seed."""
    return _faults(injection.a_pair(seed) for seed in range(*seeds))


def _faults(plans: Iterable[injection.Plan]) -> Totals:
    totals = Totals("faults")
    for plan in plans:
        outcome, _ = injection.run(plan)
        totals.runs += 1
        totals.calls += outcome.calls
        totals.violations += [f"{plan}: {each}" for each in outcome.violations]
    return totals


def ablation_of(work: tuple[int, range]) -> Totals:
    """Run an ablation until both suites have missed its safeguard, or the seeds are over."""
    ablation, seeds = ABLATIONS[work[0]], work[1]
    seen = {"schedules": noticed(by_schedules(ablation, seeds), 1), "faults": noticed(by_faults(ablation), 1)}
    totals = Totals("ablations", runs=sum(each.runs for each in seen.values()))
    totals.details[ablation.name] = {suite: asdict(each) for suite, each in seen.items()}
    totals.violations += [
        f"the {suite} do not miss {ablation.name}: {ablation.without}" for suite in unnoticed(ablation, seen)
    ]
    return totals
