import pytest

from devhost.errors import StartError
from devhost.route_templates import parse_template


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("api/cases", "/API/Cases/", {}),
        ("api/cases", "/api/cases//", None),
        ("api/cases", "/api", None),
        ("cases/{id}", "/cases/A%2Fb", {"id": "A%2Fb"}),
        ("cases/{id}", "/cases/", None),
        ("cases/{id}", "/cases/a/b", None),
        ("{a}/x.y/{B-2}", "/1/x.y/2", {"a": "1", "B-2": "2"}),
        ("{a}/x.y/{B}", "/1/x-y/2", None),
        ("files/{*rest}", "/files/a/b/", {"rest": "a/b/"}),
        ("files/{*rest}", "/files", {}),
        ("files/{*rest}", "/files/", {}),
        ("files/{**rest}", "/files/a", {"rest": "a"}),
        ("files/{*rest=all}", "/files", {"rest": "all"}),
        ("files/{*rest}", "/files//a", None),
        ("files/{*rest}", "/filesx", None),
        ("{*rest}", "/", {}),
        ("{*rest}", "/a\nb", {"rest": "a\nb"}),
        ("", "/", {}),
        ("", "/a", None),
        ("{{a}}*", "/{A}*", {}),
    ],
)
def test_matches_a_template(template: str, path: str, expected: dict[str, str] | None) -> None:
    assert parse_template(template).match(path) == expected


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("cases/{id?}", "/cases", {}),
        ("cases/{id?}", "/cases/7/", {"id": "7"}),
        ("{a?}/{b?}", "/1", {"a": "1"}),
        ("{a?}/b", "/", None),
        ("cases/{id=all}", "/cases/", {"id": "all"}),
        ("cases/{id=all}", "/cases/7", {"id": "7"}),
        ("{a=}/{b=x=y}", "/", {"a": "", "b": "x=y"}),
    ],
)
def test_fills_in_what_a_path_leaves_out(template: str, path: str, expected: dict[str, str] | None) -> None:
    assert parse_template(template).match(path) == expected


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("{id:int}", "/7", {"id": "7"}),
        ("{id:int}", "/x", None),
        ("{id:int?}", "/", {}),
        ("{id:int?}", "/x", None),
        ("{id:int=7}", "/", {"id": "7"}),
        ("{id:int=x}", "/", None),
        ("{id:alpha:length(1,2)}", "/ab", {"id": "ab"}),
        ("{id:alpha:length(1,2)}", "/abc", None),
        ("{id:}", "/x", {"id": "x"}),
        (r"{id:regex(^\d{{3}}$)}", "/123", {"id": "123"}),
        (r"{id:regex(^\d{{3}}$)}", "/1234", None),
        ("{id:regex(^(a/b|c:d)$)}/e", "/c:d/e", {"id": "c:d"}),
        ("{*rest:minlength(3)}", "/a/b", {"rest": "a/b"}),
        ("{*rest:minlength(3)}", "/", None),
    ],
)
def test_holds_values_against_constraints(template: str, path: str, expected: dict[str, str] | None) -> None:
    assert parse_template(template).match(path) == expected


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        ("v{major}.{minor}", "/V1.2.3", {"major": "1.2", "minor": "3"}),
        ("v{major}.{minor}", "/v1", None),
        ("{name}.{extension?}", "/a.b", {"name": "a", "extension": "b"}),
        ("{name}.{extension?}", "/ab", {"name": "ab"}),
        ("{name}.{extension?}", "/ab.", None),
        ("{a:int}-{b}", "/x-1", None),
    ],
)
def test_splits_a_segment_into_text_and_parameters(template: str, path: str, expected: dict[str, str] | None) -> None:
    assert parse_template(template).match(path) == expected


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{x", "a brace has no partner"),
        ("x}", "a brace has no partner"),
        ("{}", "'{}' is no parameter"),
        ("{x:int(}", "is no parameter"),
        ("{x?=1}", "is no parameter"),
        ("{x:number}", "there is no constraint 'number'"),
        ("a//b", "two slashes in a row"),
        ("a?b", "holds a '?'"),
        ("{a}{b}", "nothing between them"),
        ("a{*b}", "a catch-all must have its segment to itself"),
        ("{*rest}/a", "a catch-all that is not its last segment"),
        ("{*rest?}", "cannot be optional"),
        ("{x=1?}", "cannot have a default"),
        ("{a?}b", "must end its segment"),
        ("a-{b?}", "only a period"),
        ("{a}/{A}", "names the parameter 'A' twice"),
    ],
)
def test_says_what_is_wrong_with_a_template(template: str, words: str) -> None:
    with pytest.raises(StartError, match=f"cannot be used: .*{words}"):
        parse_template(template)
