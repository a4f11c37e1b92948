"""The API's description: sound, whole, and the one that is committed."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from functions.blueprints import BLUEPRINTS
from functions.openapi import document, openapi_json
from functions.problem_types import CATALOGUE, METHOD_NOT_ALLOWED
from functions.routes import ROUTES

COPY = Path(__file__).parent.parent.parent / "docs" / "openapi.json"
assert BLUEPRINTS, "importing them registers the routes"
DOCUMENT: Any = document(ROUTES)
OPERATIONS = {op["operationId"]: op for path in DOCUMENT["paths"].values() for op in path.values()}
WITH_BODIES = sorted(name for name, operation in OPERATIONS.items() if "requestBody" in operation)


def problems_with(instance: Any, schema: Any) -> list[str]:
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    return [error.message for error in validator.iter_errors(instance)]


def responses(operation: Any) -> dict[str, Any]:
    found = operation["responses"]
    shared = DOCUMENT["components"]["responses"]
    return {status: shared[_name(each)] if "$ref" in each else each for status, each in found.items()}


def _name(reference: Any) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def test_it_is_a_sound_openapi_document() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_the_committed_copy_is_what_is_served() -> None:
    assert COPY.read_bytes() == openapi_json(), "look at the difference: it may break callers; then write it anew"


def test_every_endpoint_is_described() -> None:
    assert OPERATIONS.keys() == {route.name for route in ROUTES}
    assert all(operation["summary"] for operation in OPERATIONS.values())


@pytest.mark.parametrize("name", WITH_BODIES)
def test_the_example_of_a_body_is_one(name: str) -> None:
    content = OPERATIONS[name]["requestBody"]["content"]["application/json"]
    assert problems_with(content["example"], content["schema"]) == []


@pytest.mark.parametrize("name", WITH_BODIES)
def test_a_body_has_no_members_that_nobody_knows_unless_the_portal_sends_it(name: str) -> None:
    content = OPERATIONS[name]["requestBody"]["content"]["application/json"]
    taken = problems_with({**content["example"], "surprise": 1}, content["schema"]) == []
    assert taken == (name == "receive_portal_webhook")


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_problem_of_an_endpoint_is_documented_with_an_example(name: str) -> None:
    (contract,) = [route.contract for route in ROUTES if route.name == name]
    documented = {code for each in responses(OPERATIONS[name]).values() for code in _examples(each)}
    assert documented == {kind.code for kind in contract.all_problems}
    assert {kind.status for kind in contract.all_problems} <= {int(status) for status in responses(OPERATIONS[name])}


def _examples(response: Any) -> list[str]:
    return [*response.get("content", {}).get("application/problem+json", {}).get("examples", {})]


@pytest.mark.parametrize("code", CATALOGUE)
def test_the_example_of_a_problem_is_one(code: str) -> None:
    example = DOCUMENT["components"]["examples"][code]["value"]
    assert problems_with(example, {"$ref": "#/components/schemas/Problem"}) == []


def test_every_kind_of_problem_is_answered_by_some_endpoint() -> None:
    answered = {kind.code for route in ROUTES for kind in route.contract.all_problems}
    assert answered | {METHOD_NOT_ALLOWED.code} == CATALOGUE.keys()


def test_every_answer_is_of_a_kind_that_is_described() -> None:
    for name, operation in OPERATIONS.items():
        (success, *_) = [each for status, each in responses(operation).items() if status.startswith("2")]
        assert "content" in success or name == "receive_portal_webhook", name
