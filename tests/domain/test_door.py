from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.domain.door import AT_THE_DOOR, Door, WrongMember, needed_where, wrong_members
from shared.domain.model import Money
from tests.builders import a_form, money

SHOUTED = TypeAdapter[str](Annotated[str, Door(lambda sent: sent.upper(), lambda: {"type": "string", "title": "Loud"})])
PLAIN = TypeAdapter[str](Annotated[str, Door(lambda sent: sent)])


def test_reads_what_is_sent_and_leaves_alone_what_is_stored() -> None:
    assert SHOUTED.validate_python("a", context=AT_THE_DOOR) == "A"
    assert SHOUTED.validate_python("a") == "a"


def test_says_in_the_schema_what_the_door_takes() -> None:
    assert SHOUTED.json_schema() == {"type": "string", "title": "Loud"}
    assert PLAIN.json_schema() == {"type": "string"}


def test_says_what_is_wrong_with_members_in_their_own_places() -> None:
    error = wrong_members("Pair", WrongMember("left", "odd", "is {odd}"), WrongMember(1, "even", "is even"))
    assert [(each["loc"], each["type"], each["msg"]) for each in error.errors()] == [
        (("left",), "odd", "is {odd}"),
        ((1,), "even", "is even"),
    ]


def test_names_the_whole_and_shows_nothing_of_what_was_read() -> None:
    error = wrong_members("Pair", WrongMember("left", "odd", "is odd"))
    assert error.title == "Pair"
    assert "input" not in str(error)


def test_has_a_schema_for_a_member_that_another_makes_necessary() -> None:
    assert needed_where("kind", "other", "text") == {
        "if": {"properties": {"kind": {"const": "other"}}, "required": ["kind"]},
        "then": {"properties": {"text": {"type": "string"}}, "required": ["text"]},
    }


@pytest.mark.parametrize("stored", [money("1.234", "EUR"), money("5", "DEM"), money("1E+3")], ids=str)
def test_reads_stored_money_of_other_days(stored: dict[str, Any]) -> None:
    assert Money.model_validate(stored).currency == stored["currency"]
    with pytest.raises(ValidationError):
        Money.model_validate(stored, context=AT_THE_DOOR)


def test_reads_stored_names_of_other_days() -> None:
    assert a_form(company_name="Con\u200btoso").company_name == "Con\u200btoso"
