"""Reads request bodies: JSON as RFC 8259 and RFC 7493 have it, then a model; every wrong field is reported at once.

What was sent comes back in an error only as a short quote of a member's name: values may be anybody's data.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Generic, TypeVar

import azure.functions as func
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from functions.problem_types import BODY_TOO_LARGE, INVALID_JSON, UNSUPPORTED_MEDIA_TYPE
from functions.problems import Problem, ProblemError, WrongField, invalid_fields
from shared.domain.door import AT_THE_DOOR

T = TypeVar("T")

LARGEST_REQUEST: Final = 65_536
"""Bytes; a complete request has about 1,000."""

LARGEST_WEBHOOK: Final = 262_144
"""Bytes: what a snapshot of 2,000 resources takes, and what fits an entity of Table Storage in UTF-16."""

DEEPEST: Final = 32
"""Levels of arrays and objects; the deepest body that makes sense has 5."""

MOST_DIGITS: Final = 100
"""Of a number; also the most zeros that its exponent may stand for."""

MOST_ERRORS: Final = 100
"""Wrong fields that are told one by one; how many there are in all is told too."""

_LONGEST_QUOTE: Final = 40
_LONGEST_ADVICE: Final = 300
_TOO_DEEP: Final = f"it is nested too deeply; {DEEPEST} levels are read"
_TOO_LARGE: Final = f"a number is too long, too large or too close to 0; at most {MOST_DIGITS} digits are read"

_MARK: Final = "\ufeff"
_HALF_A_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_CHARSET: Final = re.compile(r";\s*charset\s*=\s*\"?([^\";\s]*)", re.IGNORECASE)

_ADVICE: Final[Mapping[str, str]] = {
    "dict_type": "must be a JSON object",
    "extra_forbidden": "is not a member of this request: take it out",
    "missing": "is missing: add it",
    "model_attributes_type": "must be a JSON object",
    "model_type": "must be a JSON object",
    "string_type": "must be a string",
    "tuple_type": "must be a JSON array",
    "union_tag_not_found": "is missing: add it",
    "uuid_parsing": "must be a UUID, such as 0b1f6471-1bf0-4dda-aec3-cb9272f09590",
    "uuid_type": "must be a UUID, such as 0b1f6471-1bf0-4dda-aec3-cb9272f09590",
}


@dataclass(frozen=True)
class Body(Generic[T]):
    """A JSON body: its kind, an example, at most how many bytes; `tagged` if a member tells which of several models.

    `lenient` ignores unknown members: only for who may send newer versions than we know.
    """

    kind: TypeAdapter[T]
    example: Mapping[str, Any]
    largest: int = LARGEST_REQUEST
    tagged: bool = False
    lenient: bool = False


def read_body(request: func.HttpRequest, body: Body[T]) -> T:
    """The request's body as what it must be. Raises ProblemError 400, 413 or 415."""
    document = _json_of(request, body.largest)
    unknown: Any = "ignore" if body.lenient else "forbid"
    try:
        return body.kind.validate_python(document, by_alias=True, by_name=False, extra=unknown, context=AT_THE_DOOR)
    except ValidationError as error:
        raise ProblemError(_problem_of(error, tagged=body.tagged)) from None


def _problem_of(error: ValidationError, *, tagged: bool) -> Problem:
    found = error.errors(include_url=False, include_input=False)
    problem = invalid_fields([_wrong_field(each, tagged=tagged) for each in found])
    if len(found) <= MOST_ERRORS:
        return problem
    told = f"{problem.detail} Only the first {MOST_ERRORS} are told."
    return replace(problem, errors=problem.errors[:MOST_ERRORS], detail=told)


def _json_of(request: func.HttpRequest, largest: int) -> Any:
    _check_form(request.headers)
    body = request.get_body()
    if len(body) > largest:
        detail = f"The body has {len(body):,} bytes; at most {largest:,} are read."
        raise ProblemError(Problem(BODY_TOO_LARGE, detail))
    try:
        return _parsed(body)
    except (ValueError, RecursionError) as error:
        detail = f"The body cannot be read as JSON in UTF-8: {_why(error)}."
        raise ProblemError(Problem(INVALID_JSON, detail)) from None


def _check_form(headers: Mapping[str, str]) -> None:
    content_type = headers.get("content-type") or ""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise _unsupported("Send it with Content-Type: application/json.")
    if any(charset.lower() != "utf-8" for charset in _CHARSET.findall(content_type)):
        raise _unsupported("JSON is read in UTF-8 only: send it so, without another charset.")
    if (headers.get("content-encoding") or "identity").strip().lower() != "identity":
        raise _unsupported("Send it as it is, without Content-Encoding.")


def _unsupported(detail: str) -> ProblemError:
    return ProblemError(Problem(UNSUPPORTED_MEDIA_TYPE, detail))


def _parsed(body: bytes) -> Any:
    text = body.decode()
    if not text.strip():
        raise ValueError("it is empty; send a JSON object")
    if text.startswith(_MARK):
        raise ValueError("it begins with a byte order mark (EF BB BF); leave that out")
    document = json.loads(
        text,
        object_pairs_hook=_unique_members,
        parse_constant=_no_constant,
        parse_float=_fraction,
        parse_int=_whole,
    )
    # UTF-8 has no half characters, so that only an escape makes one, and each level begins with a bracket.
    simple = "\\u" not in text and text.count("{") + text.count("[") <= DEEPEST
    if not simple and any(_HALF_A_CHARACTER.search(each) for each in _texts_in(document)):
        raise ValueError("it has half a character (an unpaired surrogate, \\uD800 to \\uDFFF); send whole characters")
    return document


def _texts_in(document: Any) -> Iterator[str]:
    """Every string in a document, names of members too. Raises ValueError for one nested more than `DEEPEST`."""
    level = [document]
    for _ in range(DEEPEST + 1):
        yield from (part for part in level if isinstance(part, str))
        containers = [part for part in level if isinstance(part, dict | list)]
        level = [child for part in containers for child in _children(part)]
    if containers:
        raise ValueError(_TOO_DEEP)


def _children(container: dict[str, Any] | list[Any]) -> list[Any]:
    return [*container, *container.values()] if isinstance(container, dict) else container


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    return str(error)


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        again = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the member '{_quoted(again)}' occurs twice")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits; at most {MOST_DIGITS} are read")
    return int(digits)


def _fraction(digits: str) -> Decimal:
    """The number exactly as it was written; one of absurd size could not be computed with."""
    try:
        number = Decimal(digits)
    except InvalidOperation:
        raise ValueError(_TOO_LARGE) from None
    if len(digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(_TOO_LARGE)
    return number


def _quoted(name: str) -> str:
    """A member's name, short and harmless."""
    return _harmless(name[:_LONGEST_QUOTE]) + ("..." if len(name) > _LONGEST_QUOTE else "")


def _harmless(words: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in words)


def _wrong_field(error: ErrorDetails, *, tagged: bool) -> WrongField:
    parts = _place_in_union(error) if tagged else error["loc"]
    advice = _advice(error)
    if error["type"] == "extra_forbidden" and _quoted(str(parts[-1])) != parts[-1]:
        parts, advice = (
            parts[:-1],
            f"has the member '{_quoted(str(parts[-1]))}', which is not of this request: take it out",
        )
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    return WrongField(pointer, error["type"], advice)


def _advice(error: ErrorDetails) -> str:
    kind = error["type"]
    if kind == "union_tag_invalid":
        return f"must be one of {error['ctx']['expected_tags']}"
    # What a rule of ours says of a missing member is more than the advice for all.
    words = _harmless(error["msg"].removeprefix("Value error, ")[:_LONGEST_ADVICE])
    return words if error.get("ctx", {}).get("words") else _ADVICE.get(kind, words)


def _place_in_union(error: ErrorDetails) -> tuple[str | int, ...]:
    """The place in the document: pydantic begins it with the tag, and names none for a tag that is wrong."""
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        return (error["ctx"]["discriminator"].strip("'"),)
    return error["loc"][1:]
