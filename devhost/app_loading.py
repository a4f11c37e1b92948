"""Imports ``function_app`` from its folder and finds the one app in it, by the rules of the Python worker."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from azure.functions import FunctionRegister

from devhost.errors import AppImportError, StartError

APP_MODULE = "function_app"


def load_app(folder: Path) -> FunctionRegister:
    """Import ``function_app`` and return the app at its top level.

    Raises:
        StartError: there is no such file, or not exactly one name in it holds a FunctionApp.
        AppImportError: the import raised.
    """
    if not (folder / f"{APP_MODULE}.py").exists():
        raise StartError(f"no {APP_MODULE}.py in {folder}")
    sys.path.insert(0, str(folder))
    try:
        module = importlib.import_module(APP_MODULE)
    except Exception as error:
        raise AppImportError(f"importing {APP_MODULE} failed: {type(error).__name__}: {error}") from error
    return _only_app(module)


def _only_app(module: ModuleType) -> FunctionRegister:
    # Names count, not objects: the worker refuses an app that is also imported under a second name.
    apps = {name: value for name, value in vars(module).items() if isinstance(value, FunctionRegister)}
    if not apps:
        raise StartError(f"{APP_MODULE}.py has no FunctionApp at its top level")
    if len(apps) > 1:
        raise StartError(f"{APP_MODULE}.py has more than one FunctionApp at its top level: {', '.join(sorted(apps))}")
    return next(iter(apps.values()))
