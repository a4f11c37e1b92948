"""The schemas of the API's bodies say what their doors do."""

import json
from typing import Any

import pytest

from functions.door_schemas import door_schema
from shared.domain.case import RequestForm
from shared.domain.credit_application import CreditApplication
from shared.domain.decisions import InformationReply
from tests.functions.doors import DOORS, documents


def examples_in(part: Any) -> list[Any]:
    if isinstance(part, dict):
        found = part.get("examples", [])
        return [*(found if isinstance(found, list) else []), *(e for each in part.values() for e in examples_in(each))]
    return [e for each in part for e in examples_in(each)] if isinstance(part, list) else []


@pytest.mark.parametrize("name", sorted(DOORS))
def test_shows_an_example_of_everything(name: str) -> None:
    shown = json.dumps(documents(name), ensure_ascii=False)
    examples = examples_in(DOORS[name].schema)
    assert examples
    assert all(json.dumps(each, ensure_ascii=False).strip("[]") in shown for each in examples)


@pytest.mark.parametrize("name", sorted(DOORS))
def test_says_in_its_schema_whether_it_takes_unknown_members(name: str) -> None:
    schema = DOORS[name].schema
    models = [each for each in [schema, *schema.get("$defs", {}).values()] if each.get("type") == "object"]
    assert models
    assert {each["additionalProperties"] for each in models} == {name == "portal"}


def test_makes_references_as_the_caller_wants_them() -> None:
    schema = door_schema(RequestForm, ref_template="#/components/schemas/{model}")
    assert schema["properties"]["billingAddress"] == {"$ref": "#/components/schemas/BillingAddress"}
    assert "BillingAddress" in schema["$defs"]


def test_lists_the_countries_and_currencies_that_are_taken() -> None:
    parts = door_schema(RequestForm)["$defs"]
    assert {"NL", "XK"} < set(parts["BillingAddress"]["properties"]["country"]["enum"])
    currencies = parts["Money"]["properties"]["currency"]["enum"]
    assert {"EUR", "JPY"} < set(currencies)
    assert not {"XAU", "XXX", "DEM"} & set(currencies)


def test_says_that_a_credit_is_more_than_nothing() -> None:
    amount = door_schema(RequestForm)["properties"]["creditNeeded"]["properties"]["amount"]
    assert amount == {"pattern": "[1-9]", "minimum": 0.0001}


def test_says_which_members_another_makes_necessary() -> None:
    contact = door_schema(RequestForm)["$defs"]["Contact"]
    assert (contact["if"]["properties"], contact["then"]["required"]) == (
        {"preferredMethod": {"const": "phone"}},
        ["phone"],
    )
    answer = door_schema(InformationReply)["$defs"]["InformationAnswer"]
    assert (answer["if"]["properties"], answer["then"]["required"]) == ({"item": {"const": "other"}}, ["text"])


def test_takes_amounts_as_strings_and_as_numbers() -> None:
    kinds = door_schema(CreditApplication)["properties"]["equity"]["anyOf"]
    assert [each["type"] for each in kinds] == ["string", "number", "null"]
