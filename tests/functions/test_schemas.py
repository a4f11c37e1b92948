"""The schemas of bodies in the API's description say what their doors do."""

import json
from typing import Any

import pytest

from tests.functions.doors import DEFINITIONS, DOORS, documents


def examples_in(part: Any) -> list[Any]:
    if isinstance(part, dict):
        found = part.get("examples", [])
        return [*(found if isinstance(found, list) else []), *(e for each in part.values() for e in examples_in(each))]
    return [e for each in part for e in examples_in(each)] if isinstance(part, list) else []


@pytest.mark.parametrize("name", sorted(DOORS))
def test_shows_an_example_of_everything(name: str) -> None:
    shown = json.dumps(documents(name), ensure_ascii=False)
    examples = examples_in([DOORS[name].schema, DOORS[name].parts])
    assert examples
    assert all(json.dumps(each, ensure_ascii=False).strip("[]") in shown for each in examples)


@pytest.mark.parametrize("name", sorted(DOORS))
def test_says_whether_a_door_takes_unknown_members(name: str) -> None:
    # What a lenient door shares with a strict one is shown as the strict one takes it: to send that is always right.
    strict = {part for door in DOORS.values() if not door.body.lenient for part in door.parts}
    objects = {part: each for part, each in DOORS[name].parts.items() if each["type"] == "object"}
    assert objects
    open_to_more = {part for part, each in objects.items() if each["additionalProperties"]}
    assert open_to_more == objects.keys() - strict


def test_lists_the_countries_and_currencies_that_are_taken() -> None:
    assert {"NL", "XK"} < set(DEFINITIONS["BillingAddressInput"]["properties"]["country"]["enum"])
    currencies = DEFINITIONS["MoneyInput"]["properties"]["currency"]["enum"]
    assert {"EUR", "JPY"} < set(currencies)
    assert not {"XAU", "XXX", "DEM"} & set(currencies)


def test_says_that_a_credit_is_more_than_nothing() -> None:
    amount = DEFINITIONS["RequestFormInput"]["properties"]["creditNeeded"]["properties"]["amount"]
    assert amount == {"pattern": "[1-9]", "minimum": 0.0001}


def test_says_which_members_another_makes_necessary() -> None:
    contact = DEFINITIONS["ContactInput"]
    assert (contact["if"]["properties"], contact["then"]["required"]) == (
        {"preferredMethod": {"const": "phone"}},
        ["phone"],
    )
    answer = DEFINITIONS["InformationAnswerInput"]
    assert (answer["if"]["properties"], answer["then"]["required"]) == ({"item": {"const": "other"}}, ["text"])


def test_takes_amounts_as_strings_and_as_numbers() -> None:
    kinds = DEFINITIONS["CreditApplicationInput"]["properties"]["equity"]["anyOf"]
    assert [each["type"] for each in kinds] == ["string", "number", "null"]
