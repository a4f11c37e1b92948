"""Tells the schemas of an OpenAPI 3.1 document in words: of what kind a field is, what limits it, what it is for."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

Schema = Mapping[str, Any]

MOST_VALUES: Final = 40
"""Values that are listed; the codes of a standard are more, and its name says which they are."""

READABLE: Final = range(1, 81)
"""Characters of a pattern that somebody may read; longer ones keep out what is no text, which nobody writes anyway."""

_REFERENCE: Final = "#/components/schemas/"
_BOUNDS: Final = (
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
    ("minimum", "maximum", ""),
)


@dataclass(frozen=True)
class Word:
    """A word or two of a kind; `schema` is the name of the schema that they are, or empty."""

    text: str
    schema: str = ""


@dataclass(frozen=True)
class Limit:
    """What a value is held to: words, and the values or the pattern that they are about."""

    words: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A row of a table of fields. `parents` are the fields it lies in, outermost first; that of a list ends in []."""

    parents: tuple[str, ...]
    name: str
    required: bool
    kind: tuple[Word, ...]
    limits: tuple[Limit, ...]
    description: str


@dataclass(frozen=True)
class _Scope:
    """The schemas of a document by name, and which of them to enter rather than to name."""

    named: Mapping[str, Schema]
    entered: Mapping[str, Schema]

    def within(self, name: str) -> "_Scope":
        """The scope inside a schema: it is not entered again there, or one that holds itself would never end."""
        return replace(self, entered={key: value for key, value in self.entered.items() if key != name})


def name_of(schema: Schema) -> str:
    """The name of the schema that this one refers to; empty if it says itself what it is."""
    return str(schema.get("$ref", "")).removeprefix(_REFERENCE)


def choices_of(schema: Schema) -> tuple[Schema, ...]:
    """The schemas of which one must hold; none if there is no choice."""
    return tuple(schema.get("oneOf") or schema.get("anyOf") or ())


def kind_of(schema: Schema) -> tuple[Word, ...]:
    """The kind of a value, such as "array of Finding" or "string (date) or null"."""
    if name := name_of(schema):
        return (Word(name, name),)
    if choices_of(schema):
        return _joined(_alternatives(schema))
    if schema.get("type") == "array":
        return (Word("array of "), *kind_of(schema.get("items", {})))
    if isinstance(values := schema.get("additionalProperties"), Mapping):
        return (Word("object of "), *kind_of(values))
    return (Word(_plain_kind(schema)),)


def limits_of(schema: Schema, entered: Mapping[str, Schema]) -> tuple[Limit, ...]:
    """What a value is held to: lengths, bounds, a pattern, the values that are possible; its default and an example.

    Of a choice, what each branch is held to; of a list, what each item is; of another schema, what that says if it is
    among the entered ones.
    """
    name = name_of(schema)
    others = {key: value for key, value in entered.items() if key != name}
    said = {**entered.get(name, {}), **schema}
    return (
        *_bounds(said),
        *_values(said),
        *(limit for branch in choices_of(said) for limit in limits_of(branch, others)),
        *(replace(limit, words=f"each {limit.words}") for limit in _limits_of_items(said, others)),
    )


def fields_of(schema: Schema, named: Mapping[str, Schema]) -> tuple[Field, ...]:
    """The fields of a schema as it stands: a field of another schema is named, not entered."""
    return tuple(_fields(schema, _Scope(named, {}), ()))


def fields_in_full(schema: Schema, named: Mapping[str, Schema]) -> tuple[Field, ...]:
    """The fields of a schema and, after each, those that lie in it, down to plain values."""
    return tuple(_inside(schema, _Scope(named, named), ()))


def _fields(schema: Schema, scope: _Scope, parents: tuple[str, ...]) -> Iterator[Field]:
    for name, field in schema.get("properties", {}).items():
        target = scope.named.get(name_of(field), {})
        yield Field(
            parents=parents,
            name=name,
            required=name in schema.get("required", ()),
            kind=kind_of(field),
            limits=limits_of(field, scope.entered),
            description=field.get("description") or target.get("description", "").partition("\n\n")[0],
        )
        yield from _inside(field, scope, (*parents, name))


def _inside(schema: Schema, scope: _Scope, parents: tuple[str, ...]) -> Iterator[Field]:
    """The fields that lie in a value. A choice between several that have fields is left to the kind, which names it."""
    name = name_of(schema)
    if name in scope.entered:
        yield from _inside(scope.entered[name], scope.within(name), parents)
    elif branches := choices_of(schema):
        found = [fields for branch in branches if (fields := tuple(_inside(branch, scope, parents)))]
        yield from found[0] if len(found) == 1 else ()
    elif "items" in schema:
        yield from _inside(schema["items"], scope, (*parents[:-1], f"{parents[-1]}[]" if parents else "[]"))
    else:
        yield from _fields(schema, scope, parents)


def _alternatives(schema: Schema) -> Iterator[tuple[Word, ...]]:
    branches = choices_of(schema)
    for branch in branches:
        yield from _alternatives(branch)
    if not branches:
        yield kind_of(schema)


def _joined(kinds: Iterable[tuple[Word, ...]]) -> tuple[Word, ...]:
    first, *others = dict.fromkeys(kinds)
    return (*first, *(word for kind in others for word in (Word(" or "), *kind)))


def _plain_kind(schema: Schema) -> str:
    kind = schema.get("type", "any")
    words = kind if isinstance(kind, str) else " or ".join(kind)
    return f"{words} ({schema['format']})" if "format" in schema else words


def _limits_of_items(schema: Schema, entered: Mapping[str, Schema]) -> tuple[Limit, ...]:
    return limits_of(schema["items"], entered) if "items" in schema else ()


def _bounds(schema: Schema) -> Iterator[Limit]:
    for least, most, unit in _BOUNDS:
        low, high = _number(schema.get(least)), _number(schema.get(most))
        if low and high:
            yield Limit(f"{low} to {high}{unit}")
        elif low or high:
            yield Limit(f"at least {low}{unit}" if low else f"at most {high}{unit}")


def _values(schema: Schema) -> Iterator[Limit]:
    if "const" in schema:
        yield Limit("always", (_shown(schema["const"]),))
    if "enum" in schema:
        yield _one_of(schema["enum"])
    if len(schema.get("pattern", "")) in READABLE:
        yield Limit("matches", (schema["pattern"],))
    if schema.get("default") is not None:
        yield Limit("default", (_shown(schema["default"]),))
    if schema.get("examples"):
        yield Limit("for example", (_shown(schema["examples"][0]),))


def _one_of(values: Sequence[Any]) -> Limit:
    """The values, or where they are a whole standard's, how many there are: the document has them all."""
    if len(values) > MOST_VALUES:
        return Limit(f"one of {len(values)} values")
    return Limit("one of", tuple(_shown(value) for value in values))


def _number(bound: float | None) -> str:
    return "" if bound is None else json.dumps(bound).removesuffix(".0")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
