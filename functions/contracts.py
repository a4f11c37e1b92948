"""What an endpoint takes and gives: declared once, held to when it is called, and written into OpenAPI."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter

from functions import problem_types as kinds
from functions.bodies import Body
from functions.identity import CLIENTS, PEOPLE, Caller
from functions.problem_types import ProblemType

B = TypeVar("B")

JSON: Final = "application/json"
HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter, header or part of the path; `schema` is JSON Schema 2020-12."""

    name: str
    description: str
    schema: Mapping[str, Any]
    example: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Gives:
    """The answer if all is well: its status, its body (None: it has none), and headers beside the usual ones."""

    status: int
    description: str
    kind: TypeAdapter[Any] | None = None
    media_type: str = JSON
    headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract(Generic[B]):
    """An endpoint: where, who, what it takes, what it gives, and the problems that are its own.

    `path` has no leading slash; `{name}` is one segment. What `submits` counts as a submission too. Problems that
    follow from the rest need not be listed.
    """

    path: str
    method: str
    caller: Caller
    gives: Gives
    body: Body[B] | None = None
    query: tuple[Parameter, ...] = ()
    headers: tuple[Parameter, ...] = ()
    problems: tuple[ProblemType, ...] = ()
    versioned: bool = True
    submits: bool = False
    group: str = "Requests"

    @property
    def all_problems(self) -> tuple[ProblemType, ...]:
        """Every problem that this endpoint may answer with, each once, in the order of their statuses."""
        found = [*self.problems, *_ALWAYS, *self._of_the_caller(), *self._of_what_it_takes()]
        return tuple(sorted(dict.fromkeys(found), key=lambda kind: (kind.status, kind.code)))

    def _of_the_caller(self) -> Sequence[ProblemType]:
        found = []
        if self.caller in CLIENTS:
            found += [kinds.UNAUTHENTICATED, kinds.TOO_MANY_REQUESTS]
        if self.caller in PEOPLE:
            found += [kinds.UNAUTHENTICATED, kinds.FORBIDDEN]
        return [kinds.INVALID_SIGNATURE] if self.caller is Caller.PORTAL else found

    def _of_what_it_takes(self) -> Sequence[ProblemType]:
        found = [kinds.MISSING_API_VERSION, kinds.UNSUPPORTED_API_VERSION] if self.versioned else []
        if self.body:
            found += [kinds.INVALID_JSON, kinds.INVALID_FIELDS, kinds.BODY_TOO_LARGE, kinds.UNSUPPORTED_MEDIA_TYPE]
        if "{id}" in self.path:
            found.append(kinds.NOT_FOUND)
        if REPEATABILITY_ID not in self.headers:
            found.append(kinds.REPEATABILITY_UNSUPPORTED)
        for header in self.headers:
            found += _OF_HEADER.get(header.name, ())
            if header.required and header.name == IF_MATCH.name:
                found.append(kinds.PRECONDITION_REQUIRED)
        return found


_ALWAYS: Final = (
    kinds.INVALID_PARAMETER,
    kinds.NOT_ACCEPTABLE,
    kinds.URI_TOO_LONG,
    kinds.INTERNAL_ERROR,
    kinds.SERVICE_UNAVAILABLE,
)

IDEMPOTENCY_KEY: Final = Parameter(
    "Idempotency-Key",
    "The same key with the same request gives the same answer, and nothing happens twice "
    "(draft-ietf-httpapi-idempotency-key-header-07). Remembered for at least 7 days.",
    {"type": "string", "minLength": 1, "maxLength": 257, "pattern": r'^("[ !#-+\--~]{1,255}"|[!#-+\--~]{1,255})$'},
    '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
)
OPERATION_ID: Final = Parameter(
    "Operation-Id",
    "Azure's name for the same: an id that the caller gives to the operation; of use without an Idempotency-Key only.",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,255}$"},
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
)
REPEATABILITY_ID: Final = Parameter(
    "Repeatability-Request-ID",
    "OASIS Repeatable Requests 1.0, for clients of Azure's SDKs; with Repeatability-First-Sent.",
    {"type": "string", "format": "uuid"},
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
)
REPEATABILITY_FIRST_SENT: Final = Parameter(
    "Repeatability-First-Sent",
    "When the request was sent first (IMF-fixdate, RFC 9110).",
    {"type": "string", "pattern": "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$"},
    "Mon, 23 Nov 2026 09:00:00 GMT",
)
REPEATABLE: Final = (IDEMPOTENCY_KEY, OPERATION_ID, REPEATABILITY_ID, REPEATABILITY_FIRST_SENT)
"""The headers by which a request can be sent again without acting twice."""

IF_MATCH: Final = Parameter(
    "If-Match",
    "The ETag of the case as it was seen: 412 if it has changed since (RFC 9110).",
    {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}\.[a-z]+")$'},
    '"4.client"',
)
SEEN: Final = Parameter(
    IF_MATCH.name,
    "The ETag of the case as it was seen, and no `*`: 412 if it has changed since (RFC 9110).",
    {"type": "string", "pattern": r'^"[0-9]{1,9}\.[a-z]+"$'},
    '"4.desk"',
    required=True,
)
"""If-Match where it must be sent."""

IF_NONE_MATCH: Final = Parameter(
    "If-None-Match",
    "An ETag of an earlier answer: 304 without a body if nothing has changed since (RFC 9110).",
    {"type": "string"},
    '"4.client"',
)

_OF_HEADER: Final[Mapping[str, Sequence[ProblemType]]] = {
    IDEMPOTENCY_KEY.name: (kinds.INVALID_IDEMPOTENCY_KEY, kinds.IDEMPOTENCY_KEY_REUSED),
    OPERATION_ID.name: (kinds.INVALID_OPERATION_ID,),
    REPEATABILITY_ID.name: (kinds.INVALID_REPEATABILITY, kinds.REPEATABILITY_EXPIRED),
    IF_MATCH.name: (kinds.PRECONDITION_FAILED,),
}


def adapter(kind: type[B]) -> TypeAdapter[B]:
    """What reads, writes and describes a model; built on first use, as models are."""
    return TypeAdapter(kind)
