"""The OpenAPI document says all that a request needs."""

import re

from tests.conformance.operations import document, operations


def test_every_part_of_a_path_is_a_parameter() -> None:
    parameters = document()["components"]["parameters"]
    for each in operations():
        given = [parameters[reference["$ref"].rpartition("/")[2]] for reference in each.said["parameters"]]
        assert re.findall(r"\{(\w+)\}", each.path) == [part["name"] for part in given if part["in"] == "path"]
        assert all(part["required"] for part in given if part["in"] == "path")


def test_a_problem_can_be_asked_for_by_every_code_of_an_answer() -> None:
    components = document()["components"]
    assert components["parameters"]["code"]["schema"]["enum"] == [*components["examples"]]
