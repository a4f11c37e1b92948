"""What actions on a case have in common: the contract, who asks, under which key, what version they saw, the reply."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypedDict, TypeVar, Unpack

from functions.bodies import Body
from functions.contracts import IF_MATCH, REPEATABLE, SEEN, Contract, Gives, Parameter, adapter
from functions.etags import revision_in
from functions.identity import Caller
from functions.problem_types import NOT_POSSIBLE_NOW, PRECONDITION_REQUIRED, ProblemType
from functions.problems import Problem, ProblemError
from functions.repeat_keys import repeat_key, repeatability_result
from functions.replies import Reply, json_reply
from functions.routes import Call
from functions.view_builders import status_view
from functions.views import CaseStatus
from shared import wiring
from shared.domain.lifecycle import FINAL
from shared.workflow.repeats import Acceptance, Asked, RepeatKey

B = TypeVar("B")

CASE_PATH: Final = "api/requests/{id}"

_ACTION_HEADERS: Final = (*REPEATABLE, IF_MATCH)

_NO_REVISION: Final = 0
"""Revisions begin at 1."""

SOON: Final = "2"
"""Seconds after which a case that a step is at work on has mostly moved."""

_STATUS = adapter(CaseStatus)
_REPLY_HEADERS = ("ETag", "Location", "Retry-After", "Idempotent-Replayed", "Repeatability-Result")


class Own(TypedDict, total=False):
    """What an action may have otherwise than most: see `Contract`."""

    method: str
    headers: tuple[Parameter, ...]
    problems: tuple[ProblemType, ...]
    group: str


def action(name: str, caller: Caller, gives: Gives, **own: Unpack[Own]) -> Contract[None]:
    """The contract of an action without a body, at its name below the case: a POST that not every state is open to."""
    usual: Contract[None] = _usual(name, caller, gives, None)
    return replace(usual, **own)


def action_taking(body: Body[B], name: str, caller: Caller, gives: Gives, **own: Unpack[Own]) -> Contract[B]:
    """The contract of an action that takes this body; for the rest as those without."""
    return replace(_usual(name, caller, gives, body), **own)


def _usual(name: str, caller: Caller, gives: Gives, body: Body[B] | None) -> Contract[B]:
    problems = (NOT_POSSIBLE_NOW,)
    return Contract(f"{CASE_PATH}/{name}", "POST", caller, gives, body, headers=_ACTION_HEADERS, problems=problems)


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
