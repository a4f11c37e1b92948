"""What the API's bodies look like, as JSON Schema 2020-12: for its OpenAPI document, and made from what reads them."""

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import DEFAULT_REF_TEMPLATE, GenerateJsonSchema
from pydantic_core import core_schema

from shared.domain.model import Model


class LenientDoor(GenerateJsonSchema):
    """Stored models keep members that they do not know; a lenient door passes them over: both take them."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - every field is the same
        """A title made of a field's name says nothing new."""
        return False


class StrictDoor(LenientDoor):
    """A door refuses members that it does not know, at every level."""

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        """A model's schema, closed."""
        return super().model_schema(schema) | {"additionalProperties": False}


def door_schema(
    kind: "type[Model] | TypeAdapter[Any]", *, lenient: bool = False, ref_template: str = DEFAULT_REF_TEMPLATE
) -> dict[str, Any]:
    """The schema of what `read_body` or `read_tagged` takes as this kind; `lenient` as there.

    Its parts are in `$defs`, and references to them are made by `ref_template`, which has `{model}` for the name:
    "#/components/schemas/{model}" for OpenAPI, whose `components` then take the `$defs`.
    """
    adapter = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
    generator = LenientDoor if lenient else StrictDoor
    return adapter.json_schema(by_alias=True, ref_template=ref_template, schema_generator=generator, mode="validation")
