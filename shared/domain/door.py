"""What is asked of a value when it is sent, and not when it is read back from storage.

A door reads with `context=AT_THE_DOOR`. Stored values are read without it: they stay readable when a rule gets stricter
or a currency leaves the list, and were held against the rules of their own day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

AT_THE_DOOR: Final[Mapping[str, bool]] = {"at_the_door": True}
"""The validation context of what comes from outside."""


def is_at_the_door(info: ValidationInfo) -> bool:
    """Whether a value is being sent, rather than read from storage."""
    return info.context is AT_THE_DOOR


@dataclass(frozen=True, slots=True)
class Door:
    """Annotates a type with how its values are read at a door, before the type's own rules.

    `read` takes what was sent, as `json.loads` gives it, and returns what the type is to read; it raises
    PydanticCustomError in words for the sender. `schema` says the same as JSON Schema 2020-12; without one the type's
    own holds. It is called when a schema is made, because lists of values are loaded late.
    """

    read: Callable[[Any], Any]
    schema: Callable[[], dict[str, Any]] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The type's own schema behind `read`."""
        return core_schema.with_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The JSON schema of what the door takes."""
        return self.schema() if self.schema else handler(schema)

    def _read(self, sent: Any, info: ValidationInfo) -> Any:
        return self.read(sent) if is_at_the_door(info) else sent


def needed_where(member: str, value: str, needed: str) -> dict[str, Any]:
    """The JSON schema of a rule about two members: where one has this value, the other cannot be left out."""
    return {
        "if": {"properties": {member: {"const": value}}, "required": [member]},
        "then": {"properties": {needed: {"type": "string"}}, "required": [needed]},
    }


@dataclass(frozen=True, slots=True)
class WrongMember:
    """What is wrong with a member or an item of a value, found by a rule about the whole."""

    member: str | int
    code: str
    words: str


def wrong_members(kind: str, *wrong: WrongMember) -> ValidationError:
    """The error that says what is wrong in its own place, rather than in that of the whole."""
    errors = [
        InitErrorDetails(
            type=PydanticCustomError(each.code, "{words}", {"words": each.words}), loc=(each.member,), input=None
        )
        for each in wrong
    ]
    return ValidationError.from_exception_data(kind, errors, hide_input=True)
