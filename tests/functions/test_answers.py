"""The table from domain errors to problems."""

from datetime import UTC, datetime

import pytest

from functions.answers import UNEXPECTED, problem_of
from shared.domain.callers import Kind
from shared.domain.errors import (
    AlreadySwitchedError,
    CaseBusyError,
    CoolingOffError,
    IllegalMoveError,
    RoleNeededError,
    RowChangedError,
    StorageUnavailableError,
    TryAgainLaterError,
)

NOON = datetime(2026, 11, 23, 12, microsecond=250_000, tzinfo=UTC)
"""And a quarter of a second, as a clock of today gives it."""


@pytest.mark.parametrize(
    ("error", "status", "code", "part"),
    [
        (AlreadySwitchedError(NOON), 409, "AlreadySwitched", "since 2026-11-23T12:00:00Z, "),
        (CoolingOffError(NOON), 409, "TooEarlyToReapply", "from 2026-11-23T12:00:01Z."),
        (IllegalMoveError("approved", "approve", ("withdraw",)), 409, "NotPossibleNow", "state 'approved'"),
        (RoleNeededError("Desk.Decide"), 403, "Forbidden", "the role Desk.Decide"),
        (CaseBusyError(), 503, "ServiceUnavailable", "same Idempotency-Key"),
        (StorageUnavailableError(), 503, "ServiceUnavailable", "cannot answer just now"),
        (TryAgainLaterError("directory_silent"), 503, "ServiceUnavailable", "Send the same request again"),
        (RowChangedError(), 503, "ServiceUnavailable", "cannot answer just now"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_domain_error_has_its_problem(error: Exception, status: int, code: str, part: str) -> None:
    problem = problem_of(error)
    assert (problem.type.status, problem.type.code) == (status, code)
    assert part in problem.detail


@pytest.mark.parametrize("error", [CaseBusyError(), StorageUnavailableError(), TryAgainLaterError("away")])
def test_what_passes_says_when_to_ask_again(error: Exception) -> None:
    assert problem_of(error).headers == {"Retry-After": "5"}


def test_an_error_nobody_expected_tells_nothing_of_itself() -> None:
    assert problem_of(KeyError("secret")) is UNEXPECTED


@pytest.mark.parametrize(
    ("reader", "open_to"), [(Kind.CLIENT, ["withdrawal"]), (Kind.DESK, ["decision", "withdrawal"]), (Kind.PORTAL, [])]
)
def test_an_illegal_move_names_what_its_reader_can_do(reader: Kind, open_to: list[str]) -> None:
    error = IllegalMoveError("credit_review", "submit", ("approve", "escalate", "withdraw"))
    assert problem_of(error, reader).members == {"state": "credit_review", "openTo": open_to}
