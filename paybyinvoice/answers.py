"""What the service answers: read into models, and kept as it came."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from paybyinvoice.problems import KINDS, ApiProblem, UnexpectedAnswer

Json = Any
Content = TypeVar("Content", bound=BaseModel)

REQUEST_ID: Final = "x-ms-request-id"
_REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as it came; `headers` must know their names in any case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before the next call (RFC 9110 section 10.2.3), or None."""
        said = self.headers.get("Retry-After", "").strip()
        if said.isascii() and said.isdigit():
            return float(said)
        # A moment, as gateways write it: by the clock of who wrote it, since ours may be wrong.
        try:
            then, now = (parsedate_to_datetime(text) for text in (said, self.headers.get("Date", "")))
            return max(0.0, (then - now).total_seconds())
        except (ValueError, TypeError, OverflowError):
            return None

    @property
    def document(self) -> Json:
        """The body as JSON. Raises UnexpectedAnswer."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            kind = self.headers.get("Content-Type", "a body without a Content-Type")
            raise UnexpectedAnswer(f"The answer ({self.status}) should be JSON but is {kind}.{_HINT}") from None


@dataclass(frozen=True)
class Answer(Generic[Content]):
    """What was answered: `content` by its model, and `document`, the JSON as it came."""

    status: int
    content: Content
    document: Json = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    @property
    def etag(self) -> str | None:
        """The version of the case, as an If-Match takes it."""
        return self.headers.get("ETag")

    @property
    def request_id(self) -> str | None:
        """What names the call in the service's logs."""
        return self.headers.get(REQUEST_ID)

    @property
    def replayed(self) -> bool:
        """Whether this repeats the answer to an earlier try under the same Idempotency-Key."""
        return self.headers.get("Idempotent-Replayed") == "true"

    @property
    def retry_after(self) -> float | None:
        """Seconds after which it is worth looking again, or None."""
        return Reply(self.status, self.headers).retry_after

    @property
    def operation(self) -> str | None:
        """The address that says how far the request is."""
        return self.headers.get("Operation-Location") or self.headers.get("Location")


_HINT: Final = " Is this the address of the service?"


def read_answer(reply: Reply, model: type[Content]) -> Answer[Content]:
    """Read what was answered. Raises ApiProblem where it was refused, UnexpectedAnswer where it is something else."""
    if reply.status in _REDIRECTS:
        target = reply.headers.get("Location", "nowhere")
        raise UnexpectedAnswer(
            f"The answer ({reply.status}) leads to {target}. It is not followed, as the secret would go there."
        )
    if reply.status >= HTTPStatus.BAD_REQUEST:
        raise problem_of(reply)
    document = reply.document
    try:
        content = model.model_validate(document)
    except ValidationError as error:
        raise UnexpectedAnswer(_misfit(model, error)) from None
    return Answer(reply.status, content, document, reply.headers)


def problem_of(reply: Reply) -> ApiProblem:
    """Read a refusal, also one that somebody before the service wrote in a form of their own."""
    try:
        document = reply.document
    except UnexpectedAnswer:
        document = None
    known: Mapping[str, Any] = document if isinstance(document, dict) else {}
    error = known.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return KINDS.get(reply.status, ApiProblem)(
        reply.status,
        str(code or reply.headers.get("x-ms-error-code") or "Unknown"),
        str(known.get("title") or _phrase(reply.status)),
        str(known.get("detail") or f"The answer says no more.{_HINT}"),
        reply.headers.get(REQUEST_ID),
        reply.retry_after,
        known,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Refused"


def _misfit(model: type[BaseModel], error: ValidationError) -> str:
    # Where, and not what: the values are people's data.
    places = ", ".join("/" + "/".join(map(str, each["loc"])) for each in error.errors(include_input=False)[:5])
    return f"The answer is not the {model.__name__} that this client knows (at {places}).{_HINT}"
