"""What can go wrong in a call, apart where a caller would do something else about it."""

# ruff: noqa: N818 - they are called what the API calls them, as callers read them in an except clause

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self


class PayByInvoiceError(Exception):
    """Anything that this package raises by itself."""


class UnsafeAddress(PayByInvoiceError):
    """The address would give the secret away, or is none. Nothing was sent."""


class UnexpectedAnswer(PayByInvoiceError):
    """What answered does not speak this API: a redirect, another server's page, a body of another form."""


@dataclass(eq=False)
class Unavailable(PayByInvoiceError):
    """No answer in time, nothing there, or 502, 503, 504, however often it was tried.

    Whether the call was carried out is not known. Made again with the same `idempotency_key`, it is carried out once.
    """

    reason: str
    idempotency_key: str | None = None

    def __str__(self) -> str:
        """Say what happened."""
        return self.reason


@dataclass(frozen=True)
class FieldError:
    """A wrong field: where it is (JSON Pointer, RFC 6901, into what was sent), a code, and what to write instead."""

    pointer: str
    code: str
    detail: str

    @classmethod
    def all_of(cls, document: Mapping[str, Any]) -> tuple[Self, ...]:
        """Take the wrong fields out of a problem document."""
        listed = document.get("errors")
        entries = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        return tuple(cls(*(str(each.get(name, "")) for name in ("pointer", "code", "detail"))) for each in entries)


@dataclass(eq=False)
class ApiProblem(PayByInvoiceError):
    """The API refused: a problem document (RFC 9457).

    `request_id` names the call in the service's logs; `document` has all that was answered, such as the `requestId`
    of the request that is open already; `retry_after` is in seconds.
    """

    status: int
    code: str
    title: str
    detail: str
    request_id: str | None = None
    retry_after: float | None = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """Every wrong field."""
        return FieldError.all_of(self.document)

    def __str__(self) -> str:
        """Say what is wrong and how to correct it, in a line."""
        return f"{self.status} {self.code}: {self.title}. {self.detail}"


class InvalidRequest(ApiProblem):
    """What was sent is wrong (400, 413, 415, 422): correct it; `errors` names the fields."""


class NotFound(ApiProblem):
    """There is no such request, or not for who signed in (404)."""


class Conflict(ApiProblem):
    """Not possible as things stand (409): `code` says why, and `document` what is possible."""


@dataclass(eq=False)
class ChangedMeanwhile(ApiProblem):
    """The case is no longer what was seen (412): look at it again. `fresh` is the answer that shows it, or None."""

    fresh: Any = field(default=None, repr=False)


class RateLimited(ApiProblem):
    """Too many requests (429), for longer than there was time to wait: `retry_after` says how long."""


KINDS: Final[Mapping[int, type[ApiProblem]]] = {
    400: InvalidRequest,
    404: NotFound,
    409: Conflict,
    412: ChangedMeanwhile,
    413: InvalidRequest,
    415: InvalidRequest,
    422: InvalidRequest,
    429: RateLimited,
}
"""By HTTP status; others are an `ApiProblem` and nothing else."""
