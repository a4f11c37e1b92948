"""`python -m bench [PART ...] [--quick]`: measure, print, and write docs/benchmarks.md when all parts were measured."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.cold_start import cold_start
from bench.figures import Section
from bench.own_cpu import own_cpu
from bench.page import PAGE, page_of
from bench.pages import pages
from bench.scale import scale
from bench.traffic import traffic


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    intakes: int
    cases: int
    many_in_memory: int
    many_in_azurite: int
    times: int


WHOLE = Size(rounds=5, intakes=150, cases=40, many_in_memory=100_000, many_in_azurite=5_000, times=11)
QUICK = Size(rounds=2, intakes=60, cases=20, many_in_memory=10_000, many_in_azurite=2_000, times=7)

MANY_BEHIND_PAGES = 10_000

PARTS: Mapping[str, Callable[[Size], Section]] = {
    "traffic": lambda size: asyncio.run(traffic(size.rounds, size.intakes, size.cases)),
    "scale": lambda size: asyncio.run(scale(size.many_in_memory, size.many_in_azurite, size.times)),
    "cold-start": lambda size: cold_start(size.times),
    "own-cpu": lambda size: own_cpu(size.rounds, size.intakes),
    "pages": lambda size: asyncio.run(pages(MANY_BEHIND_PAGES, 5 * size.times)),
}


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="less of everything: figures that are only roughly so")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    names = options.parts or list(PARTS)
    page = page_of([PARTS[name](QUICK if options.quick else WHOLE) for name in names], datetime.now(UTC))
    sys.stdout.write(page)
    if not options.quick and set(names) == set(PARTS):
        PAGE.write_text(page, "utf-8")
        sys.stdout.write(f"\nWritten to {PAGE.name}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
