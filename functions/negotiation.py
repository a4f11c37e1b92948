"""What every request must have: a fitting Accept, an address of a sensible length, parameters that are known."""

from collections.abc import Collection, Mapping
from typing import Final

from functions.problem_types import (
    INVALID_PARAMETER,
    MISSING_API_VERSION,
    NOT_ACCEPTABLE,
    UNSUPPORTED_API_VERSION,
    URI_TOO_LONG,
)
from functions.problems import Problem, ProblemError

API_VERSION: Final = "2026-11-01"
LONGEST_ADDRESS: Final = 2083
"""Characters, as the Azure REST API guidelines have it."""

_PARAMETER: Final = "api-version"


def check_address(url: str) -> None:
    """Raise ProblemError 414 for an address that is too long."""
    if len(url) > LONGEST_ADDRESS:
        detail = f"The address has {len(url):,} characters; at most {LONGEST_ADDRESS:,} are read."
        raise ProblemError(Problem(URI_TOO_LONG, detail))


def check_accept(accept: str | None, media_type: str) -> None:
    """Raise ProblemError 406 if the header Accept (RFC 9110) leaves this media type out."""
    if accept and not _quality(accept, media_type):
        raise ProblemError(Problem(NOT_ACCEPTABLE, f"The answer is {media_type}, which the header Accept leaves out."))


def check_api_version(parameters: Mapping[str, str]) -> None:
    """Raise ProblemError 400 for a missing or unknown api-version."""
    given = parameters.get(_PARAMETER)
    if given == API_VERSION:
        return
    detail = f"Add ?{_PARAMETER}={API_VERSION} to the address; it is the only version that is supported."
    raise ProblemError(Problem(UNSUPPORTED_API_VERSION if given else MISSING_API_VERSION, detail))


def check_parameters(parameters: Mapping[str, str], known: Collection[str]) -> None:
    """Raise ProblemError 400 for a query parameter that the address does not have."""
    unknown = sorted(set(parameters) - {*known, _PARAMETER})
    if unknown:
        listed = ", ".join(f"'{name}'" for name in [*known, _PARAMETER])
        detail = f"This address has no query parameter {unknown[0][:50]!r}; it has {listed}."
        raise ProblemError(Problem(INVALID_PARAMETER, detail))


def _quality(accept: str, media_type: str) -> float:
    """How welcome a media type is, 0 to 1: the most specific range that takes it in decides."""
    main = media_type.partition("/")[0]
    precedence = {media_type: 2, f"{main}/*": 1, "*/*": 0}
    found = [(precedence[kind], q) for kind, q in map(_range, accept.split(",")) if kind in precedence]
    return max(found)[1] if found else 0


def _range(text: str) -> tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    weights = [value for name, _, value in (p.partition("=") for p in parameters) if name == "q"]
    try:
        return kind, float(weights[0]) if weights else 1.0
    except ValueError:
        return kind, 1.0
