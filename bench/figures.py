"""What a benchmark found: rows of a table, and the statistics behind them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

_WHOLE = 100.0
"""Milliseconds from which decimals say nothing."""


@dataclass(frozen=True)
class Row:
    """One figure: what, how much, what it is compared with, their ratio, and what that should be."""

    what: str
    ours: str
    compared: str = ""
    ratio: float | None = None
    aim: str = ""

    def cells(self) -> tuple[str, ...]:
        """As the cells of a table."""
        return self.what, self.ours, self.compared, "" if self.ratio is None else f"{self.ratio:.2f}", self.aim


@dataclass(frozen=True)
class Section:
    """The rows of one part, and how they came about."""

    title: str
    how: str
    rows: tuple[Row, ...]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of rounds that ran next to each other."""
    return median(our / their for our, their in zip(ours, theirs, strict=True))


def milliseconds(seconds: float) -> str:
    """A time in words, in whole milliseconds or with three digits that count."""
    told = seconds * 1000
    return f"{told:,.0f} ms" if told >= _WHOLE else f"{told:.3g} ms"
