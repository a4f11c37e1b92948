"""What goes wrong at the door, before the workflow is asked: raised where it is found and worded by `answers`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.problem_types import INVALID_FIELDS, INVALID_PARAMETER, ProblemType


@dataclass(frozen=True, slots=True)
class WrongField:
    """One wrong field: where (a JSON Pointer, RFC 6901), what is wrong, and a code for programs."""

    pointer: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An error answer (RFC 9457), and what is added to it. Without a detail of its own it gives its type's cure."""

    type: ProblemType
    detail: str = ""
    errors: Sequence[WrongField] = ()
    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def document(self, instance: str) -> dict[str, Any]:
        """The members of RFC 9457, with Microsoft's `error` beside them. `instance` is the path asked for."""
        kind, detail = self.type, self.detail or self.type.cure
        details = [{"code": e.code, "target": e.pointer, "message": e.detail} for e in self.errors]
        body: dict[str, Any] = {
            "type": kind.uri,
            "title": kind.title,
            "status": kind.status,
            "detail": detail,
            "instance": instance,
            "error": {"code": kind.code, "message": detail} | ({"details": details} if details else {}),
            **self.members,
        }
        if self.errors:
            body["errors"] = [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in self.errors]
        return body


class ProblemError(Exception):
    """A request that is answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.type.code)
        self.problem = problem


def example_of(kind: ProblemType) -> dict[str, Any]:
    """A problem of a kind as it is answered, with no more to say than all of them have."""
    return Problem(kind).document("/api/requests")


def wrong_parameter(name: str, allowed: str) -> ProblemError:
    """The error for a query parameter that is not what it must be."""
    return ProblemError(Problem(INVALID_PARAMETER, f"'{name}' must be {allowed}."))


def invalid_fields(errors: Sequence[WrongField]) -> Problem:
    """The problem of a body that is JSON but not what is asked for."""
    count = "One field is" if len(errors) == 1 else f"{len(errors)} fields are"
    detail = f"{count} wrong; 'errors' says which and why. Correct them and send the request again."
    return Problem(INVALID_FIELDS, detail, errors)
