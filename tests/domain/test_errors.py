from datetime import UTC, datetime

import pytest

from shared.domain import errors


def test_says_which_operation_found_its_row_there() -> None:
    error = errors.RowExistsError(2)
    assert (error.index, str(error)) == (2, "operation 2: the row exists already")


def test_says_which_operation_found_its_row_changed() -> None:
    error = errors.RowChangedError(1)
    assert (error.index, str(error)) == (1, "operation 1: the row was changed or deleted meanwhile")


def test_counts_a_single_operation_as_the_first() -> None:
    assert (errors.RowExistsError().index, errors.RowChangedError().index) == (0, 0)


def test_names_the_role_that_is_needed() -> None:
    error = errors.RoleNeededError("Desk.Decide")
    assert (error.role, str(error)) == ("Desk.Decide", "this needs the role Desk.Decide")


def test_names_the_moves_that_are_possible_instead() -> None:
    error = errors.IllegalMoveError("approved", "submit", ("revoke", "expire"))
    assert str(error) == "'submit' is not possible in state 'approved'; possible: revoke, expire"
    assert error.open_to == ("revoke", "expire")


def test_says_that_nothing_is_possible_in_a_final_state() -> None:
    assert str(errors.IllegalMoveError("expired", "remind", ())).endswith("possible: nothing")


def test_names_an_open_request_to_its_owner_only() -> None:
    assert errors.RequestOpenError("case-1").case_id == "case-1"
    assert "case-1" not in str(errors.RequestOpenError("case-1"))


def test_says_since_when_a_subscription_is_switched() -> None:
    error = errors.AlreadySwitchedError(datetime(2026, 11, 2, 12, tzinfo=UTC))
    assert "2026-11-02" in str(error)


def test_says_when_a_new_request_is_possible() -> None:
    error = errors.CoolingOffError(datetime(2027, 5, 2, 12, tzinfo=UTC))
    assert "2027-05-02" in str(error)


def test_keeps_the_hash_of_outdated_consent_apart_from_its_words() -> None:
    error = errors.ConsentOutdatedError("ab" * 32)
    assert error.text_sha256 == "ab" * 32
    assert error.text_sha256 not in str(error)


def test_gives_the_reason_to_try_again_later() -> None:
    error = errors.TryAgainLaterError("directory_unavailable")
    assert error.reason == str(error) == "directory_unavailable"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.RequestOpenError(None), "the subscription has an open request"),
        (errors.RepeatKeyReusedError("id"), "the key was used before with another request"),
        (errors.ConsentOutdatedError("ab"), "the consent is for another text than the current one"),
        (errors.FactsBlockError(()), "what is known of the subscription now does not allow an approval"),
        (errors.PreconditionFailedError(3), "the case has changed since you saw it"),
        (errors.WrongFieldError("/a", "odd", "is odd"), "is odd"),
    ],
)
def test_says_in_words_what_is_the_matter(error: errors.PayByInvoiceError, words: str) -> None:
    assert str(error) == words


@pytest.mark.parametrize("kind", [errors.RowExistsError, errors.RowChangedError, errors.StorageUnavailableError])
def test_makes_storage_failures_one_family(kind: type[Exception]) -> None:
    assert issubclass(kind, errors.StorageError)


def test_makes_every_failure_one_that_is_expected() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__module__ == errors.__name__]
    assert kinds
    assert all(issubclass(kind, errors.PayByInvoiceError) for kind in kinds)
