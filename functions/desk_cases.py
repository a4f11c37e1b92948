"""What the desk's pages of one case have in common: who asks, what they saw, and what has changed since."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from functions.page_problems import FORM_EXPIRED
from functions.page_routes import see, shown
from functions.problem_types import PRECONDITION_FAILED
from functions.problems import Problem, ProblemError
from functions.replies import Reply
from functions.visits import TOKEN_FIELD, Visit
from shared import wiring
from shared.domain.errors import PreconditionFailedError
from shared.workflow.case_file import case_file
from shared.workflow.repeats import Asked, KeyKind, RepeatKey

_SEEN: Final = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
_OF_THE_PAGE: Final = frozenset({TOKEN_FIELD, "seen", "step"})
"""What a page's forms bring back besides what was typed."""

Act = Callable[[Asked], Awaitable[object]]


def address_of(visit: Visit) -> str:
    """Where the case's page is."""
    return f"/desk/cases/{visit.part('id')}"


def typed_in(visit: Visit) -> Mapping[str, str]:
    """What was typed into the form, by the names of its fields."""
    return {name: visit.form[name] for name in visit.form.values if name not in _OF_THE_PAGE}


def place_in(visit: Visit) -> tuple[int, int]:
    """Number and side of the last event that the form was made for. Raises ProblemError 403."""
    _, seq, side = _seen_of(visit.form["seen"])
    return seq, side


def asked_in(visit: Visit) -> Asked:
    """The action that a form of the case's page asks for, on the case as it was seen."""
    return asked_of(visit, visit.part("id"), visit.form["seen"])


def asked_of(visit: Visit, case_id: str, seen: str) -> Asked:
    """The action that a form asks for, on a case as it was seen. Raises ProblemError 403.

    The same content on what was seen is one request, however often it is sent: once it is done, other things are seen.
    """
    content = "\n".join([seen, *(f"{name}={text}" for name, text in sorted(typed_in(visit).items()))])
    key = RepeatKey(KeyKind.IDEMPOTENCY_KEY, hashlib.sha256(content.encode()).hexdigest())
    revision, seq, side = _seen_of(seen)
    return Asked(case_id, visit.principal, key, revision, (seq, side))


async def case_page(visit: Visit, status: int = 200, /, **more: Any) -> Reply:
    """Everything of a case."""
    file = await case_file(wiring.services(), visit.part("id"), visit.principal)
    return await shown(visit, "desk_case", status, file=file, **more)


async def done(visit: Visit, act: Act, said: str) -> Reply:
    """Do what a form of the case's page asks for; where the case has changed, show what did, and do nothing."""
    try:
        await act(asked_in(visit))
    except PreconditionFailedError:
        return await case_page(visit, PRECONDITION_FAILED.status, seen=place_in(visit))
    return see(address_of(visit), said)


def _seen_of(text: str) -> tuple[int, int, int]:
    """What a form says was seen: content revision, and number and side of the last event. Raises ProblemError 403."""
    found = _SEEN.fullmatch(text)
    if found is None:
        raise ProblemError(Problem(FORM_EXPIRED))
    revision, seq, side = (int(part) for part in found.groups())
    return revision, seq, side
