import pytest

from devhost.app_settings import AppSettings
from devhost.errors import StartError


def test_finds_a_setting_in_any_case_and_with_either_separator() -> None:
    settings = AppSettings({"Section__Name": "x"})
    assert settings.get("SECTION:name") == "x"
    assert settings.get("other") is None


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("TRUE", True), ("1", True), ("false", False)])
def test_reads_a_flag(value: str, *, expected: bool) -> None:
    assert AppSettings({"Flag": value}).is_true("flag") is expected


def test_lists_what_is_under_a_section() -> None:
    settings = AppSettings({"A__B__C": "1", "AB__C": "2"})
    assert settings.under("a") == {"b:c": "1"}


def test_resolves_names_anywhere_in_a_text() -> None:
    assert AppSettings({"ONE": "1", "TWO": "2"}).resolve("a-%ONE%-%two%") == "a-1-2"


def test_refuses_a_name_without_a_value() -> None:
    with pytest.raises(StartError, match="'%NOPE%' does not resolve to a value"):
        AppSettings({}).resolve("%NOPE%")


def test_refuses_a_percent_sign_that_is_never_closed() -> None:
    with pytest.raises(StartError, match="closing '%'"):
        AppSettings({}).resolve("100%")


@pytest.mark.parametrize("name", ["", "AzureWebJobsStorage", "Storage"])
def test_finds_the_default_connection_by_each_of_its_names(name: str) -> None:
    assert AppSettings({"AzureWebJobsStorage": "c"}).connection_string(name) == "c"


def test_prefers_the_prefixed_connection_and_the_connection_strings_section() -> None:
    values = {"Mine": "plain", "ConnectionStrings__Mine": "section", "AzureWebJobsMine": "prefixed"}
    assert AppSettings(values).connection_string("Mine") == "prefixed"
    del values["AzureWebJobsMine"]
    assert AppSettings(values).connection_string("Mine") == "section"


@pytest.mark.parametrize("key", ["AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__accountName"])
def test_refuses_an_identity_based_connection(key: str) -> None:
    with pytest.raises(StartError, match="not supported by devhost"):
        AppSettings({key: "https://x.queue.core.windows.net"}).connection_string("AzureWebJobsStorage")


def test_refuses_a_connection_that_has_no_value() -> None:
    with pytest.raises(StartError, match="connection 'Mine' has no value"):
        AppSettings({}).connection_string("Mine")
