"""Schemas in words: kinds, limits, and the fields of a body down to plain values."""

from typing import Any

import pytest

from shared.web.reference_schemas import Field, Limit, Word, fields_in_full, fields_of, kind_of, limits_of
from tests.web.reference_examples import a_document, ref

SCHEMAS = a_document()["components"]["schemas"]


def _fields(*, full: bool = True) -> dict[str, Field]:
    found = fields_in_full(ref("schemas", "Form"), SCHEMAS) if full else fields_of(SCHEMAS["Form"], SCHEMAS)
    return {".".join([*field.parents, field.name]): field for field in found}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "format": "date"}, "string (date)"),
        ({"type": ["integer", "null"]}, "integer or null"),
        (
            {"anyOf": [{"anyOf": [{"type": "number"}, {"type": "string"}]}, {"type": "string"}]},
            "number or string",
        ),
        ({"oneOf": [{"type": "string"}, {"type": "string", "minLength": 1}]}, "string"),
        ({"type": "array", "items": ref("schemas", "Money")}, "array of Money"),
        ({"type": "array"}, "array of any"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "object of string"),
        ({"type": "object", "additionalProperties": True}, "object"),
        ({}, "any"),
    ],
)
def test_names_the_kind_of_a_value(schema: dict[str, Any], words: str) -> None:
    assert "".join(word.text for word in kind_of(schema)) == words


def test_knows_which_word_of_a_kind_is_a_schema() -> None:
    assert kind_of({"anyOf": [ref("schemas", "Money"), {"type": "null"}]}) == (
        Word("Money", "Money"), Word(" or "), Word("null"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "limit"),
    [
        ({"minLength": 1, "maxLength": 200}, Limit("1 to 200 characters")),
        ({"minimum": 0.0}, Limit("at least 0")),
        ({"maxItems": 10}, Limit("at most 10 items")),
        ({"pattern": "^a$"}, Limit("matches", ("^a$",))),
        ({"pattern": "a" * 81, "maxLength": 9}, Limit("at most 9 characters")),
        ({"enum": ["a", 1]}, Limit("one of", ("a", "1"))),
        ({"enum": [*range(41)]}, Limit("one of 41 values")),
        ({"const": True}, Limit("always", ("true",))),
        ({"default": ""}, Limit("default", ('""',))),
        ({"default": False}, Limit("default", ("false",))),
        ({"examples": ["a", "b"]}, Limit("for example", ("a",))),
        ({"anyOf": [{"maximum": 3}, {"type": "null"}], "default": None}, Limit("at most 3")),
        ({"type": "array", "items": {"pattern": "^a$"}}, Limit("each matches", ("^a$",))),
    ],
)
def test_says_what_a_value_is_held_to(schema: dict[str, Any], limit: Limit) -> None:
    assert limits_of(schema, {}) == (limit,)


def test_names_other_schemas_where_it_shows_a_schema() -> None:
    found = _fields(full=False)
    assert list(found) == list(SCHEMAS["Form"]["properties"])
    assert found["address"].kind == (Word("Address", "Address"),)
    assert found["codes"].limits == ()


def test_goes_down_to_plain_values_where_it_shows_a_body() -> None:
    assert {"address.line1", "address.country", "contacts[].method", "need.amount"} <= set(_fields())


def test_says_which_fields_are_required() -> None:
    assert [path for path, field in _fields().items() if field.required] == ["address"]


def test_says_the_limits_of_another_schema_where_it_shows_a_body() -> None:
    found = _fields()
    assert found["codes"].limits == (Limit("each one of", ("email", "phone")),)
    assert found["contacts[].method"].limits == (Limit("one of", ("email", "phone")), Limit("default", ("email",)))


def test_describes_a_field_by_its_schema_if_it_says_nothing_itself() -> None:
    found = _fields()
    assert found["years"].description == "Since the start"
    assert found["address"].description == "Where invoices go."
    assert found["parent"].description == ""


def test_ends_at_a_schema_that_holds_itself() -> None:
    assert not [path for path in _fields() if path.startswith("parent.")]
    tree = {"anyOf": [{"type": "array", "items": ref("schemas", "Tree")}, {"type": "string", "pattern": "^a$"}]}
    assert limits_of(ref("schemas", "Tree"), {"Tree": tree}) == (Limit("matches", ("^a$",)),)


def test_leaves_the_fields_of_a_choice_to_the_schemas_it_names() -> None:
    assert not [path for path in _fields() if path.startswith("either.")]


def test_shows_the_fields_of_the_items_of_a_list() -> None:
    (field,) = fields_in_full({"type": "array", "items": ref("schemas", "Case")}, SCHEMAS)
    assert (field.parents, field.name) == (("[]",), "id")
