import pytest
from azure.core.exceptions import AzureError, HttpResponseError

from devhost.storage_errors import is_gone, say


@pytest.mark.parametrize(("status", "expected"), [(404, True), (400, True), (500, False), (409, False)])
def test_knows_a_message_that_is_no_longer_ours(status: int, *, expected: bool) -> None:
    error = HttpResponseError("x")
    error.status_code = status
    assert is_gone(error) is expected


def test_takes_a_broken_connection_for_no_answer_at_all() -> None:
    assert not is_gone(AzureError("x"))


def test_says_an_error_in_one_line() -> None:
    assert say(ValueError("one\ntwo")) == "ValueError: one"
    assert say(ValueError()) == "ValueError: "
