import pytest

from devhost.errors import StartError
from devhost.functions import HttpFunction
from devhost.routing import Routes, full_route
from tests.devhost.builders import an_http_function


def served(routes: Routes, method: str, path: str) -> str | None:
    match = routes.match(method, path)
    return match.function.code.name if match else None


def test_names_the_function_of_a_route_it_refuses() -> None:
    with pytest.raises(StartError, match=r"function 'f': route 'api/\{id:no\}'"):
        Routes([an_http_function("f", "{id:no}")], "api")


def test_takes_the_first_function_that_fits() -> None:
    routes = Routes([an_http_function("a", "{x}", "GET"), an_http_function("b", "cases")], "")
    assert served(routes, "GET", "/cases") == "a"
    assert served(routes, "POST", "/cases") == "b"


def test_takes_a_wrong_method_for_no_match() -> None:
    routes = Routes([an_http_function("a", "cases", "GET")], "")
    assert served(routes, "HEAD", "/cases") is None
    assert served(routes, "GET", "/cases") == "a"


def test_serves_nothing_where_a_disabled_function_would_answer() -> None:
    routes = Routes([an_http_function("a", "cases"), an_http_function("b", "{x}")], "", frozenset({"a"}))
    assert served(routes, "GET", "/cases") is None
    assert served(routes, "GET", "/other") == "b"


@pytest.mark.parametrize("route", ["admin", "Administrators/x", "/runtime"])
def test_puts_a_reserved_route_in_error(route: str) -> None:
    routes = Routes([an_http_function("f", route)], "")
    assert routes.errors["f"].startswith("The specified route conflicts with one or more built in routes.")
    assert not routes.served


@pytest.mark.parametrize(
    ("one", "other", "is_conflict"), [("GET", "GET POST", True), ("", "GET", True), ("GET", "POST", False)]
)
def test_puts_the_later_of_two_like_routes_in_error(one: str, other: str, *, is_conflict: bool) -> None:
    functions: list[HttpFunction] = [an_http_function("a", "/x/{id}", one), an_http_function("b", "X/{ID}/", other)]
    routes = Routes(functions, "api")
    problem = "The route specified conflicts with the route defined by function 'a'."
    assert routes.errors == ({"b": problem} if is_conflict else {})


@pytest.mark.parametrize(("prefix", "expected"), [("", "x/{id}"), ("api", "api/x/{id}"), ("/a/b/", "a/b/x/{id}")])
def test_puts_the_prefix_before_a_route(prefix: str, expected: str) -> None:
    assert full_route(an_http_function("f", "/x/{id}"), prefix) == expected
