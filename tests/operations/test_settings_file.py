"""A local.settings.json, read and changed."""

import json
import os
import stat
from pathlib import Path

import pytest

from operations.settings_file import change_setting, read_setting, use_local_settings, write_new_private
from shared.domain.errors import SettingsError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "local.settings.json"
    path.write_text(json.dumps({"IsEncrypted": False, "Values": {"NAME": "é", "NUMBER": 1}, "Host": {"CORS": "*"}}))
    return path


def test_local_settings_fill_in_what_the_environment_does_not_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIVEN", "by the environment")
    monkeypatch.setenv("MISSING", "")
    monkeypatch.delenv("MISSING")
    file = tmp_path / "local.settings.json"
    use_local_settings(file)
    file.write_text(json.dumps({"Values": {"GIVEN": "x", "MISSING": "filled in"}}))
    use_local_settings(file)
    assert (os.environ["GIVEN"], os.environ.pop("MISSING")) == ("by the environment", "filled in")


def test_local_settings_are_taken_as_the_host_takes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "local.settings.json"
    values = {"ABSENT": None, "EMPTY": "", "NUMBER": 3, "YES": True}
    for name in values:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    file.write_text(json.dumps({"Values": values}))
    use_local_settings(file)
    assert {name: os.environ.pop(name, None) for name in values} == {
        "ABSENT": None,
        "EMPTY": "",
        "NUMBER": "3",
        "YES": "true",
    }


@pytest.mark.parametrize("text", ["{}", '{"Values": null}', '{"Values": {}}'])
def test_local_settings_may_say_nothing(file: Path, text: str) -> None:
    before = dict(os.environ)
    file.write_text(text)
    use_local_settings(file)
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"Values": {"A": 1,}}', "is not valid JSON .*line 1.*: mend it"),
        ("[]", "must hold a JSON object"),
        ('{"Values": []}', 'must have an object "Values"'),
        ('{"Values": {"A": {}}}', "A among the Values of .* must be a text"),
        ('{"Values": {"A": ["x"]}}', "A among the Values of .* must be a text"),
        ('{"Values": {"A=B": "x"}}', "'A=B' among the Values of .* cannot be an environment variable: .*; mend it"),
        ('{"Values": {"A\\u0000": "x"}}', "cannot be an environment variable: .*; mend it"),
        ('{"Values": {"A": "\\ud800"}}', "'A' among the Values of .* cannot be an environment variable: .*; mend it"),
        ('{"IsEncrypted": true, "Values": {"A": "x"}}', "is encrypted: run 'func settings decrypt' first"),
    ],
)
def test_says_what_is_wrong_with_local_settings(file: Path, text: str, problem: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=problem):
        use_local_settings(file)


def test_changes_one_setting_and_nothing_else(file: Path) -> None:
    before = json.loads(file.read_text("utf-8"))
    change_setting(file, "NAME", "ü")
    assert json.loads(file.read_text("utf-8")) == before | {"Values": {"NAME": "ü", "NUMBER": 1}}
    assert read_setting(file, "NAME") == "ü"


def test_lets_only_the_owner_read_what_it_wrote(file: Path) -> None:
    file.chmod(0o644)
    change_setting(file, "NAME", "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_writes_over_what_an_interruption_left(file: Path) -> None:
    file.with_name("local.settings.json.new").write_text("half a docu")
    change_setting(file, "NAME", "x")
    assert read_setting(file, "NAME") == "x"


def test_changes_the_file_that_a_link_points_to(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    change_setting(link, "NAME", "x")
    assert link.is_symlink()
    assert read_setting(file, "NAME") == "x"


def test_leaves_the_file_as_it_was_when_it_cannot_be_written(file: Path) -> None:
    before = file.read_bytes()
    file.with_name("local.settings.json.new").mkdir()
    with pytest.raises(OSError, match=r"local\.settings\.json\.new"):
        change_setting(file, "NAME", "x")
    assert file.read_bytes() == before


def test_writes_over_no_file_that_is_there(file: Path) -> None:
    with pytest.raises(FileExistsError):
        write_new_private(file, "x")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "is not valid JSON"),
        ("\udc80", "is not valid JSON"),
        ("[]", "must hold a JSON object"),
        ("{}", 'must have an object "Values"'),
        ('{"Values": []}', 'must have an object "Values"'),
        ('{"Values": {}}', "NAME is missing among the Values of"),
        ('{"Values": {"NAME": 1}}', "NAME is missing among the Values of .*, or is no text"),
    ],
)
def test_says_what_is_wrong_with_a_file(file: Path, text: str, problem: str) -> None:
    file.write_text(text, "utf-8", errors="surrogateescape")
    with pytest.raises(SettingsError, match=problem):
        read_setting(file, "NAME")


def test_says_that_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.json cannot be read: No such file"):
        change_setting(tmp_path / "none.json", "NAME", "x")
