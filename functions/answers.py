"""How the API answers: the one table from domain errors to HTTP, and the form of every answer.

Problems are RFC 9457 documents that also carry Microsoft's `error` member, with `x-ms-error-code` beside them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

import azure.functions as func

from functions.problems import Problem, ProblemError, WrongField, invalid_fields
from functions.views import finding_view
from shared.domain.eligibility import Finding
from shared.domain.errors import (
    AlreadySwitchedError,
    CaseBusyError,
    CaseNotFoundError,
    ConsentOutdatedError,
    CoolingOffError,
    FactsBlockError,
    IllegalMoveError,
    PayByInvoiceError,
    PreconditionFailedError,
    RepeatKeyReusedError,
    RequestOpenError,
    SettingsError,
    StorageError,
    WrongFieldError,
)

PROBLEM_TYPES: Final = "/problems/"
"""Problem types are URIs on this app's own address, one per code."""

SECURITY_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}

_SOON: Final = {"Retry-After": "5"}

NOT_FOUND: Final = Problem(
    404,
    "NotFound",
    "There is no such thing here",
    "Nothing was found at this address, or it belongs to somebody else. Check the address and who you sign in as.",
)


def _illegal(error: IllegalMoveError) -> Problem:
    return Problem(409, "NotPossibleNow", "That is not possible now", str(error), members={"openTo": [*error.open_to]})


def _open(error: RequestOpenError) -> Problem:
    detail = "No request is possible for this subscription now: it has one already. Ask the billing desk if in doubt."
    members = {"requestId": error.case_id} if error.case_id else {}
    return Problem(409, "RequestOpen", "There is an open request", detail, members=members)


def _switched(error: AlreadySwitchedError) -> Problem:
    detail = f"This subscription pays by invoice since {error.since}, and for good: there is nothing to ask for."
    return Problem(409, "AlreadySwitched", "The subscription pays by invoice already", detail)


def _cooling(error: CoolingOffError) -> Problem:
    detail = f"An earlier request for this subscription was declined. A new one is possible from {error.until}."
    return Problem(409, "TooEarlyToReapply", "It is too early for a new request", detail, members={"from": error.until})


def _reused(error: RepeatKeyReusedError) -> Problem:  # noqa: ARG001 - every wording has this form
    detail = "The Idempotency-Key was used before with another request. Use a new key for a new request."
    return Problem(422, "IdempotencyKeyReused", "The Idempotency-Key belongs to another request", detail)


def _consent(error: ConsentOutdatedError) -> Problem:
    pointer = "/consent/textSha256"
    detail = (
        f"is not the hash of the present text ({error.text_sha256}); a pre-check returns text and hash as 'consent'"
    )
    errors = [WrongField(pointer, "consent_outdated", detail)]
    return Problem(400, "ConsentOutdated", "The consent is for another text", "Show the text and ask again.", errors)


def _blocking(error: FactsBlockError) -> Problem:
    detail = "What is known of the subscription now does not allow an approval; 'findings' says what and why."
    members = {"findings": [finding_view(finding) for finding in cast("Sequence[Finding]", error.findings)]}
    return Problem(409, "FactsBlock", "The facts do not allow this now", detail, members=members)


def _changed(error: PreconditionFailedError) -> Problem:
    detail = "The case has changed since you saw it. Read it again, and decide on what it says now."
    return Problem(412, "PreconditionFailed", "The case has changed", detail, headers={"ETag": f'"{error.revision}"'})


def _wrong(error: WrongFieldError) -> Problem:
    return invalid_fields([WrongField(error.pointer, error.code, error.detail)])


def _unavailable(error: PayByInvoiceError) -> Problem:  # noqa: ARG001 - as above
    detail = "The service cannot answer just now. Send the same request again, with the same Idempotency-Key if any."
    return Problem(503, "ServiceUnavailable", "Try again in a moment", detail, headers=_SOON)


_WORDINGS: Final[Mapping[type[PayByInvoiceError], Callable[[Any], Problem]]] = {
    AlreadySwitchedError: _switched,
    CaseBusyError: _unavailable,
    CaseNotFoundError: lambda _: NOT_FOUND,
    ConsentOutdatedError: _consent,
    CoolingOffError: _cooling,
    FactsBlockError: _blocking,
    PreconditionFailedError: _changed,
    WrongFieldError: _wrong,
    IllegalMoveError: _illegal,
    RepeatKeyReusedError: _reused,
    RequestOpenError: _open,
    SettingsError: _unavailable,
    StorageError: _unavailable,
}

UNEXPECTED: Final = Problem(
    500,
    "InternalError",
    "Something went wrong on our side",
    "Nothing is lost that was acknowledged. Send the request again; if it fails again, tell us its request id.",
)


def problem_of(error: Exception) -> Problem:
    """The problem to answer an error with."""
    if isinstance(error, ProblemError):
        return error.problem
    for kind in type(error).__mro__:
        if kind in _WORDINGS:
            return _WORDINGS[kind](error)
    return UNEXPECTED


def json_answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    """An answer with a JSON body."""
    return func.HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status_code=status,
        mimetype="application/json",
        headers={**SECURITY_HEADERS, **(headers or {})},
    )


def empty_answer(status: int, headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    """An answer without a body."""
    return func.HttpResponse(status_code=status, headers={**SECURITY_HEADERS, **(headers or {})})


def problem_answer(problem: Problem, instance: str) -> func.HttpResponse:
    """A problem as an answer. `instance` is the path asked for."""
    details = [{"code": e.code, "target": e.pointer, "message": e.detail} for e in problem.errors]
    body: dict[str, Any] = {
        "type": PROBLEM_TYPES + problem.code,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        "error": {"code": problem.code, "message": problem.detail} | ({"details": details} if details else {}),
        **problem.members,
    }
    if problem.errors:
        body["errors"] = [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in problem.errors]
    return func.HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status_code=problem.status,
        mimetype="application/problem+json",
        headers={**SECURITY_HEADERS, "x-ms-error-code": problem.code, **problem.headers},
    )
