"""What a command runs in: environment, input, outputs, time."""

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from paybyinvoice.retries import Retries

_STEERING: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""General categories of what moves the cursor, ends a line or reorders text, and of halves of a character."""

_JOINERS: Final = "\u200c\u200d"
"""Persian, the Indic scripts and emoji are written with them."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Terminal:
    """Where a command reads and writes; tests give their own."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    inputs: TextIO = field(default_factory=lambda: sys.stdin)
    output: TextIO = field(default_factory=lambda: sys.stdout)
    errors: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], datetime] = _now
    retries: Retries = field(default_factory=Retries)

    def say(self, *lines: str) -> None:
        """Print lines for people."""
        self._write(self.output, lines)

    def complain(self, *lines: str) -> None:
        """Print lines about what is wrong."""
        self._write(self.errors, lines)

    def print_json(self, document: Any) -> None:
        """Print what the API answered, on a line of its own."""
        # In ASCII, which is the same JSON in every encoding that a terminal may have.
        print(json.dumps(document), file=self.output, flush=True)

    def _write(self, file: TextIO, lines: tuple[str, ...]) -> None:
        for line in lines:
            print(_harmless(line), file=file, flush=True)


def _harmless(line: str) -> str:
    """Take out what would steer the terminal: much of what is printed was written by somebody else."""
    return "".join(map(_shown, line))


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if character == "\t" or category == "Zs":
        return " "
    is_harmless = character in _JOINERS or category not in _STEERING
    return character if is_harmless else "\N{REPLACEMENT CHARACTER}"
