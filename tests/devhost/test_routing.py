import pytest

from devhost.errors import StartError
from devhost.functions import HttpFunction
from devhost.routing import Routes, full_route, parse_template
from tests.devhost.builders import an_http_function


def served(routes: Routes, method: str, path: str) -> str | None:
    match = routes.match(method, path)
    return match.function.code.name if match else None


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("api/cases", "/API/Cases/", {}),
        ("api/cases", "/api/cases//", None),
        ("api/cases", "/api", None),
        ("cases/{id}", "/cases/A%2Fb", {"id": "A%2Fb"}),
        ("cases/{id}", "/cases/", None),
        ("cases/{id}", "/cases/a/b", None),
        ("{a}/x.y/{B}", "/1/x.y/2", {"a": "1", "B": "2"}),
        ("{a}/x.y/{B}", "/1/x-y/2", None),
        ("files/{*rest}", "/files/a/b/", {"rest": "a/b/"}),
        ("files/{*rest}", "/files", {}),
        ("files/{*rest}", "/files/", {}),
        ("files/{*rest}", "/filesx", None),
        ("{*rest}", "/", {}),
        ("{*rest}", "/a\nb", {"rest": "a\nb"}),
        ("", "/", {}),
        ("", "/a", None),
    ],
)
def test_matches_a_template(template: str, path: str, expected: dict[str, str] | None) -> None:
    assert parse_template(template).match(path) == expected


@pytest.mark.parametrize(
    "template",
    ["{id:int}", "{id?}", "{id=1}", "{**rest}", "a//b", "a{id}", "{id}.json", "{*rest}/a", "{a}/{A}", "a?b", "{}"],
)
def test_refuses_syntax_it_does_not_know(template: str) -> None:
    with pytest.raises(StartError, match="route '"):
        parse_template(template)


def test_names_the_function_of_a_route_it_refuses() -> None:
    with pytest.raises(StartError, match=r"function 'f': route 'api/\{id:int\}'"):
        Routes([an_http_function("f", "{id:int}")], "api")


def test_takes_the_first_function_that_fits() -> None:
    routes = Routes([an_http_function("a", "{x}", "GET"), an_http_function("b", "cases")], "")
    assert served(routes, "GET", "/cases") == "a"
    assert served(routes, "POST", "/cases") == "b"


def test_takes_a_wrong_method_for_no_match() -> None:
    routes = Routes([an_http_function("a", "cases", "GET")], "")
    assert served(routes, "HEAD", "/cases") is None
    assert served(routes, "GET", "/cases") == "a"


@pytest.mark.parametrize("route", ["admin", "Administrators/x", "/runtime"])
def test_puts_a_reserved_route_in_error(route: str) -> None:
    routes = Routes([an_http_function("f", route)], "")
    assert "reserved" in routes.errors["f"]
    assert not routes.served


@pytest.mark.parametrize(
    ("one", "other", "is_conflict"), [("GET", "GET POST", True), ("", "GET", True), ("GET", "POST", False)]
)
def test_puts_the_later_of_two_like_routes_in_error(one: str, other: str, *, is_conflict: bool) -> None:
    functions: list[HttpFunction] = [an_http_function("a", "/x/{id}", one), an_http_function("b", "X/{ID}/", other)]
    routes = Routes(functions, "api")
    assert ("b" in routes.errors) is is_conflict
    assert "a" not in routes.errors


@pytest.mark.parametrize(("prefix", "expected"), [("", "x/{id}"), ("api", "api/x/{id}"), ("/a/b/", "a/b/x/{id}")])
def test_puts_the_prefix_before_a_route(prefix: str, expected: str) -> None:
    assert full_route(an_http_function("f", "/x/{id}"), prefix) == expected
