"""What a form of a page about a request brings back: which request, what was seen of it, and a key of its own."""

import re
from typing import Final

from functions.page_problems import FORM_EXPIRED
from functions.problem_types import IDEMPOTENCY_KEY_REUSED
from functions.problems import Problem, ProblemError
from functions.visits import Visit
from shared import wiring
from shared.workflow.repeats import Asked, KeyKind, RepeatKey

_KEY: Final = re.compile(r"[0-9a-f]{32}")
_REVISION: Final = re.compile(r"[1-9][0-9]{0,8}")


def new_key() -> str:
    """A key for the forms of one page, so that each is acted on once however often it is sent."""
    return wiring.services().new_id()


def key_after(visit: Visit, problem: str) -> str:
    """The key to send a form with once more, after a problem of this code.

    Under a key that stands for something else it could never be sent.
    """
    return new_key() if problem == IDEMPOTENCY_KEY_REUSED.code else visit.form["key"]


def asked_in(visit: Visit) -> Asked:
    """What a form asks for: by its own key, for the request as it was seen. Raises ProblemError for a form of old."""
    form = visit.form
    if not _KEY.fullmatch(form["key"]) or not _REVISION.fullmatch(form["seen"]):
        raise ProblemError(Problem(FORM_EXPIRED))
    key = RepeatKey(KeyKind.IDEMPOTENCY_KEY, form["key"])
    return Asked(form["request"], visit.principal, key, int(form["seen"]))
