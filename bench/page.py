"""The page of results: docs/benchmarks.md, made by the command."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.figures import Section

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
PACKAGES = ("azure-functions", "azure-data-tables", "azure-storage-queue", "aiohttp", "pydantic")
HEAD = ("What", "Ours", "Compared with", "Ratio", "Aim")

INTRODUCTION = """# Benchmarks

Made by `make bench` (`python -m bench`); do not edit. Absolute figures tell of the machine and of what else it did at
the time; the ratios are of rounds that ran next to each other, and are what to look at. Storage is Azurite: a real
account takes some milliseconds more for each request, on both sides of each comparison.
"""


def page_of(sections: Sequence[Section], now: datetime) -> str:
    """The page, whole."""
    return "\n".join([INTRODUCTION, _circumstances(now), *map(_section, sections)])


def _circumstances(now: datetime) -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{now.astimezone(UTC):%-d %B %Y, %H:%M} UTC; {platform.system()} on {platform.machine()}, "
        f"{os.cpu_count()} processors, load {load} (1, 5, 15 minutes); "
        f"Python {platform.python_version()}, {packages}.\n"
    )


def _section(section: Section) -> str:
    lines = [HEAD, ("-",) * len(HEAD), *(row.cells() for row in section.rows)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"## {section.title}\n\n{section.how}\n\n{table}\n"
