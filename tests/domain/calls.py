"""Counts what work a call makes: times say little in a test."""

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls_of(names: set[str], action: Callable[[], object]) -> Counter[str]:
    """How often an action calls each of these functions of the interpreter's own libraries."""
    counted: Counter[str] = Counter()

    def count(_frame: FrameType, event: str, called: Any) -> None:
        name = getattr(called, "__name__", "") if event == "c_call" else ""
        counted.update({name} & names)

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return counted
