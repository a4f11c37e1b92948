"""What actions on a case have in common: who asks, under which key, having seen which version, and the reply."""

from collections.abc import Mapping
from typing import Any, Final

from functions.contracts import IF_MATCH, REPEATABLE, SEEN, Gives, adapter
from functions.etags import revision_in
from functions.problem_types import PRECONDITION_REQUIRED
from functions.problems import Problem, ProblemError
from functions.repeat_keys import repeat_key, repeatability_result
from functions.replies import Reply, json_reply
from functions.routes import Call
from functions.view_builders import status_view
from functions.views import CaseStatus
from shared import wiring
from shared.domain.lifecycle import FINAL
from shared.workflow.repeats import Acceptance, Asked, RepeatKey

CASE_PATH: Final = "api/requests/{id}"

ACTION_HEADERS: Final = (*REPEATABLE, IF_MATCH)
"""What every action on a case may be sent with."""

_NO_REVISION: Final = 0
"""Revisions begin at 1."""

SOON: Final = "2"
"""Seconds after which a case that a step is at work on has mostly moved."""

_STATUS = adapter(CaseStatus)
_REPLY_HEADERS = ("ETag", "Location", "Retry-After", "Idempotent-Replayed", "Repeatability-Result")


def gives_status(status: int, description: str, *more_headers: str) -> Gives:
    """The answer to a submission or an action."""
    return Gives(status, description, _STATUS, headers=(*_REPLY_HEADERS, *more_headers))


def key_of(call: Call[Any]) -> RepeatKey | None:
    """The key under which the call may be sent again, if any. Raises ProblemError 400 or 412."""
    services = wiring.services()
    return repeat_key(call.request.headers, services.now(), services.receipt_lifetime)


def asked(call: Call[Any]) -> Asked:
    """Who asks for an action on which case. Raises ProblemError for headers that cannot be used."""
    return Asked(call.part("id"), call.principal, key_of(call), _seen_revision(call))


def status_reply(acceptance: Acceptance, call: Call[Any], more_headers: Mapping[str, str] | None = None) -> Reply:
    """Say how far a case is now; while it is open, with the time after which to look again."""
    gist = acceptance.answer
    view = status_view(gist, call.principal)
    headers = {"Location": call.url_of(f"/api/requests/{gist.id}"), **(more_headers or {})}
    headers |= repeatability_result(call.request.headers)
    if view.etag:
        headers["ETag"] = view.etag
    if gist.state not in FINAL:
        headers["Retry-After"] = SOON
    if acceptance.replayed:
        headers["Idempotent-Replayed"] = "true"
    return json_reply(call.contract.gives.status, view, headers)


def _seen_revision(call: Call[Any]) -> int | None:
    """The content revision in If-Match, None for any. Raises ProblemError 428 where one must be named.

    What is no strong tag of ours matches no version (RFC 9110), so that it fails as a stale one does; an empty header
    does so too, for its sender meant to name one.
    """
    given = call.request.headers.get("if-match", "*").strip()
    if given == "*":
        if SEEN in call.contract.headers:
            raise ProblemError(Problem(PRECONDITION_REQUIRED))
        return None
    return revision_in(given, call.principal.kind) or _NO_REVISION
