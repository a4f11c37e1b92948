import json
from pathlib import Path

import pytest

from devhost.errors import StartError
from devhost.local_settings import LocalHost, apply_local_settings


def write(folder: Path, **sections: object) -> Path:
    folder.joinpath("local.settings.json").write_text(json.dumps(sections))
    return folder


def test_lets_the_environment_win(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    values = {"MINE": "file", "SAME": "x", "OTHER": "file", "NONE": None, "EMPTY": "", "NUMBER": 3}
    environment = {"MINE": "environment", "SAME": "x"}
    apply_local_settings(write(tmp_path, Values=values), environment)
    assert environment == {
        "MINE": "environment",
        "SAME": "x",
        "OTHER": "file",
        "EMPTY": "",
        "NUMBER": "3",
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    }
    assert caplog.messages == [
        "Skipping 'MINE' from local settings as it's already defined in current environment variables."
    ]


def test_runs_without_a_file_and_keeps_the_environments_name(tmp_path: Path) -> None:
    environment = {"AZURE_FUNCTIONS_ENVIRONMENT": "Staging"}
    assert apply_local_settings(tmp_path, environment) == LocalHost()
    assert environment == {"AZURE_FUNCTIONS_ENVIRONMENT": "Staging"}


def test_reads_connection_strings(tmp_path: Path) -> None:
    strings = {"One": "text", "Two": {"ConnectionString": "object", "ProviderName": "any"}}
    environment: dict[str, str] = {}
    apply_local_settings(write(tmp_path, ConnectionStrings=strings), environment)
    assert environment["ConnectionStrings:One"] == "text"
    assert environment["ConnectionStrings:Two"] == "object"


@pytest.mark.parametrize("port", [7072, "7072"])
def test_says_where_to_listen(tmp_path: Path, port: object) -> None:
    host = {"LocalHttpPort": port, "LocalHttpAddress": "0.0.0.0"}
    assert apply_local_settings(write(tmp_path, Host=host), {}) == LocalHost(7072, "0.0.0.0")


def test_ignores_cors_with_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    apply_local_settings(write(tmp_path, Host={"CORS": "*", "CORSCredentials": False}), {})
    assert caplog.messages == ["'Host.CORS' of local.settings.json is ignored: devhost answers no other origins"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"IsEncrypted": True}, "is encrypted"),
        ({"Values": ["x"]}, "'Values' must be an object"),
        ({"Values": {"A": {}}}, r"Values\.A' must be text"),
        ({"ConnectionStrings": {"A": 1}}, r"ConnectionStrings\.A' must be text"),
        ({"Host": 7072}, "'Host' must be an object"),
        ({"Host": {"LocalHttpPort": 65536}}, "must be a port number, but is 65536"),
        ({"Host": {"LocalHttpPort": "any"}}, "must be a port number, but is 'any'"),
        ({"Host": {"LocalHttpPort": True}}, "must be a port number"),
        ({"Host": {"LocalHttpAddress": 1}}, r"Host\.LocalHttpAddress' must be text"),
    ],
)
def test_refuses_settings_it_cannot_use(tmp_path: Path, content: dict[str, object], words: str) -> None:
    with pytest.raises(StartError, match=words):
        apply_local_settings(write(tmp_path, **content), {})
