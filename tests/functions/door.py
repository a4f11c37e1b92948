"""The whole HTTP door in memory: finds the function as the host does, and calls it as the worker does."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from functions.blueprints import BLUEPRINTS
from functions.routes import ROUTES
from tests.functions.calling import URL, Answer, basic

Function = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]

VERSION = "api-version=2026-11-01"


@dataclass(frozen=True)
class _Endpoint:
    """What the host knows of a function, and the problems that its contract names (none for the last resort)."""

    path: re.Pattern[str]
    methods: tuple[str, ...]
    code: Function
    problems: frozenset[str] | None


@cache
def _functions() -> list[_Endpoint]:
    """Every endpoint, in the alphabetical order in which the host tries them."""
    app, listed, contracts = func.FunctionApp(), [], {route.name: route.contract for route in ROUTES}
    # Not `function_app`, which checks the settings of a process that has none.
    for module in BLUEPRINTS:
        app.register_functions(module.blueprint)
    for function in sorted(app.get_functions(), key=lambda f: str(f.get_function_name()).casefold()):
        binding, contract = json.loads(function.get_raw_bindings()[0]), contracts.get(str(function.get_function_name()))
        if binding["type"] == "httpTrigger":
            methods = tuple(str(method).upper() for method in binding.get("methods") or ())
            problems = frozenset(kind.code for kind in contract.all_problems) if contract else None
            listed.append(_Endpoint(_pattern(binding["route"]), methods, function.get_user_function(), problems))
    assert listed, "no endpoints: check this door"
    return listed


def _pattern(route: str) -> re.Pattern[str]:
    named = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route))
    if route.startswith("{ignored"):
        return re.compile("")
    return re.compile(named.replace(r"\{\*path\}", r"(?P<path>.*)"), re.IGNORECASE)


async def ask(
    method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None, *, version: bool = True
) -> Answer:
    """Ask for a path with or without a query, as client demo unless the headers say otherwise.

    The api-version is added unless the target has one or `version` says no. A body that is not bytes is sent as JSON.
    """
    if version and "api-version=" not in target:
        target += ("&" if "?" in target else "?") + VERSION
    parts = urlsplit(target)
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    given = {
        "authorization": basic(),
        "content-type": "application/json",
        **{k.lower(): v for k, v in (headers or {}).items()},
    }
    endpoint, route_params = _endpoint_at(method, parts.path)
    request = func.HttpRequest(
        method=method,
        url=URL + target,
        headers={name: value for name, value in given.items() if value},
        params=dict(parse_qsl(parts.query)),
        route_params=route_params,
        body=content,
    )
    return _documented(_answer(await endpoint.code(request)), endpoint)


def function_at(method: str, path: str) -> tuple[Function, Mapping[str, str]]:
    """The function that the host would call for a method and a path, and the parts of its route."""
    endpoint, route_params = _endpoint_at(method, path)
    return endpoint.code, route_params


def _endpoint_at(method: str, path: str) -> tuple[_Endpoint, Mapping[str, str]]:
    for endpoint in _functions():
        match = endpoint.path.fullmatch(path.strip("/"))
        if match and (not endpoint.methods or method in endpoint.methods):
            return endpoint, match.groupdict()
    raise AssertionError("the last route takes everything")


def _documented(answer: Answer, endpoint: _Endpoint) -> Answer:
    """The answer, which must not be a problem that the endpoint's contract does not name."""
    code = answer.headers.get("x-ms-error-code")
    assert code is None or endpoint.problems is None or code in endpoint.problems, f"{code} is not in the contract"
    return answer


def _answer(response: func.HttpResponse) -> Answer:
    content = response.get_body()
    is_json = response.mimetype.endswith("json")
    body = json.loads(content) if content and is_json else content.decode() or None
    return Answer(response.status_code, response.headers, body, response.mimetype)
