"""JSON Schema (2020-12) of bodies and answers, from the models that read and write them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue
from pydantic_core import core_schema

from functions.bodies import Body

Schema = dict[str, Any]

_REF: Final = "#/components/schemas/"
_INPUT: Final = "Input"


class _LenientDoor(GenerateJsonSchema):
    """Stored models keep members that they do not know; a lenient door passes them over: both take them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - every field is the same
        """A title made of a field's name says nothing new."""
        return False


class _StrictDoor(_LenientDoor):
    """A door refuses members that it does not know, at every level."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """A model's schema, closed."""
        return super().model_schema(schema) | {"additionalProperties": False}


class _Answers(_LenientDoor):
    """As answers are written: what is None is left out."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {name: value for name, value in found.items() if name != "default" or value is not None}


def schemas(
    bodies: Mapping[str, Body[Any]], answers: Mapping[str, TypeAdapter[Any]]
) -> tuple[Mapping[str, Schema], Mapping[str, Schema]]:
    """The schema of each body and answer under its key, and all definitions that they refer to by their names.

    Where a body's definition is not the answers' of the same name, it is called `...Input`.
    """
    read, taken = _taken(bodies)
    written, given = _generated(answers, "serialization", _Answers)
    renamed = _not_shared(taken, given)
    read, taken = _renamed(read, renamed), _renamed(taken, renamed)
    named = {name + _INPUT * (name in renamed): schema for name, schema in taken.items()}
    return {**read, **written}, dict(sorted({**named, **given}.items()))


def _taken(bodies: Mapping[str, Body[Any]]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """What bodies look like. A definition that a strict and a lenient one share is the strict one's."""
    lenient = {key: body.kind for key, body in bodies.items() if body.lenient}
    strict = {key: body.kind for key, body in bodies.items() if not body.lenient}
    read, definitions = _generated(lenient, "validation", _LenientDoor)
    more_read, more_definitions = _generated(strict, "validation", _StrictDoor)
    return {**read, **more_read}, {**definitions, **more_definitions}


def _generated(
    adapters: Mapping[str, TypeAdapter[Any]], mode: JsonSchemaMode, generator: type[GenerateJsonSchema]
) -> tuple[dict[str, Schema], dict[str, Schema]]:
    inputs = [(key, mode, adapter) for key, adapter in adapters.items()]
    found, whole = TypeAdapter.json_schemas(inputs, ref_template=_REF + "{model}", schema_generator=generator)
    return {key: schema for (key, _), schema in found.items()}, whole.get("$defs", {})


def _not_shared(taken: Mapping[str, Schema], given: Mapping[str, Schema]) -> frozenset[str]:
    """The names that mean something else in bodies, because they differ or refer to what does."""
    found = frozenset(name for name in taken.keys() & given.keys() if taken[name] != given[name])
    while True:
        wider = found | {name for name in taken.keys() & given.keys() if _references(taken[name]) & found}
        if wider == found:
            return found
        found = wider


def _references(schema: Any) -> set[str]:
    text = json.dumps(schema)
    return {part.partition('"')[0] for part in text.split(_REF)[1:]}


def _renamed(schemas: Mapping[str, Schema], names: Iterable[str]) -> dict[str, Schema]:
    """The schemas with references to these names made references to the bodies' own."""
    text = json.dumps(schemas)
    for name in names:
        text = text.replace(f'{_REF}{name}"', f'{_REF}{name}{_INPUT}"')
    renamed: dict[str, Schema] = json.loads(text)
    return renamed
