"""Reads request bodies: JSON as RFC 8259 has it, then a model; every wrong field is reported at once."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import azure.functions as func
from pydantic import ValidationError

from functions.problems import Problem, ProblemError, WrongField
from shared.domain.model import Model

M = TypeVar("M", bound=Model)

LARGEST_REQUEST: Final = 65_536
"""Bytes; a complete request has about 1,000."""

LARGEST_WEBHOOK: Final = 262_144
"""Bytes: what a snapshot of 2,000 resources takes, and what fits an entity of Table Storage in UTF-16."""

_ADVICE: Final = {
    "extra_forbidden": "is not a member of this request: take it out",
    "missing": "is missing: add it",
}


def read_body(request: func.HttpRequest, kind: type[M], *, largest: int, lenient: bool = False) -> M:
    """The request's body as a model. Raises ProblemError 400, 413 or 415; `lenient` ignores unknown members."""
    document = _json_of(request, largest)
    try:
        return kind.model_validate(document, by_alias=True, by_name=False, extra="ignore" if lenient else "forbid")
    except ValidationError as error:
        raise ProblemError(invalid_fields([_wrong_field(e) for e in error.errors(include_url=False)])) from None


def invalid_fields(errors: Sequence[WrongField]) -> Problem:
    """The problem of a body that is JSON but not what is asked for."""
    count = "One field is" if len(errors) == 1 else f"{len(errors)} fields are"
    detail = f"{count} wrong; 'errors' says which and why. Correct them and send the request again."
    return Problem(400, "InvalidFields", "Fields are missing or wrong", detail, errors)


def _json_of(request: func.HttpRequest, largest: int) -> Any:
    media_type = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ProblemError(
            Problem(415, "UnsupportedMediaType", "The body is not JSON", "Send it with Content-Type: application/json.")
        )
    body = request.get_body()
    if len(body) > largest:
        detail = f"The body has {len(body):,} bytes; at most {largest:,} are read."
        raise ProblemError(Problem(413, "BodyTooLarge", "The body is too large", detail))
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_unique_members, parse_constant=_no_constant, parse_float=Decimal
        )
    except (ValueError, RecursionError) as error:
        detail = f"The body cannot be read as JSON in UTF-8: {_why(error)}."
        raise ProblemError(Problem(400, "InvalidJson", "The body is not valid JSON", detail)) from None


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


def _wrong_field(error: Any) -> WrongField:
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error["loc"])
    message = _ADVICE.get(error["type"], error["msg"].removeprefix("Value error, "))
    return WrongField(pointer, error["type"], message)
