"""How much a client may ask for: every call counts, and a submission once more.

Every well-formed submission counts, also repeated ones and those that are refused later.
"""

from collections.abc import Mapping, Sequence

from functions.problem_types import TOO_MANY_REQUESTS
from functions.problems import Problem, ProblemError
from shared import wiring
from shared.domain.callers import Kind, Principal
from shared.workflow.rate_limits import Ruling, header_fields


def count_call(principal: Principal) -> Sequence[Ruling]:
    """Count a client's call of now; others are not counted. Raises ProblemError 429."""
    if principal.kind is not Kind.CLIENT:
        return ()
    limits = wiring.wired().limits
    return _allowed([limits.calls.take(principal.name, limits.steady_now())])


async def count_submission(principal: Principal, earlier: Sequence[Ruling]) -> Sequence[Ruling]:
    """Count a client's submission besides its call, once it is known to be well-formed. Raises ProblemError 429."""
    app = wiring.wired()
    return _allowed([*earlier, await app.limits.submissions.take(principal.name, app.services.now())])


def limit_headers(rulings: Sequence[Ruling]) -> Mapping[str, str]:
    """The headers that say what is left; none for who is not counted."""
    return header_fields(rulings) if rulings else {}


def _allowed(rulings: Sequence[Ruling]) -> Sequence[Ruling]:
    for ruling in rulings:
        if not ruling.allowed:
            raise ProblemError(Problem(TOO_MANY_REQUESTS, _words(ruling), headers=header_fields(rulings)))
    return rulings


def _words(refusing: Ruling) -> str:
    limit, seconds = refusing.limit, refusing.effective_seconds
    return f"At most {limit.quota} {limit.name} in {limit.seconds} seconds. Send it again after {seconds} seconds."
