"""Makes the client's models (paybyinvoice/models.py) from the API's description (docs/openapi.json).

    python -m local.client_models

is to be run whenever the description has changed.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from datamodel_code_generator import InputFileType, LiteralType, PythonVersion, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import Formatter

from local.settings import ROOT

DESCRIPTION: Final = ROOT / "docs" / "openapi.json"
MODELS: Final = ROOT / "paybyinvoice" / "models.py"

_NOT_FOR_CLIENTS: Final = ("/api/webhooks/", "/api/health/")
_RULES: Final = frozenset(
    ("pattern", "minLength", "maxLength", "minimum", "maximum", "ge", "le", "minItems", "maxItems", "title", "examples")
)
_KEPT_FORMATS: Final = frozenset(("date", "date-time", "uuid"))
_LONGEST_LIST: Final = 50
"""Longer ones are other people's, such as ISO's of currencies and countries."""

_HEADING: Final = '''"""The API's requests and answers.

Made by `python -m local.client_models` from docs/openapi.json, and not to be edited.
Members that are unknown here are kept, and a list of values is what was known: other values are read as they come.
"""
'''

Json = Any


def models_source(description: Json) -> str:
    """Give the source of the models of what clients and the desk send and are answered."""
    made = generate(
        json.dumps(for_the_generator(description)),
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        enum_field_as_literal=LiteralType.All,
        use_type_alias=True,
        snake_case_field=True,
        allow_population_by_field_name=True,
        use_annotated=True,
        enable_faux_immutability=True,
        use_schema_description=True,
        use_standard_collections=True,
        use_union_operator=True,
        use_double_quotes=True,
        disable_timestamp=True,
        formatters=[Formatter.BUILTIN],
        custom_file_header=_HEADING,
    )
    return str(made)


def for_the_generator(description: Json) -> Json:
    """Take of the description what the client's models are made from.

    Left out are webhooks and health, and the rules for values (lengths, patterns): those the service holds, and says
    all at once what breaks them; a rule that it relaxes must not keep an older client from reading answers.
    """
    paths = {path: item for path, item in description["paths"].items() if not path.startswith(_NOT_FOR_CLIENTS)}
    schemas = description["components"]["schemas"]
    wanted = _reachable(paths, schemas)
    kept = {name: _loosened(schema) for name, schema in schemas.items() if name in wanted}
    return {"openapi": "3.1.0", "info": description["info"], "paths": {}, "components": {"schemas": kept}}


def _reachable(start: Json, schemas: Mapping[str, Json]) -> set[str]:
    found: set[str] = set()
    waiting = list(_named_in(start))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_named_in(schemas[name]))
    return found


def _loosened(schema: Json) -> Json:
    if isinstance(schema, list):
        return [_loosened(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    # What is a member's name and what a keyword is told apart by where it stands.
    kept = {
        name: {member: _loosened(each) for member, each in value.items()} if name == "properties" else _loosened(value)
        for name, value in schema.items()
        if name not in _RULES and (name, value) != ("additionalProperties", False) and _is_kept_format(name, value)
    }
    if "$ref" in kept:
        # With words beside it, a reference would become a model of its own.
        return {name: value for name, value in kept.items() if name in ("$ref", "default")}
    return _without_numbers(_opened(kept))


def _is_kept_format(name: str, value: Json) -> bool:
    return name != "format" or value in _KEPT_FORMATS


def _opened(schema: Json) -> Json:
    """Let a list of values be added to: an older client reads what it does not know."""
    if "enum" not in schema or schema.get("type") != "string":
        return schema
    rest = {name: value for name, value in schema.items() if name not in ("type", "enum")}
    if len(schema["enum"]) > _LONGEST_LIST:
        return {"type": "string", **rest}
    return {"anyOf": [{"type": "string", "enum": schema["enum"]}, {"type": "string"}], **rest}


def _without_numbers(schema: Json) -> Json:
    """Write amounts as strings, where the API also reads numbers: a float would lose cents."""
    kinds = [each.get("type") for each in schema.get("anyOf", [])]
    if not {"number", "string"} <= set(kinds):
        return schema
    return {**schema, "anyOf": [each for each in schema["anyOf"] if each.get("type") != "number"]}


def _named_in(part: Json) -> Iterator[str]:
    return iter(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(part)))


def main() -> int:
    """Write the models anew."""
    MODELS.write_text(models_source(json.loads(DESCRIPTION.read_text("utf-8"))), "utf-8")
    print(f"Wrote {MODELS.relative_to(ROOT)} from {DESCRIPTION.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
