"""Which function answers a request: the host's route templates, its order, and its rules for conflicts."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from devhost.errors import StartError
from devhost.functions import HttpFunction

RESERVED = ("admin", "runtime")

_PARAMETER = re.compile(r"\{(\*?)([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True)
class Template:
    """A route template in the form it is matched in: one group of the pattern per parameter."""

    pattern: re.Pattern[str]
    parameters: tuple[str, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters of a decoded path that begins with "/", None if it does not fit.

        A catch-all that caught nothing is left out, as the host leaves out a null.
        """
        found = self.pattern.fullmatch(path)
        if not found:
            return None
        return {name: value for name, value in zip(self.parameters, found.groups(), strict=True) if value}


@dataclass(frozen=True)
class Match:
    """A function and the parameters its route took from the path."""

    function: HttpFunction
    parameters: Mapping[str, str]


def parse_template(text: str) -> Template:
    """Read a template of literals, ``{x}`` and a last ``{*rest}``; literals match in any case.

    Raises:
        StartError: other syntax (constraints, defaults, optional or mixed segments), or a name used twice.
    """
    pattern, parameters = "", []
    segments = text.strip("/").split("/") if text.strip("/") else []
    for number, segment in enumerate(segments, start=1):
        found = _PARAMETER.fullmatch(segment)
        if found:
            parameters.append(found[2].lower())
            _check_catch_all(text, is_catch_all=bool(found[1]), is_last=number == len(segments))
        pattern += _segment_pattern(text, segment, found)
    if len(set(parameters)) < len(parameters):
        raise StartError(f"route '{text}' names a parameter twice")
    names = tuple(found[2] for found in _PARAMETER.finditer(text))
    end = "" if pattern.endswith("(?:/(.*))?") else "/?"
    return Template(re.compile(pattern + end, re.IGNORECASE | re.DOTALL), names)


def _check_catch_all(text: str, *, is_catch_all: bool, is_last: bool) -> None:
    if is_catch_all and not is_last:
        raise StartError(f"route '{text}' has a catch-all that is not its last segment")


def _segment_pattern(text: str, segment: str, parameter: re.Match[str] | None) -> str:
    if parameter:
        return "(?:/(.*))?" if parameter[1] else "/([^/]+)"
    if not segment or set(segment) & set("{}?*"):
        raise StartError(
            f"route '{text}' has the segment '{segment}', which devhost does not support:"
            " a segment is a literal, {name}, or {*name} at the end"
        )
    return "/" + re.escape(segment)


class Routes:
    """The routes of an app; ``errors`` holds, by name, the functions that are not served and why."""

    def __init__(self, functions: Iterable[HttpFunction], prefix: str) -> None:
        """Take functions in the host's order.

        Raises:
            StartError: a route is written in syntax devhost does not know.
        """
        self.served: list[tuple[HttpFunction, Template]] = []
        self.errors: dict[str, str] = {}
        for function in functions:
            self._add(function, prefix)

    def _add(self, function: HttpFunction, prefix: str) -> None:
        name = function.code.name
        try:
            template = parse_template(full_route(function, prefix))
        except StartError as error:
            raise StartError(f"function '{name}': {error}") from error
        if problem := self._problem(function):
            self.errors[name] = problem
        else:
            self.served.append((function, template))

    def _problem(self, function: HttpFunction) -> str | None:
        route = _normal(function)
        if route.startswith(RESERVED):
            return f"the route '{function.route}' is reserved: it starts with {' or '.join(RESERVED)}"
        for other, _ in self.served:
            if _normal(other) == route and _share_a_method(function, other):
                return f"the route '{function.route}' conflicts with that of function '{other.code.name}'"
        return None

    def match(self, method: str, path: str) -> Match | None:
        """Return the first function whose route and methods fit; a wrong method is no match, as in the host."""
        return next(self._matches(method, path), None)

    def _matches(self, method: str, path: str) -> Iterator[Match]:
        for function, template in self.served:
            if function.methods is None or method in function.methods:
                parameters = template.match(path)
                if parameters is not None:
                    yield Match(function, parameters)


def full_route(function: HttpFunction, prefix: str) -> str:
    """Return prefix and route as one template, without slashes around it."""
    return f"{prefix.strip('/')}/{function.route.strip('/')}".strip("/")


def _normal(function: HttpFunction) -> str:
    return function.route.strip("/").lower()


def _share_a_method(one: HttpFunction, other: HttpFunction) -> bool:
    return one.methods is None or other.methods is None or bool(one.methods & other.methods)
