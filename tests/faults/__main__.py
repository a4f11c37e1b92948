"""Prove that nothing is lost and nothing is doubled: `python -m tests.faults faults|schedules|ablations`."""
# ruff: noqa: T201 - it is run to print

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from tests.faults import injection, schedules
from tests.faults.ablations import ABLATIONS
from tests.faults.runs import Totals, ablation_of, pairs_of, sampled_pairs, schedules_of, singles_of

SEEDS: Final = {"faults": 2_000, "schedules": 20_000, "ablations": 4_000}
LONG: Final = 1_000_000
CHUNK: Final = 250
MOST_SHOWN: Final = 20


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
    if options.seed is not None:
        return repeat(options.seed)
    totals = run(options)
    _report(totals, options)
    return int(bool(totals.violations))


if __name__ == "__main__":
    # Here and not in main: a test that calls it would silence every other of its process.
    logging.disable()
    sys.exit(main(sys.argv[1:]))
