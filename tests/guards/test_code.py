"""Guards over the code: names that hide the job, sizes, imports inside functions, and who gives a case its state."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BANNED = {
    "utils", "util", "helpers", "helper", "common", "misc", "base", "core", "constants", "types", "manager",
    "handler", "processor",
}  # fmt: skip
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
COLD_START_IMPORTS = {"shared/domain/iso_codes.py", "shared/wiring.py"}


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert len(found) > len(folders), "no sources: check this guard"
    return found


MADE = ROOT / "paybyinvoice" / "models.py"
CODE = [
    ROOT / "function_app.py",
    *(path for path in sources("functions", "shared", "devhost", "local", "paybyinvoice") if path != MADE),
]


def functions_in(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_file_keeps_to_its_budget(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE
    for function in functions_in(path):
        assert (function.end_lineno or 0) - function.lineno < LONGEST_FUNCTION, function.name


def test_no_module_hides_its_job_or_a_standard_module() -> None:
    stems = {path: path.stem for path in CODE if path.stem not in {"__init__", "__main__"}}
    assert not {name_of(p) for p, stem in stems.items() if stem in BANNED}
    app = {p: s for p, s in stems.items() if not name_of(p).startswith(("devhost", "local"))}
    assert not {name_of(p) for p, stem in app.items() if stem in sys.stdlib_module_names}


def test_directly_in_shared_are_only_settings_and_wiring() -> None:
    assert {path.name for path in (ROOT / "shared").glob("*.py")} == {"__init__.py", "settings.py", "wiring.py"}


def test_imports_inside_functions_are_only_where_a_cold_start_was_measured() -> None:
    found = {
        name_of(path)
        for path in CODE
        for function in functions_in(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert found == COLD_START_IMPORTS


def test_every_package_says_what_belongs_in_it() -> None:
    packages = [path for path in CODE if path.name == "__init__.py"]
    assert packages, "no packages: check this guard"
    assert not [name_of(p) for p in packages if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]


def test_only_moves_and_intake_give_a_case_its_state() -> None:
    """A case is made once and then moved by one function; nothing else names another state for it."""
    found = set()
    for path in sources("shared/domain", "shared/workflow", "functions"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Case":
                found.add(name_of(path))
            if isinstance(node, ast.Dict) and {"state", "seq"} <= {getattr(k, "value", None) for k in node.keys}:
                found.add(name_of(path))
    assert found == {"shared/domain/moves.py", "shared/workflow/intake.py"}


def test_only_the_protocol_commits_cases_and_sends_messages() -> None:
    callers = {
        name_of(path)
        for path in sources("shared/workflow", "functions")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"services.cases.commit", "services.outbox.send"}
    }
    assert callers == {"shared/workflow/protocol.py"}
