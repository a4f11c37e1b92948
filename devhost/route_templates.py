"""Route templates as ASP.NET Core reads and matches them: ``cases/{id:guid}/{part=all}/{*rest}``.

A segment is text, a parameter, or both in turn (``{name}.{extension?}``). A parameter may have constraints, be
optional (``{x?}``), have a default (``{x=1}``), or take the rest of the path (``{*rest}``). ``{{`` and ``}}`` are
braces in text and in regular expressions. Text matches in any case.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from devhost.errors import StartError
from devhost.route_constraints import Constraint, read_constraint

# Text with doubled braces, a parameter (which may hold a "/" of a regular expression), or the end of a segment.
_PART = re.compile(r"(?P<text>(?:[^{}/]|\{\{|\}\})+)|\{(?P<parameter>(?:[^{}]|\{\{|\}\})*)\}(?!\})|(?P<end>/)")
# A closing parenthesis ends a constraint only where something that may follow it does.
_CONSTRAINT = re.compile(r":([^:=(]*(?:\(.*?\)(?=:|=|\Z))?)", re.DOTALL)
_NAME = re.compile(r"[^/{}?*][^:=/{}?*]*")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a template; ``default`` None is none."""

    name: str
    default: str | None = None
    is_optional: bool = False
    is_catch_all: bool = False
    constraints: tuple[Constraint, ...] = ()

    def accepts(self, value: str | None) -> bool:
        """Say whether a value, None where the path has none, meets every constraint."""
        if value is None:
            return self.is_optional or not self.constraints
        return all(constraint(value) for constraint in self.constraints)


Part = str | Parameter


@dataclass(frozen=True)
class Segment:
    """What stands between two slashes; ``patterns``, tried in turn, have one group per parameter."""

    parts: tuple[Part, ...]
    patterns: tuple[re.Pattern[str], ...]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return its parameters from left to right."""
        return tuple(part for part in self.parts if isinstance(part, Parameter))

    @property
    def may_be_absent(self) -> bool:
        """Say whether a path may end before it."""
        (only, *others) = self.parts
        return isinstance(only, Parameter) and not others and _may_be_absent(only)

    @property
    def is_catch_all(self) -> bool:
        """Say whether it takes the rest of a path, slashes included."""
        return any(parameter.is_catch_all for parameter in self.parameters)

    def match(self, text: str) -> dict[str, str] | None:
        """Return what its parameters take of a part of a path, None if it does not fit."""
        for pattern in self.patterns:
            if found := pattern.fullmatch(text):
                names = [parameter.name for parameter in self.parameters]
                return dict(zip(names, found.groups(), strict=False))
        return None


def _may_be_absent(parameter: Parameter) -> bool:
    return parameter.is_optional or parameter.is_catch_all or parameter.default is not None


@dataclass(frozen=True)
class Template:
    """A route template, ready to be matched."""

    segments: tuple[Segment, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters of a decoded path that begins with "/", None if it does not fit.

        An optional parameter or catch-all without a value is left out, as the host leaves out a null. One slash at
        the end of a path makes no difference, but a catch-all takes it too.
        """
        values = self._split(path.removeprefix("/"))
        if values is None:
            return None
        parameters = [parameter for segment in self.segments for parameter in segment.parameters]
        for parameter in parameters:
            if parameter.default is not None:
                values.setdefault(parameter.name, parameter.default)
        return values if all(parameter.accepts(values.get(parameter.name)) for parameter in parameters) else None

    def _split(self, rest: str) -> dict[str, str] | None:
        values: dict[str, str] = {}
        for segment in self.segments:
            if not rest and segment.may_be_absent:
                continue
            piece, _, after = rest.partition("/")
            found = segment.match(rest if segment.is_catch_all else piece) if piece else None
            if found is None:
                return None
            values |= found
            rest = "" if segment.is_catch_all else after
        return None if rest else values


def parse_template(text: str) -> Template:
    """Read a template; slashes around it do not matter.

    Raises:
        StartError: it is none; the text says why.
    """
    try:
        template = Template(tuple(map(_segment, _split_segments(text.strip("/")))))
        _check_whole(template)
    except ValueError as error:
        raise StartError(f"route '{text}' cannot be used: {error}") from error
    return template


def _split_segments(text: str) -> Iterator[list[Part]]:
    if not text:
        return
    parts: list[Part] = []
    position = 0
    while position < len(text):
        found = _PART.match(text, position)
        if not found:
            raise ValueError("a brace has no partner ('{{' and '}}' stand for braces)")
        position = found.end()
        if found["end"]:
            yield parts
            parts = []
        else:
            parts.append(_text(found["text"]) if found["text"] else _parameter(_braces(found["parameter"])))
    yield parts


def _braces(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _text(text: str) -> str:
    if "?" in text:
        raise ValueError(f"the text '{text}' holds a '?', which only ends a parameter")
    return _braces(text)


def _parameter(text: str) -> Parameter:
    bare = text.removeprefix("*").removeprefix("*") if text.startswith("*") else text
    is_catch_all, is_optional = bare != text, text.endswith("?")
    if is_catch_all and is_optional:
        raise ValueError(f"the catch-all '{{{text}}}' cannot be optional: it may be empty anyway")
    bare = bare.removesuffix("?")
    named = _NAME.match(bare)
    constraints, default = _constraints_and_default(bare[named.end() :]) if named else ([], None)
    if not named or (default is None and _after(bare, named, constraints)):
        raise ValueError(f"'{{{text}}}' is no parameter")
    if is_optional and default is not None:
        raise ValueError(f"the optional parameter '{{{text}}}' cannot have a default")
    read = tuple(read_constraint(constraint) for constraint in constraints if constraint)
    return Parameter(named[0], default, is_optional, is_catch_all, read)


def _after(bare: str, named: re.Match[str], constraints: Sequence[str]) -> str:
    """Return what stands behind the last constraint."""
    return bare[named.end() + sum(len(constraint) + 1 for constraint in constraints) :]


def _constraints_and_default(text: str) -> tuple[list[str], str | None]:
    constraints = []
    while found := _CONSTRAINT.match(text):
        constraints.append(found[1])
        text = text[found.end() :]
    return constraints, text[1:] if text.startswith("=") else None


def _segment(parts: Sequence[Part]) -> Segment:
    if not parts:
        raise ValueError("it has two slashes in a row")
    _check_order(parts)
    patterns = [_pattern(parts)]
    last = parts[-1]
    if len(parts) > 1 and isinstance(last, Parameter) and last.is_optional:
        _check_optional(parts, last)
        # Without the parameter the period before it goes too; a value that ends with one has a parameter that is empty.
        patterns.append(_pattern(parts[:-2], r"(?<!\.)"))
    return Segment(tuple(parts), tuple(patterns))


def _pattern(parts: Sequence[Part], end: str = "") -> re.Pattern[str]:
    text = "".join("(.+)" if isinstance(part, Parameter) else re.escape(part) for part in parts)
    return re.compile(text + end, re.IGNORECASE | re.DOTALL)


def _check_order(parts: Sequence[Part]) -> None:
    parameters = [part for part in parts if isinstance(part, Parameter)]
    if any(not isinstance(one, str) and not isinstance(other, str) for one, other in itertools.pairwise(parts)):
        raise ValueError("two parameters have nothing between them")
    if len(parts) > 1 and any(parameter.is_catch_all for parameter in parameters):
        raise ValueError("a catch-all must have its segment to itself")
    if any(parameter.is_optional for parameter in parameters if parameter is not parts[-1]):
        raise ValueError("an optional parameter must end its segment")


def _check_optional(parts: Sequence[Part], last: Parameter) -> None:
    if parts[-2] != ".":
        raise ValueError(f"only a period may stand before the optional parameter '{last.name}' in its segment")


def _check_whole(template: Template) -> None:
    if any(segment.is_catch_all for segment in template.segments[:-1]):
        raise ValueError("it has a catch-all that is not its last segment")
    names = [parameter.name for segment in template.segments for parameter in segment.parameters]
    for number, name in enumerate(names):
        if name.lower() in (other.lower() for other in names[:number]):
            raise ValueError(f"it names the parameter '{name}' twice")
