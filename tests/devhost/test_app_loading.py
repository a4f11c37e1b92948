import sys
from collections.abc import Iterator
from pathlib import Path

import azure.functions as func
import pytest

from devhost.app_loading import load_app
from devhost.errors import AppImportError, StartError


@pytest.fixture(autouse=True)
def _fresh_import(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delitem(sys.modules, "function_app", raising=False)
    yield
    sys.modules.pop("function_app", None)


def write(folder: Path, code: str) -> Path:
    folder.joinpath("function_app.py").write_text(code)
    return folder


def test_returns_the_app_whatever_its_name(tmp_path: Path) -> None:
    app = load_app(write(tmp_path, "import azure.functions as func\nservice = func.FunctionApp()\n"))
    assert isinstance(app, func.FunctionApp)


def test_refuses_a_folder_without_an_app(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"no function_app\.py in"):
        load_app(tmp_path)


def test_refuses_a_module_without_an_app(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="has no FunctionApp"):
        load_app(write(tmp_path, "x = 1\n"))


def test_refuses_an_app_under_two_names(tmp_path: Path) -> None:
    code = "import azure.functions as func\napp = func.FunctionApp()\nsame = app\n"
    with pytest.raises(StartError, match="more than one FunctionApp at its top level: app, same"):
        load_app(write(tmp_path, code))


def test_names_what_the_import_raised(tmp_path: Path) -> None:
    with pytest.raises(AppImportError, match="ZeroDivisionError") as caught:
        load_app(write(tmp_path, "1 / 0\n"))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
