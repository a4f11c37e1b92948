"""Reads an OpenAPI 3.1 document as what a page says of it: who may call, the operations by group, the schemas.

Every operation must have an operationId, a summary and a tag, and every parameter that a call needs an example.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.web.reference_calls import Call, Example, calls_of
from shared.web.reference_schemas import (
    Field,
    Limit,
    Schema,
    Word,
    choices_of,
    fields_in_full,
    fields_of,
    kind_of,
    limits_of,
    name_of,
)

Document = Mapping[str, Any]

_CALLERS: Final[Mapping[str, str]] = {
    "client": "Clients",
    "desk": "The billing desk",
    "deskDevelopment": "The billing desk, on a developer's machine",
    "portal": "The portal",
}
"""Who signs in, by the name of the security scheme; of a new one, that name."""

_PLACES: Final = ("path", "query", "header")
_PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True)
class Scheme:
    """A way to sign in: who does, and how."""

    name: str
    caller: str
    how: str
    description: str


@dataclass(frozen=True)
class Parameter:
    """A parameter in the path, the query or a header; with an example if the document has one, else empty."""

    name: str
    place: str
    required: bool
    kind: tuple[Word, ...]
    limits: tuple[Limit, ...]
    description: str
    example: str


@dataclass(frozen=True)
class Form:
    """A form that a body may have; `given` is the field and value that tell it from the others, if there are any."""

    kind: tuple[Word, ...]
    given: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Body:
    """The body of a request: its forms, of which one must hold, and an example as JSON, empty if there is none."""

    media_type: str
    required: bool
    kind: tuple[Word, ...]
    forms: tuple[Form, ...]
    example: str


@dataclass(frozen=True)
class Answer:
    """An answer that is no problem; `headers` are names with what they say, `kind` is empty if it has no body."""

    status: str
    description: str
    headers: tuple[tuple[str, str], ...]
    media_type: str
    kind: tuple[Word, ...]


@dataclass(frozen=True)
class Problem:
    """A kind of problem."""

    status: int
    code: str
    title: str


@dataclass(frozen=True)
class Operation:
    """All that is said of an operation; `schemes` names the ways to sign in, none if everybody may call."""

    id: str
    group: str
    method: str
    path: str
    summary: str
    description: str
    schemes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Body | None
    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class NamedSchema:
    """A schema of the document, with its fields or, of a plain value, its limits."""

    name: str
    description: str
    kind: tuple[Word, ...]
    limits: tuple[Limit, ...]
    fields: tuple[Field, ...]


def schemes_of(document: Document) -> list[Scheme]:
    """The ways to sign in."""
    return [_scheme(name, given) for name, given in document["components"].get("securitySchemes", {}).items()]


def schemas_of(document: Document) -> list[NamedSchema]:
    """The schemas of the document, in its order."""
    return [_schema(name, document) for name in document["components"]["schemas"]]


def problems_of(document: Document) -> list[Problem]:
    """Every kind of problem that the document has an example of, by status; some answer where no operation is."""
    said = {code: example["value"] for code, example in document["components"].get("examples", {}).items()}
    found = [Problem(each["status"], code, each["title"]) for code, each in said.items() if _is_problem(each)]
    return sorted(found, key=lambda problem: (problem.status, problem.code))


def groups_of(document: Document, base_url: str) -> Mapping[str, list[Operation]]:
    """The operations by tag: in the order of the document's tags, then that of the first operation of a tag."""
    operations = [
        _operation(document, (method, path), operation, base_url)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    listed = [tag["name"] for tag in document.get("tags", ())]
    names = dict.fromkeys([*listed, *(operation.group for operation in operations)])
    groups = {name: [each for each in operations if each.group == name] for name in names}
    return {name: members for name, members in groups.items() if members}


def _operation(document: Document, at: tuple[str, str], given: Mapping[str, Any], base_url: str) -> Operation:
    method, path = at[0].upper(), at[1]
    parameters = [_resolved(document, each) for each in given.get("parameters", ())]
    schemes = tuple(name for either in given.get("security", ()) for name in either)
    body = _body(document, given["requestBody"]) if "requestBody" in given else None
    example = _content(given.get("requestBody", {}))[1].get("example")
    return Operation(
        id=given["operationId"],
        group=given["tags"][0],
        method=method,
        path=path,
        summary=given["summary"],
        description=given.get("description", ""),
        schemes=schemes,
        parameters=_parameters(parameters),
        body=body,
        answers=tuple(_answers(document, given["responses"])),
        problems=tuple(_problems(document, given["responses"])),
        calls=calls_of(Example(base_url, method, path, parameters, example, schemes)),
    )


def _parameters(given: Sequence[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    """The parameters: those of the path first, then of the query, then headers; of each, the required ones first."""
    found = (
        Parameter(
            name=each["name"],
            place=each["in"],
            required=each.get("required", False),
            kind=kind_of(each["schema"]),
            limits=limits_of(each["schema"], {}),
            description=each.get("description", ""),
            example=str(each.get("example", "")),
        )
        for each in given
    )
    return tuple(sorted(found, key=lambda each: (_PLACES.index(each.place), not each.required)))


def _body(document: Document, given: Mapping[str, Any]) -> Body:
    media_type, content = _content(given)
    schema = content["schema"]
    entered = document["components"]["schemas"].get(name_of(schema), schema)
    return Body(
        media_type=media_type,
        required=given.get("required", False),
        kind=kind_of(schema),
        forms=tuple(_form(document, each, entered) for each in choices_of(entered) or (schema,)),
        example=_json(content["example"]) if "example" in content else "",
    )


def _form(document: Document, form: Schema, body: Schema) -> Form:
    named = document["components"]["schemas"]
    choice = body.get("discriminator", {})
    values = [value for value, target in choice.get("mapping", {}).items() if target == form.get("$ref")]
    return Form(
        kind=kind_of(form),
        given=f"{choice['propertyName']}: {values[0]}" if values else "",
        description=named.get(name_of(form), form).get("description", ""),
        fields=fields_in_full(form, named),
    )


def _answers(document: Document, given: Mapping[str, Any]) -> Iterator[Answer]:
    for status, reference in sorted(given.items()):
        answer = _resolved(document, reference)
        media_type, content = _content(answer)
        if media_type != _PROBLEM:
            yield Answer(
                status=status,
                description=answer["description"],
                headers=tuple(_headers(document, answer)),
                media_type=media_type,
                kind=kind_of(content["schema"]) if "schema" in content else (),
            )


def _headers(document: Document, answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, header in answer.get("headers", {}).items():
        yield name, _resolved(document, header).get("description", "")


def _problems(document: Document, given: Mapping[str, Any]) -> Iterator[Problem]:
    for status, reference in sorted(given.items()):
        problem = _resolved(document, reference).get("content", {}).get(_PROBLEM, {})
        for code, example in problem.get("examples", {}).items():
            yield Problem(int(status), code, _resolved(document, example)["value"]["title"])


def _is_problem(example: Any) -> bool:
    return isinstance(example, Mapping) and example.keys() >= {"type", "title", "status"}


def _schema(name: str, document: Document) -> NamedSchema:
    named = document["components"]["schemas"]
    schema = named[name]
    return NamedSchema(
        name, schema.get("description", ""), kind_of(schema), limits_of(schema, {}), fields_of(schema, named)
    )


def _scheme(name: str, given: Mapping[str, Any]) -> Scheme:
    how = f"HTTP {given['scheme']}" if given["type"] == "http" else f"the {given['in']} {given['name']}"
    return Scheme(name, _CALLERS.get(name, name), how, given.get("description", ""))


def _content(given: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The media type of a body or answer, and what is said of it; the app has one representation of each."""
    return next(iter(given.get("content", {}).items()), ("", {}))


def _resolved(document: Document, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference within the document refers to, or the node itself."""
    if "$ref" not in node:
        return node
    found: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(document, found)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
