"""Prove that nothing is lost and nothing is doubled: `python -m tests.faults [SUITE ...]`; without a suite, all."""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from tests.faults.proofs import record
from tests.faults.rest import Outcome
from tests.faults.suites import NO_LIMIT, SUITES, Extent, Job, Suite
from tests.faults.totals import Totals, in_a_line

MOST_SHOWN: Final = 20
TELL_EVERY_SECONDS: Final = 10.0


def run(name: str, suite: Suite, extent: Extent) -> Totals:
    """Run a suite on every processor, and tell what is violated. What its minutes do not suffice for is left out."""
    totals, jobs = Totals(name), suite.jobs(extent)
    left = sum(len(parts) for _, parts in jobs)
    began = told = time.monotonic()
    context = get_context("spawn")
    with ProcessPoolExecutor(suite.workers, mp_context=context, initializer=logging.disable) as pool:
        for part in _parts(pool, jobs):
            _add(totals, part)
            left -= 1
            now = time.monotonic()
            if left and now - began > extent.minutes * 60:
                pool.shutdown(wait=False, cancel_futures=True)
                break
            if now - told > TELL_EVERY_SECONDS:
                told = now
                sys.stderr.write(f"{name}: {totals.runs:,} runs, {len(totals.violations)} violations so far\n")
        totals.seconds = round(time.monotonic() - began, 1)
    totals.cut_short |= left > 0
    if not totals.cut_short and extent.seeds >= suite.seeds:
        _add(totals, Totals(name, violations=suite.lacks(totals)))
    return totals


def _parts(pool: ProcessPoolExecutor, jobs: Sequence[Job]) -> Iterator[Totals]:
    """What the parts came to, in their order, so that the seeds which are done have no gaps."""
    waiting = [pool.map(work, parts) for work, parts in jobs]
    for done in waiting:
        yield from done


def _add(totals: Totals, part: Totals) -> None:
    """Count a part, and tell of its violations at once: the rest may take an hour."""
    for violation in part.violations[: max(MOST_SHOWN - len(totals.violations), 0)]:
        _say(f"VIOLATION {violation.words}")
        if violation.again:
            _say(f"  to repeat it: python -m tests.faults {part.suite} {violation.again}")
    totals.add(part)


def _report(totals: Totals, extent: Extent) -> None:
    for what, seen in totals.details.items():
        _say(f"  {what}: {_in_words(seen)}")
    _say(in_a_line(totals, extent.start))


def _in_words(seen: Any) -> str:
    if not isinstance(seen, dict):
        return f"{seen:,}"
    return "; ".join(f"{suite} {_missed(each)}" for suite, each in seen.items())


def _missed(seen: dict[str, Any]) -> str:
    return f"miss it after {seen['runs']} runs" if seen["found"] else f"do not miss it in {seen['runs']} runs"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _repeat(repeat: Callable[[str], Outcome], what: str) -> int:
    """Run once more what a violation names, and tell call by call what happened."""
    outcome = repeat(what)
    for line in (*outcome.trace, *(f"VIOLATION {each}" for each in outcome.violations)):
        _say(line)
    return int(bool(outcome.violations))


def _prove(suites: Mapping[str, Suite], options: argparse.Namespace) -> int:
    wrong = 0
    for totals, extent in _runs(suites, options):
        _report(totals, extent)
        if options.json:
            record(options.json, totals, extent)
        wrong += len(totals.violations)
    _say(f"Not proven: {wrong} violations." if wrong else f"All is proven: {', '.join(suites)}.")
    return int(bool(wrong))


def _runs(suites: Mapping[str, Suite], options: argparse.Namespace) -> Iterator[tuple[Totals, Extent]]:
    """What each suite came to, one after the other; those that mostly wait run meanwhile."""
    extents = {name: _extent(suite, options) for name, suite in suites.items()}
    with ThreadPoolExecutor() as beside:
        begun = {name: beside.submit(run, name, suite, extents[name]) for name, suite in suites.items() if suite.waits}
        for name, suite in suites.items():
            totals = begun[name].result() if name in begun else run(name, suite, extents[name])
            yield totals, extents[name]


def _extent(suite: Suite, options: argparse.Namespace) -> Extent:
    seeds = options.seeds or (suite.long_seeds if options.long else suite.seeds)
    return Extent(options.start, seeds, options.minutes, options.long)


def main(arguments: Sequence[str], suites: Mapping[str, Suite] = SUITES) -> int:
    """Run what is asked for; 0 if all is proven, 1 if there were violations, 2 if it cannot be understood."""
    parser = _parser(suites)
    options = parser.parse_args(arguments)
    names = options.suites or list(suites)
    if unknown := [name for name in names if name not in suites]:
        parser.error(f"there is no suite {', '.join(unknown)}; there are: {', '.join(suites)}")
    chosen = {name: suites[name] for name in names}
    if options.repeat is None:
        return _prove(chosen, options)
    repeat = chosen[names[0]].repeat
    if repeat is None or len(names) > 1:
        able = ", ".join(name for name, suite in suites.items() if suite.repeat)
        parser.error(f"--repeat: name one suite of {able}; of others, --start and --seeds repeat a seed")
    try:
        return _repeat(repeat, options.repeat)
    except ValueError as error:
        return parser.error(f"--repeat: {error}")


def _parser(suites: Mapping[str, Suite]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"{', '.join(suites)}; all if none is named")
    parser.add_argument("--seeds", type=int, help="how many; without it, what the suite has")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--long", action="store_true", help="a million schedules, all pairs of faults, 100 kills, ...")
    parser.add_argument("--minutes", type=float, default=NO_LIMIT, help="how long each suite may take; else to its end")
    parser.add_argument("--json", type=Path, help="the file of proofs to which the totals are added")
    parser.add_argument("--repeat", metavar="RUN", help="repeat one run of a suite, call by call")
    return parser


if __name__ == "__main__":
    # Here and not in main: a test that calls it would silence every other of its process.
    logging.disable()
    sys.exit(main(sys.argv[1:]))
