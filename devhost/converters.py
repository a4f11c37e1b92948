"""azure-functions' own converters between what crosses the wire and what functions get and return."""

from collections.abc import Callable, Mapping
from typing import Any

from azure.functions import get_binding_registry
from azure.functions.meta import Datum

# The library leaves this function without types.
_registry: Callable[[], Any] = get_binding_registry


def decode(trigger_type: str, datum: Datum, metadata: Mapping[str, Datum] | None = None) -> object:
    """Return the value a trigger's parameter gets."""
    value: object = _registry().get(trigger_type).decode(datum, trigger_metadata=metadata)
    return value


def encode(binding_type: str, value: object) -> Datum:
    """Return what an output binding sends.

    Raises:
        NotImplementedError: the binding has no use for a value of this type.
    """
    datum: Datum = _registry().get(binding_type).encode(value, expected_type=None)
    return datum


def refuse_result(result: object) -> None:
    """Check what a function returned whose trigger takes no answer.

    Raises:
        RuntimeError: it returned something, which has nowhere to go (the worker's rule and words).
    """
    if result is not None:
        raise RuntimeError(f"a function without a $return binding returned a non-None value: {type(result).__name__}")
