"""The commands for the clients of the API: what they print, keep and answer."""

import argparse
import base64
import json
import re
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from operations import clients
from operations.__main__ import main
from shared.domain.callers import ClientBook
from shared.domain.clients import SETTING, Clients, ClientSecret, hash_of, read_clients, written
from tests.builders import NOON

DAY = timedelta(days=1)
OLD = hash_of("old")
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings in which contoso has one secret; the environment says something else."""
    monkeypatch.setenv(SETTING, "not to be read")
    path = tmp_path / "local.settings.json"
    keep(path, {"contoso": (ClientSecret(hash=OLD),)})
    return path


def keep(file: Path, kept: Clients) -> None:
    file.write_text(json.dumps({"Values": {SETTING: written(kept), "OTHER": "stays"}}))


def kept(file: Path) -> Clients:
    values = json.loads(file.read_text())["Values"]
    assert values["OTHER"] == "stays"
    return read_clients(values[SETTING])


def run(*arguments: str | Path, now: datetime = NOON) -> int:
    parser = argparse.ArgumentParser()
    clients.add_to(parser)
    return clients.run(parser.parse_args([str(each) for each in arguments]), now)


def printed_secret(out: str) -> str:
    (secret,) = re.findall(r"^    (\S+)$", out, re.MULTILINE)
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    return str(secret)


def may_call(clients: Clients, client_id: str, secret: str, now: datetime) -> bool:
    header = "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return ClientBook(clients).client_of(header, now) == client_id


def test_create_prints_the_secret_once_and_keeps_its_hash(file: Path, capsys: Captured) -> None:
    assert run("create", "fabrikam", "--settings", file) == 0
    out = capsys.readouterr().out
    secret = printed_secret(out)
    assert "shown this once and not kept" in out
    assert (secret in file.read_text(), hash_of(secret) in out) == (False, False)
    assert may_call(kept(file), "fabrikam", secret, NOON)
    assert kept(file)["contoso"] == (ClientSecret(hash=OLD),)


def test_every_secret_is_another(file: Path, capsys: Captured) -> None:
    for client_id in ("a", "b"):
        run("create", client_id, "--settings", file)
    first, second = re.findall(r"^    (\S+)$", capsys.readouterr().out, re.MULTILINE)
    assert first != second


def test_rotate_lets_both_secrets_in_for_seven_days(file: Path, capsys: Captured) -> None:
    assert run("rotate", "contoso", "--settings", file) == 0
    out = capsys.readouterr().out
    new = printed_secret(out)
    assert "the old secret is valid until 2026-11-09T12:00:00Z" in out
    for now, old_is_valid in ((NOON, True), (NOON + 7 * DAY, False)):
        assert may_call(kept(file), "contoso", new, now)
        assert may_call(kept(file), "contoso", "old", now) is old_is_valid


@pytest.mark.parametrize(("overlap", "length"), [("PT12H", DAY / 2), ("P90D", 90 * DAY)])
def test_rotate_takes_another_overlap(file: Path, overlap: str, length: timedelta) -> None:
    assert run("rotate", "contoso", "--overlap", overlap, "--settings", file) == 0
    assert kept(file)["contoso"][0].until == NOON + length


def test_rotate_without_an_overlap_says_that_only_the_new_secret_is_valid(file: Path, capsys: Captured) -> None:
    assert run("rotate", "contoso", "--overlap", "PT0S", "--settings", file) == 0
    assert "no other is valid" in capsys.readouterr().out
    assert [each.since for each in kept(file)["contoso"]] == [NOON]


def test_rotate_within_an_overlap_asks_which_secret_to_drop(file: Path, capsys: Captured) -> None:
    run("rotate", "contoso", "--settings", file)
    before = file.read_bytes()
    assert run("rotate", "contoso", "--settings", file, now=NOON + DAY) == clients.REFUSED
    assert "--drop newest" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert run("rotate", "contoso", "--drop", "newest", "--settings", file, now=NOON + DAY) == 0
    assert [each.until for each in kept(file)["contoso"]] == [NOON + 7 * DAY, None]


def test_revoke_lets_no_secret_in_any_more(file: Path, capsys: Captured) -> None:
    assert run("revoke", "contoso", "--settings", file) == 0
    assert kept(file) == {}
    assert capsys.readouterr().out.startswith("contoso: no client any more.")


@pytest.mark.parametrize("action", ["create", "rotate"])
def test_a_secret_file_is_for_its_owner_alone_and_nothing_is_printed(
    action: str, file: Path, tmp_path: Path, capsys: Captured
) -> None:
    client_id = "new" if action == "create" else "contoso"
    secret_file = tmp_path / "secret"
    assert run(action, client_id, "--settings", file, "--secret-file", secret_file) == 0
    secret = secret_file.read_text().removesuffix("\n")
    assert stat.S_IMODE(secret_file.stat().st_mode) == 0o600
    assert secret not in capsys.readouterr().out
    assert may_call(kept(file), client_id, secret, NOON)


def test_a_secret_file_that_is_there_is_not_written_over(file: Path, tmp_path: Path, capsys: Captured) -> None:
    before = file.read_bytes()
    (tmp_path / "secret").write_text("another")
    assert run("rotate", "contoso", "--settings", file, "--secret-file", tmp_path / "secret") == clients.NOT_DONE
    assert "secret: File exists." in capsys.readouterr().err
    assert (file.read_bytes(), (tmp_path / "secret").read_text()) == (before, "another")


def test_a_secret_of_clients_that_cannot_be_kept_is_not_left_behind(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    file.with_name("local.settings.json.new").mkdir()
    secret_file = tmp_path / "secret"
    assert run("rotate", "contoso", "--settings", file, "--secret-file", secret_file) == clients.NOT_DONE
    assert not secret_file.exists()
    assert file.read_bytes() == before


def test_without_a_file_the_environment_is_read_and_the_new_value_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv(SETTING, written({"contoso": (ClientSecret(hash=OLD),)}))
    assert run("rotate", "contoso") == 0
    out = capsys.readouterr().out
    (value,) = re.findall(r"^\{.*\}$", out, re.MULTILINE)
    assert may_call(read_clients(value), "contoso", printed_secret(out), NOON)
    assert may_call(read_clients(value), "contoso", "old", NOON)


def test_list_tells_who_may_come_in_since_and_until_when_and_no_hash(file: Path, capsys: Captured) -> None:
    half = [ClientSecret(hash=OLD, since=NOON - DAY, until=NOON + DAY), ClientSecret(hash=OLD, since=NOON + DAY)]
    keep(file, {"b": tuple(half), "a": (ClientSecret(hash=OLD),) * 2, "over": (ClientSecret(hash=OLD, until=NOON),)})
    assert run("list", "--settings", file) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a: 2 secrets valid now",
        "  valid always",
        "  valid always",
        "b: 1 secret valid now",
        "  valid since 2026-11-01T12:00:00Z until 2026-11-03T12:00:00Z",
        "  not yet valid: from 2026-11-03T12:00:00Z",
        "over: no secrets valid now",
    ]


def test_list_says_that_there_are_no_clients(file: Path, capsys: Captured) -> None:
    keep(file, {})
    assert run("list", "--settings", file) == 0
    assert capsys.readouterr().out == "There are no clients.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "contoso"], "Refused: contoso is a client already"),
        (["rotate", "fabrikam"], "Refused: there is no client fabrikam; there are: contoso."),
        (["revoke", "fabrikam"], "Refused: there is no client fabrikam; there are: contoso."),
    ],
)
def test_a_client_that_is_there_or_not_is_told(arguments: list[str], words: str, file: Path, capsys: Captured) -> None:
    before = file.read_bytes()
    assert run(*arguments, "--settings", file) == clients.REFUSED
    assert words in capsys.readouterr().err
    assert file.read_bytes() == before


@pytest.mark.parametrize("value", [None, '{"contoso": ["in clear"]}'])
def test_a_setting_that_is_missing_or_wrong_is_told(
    value: str | None, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv(SETTING, value or "")
    if value is None:
        monkeypatch.delenv(SETTING)
    assert run("list") == clients.NOT_DONE
    err = capsys.readouterr().err
    assert err.startswith(f"Not done: {SETTING}")
    assert "in clear" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "Contoso"], "a client id is 1 to 64"),
        (["create", "c" * 65], "a client id is 1 to 64"),
        (["create"], "required: ID"),
        (["rotate", "contoso", "--overlap", "7"], "ISO 8601 duration of at most 90 days"),
        (["rotate", "contoso", "--overlap", "P91D"], "ISO 8601 duration of at most 90 days"),
        (["rotate", "contoso", "--overlap", "P-1D"], "ISO 8601 duration of at most 90 days"),
        (["rotate", "contoso", "--drop", "both"], "oldest"),
        (["steal", "contoso"], "invalid choice"),
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], words: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["clients", *arguments])
    assert ended.value.code == clients.NOT_DONE
    assert words in capsys.readouterr().err


def test_the_command_line_needs_no_other_setting_and_goes_by_the_clock(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert main(["clients", "rotate", "contoso", "--settings", str(file)]) == 0
    old, new = kept(file)["contoso"]
    assert old.until is not None
    assert new.since == old.until - 7 * DAY
    assert f"valid until {old.until:%Y-%m-%dT%H:%M:%SZ}" in capsys.readouterr().out
