"""Reads request bodies: JSON as RFC 8259 has it, then a model; every wrong field is reported at once."""

import json
from decimal import Decimal
from typing import Any, Final, TypeVar

import azure.functions as func
from pydantic import TypeAdapter, ValidationError

from functions.problem_types import BODY_TOO_LARGE, INVALID_JSON, UNSUPPORTED_MEDIA_TYPE
from functions.problems import Problem, ProblemError, WrongField, invalid_fields
from shared.domain.model import Model

M = TypeVar("M", bound=Model)
T = TypeVar("T")

LARGEST_REQUEST: Final = 65_536
"""Bytes; a complete request has about 1,000."""

LARGEST_WEBHOOK: Final = 262_144
"""Bytes: what a snapshot of 2,000 resources takes, and what fits an entity of Table Storage in UTF-16."""

_ADVICE: Final = {
    "extra_forbidden": "is not a member of this request: take it out",
    "missing": "is missing: add it",
    "union_tag_not_found": "is missing: add it",
}


def read_body(request: func.HttpRequest, kind: type[M], *, largest: int, lenient: bool = False) -> M:
    """The request's body as a model. Raises ProblemError 400, 413 or 415; `lenient` ignores unknown members."""
    return _read_as(TypeAdapter(kind), _json_of(request, largest), lenient=lenient)


def read_tagged(request: func.HttpRequest, kind: "TypeAdapter[T]", *, largest: int, lenient: bool = False) -> T:
    """The body as one of several models, told apart by a member. Raises ProblemError 400, 413 or 415."""
    return _read_as(kind, _json_of(request, largest), lenient=lenient, tagged=True)


def _read_as(kind: "TypeAdapter[T]", document: Any, *, lenient: bool, tagged: bool = False) -> T:
    try:
        return kind.validate_python(document, by_alias=True, by_name=False, extra="ignore" if lenient else "forbid")
    except ValidationError as error:
        wrong = [_wrong_field(e, tagged=tagged) for e in error.errors(include_url=False)]
        raise ProblemError(invalid_fields(wrong)) from None


def _json_of(request: func.HttpRequest, largest: int) -> Any:
    media_type = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ProblemError(Problem(UNSUPPORTED_MEDIA_TYPE, "Send it with Content-Type: application/json."))
    body = request.get_body()
    if len(body) > largest:
        detail = f"The body has {len(body):,} bytes; at most {largest:,} are read."
        raise ProblemError(Problem(BODY_TOO_LARGE, detail))
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_unique_members, parse_constant=_no_constant, parse_float=Decimal
        )
    except (ValueError, RecursionError) as error:
        detail = f"The body cannot be read as JSON in UTF-8: {_why(error)}."
        raise ProblemError(Problem(INVALID_JSON, detail)) from None


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    return str(error)


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the member '{next(n for n in names if names.count(n) > 1)}' occurs twice")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _wrong_field(error: Any, *, tagged: bool) -> WrongField:
    parts = _place_in_union(error) if tagged else error["loc"]
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    message = _ADVICE.get(error["type"], error["msg"].removeprefix("Value error, "))
    return WrongField(pointer, error["type"], message)


def _place_in_union(error: Any) -> tuple[str | int, ...]:
    """The place in the document: pydantic begins it with the tag, and names none for a tag that is wrong."""
    place: tuple[str | int, ...] = error["loc"][1:]
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return (error["ctx"]["discriminator"].strip("'"),)
    return place
