"""What goes wrong at the door, before the workflow is asked: raised by `routes` and worded by `answers`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class WrongField:
    """One wrong field: where (a JSON Pointer, RFC 6901), what is wrong, and a code for programs."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error answer (RFC 9457), and what is added to it."""

    status: int
    code: str
    title: str
    detail: str
    errors: Sequence[WrongField] = ()
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class ProblemError(Exception):
    """A request that is answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
