"""The client's models are those of the API's description."""

import json
from typing import Any

from local.client_models import DESCRIPTION, MODELS, for_the_generator, models_source


def test_the_committed_models_are_what_the_command_makes() -> None:
    assert MODELS.read_text("utf-8") == models_source(json.loads(DESCRIPTION.read_text("utf-8"))), (
        "docs/openapi.json has changed: run python -m local.client_models"
    )


def a_description(**schemas: Any) -> Any:
    """A description in which a client is answered with A, and the portal sends B."""
    paths = {
        path: {"get": {"content": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        for path, name in (("/api/requests", "A"), ("/api/webhooks/portal", "B"))
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def loosened(schema: Any) -> Any:
    return for_the_generator(a_description(A=schema))["components"]["schemas"]["A"]


def test_what_only_the_portal_sends_is_left_out() -> None:
    to_c = {"type": "object", "properties": {"c": {"$ref": "#/components/schemas/C"}}}
    kept = for_the_generator(a_description(A=to_c, B={"type": "object"}, C={"type": "object"}, D={"type": "object"}))
    assert set(kept["components"]["schemas"]) == {"A", "C"}


def test_rules_for_values_are_the_services() -> None:
    assert loosened({"type": "string", "format": "email", "maxLength": 200, "pattern": "^a"}) == {"type": "string"}
    assert loosened({"type": "string", "format": "date"}) == {"type": "string", "format": "date"}


def test_a_member_may_be_called_like_a_rule() -> None:
    schema = {"type": "object", "properties": {"title": {"type": "string", "title": "Title"}}}
    assert loosened(schema) == {"type": "object", "properties": {"title": {"type": "string"}}}


def test_a_member_that_is_new_breaks_nothing() -> None:
    assert loosened({"type": "object", "additionalProperties": False}) == {"type": "object"}
    assert loosened({"type": "object", "additionalProperties": True}) == {
        "type": "object",
        "additionalProperties": True,
    }


def test_a_list_of_values_is_left_open() -> None:
    assert loosened({"type": "string", "enum": ["a"]}) == {
        "anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]
    }


def test_a_long_list_of_values_is_left_to_whoever_keeps_it() -> None:
    assert loosened({"type": "string", "enum": [f"C{number}" for number in range(51)]}) == {"type": "string"}


def test_a_reference_stays_one_whatever_is_said_beside_it() -> None:
    reference = {"$ref": "#/components/schemas/A", "default": "a"}
    assert loosened({"properties": {"a": {**reference, "description": "words"}}}) == {"properties": {"a": reference}}


def test_an_amount_is_a_string() -> None:
    assert loosened({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}, {"type": "null"}]}) == {
        "anyOf": [{"type": "string"}, {"type": "null"}]
    }


def test_reads_lists_of_schemas_too() -> None:
    assert loosened({"allOf": [{"type": "string", "maxLength": 1}]}) == {"allOf": [{"type": "string"}]}


def test_what_it_makes_reads_values_that_came_later_and_members_that_nobody_knew() -> None:
    schema = {
        "type": "object",
        "properties": {"howFar": {"type": "string", "enum": ["there"]}},
        "additionalProperties": True,
    }
    source = models_source(a_description(A=schema))
    made: dict[str, Any] = {"__name__": "made"}
    exec(source, made)
    made["A"].model_rebuild(_types_namespace=made)
    read = made["A"].model_validate({"howFar": "beyond", "mood": 1})
    assert (read.how_far, read.model_extra) == ("beyond", {"mood": 1})
