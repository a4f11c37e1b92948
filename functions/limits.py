"""How much a client may ask for: every call counts, and a submission once more."""

from collections.abc import Mapping

from functions.problem_types import TOO_MANY_REQUESTS
from functions.problems import Problem, ProblemError
from shared import wiring
from shared.domain.callers import Kind, Principal
from shared.workflow.rate_limits import Ruling, header_fields


async def count(principal: Principal, *, submits: bool) -> Mapping[str, str]:
    """Count a client's call of now and return the headers that say what is left; others are not counted.

    Raises ProblemError 429.
    """
    if principal.kind is not Kind.CLIENT:
        return {}
    app = wiring.wired()
    limits = app.limits
    rulings = [limits.calls.take(principal.name, limits.steady_now())]
    if submits and rulings[0].allowed:
        rulings.append(await limits.submissions.take(principal.name, app.services.now()))
    headers = header_fields(rulings)
    if all(ruling.allowed for ruling in rulings):
        return headers
    raise ProblemError(Problem(TOO_MANY_REQUESTS, _words(rulings[-1]), headers=headers))


def _words(refusing: Ruling) -> str:
    limit = refusing.limit
    seconds = refusing.effective_seconds
    return f"At most {limit.quota} {limit.name} in {limit.seconds} seconds. Send it again after {seconds} seconds."
