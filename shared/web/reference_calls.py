"""Writes calls of the API for the command line, from the examples in its OpenAPI document."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any, Final
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

LOCAL: Final = "http://localhost:7071"
"""Where the Functions host of a developer's machine listens if nothing else is said."""

_ADVISED: Final = "Idempotency-Key"
"""Not required, but a call that is written down is there to be repeated, and must not act twice."""


@dataclass(frozen=True)
class Call:
    """A command to paste; `caller` says who makes it, empty if that is anybody."""

    caller: str
    command: str


@dataclass(frozen=True)
class _SignIn:
    caller: str
    option: str


_BY_SCHEME: Final[Mapping[str, _SignIn]] = {
    "client": _SignIn("As a client", "-u ID:SECRET"),
    "deskDevelopment": _SignIn("As the billing desk, on a developer's machine", "-H 'x-development-user: NAME'"),
}
"""The ways to sign in that one line can do: not with a work account, in a browser, nor with a signature of the body."""


@dataclass(frozen=True)
class Example:
    """What a call is made of: the parameters as in the document, resolved, and the example of its body, if it has one.

    `schemes` names the ways to sign in; none if everybody may call. `base_url` has no slash at its end.
    """

    base_url: str
    method: str
    path: str
    parameters: Sequence[Mapping[str, Any]]
    body: Any
    schemes: Sequence[str]


def calls_of(example: Example) -> tuple[Call, ...]:
    """A call for each way to sign in that fits on a command line."""
    if not example.schemes:
        return (Call("", _command(example, example.base_url, "")),)
    return tuple(
        Call(_BY_SCHEME[scheme].caller, _command(example, _address_for(scheme, example), _BY_SCHEME[scheme].option))
        for scheme in example.schemes
        if scheme in _BY_SCHEME
    )


def _address_for(scheme: str, example: Example) -> str:
    """A developer's sign-in is taken on a developer's machine alone."""
    return LOCAL if scheme == "deskDevelopment" else example.base_url


def _command(example: Example, base_url: str, sign_in: str) -> str:
    method = "" if example.method == "GET" else f" -X {quote(example.method)}"
    parts = [f"curl -i{method} {quote(_address(example, base_url))}", sign_in, *_headers(example)]
    if example.body is not None:
        parts += ["-H 'Content-Type: application/json'", f"-d {quote(json.dumps(example.body, ensure_ascii=False))}"]
    return " \\\n  ".join(part for part in parts if part)


def _address(example: Example, base_url: str) -> str:
    path = example.path
    for name, value in _given(example, "path"):
        path = path.replace(f"{{{name}}}", percent_encoded(value, safe=""))
    query = urlencode(dict(_given(example, "query")))
    return f"{base_url}{path}?{query}" if query else f"{base_url}{path}"


def _headers(example: Example) -> Iterator[str]:
    for name, value in _given(example, "header"):
        header = f"{name}: {value}"
        yield f"-H {quote(header)}"


def _given(example: Example, place: str) -> Iterator[tuple[str, str]]:
    """The parameters of a call, by name: those that it needs, with their examples."""
    for parameter in example.parameters:
        if parameter["in"] == place and (parameter.get("required") or parameter["name"] == _ADVISED):
            yield parameter["name"], str(parameter["example"])
