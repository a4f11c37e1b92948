from pathlib import Path

import pytest

from devhost.app_settings import AppSettings
from devhost.errors import StartError
from devhost.host_values import HostValues, read_object


def values(content: dict[str, object], **variables: str) -> HostValues:
    return HostValues(content, AppSettings(variables))


def test_finds_a_value_in_any_case() -> None:
    assert values({"A": {"bC": "x"}}).text("a:Bc", "none") == "x"


def test_lets_a_variable_override_the_file() -> None:
    overridden = values({"a": {"b": 1, "c": 2}}, AZUREFUNCTIONSJOBHOST__A__B="3")
    assert (overridden.text("a:b", ""), overridden.text("a:c", "")) == ("3", "2")


def test_takes_a_null_for_no_value() -> None:
    assert values({"a": None}).text("a", "default") == "default"


def test_lists_what_is_below_a_section_as_it_is_spelled() -> None:
    content: dict[str, object] = {"Section": {"One": 1, "two": {"Three": True}}, "sections": "x"}
    assert values(content).under("section") == {"One": "1", "two:Three": "true"}


def test_numbers_what_is_in_a_list() -> None:
    assert values({"a": ["x", "y"]}, AzureFunctionsJobHost__a__1="z").under("a") == {"0": "x", "1": "z"}


@pytest.mark.parametrize(("text", "expected"), [("-1", None), (-1, None), (5, 5), (None, None)])
def test_reads_a_limit(text: object, expected: int | None) -> None:
    assert values({"a": text}).limit("a") == expected


def test_names_the_key_of_a_wrong_value() -> None:
    with pytest.raises(
        StartError, match=r"host\.json \(or its override variable\): 'a' must be at least 1, but is '0'"
    ):
        values({"a": 0}).limit("a")


@pytest.mark.parametrize(("content", "words"), [("{", "cannot be read"), ("[]", "must hold a JSON object")])
def test_refuses_a_file_that_holds_no_object(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(content)
    with pytest.raises(StartError, match=rf"x\.json {words}"):
        read_object(file)
