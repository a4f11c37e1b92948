import pytest

from devhost.request_target import decode_path, read_query, split_target


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/a/b?x=1?2", ("/a/b", "x=1?2")),
        ("/a#b?x=1", ("/a", "")),
        ("//a", ("//a", "")),
        ("http://host:1/a?b=1", ("/a", "b=1")),
        ("https://host", ("/", "")),
        ("http://[::1", None),
        ("*", None),
        ("ftp://host/a", None),
        ("/a%00b", None),
        ("/caf\u00e9", None),
    ],
)
def test_splits_a_target(target: str, expected: tuple[str, str] | None) -> None:
    assert split_target(target) == expected


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/a%20b+c", "/a b+c"),
        ("/caf%C3%A9/%E2%82%AC", "/caf\u00e9/\u20ac"),
        ("/a%2Fb%2fc%41", "/a%2Fb%2fcA"),
        ("/%C3/%41%FF%42", "/%C3/A%FFB"),
        ("/100%", "/100%"),
        ("/%zz", "/%zz"),
        ("/%2520", "/%20"),
        ("/a/./b/../c", "/a/c"),
        ("/a/%2e%2E/b", "/b"),
        ("/../..", "/"),
        ("/a/b/..", "/a/"),
        ("//a//", "//a//"),
        ("/", "/"),
    ],
)
def test_decodes_a_path_the_way_kestrel_does(raw: str, path: str) -> None:
    assert decode_path(raw) == path


@pytest.mark.parametrize(
    ("raw", "query"),
    [
        ("a=1&b=2&a=3", {"a": "1,3", "b": "2"}),
        ("a=&b&c=1", {"c": "1"}),
        ("a=&a=1", {"a": "1"}),
        ("A=1&a=2", {"A": "1,2"}),
        ("q=a+b%2Bc%C3%A9", {"q": "a b+c\u00e9"}),
        ("q=%FF%", {"q": "\ufffd%"}),
        ("", {}),
    ],
)
def test_reads_a_query_the_way_python_functions_get_it(raw: str, query: dict[str, str]) -> None:
    assert read_query(raw) == query
