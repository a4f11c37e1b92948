"""Prove that nothing is lost and nothing is doubled: `python -m tests.faults faults|schedules|ablations`."""
# ruff: noqa: T201 - it is run to print

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from tests.faults import injection, schedules
from tests.faults.ablations import ABLATIONS, by_faults, by_schedules, noticed

SEEDS: Final = {"faults": 2_000, "schedules": 20_000, "ablations": 3_000}
LONG: Final = 1_000_000
CHUNK: Final = 250
MOST_SHOWN: Final = 20


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
    if not any(each.found for each in seen.values()):
        totals.violations.append(f"nobody misses {ablation.name}: {ablation.without}")
    return totals


def _chunks(start: int, count: int) -> Iterator[tuple[int, int]]:
    for first in range(start, start + count, CHUNK):
        yield first, min(first + CHUNK, start + count)


def _jobs(options: argparse.Namespace) -> list[tuple[Callable[[Any], Totals], list[Any]]]:
    seeds = options.seeds or (LONG if options.long and options.suite == "schedules" else SEEDS[options.suite])
    if options.suite == "schedules":
        return [(schedules_of, list(_chunks(options.start, seeds)))]
    if options.suite == "ablations":
        every = range(options.start, options.start + seeds)
        return [(ablation_of, [(number, every) for number in range(len(ABLATIONS))])]
    singles = (singles_of, injection.plans())
    pairs = (pairs_of, injection.plans()) if options.long else (sampled_pairs, list(_chunks(options.start, seeds)))
    return [singles, pairs]


def run(options: argparse.Namespace) -> Totals:
    """Run a suite on every processor."""
    totals = Totals(options.suite)
    began = time.monotonic()
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=logging.disable) as pool:
        for work, parts in _jobs(options):
            for done, part in enumerate(pool.map(work, parts), 1):
                totals.add(part)
                if done % 100 == 0:
                    print(f"{done} of {len(parts)} parts, {len(totals.violations)} violations", file=sys.stderr)
    totals.seconds = round(time.monotonic() - began, 1)
    return totals


def repeat(seed: int) -> int:
    """Run one seed again, and tell call by call what happened."""
    schedule = schedules.Schedule(seed, traces=True)
    print(f"{schedule.what}; {schedule.rate:.0%} of the calls go wrong, {schedule.mail_rate:.0%} of the letters")
    outcome = schedule.play()
    print("\n".join([*outcome.trace, *(f"VIOLATION {each}" for each in outcome.violations)]))
    return int(bool(outcome.violations))


def _report(totals: Totals, options: argparse.Namespace) -> None:
    for name, seen in totals.details.items():
        print(f"{name}: " + "; ".join(f"{suite} {_missed(each)}" for suite, each in seen.items()))
    for violation in islice(totals.violations, MOST_SHOWN):
        print(f"VIOLATION {violation}")
    first = f", seeds from {options.start}" if options.suite == "schedules" else ""
    print(
        f"{totals.suite}: {totals.runs:,} runs{first}, {totals.calls:,} calls, "
        f"{len(totals.violations)} violations, {totals.seconds} s"
    )
    if options.json:
        options.json.write_text(json.dumps(asdict(totals), indent=2) + "\n", "utf-8")


def _missed(seen: dict[str, Any]) -> str:
    return f"miss it after {seen['runs']} runs" if seen["found"] else f"do not miss it in {seen['runs']} runs"


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 1 if there were violations."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("suite", choices=SEEDS)
    parser.add_argument("--seeds", type=int, help=f"how many; without it {SEEDS}")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--long", action="store_true", help="a million schedules; all pairs of faults")
    parser.add_argument("--seed", type=int, help="repeat one schedule, call by call")
    parser.add_argument("--json", type=Path, help="where to write the totals")
    options = parser.parse_args(arguments)
    logging.disable()
    if options.seed is not None:
        return repeat(options.seed)
    totals = run(options)
    _report(totals, options)
    return int(bool(totals.violations))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
