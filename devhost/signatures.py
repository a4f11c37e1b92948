"""What the Python worker checks of a function when it indexes it: parameters against bindings, and annotations.

A single function that fails these checks costs all of them: the worker then hands over none. Rules, their order and
their words are those of ``azure_functions_runtime.functions`` 1.3 (Microsoft's runtime for Python 3.13).
"""

import collections.abc
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import GenericAlias, UnionType
from typing import Any

from devhost import converters
from devhost.errors import StartError

# What is not generic to the worker, although Python gives it an origin.
_SPECIAL_ORIGINS = (typing.Union, tuple, typing.ClassVar, collections.abc.Callable)


@dataclass(frozen=True)
class Trigger:
    """The trigger a function is bound to: the name of its parameter, and the type of the binding."""

    parameter: str
    binding_type: str


@dataclass(frozen=True)
class Signature:
    """How a function is called; ``is_bare`` gives it text or bytes as they came instead of an object around them."""

    takes_context: bool
    is_bare: bool
    is_async: bool


def check_signature(name: str, call: Callable[..., Any], trigger: Trigger, *, has_response: bool) -> Signature:
    """Check a function bound to a trigger and, with ``has_response``, to an HTTP response that it returns.

    Raises:
        StartError: the worker would not load the function; the text is what it would say.
    """
    try:
        return _check(call, trigger, has_response=has_response)
    except ValueError as error:
        raise StartError(f"cannot load the {name} function: {error}") from error
    except (NameError, TypeError) as error:
        # The worker lets these through: an annotation that cannot be looked up, or is no class where one is needed.
        raise StartError(f"cannot load the {name} function: {type(error).__name__}: {error}") from error


def _check(call: Callable[..., Any], trigger: Trigger, *, has_response: bool) -> Signature:
    parameters = dict.fromkeys(inspect.signature(call).parameters)
    annotations = typing.get_type_hints(call)
    takes_context = "context" in parameters and trigger.parameter != "context"
    if takes_context:
        parameters.pop("context")
        _check_context(annotations)
    _check_names(set(parameters), {trigger.parameter})
    is_bare = False
    if trigger.parameter in annotations:
        is_bare = _check_input(trigger, annotations[trigger.parameter])
    if has_response and "return" in annotations:
        _check_return(annotations["return"])
    return Signature(takes_context, is_bare, inspect.iscoroutinefunction(call))


def _check_context(annotations: Mapping[str, Any]) -> None:
    annotation = annotations.get("context")
    if "context" in annotations and not (isinstance(annotation, type) and annotation.__name__ == "Context"):
        raise ValueError(
            f'the "context" parameter is expected to be of type azure.functions.Context, got "{annotation!r}"'
        )


def _check_names(declared: set[str], bound: set[str]) -> None:
    if declared - bound:
        raise ValueError(
            "the following parameters are declared in Python but not in the function definition"
            f" (function.json or function decorators):  {_listed(declared - bound)}"
        )
    if bound - declared:
        raise ValueError(
            "Extra parameters in binding definition — the following parameters are declared as bindings"
            f" but are not present in Python: {_listed(bound - declared)}"
        )


def _listed(names: set[str]) -> str:
    """Return names as Python writes a set, in order."""
    return f"{{{', '.join(map(repr, sorted(names)))}}}"


def _check_input(trigger: Trigger, annotation: Any) -> bool:
    """Check what the trigger's parameter is annotated with, and say whether that asks for text or bytes."""
    where = f"binding {trigger.parameter}"
    if _is_out(annotation):
        _check_out(trigger, annotation)
    if not isinstance(annotation, type) and not _is_generic(annotation):
        raise ValueError(f"{where} has invalid non-type annotation {annotation!r}")
    is_bare = annotation in (str, bytes)
    if not is_bare and not converters.accepts_input(trigger.binding_type, annotation):
        raise ValueError(
            f'binding type "{trigger.parameter!r}" and dataType "{trigger.binding_type}" in the binding decorator'
            f" do not match the corresponding function parameter's Python type annotation {annotation.__name__}"
        )
    return is_bare


def _check_out(trigger: Trigger, annotation: Any) -> None:
    where = f"binding {trigger.parameter}"
    inner = typing.get_args(annotation)
    if len(inner) != 1:
        raise ValueError(f"{where} has invalid Out annotation {annotation!r}")
    if not isinstance(inner[0], type) and not _is_generic(inner[0]):
        raise ValueError(f"{where} has invalid non-type annotation {annotation!r}")
    raise ValueError(
        f'{where} is declared to have the "in" direction in the binding decorator, but its annotation'
        " is azure.functions.Out in Python"
    )


def _check_return(annotation: Any) -> None:
    if _is_generic(annotation) and getattr(typing.get_origin(annotation), "__name__", "") == "Out":
        raise ValueError("return annotation should not be azure.functions.Out")
    if not isinstance(annotation, type):
        raise ValueError(f"has invalid non-type return annotation {annotation!r}")  # noqa: TRY004 - one kind for all
    if not converters.accepts_output("http", annotation):
        raise ValueError(f'Python return annotation "{annotation.__name__}" does not match binding type "http"')


def _is_out(annotation: Any) -> bool:
    named = typing.get_origin(annotation) or annotation
    return isinstance(named, type) and named.__name__ == "Out"


def _is_generic(annotation: Any) -> bool:
    origin = typing.get_origin(annotation)
    if origin is None:
        return isinstance(annotation, type) and issubclass(annotation, typing.Generic)
    return not isinstance(annotation, GenericAlias | UnionType) and origin not in _SPECIAL_ORIGINS
