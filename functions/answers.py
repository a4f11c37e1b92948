"""How the API answers: the one table from domain errors to problems, and the form of every answer.

Problems are RFC 9457 documents that also carry Microsoft's `error` member, with `x-ms-error-code` beside them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import azure.functions as func

from functions import problem_types as kinds
from functions.etags import etag_of
from functions.page_problems import SIGN_IN_AGAIN
from functions.problems import Problem, ProblemError, WrongField, invalid_fields
from functions.replies import Reply
from functions.view_builders import ACTIONS
from shared.domain.callers import Kind
from shared.domain.eligibility import Finding
from shared.domain.errors import (
    AlreadySwitchedError,
    CaseBusyError,
    CaseNotFoundError,
    ConsentOutdatedError,
    CoolingOffError,
    DocumentNotFoundError,
    FactsBlockError,
    IllegalMoveError,
    PassVoidError,
    PayByInvoiceError,
    PreconditionFailedError,
    RepeatKeyReusedError,
    RequestOpenError,
    RoleNeededError,
    SettingsError,
    StorageError,
    TryAgainLaterError,
    WrongFieldError,
)
from shared.workflow.repeats import KeyKind

SECURITY_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer has, and a Content-Security-Policy beside it."""

_SOON: Final = {"Retry-After": "5"}

_KEY_REUSED: Final = {
    KeyKind.IDEMPOTENCY_KEY: Problem(kinds.IDEMPOTENCY_KEY_REUSED),
    KeyKind.OPERATION_ID: Problem(kinds.INVALID_OPERATION_ID, "The Operation-Id was used before for another request."),
    KeyKind.REPEATABILITY: Problem(
        kinds.INVALID_REPEATABILITY,
        "The Repeatability-Request-ID was used before for another request.",
        headers={"Repeatability-Result": "rejected"},
    ),
}


def _illegal(error: IllegalMoveError, reader: Kind) -> Problem:
    actions = {event.value: action for event, action in ACTIONS.get(reader, {}).items()}
    open_to = list(dict.fromkeys(actions[event] for event in error.open_to if event in actions))
    possible = f"Possible now: {', '.join(open_to)}." if open_to else "There is nothing to do now."
    detail = f"The request is in state '{error.state}'. {possible}"
    return Problem(kinds.NOT_POSSIBLE_NOW, detail, members={"state": error.state, "openTo": open_to})


def _open(error: RequestOpenError) -> Problem:
    if error.case_id:
        detail = "You have an open request for this subscription; 'requestId' names it. Follow or withdraw that one."
        return Problem(kinds.REQUEST_OPEN, detail, members={"requestId": error.case_id})
    detail = "No request is possible for this subscription now: it has one already. Ask the billing desk if in doubt."
    return Problem(kinds.REQUEST_OPEN, detail)


def _switched(error: AlreadySwitchedError) -> Problem:
    since = _instant(error.since)
    detail = f"This subscription pays by invoice since {since}, and for good: there is nothing to ask for."
    return Problem(kinds.ALREADY_SWITCHED, detail)


def _cooling(error: CoolingOffError) -> Problem:
    # The next whole second: who asks at the moment named must not be refused once more.
    possible_from = _instant(error.until + timedelta(microseconds=999_999))
    detail = f"An earlier request for this subscription was declined. A new one is possible from {possible_from}."
    return Problem(kinds.TOO_EARLY, detail, members={"from": possible_from})


def _instant(moment: datetime) -> str:
    """In RFC 3339, in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _consent(error: ConsentOutdatedError, reader: Kind) -> Problem:
    within = "/data" if reader is Kind.PORTAL else ""  # where a webhook has the request
    detail = (
        f"is not the hash of the present text ({error.text_sha256}); a pre-check returns text and hash as 'consent'"
    )
    errors = [WrongField(f"{within}/consent/textSha256", "consent_outdated", detail)]
    return Problem(kinds.CONSENT_OUTDATED, "Show the text and ask again.", errors)


def _blocking(error: FactsBlockError) -> Problem:
    detail = "What is known of the subscription now does not allow an approval; 'findings' says what and why."
    findings = [
        finding.model_dump(mode="json", by_alias=True, exclude_none=True)
        for finding in cast("Sequence[Finding]", error.findings)
    ]
    return Problem(kinds.FACTS_BLOCK, detail, members={"findings": findings})


def _changed(error: PreconditionFailedError, reader: Kind) -> Problem:
    detail = "The case has changed since you saw it. Read it again, and decide on what it says now."
    return Problem(kinds.PRECONDITION_FAILED, detail, headers={"ETag": etag_of(error.revision, reader)})


def _role(error: RoleNeededError) -> Problem:
    return Problem(
        kinds.FORBIDDEN, f"This needs the role {error.role}; ask whoever gives out roles at the billing desk."
    )


def _wrong(error: WrongFieldError) -> Problem:
    return invalid_fields([WrongField(each.pointer, each.code, each.detail) for each in error.every])


def _unavailable(error: PayByInvoiceError) -> Problem:  # noqa: ARG001 - every wording has this form
    detail = "The service cannot answer just now. Send the same request again, with the same Idempotency-Key if any."
    return Problem(kinds.SERVICE_UNAVAILABLE, detail, headers=_SOON)


_WORDINGS: Final[Mapping[type[PayByInvoiceError], Callable[[Any], Problem]]] = {
    AlreadySwitchedError: _switched,
    CaseBusyError: _unavailable,
    CaseNotFoundError: lambda _: Problem(kinds.NOT_FOUND),
    CoolingOffError: _cooling,
    DocumentNotFoundError: lambda _: Problem(kinds.NOT_FOUND),
    FactsBlockError: _blocking,
    PassVoidError: lambda _: Problem(SIGN_IN_AGAIN),
    RepeatKeyReusedError: lambda error: _KEY_REUSED[error.kind],
    RequestOpenError: _open,
    RoleNeededError: _role,
    SettingsError: _unavailable,
    StorageError: _unavailable,
    TryAgainLaterError: _unavailable,
    WrongFieldError: _wrong,
}

_WORDINGS_FOR: Final[Mapping[type[PayByInvoiceError], Callable[[Any, Kind], Problem]]] = {
    ConsentOutdatedError: _consent,
    IllegalMoveError: _illegal,
    PreconditionFailedError: _changed,
}
"""What is told to each kind of caller in another way."""

UNEXPECTED: Final = Problem(kinds.INTERNAL_ERROR)


def problem_of(error: Exception, reader: Kind = Kind.ANYBODY) -> Problem:
    """The problem to answer this reader's error with."""
    if isinstance(error, ProblemError):
        return error.problem
    for kind, wording in _WORDINGS_FOR.items():
        if isinstance(error, kind):
            return wording(error, reader)
    for kind in type(error).__mro__:
        if kind in _WORDINGS:
            return _WORDINGS[kind](error)
    return UNEXPECTED


def problem_reply(problem: Problem, instance: str) -> Reply:
    """A problem as a reply. `instance` is the path asked for."""
    content = json.dumps(problem.document(instance), ensure_ascii=False).encode()
    headers = {"x-ms-error-code": problem.type.code, **problem.headers}
    return Reply(problem.type.status, content, "application/problem+json", headers)


def answer_of(reply: Reply, headers: Mapping[str, str], *, with_body: bool) -> func.HttpResponse:
    """The answer to give to the host, with the headers that every answer has."""
    own = {"Content-Security-Policy": reply.policy, **SECURITY_HEADERS, **reply.headers, **headers}
    if not reply.content:
        return func.HttpResponse(status_code=reply.status, headers=own)
    body = reply.content if with_body else b""
    return func.HttpResponse(body, status_code=reply.status, mimetype=reply.media_type, headers=own, charset="utf-8")
