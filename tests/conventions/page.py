"""Makes docs/api-conventions.md from the table of rules and the tests that hold them.

python -m tests.conventions.page > docs/api-conventions.md
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.conventions.rules import EXCEPTIONS, RULES

TESTS = Path(__file__).parent

_INTRODUCTION = """\
# API conventions

What the API keeps to, who says so, and the test that holds it. This page is made from the tests by
`python -m tests.conventions.page > docs/api-conventions.md`; a guard fails when it is out of date.

| Rule | Source | Tests |
|---|---|---|"""

_OTHERWISE = """\

## Otherwise, on purpose

| What | Why |
|---|---|"""


def tests_by_rule() -> Mapping[int, list[str]]:
    """The tests (`file::name`) that are marked with each rule's number."""
    found: dict[int, list[str]] = {}
    for file in sorted(TESTS.glob("test_*.py")):
        for name, number in _marked(ast.parse(file.read_text("utf-8"))):
            found.setdefault(number, []).append(f"{file.name}::{name}")
    return found


def conventions_page() -> str:
    """The page, whole."""
    tests = tests_by_rule()
    rows = [f"| {rule.text} | {rule.source} | {_listed(tests.get(number, []))} |" for number, rule in RULES.items()]
    exceptions = [f"| {what} | {why} |" for what, why in EXCEPTIONS.items()]
    return "\n".join([_INTRODUCTION, *rows, _OTHERWISE, *exceptions]) + "\n"


def _listed(tests: list[str]) -> str:
    return "<br>".join(f"`{test}`" for test in tests)


def _marked(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Every test with each of the numbers in its `@pytest.mark.rule(...)`."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                    yield from ((node.name, int(ast.literal_eval(argument))) for argument in mark.args)


if __name__ == "__main__":
    sys.stdout.write(conventions_page())
