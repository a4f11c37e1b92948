"""Which function answers a request: the host's order of routes, and its rules for conflicts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from devhost.errors import StartError
from devhost.functions import HttpFunction
from devhost.route_templates import Template, parse_template

RESERVED = ("admin", "runtime")


@dataclass(frozen=True)
class Match:
    """A function and the parameters its route took from the path."""

    function: HttpFunction
    parameters: Mapping[str, str]


class Routes:
    """The routes of an app; ``errors`` holds, by name, the functions that are not served and why."""

    def __init__(self, functions: Iterable[HttpFunction], prefix: str, disabled: frozenset[str] = frozenset()) -> None:
        """Take functions in the host's order, and the names of those that are disabled, which hold their routes.

        Raises:
            StartError: a route is no template; the host does not start with one either.
        """
        self.served: list[tuple[HttpFunction, Template]] = []
        self.errors: dict[str, str] = {}
        self._disabled = disabled
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
            return (
                "The specified route conflicts with one or more built in routes."
                f" ('{function.route}' starts with {' or '.join(RESERVED)})"
            )
        for other, _ in self.served:
            if _normal(other) == route and _share_a_method(function, other):
                return f"The route specified conflicts with the route defined by function '{other.code.name}'."
        return None

    def match(self, method: str, path: str) -> Match | None:
        """Return the first function whose route and methods fit; a wrong method is no match, as in the host.

        Nor is there one where that function is disabled.
        """
        found = next(self._matches(method, path), None)
        return None if found and found.function.code.name in self._disabled else found

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
