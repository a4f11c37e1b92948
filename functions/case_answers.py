"""A case as the answer: as its caller may see it, or what became of it, with its ETag."""

import azure.functions as func

from functions.answers import json_answer
from functions.problems import Problem, ProblemError
from functions.routes import Call
from functions.views import case_view, desk_case_view, etag_of, gist_view
from shared.domain.callers import Kind
from shared.domain.case import Case
from shared.domain.lifecycle import Status
from shared.workflow.repeats import Acceptance, Asked, KeyKind, RepeatKey

_KEY_LENGTH = 255


def case_answer(status: int, case: Case, call: Call) -> func.HttpResponse:
    """Answer with a case; while it is open, with the time after which to look again."""
    path = f"/api/requests/{case.id}"
    url, history_url = call.url_of(path), call.url_of(f"{path}/history")
    view = desk_case_view if call.principal.kind is Kind.DESK else case_view
    headers = {"ETag": etag_of(case), "Location": url} | ({} if case.is_final else {"Retry-After": "5"})
    return json_answer(status, view(case, url, history_url), headers)


def accepted_answer(status: int, accepted: Acceptance, call: Call) -> func.HttpResponse:
    """Answer what became of a case, now or at the first time; while it is open, with the time to look again after."""
    gist = accepted.answer
    url = call.url_of(f"/api/requests/{gist.id}")
    headers = {"ETag": f'"{gist.revision}"', "Location": url}
    if gist.status is Status.RUNNING:
        headers["Retry-After"] = "5"
    if accepted.replayed:
        headers["Idempotent-Replayed"] = "true"
    return json_answer(status, gist_view(gist), headers)


def asked_by(call: Call, seen: int | None = None) -> Asked:
    """The action that a call asks for."""
    return Asked(call.parameter("id"), call.principal, repeat_key(call), seen)


def repeat_key(call: Call) -> RepeatKey | None:
    """The Idempotency-Key header: a quoted string (draft-ietf-httpapi-idempotency-key-header-07), or bare."""
    given: str | None = call.request.headers.get("idempotency-key")
    if given is None:
        return None
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not key or len(key) > _KEY_LENGTH or not key.isascii() or not key.isprintable() or set(key) & {",", '"'}:
        detail = (
            f'Send one string of 1 to {_KEY_LENGTH} printable ASCII characters, such as a UUID, in quotes: "8e03..."'
        )
        raise ProblemError(Problem(400, "InvalidIdempotencyKey", "The Idempotency-Key cannot be used", detail))
    return RepeatKey(KeyKind.IDEMPOTENCY_KEY, key)
