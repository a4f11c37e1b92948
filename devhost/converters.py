"""azure-functions' own converters between what crosses the wire and what functions get and return."""

from collections.abc import Callable, Mapping
from typing import Any

from azure.functions import get_binding_registry
from azure.functions.meta import Datum

# What a parameter annotated with str or bytes is bound to instead of its trigger: the worker's GenericBinding.
BARE = "generic"

_BARE_TYPES = frozenset({"string", "bytes", "json"})

# The library leaves this function without types.
_registry: Callable[[], Any] = get_binding_registry


def decode(binding_type: str, datum: Datum, metadata: Mapping[str, Datum] | None = None) -> object:
    """Return the value a trigger's parameter gets: an object around what came, or that itself for ``BARE``.

    Raises:
        ValueError: what came is neither text nor bytes, and no object was asked for.
    """
    if binding_type == BARE:
        return _decode_bare(datum)
    value: object = _registry().get(binding_type).decode(datum, trigger_metadata=metadata)
    return value


def _decode_bare(datum: Datum) -> object:
    if datum.type not in _BARE_TYPES:
        raise ValueError(f'unexpected type of data received for the "generic" binding: {datum.type!r}')
    value: object = datum.value
    return value


def encode(binding_type: str, value: object) -> Datum:
    """Return what an output binding sends.

    Raises:
        NotImplementedError: the binding has no use for a value of this type.
    """
    datum: Datum = _registry().get(binding_type).encode(value, expected_type=None)
    return datum


def accepts_input(binding_type: str, annotation: object) -> bool:
    """Say whether a parameter bound to a trigger may have an annotation.

    Raises:
        TypeError: the annotation is no class.
    """
    return bool(_registry().get(binding_type).check_input_type_annotation(annotation))


def accepts_output(binding_type: str, annotation: object) -> bool:
    """Say whether what a binding sends may have an annotation.

    Raises:
        TypeError: the annotation is no class.
    """
    return bool(_registry().get(binding_type).check_output_type_annotation(annotation))


def refuse_result(result: object) -> None:
    """Check what a function returned whose trigger takes no answer.

    Raises:
        RuntimeError: it returned something, which has nowhere to go (the worker's rule and words).
    """
    if result is not None:
        raise RuntimeError(f"a function without a $return binding returned a non-None value: {type(result).__name__}")
