import base64
import hashlib
import json
import stat
from pathlib import Path

import pytest

from local import settings
from local.errors import LocalRunError
from shared.domain.clients import hash_of


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / settings.EXAMPLE_NAME).write_text((settings.ROOT / settings.EXAMPLE_NAME).read_text())
    return tmp_path


def read(file: Path) -> dict[str, dict[str, str]]:
    document: dict[str, dict[str, str]] = json.loads(file.read_text())
    return document


def rewrite(file: Path, **values: str) -> None:
    document = read(file)
    document["Values"] |= values
    file.write_text(json.dumps(document))


def test_makes_the_settings_with_the_hash_of_a_new_client_secret(root: Path) -> None:
    prepared = settings.prepare(root)
    values = read(root / settings.SETTINGS_NAME)["Values"]
    assert prepared.values == values
    assert prepared.client_secret is not None
    digest = hashlib.sha256(prepared.client_secret.encode()).hexdigest()
    assert json.loads(values[settings.CLIENTS]) == {"demo": [f"sha256:{digest}"]}
    assert prepared.client_secret not in (root / settings.SETTINGS_NAME).read_text()
    assert prepared.notes == ("Made local.settings.json from its example, with new secrets.",)


def test_makes_a_webhook_secret_of_32_random_bytes(root: Path) -> None:
    secret = settings.portal_secret(settings.prepare(root).values)
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32


def test_keeps_everything_else_as_the_example_has_it(root: Path) -> None:
    example = read(root / settings.EXAMPLE_NAME)
    settings.prepare(root)
    made = read(root / settings.SETTINGS_NAME)
    for name in (settings.CLIENTS, settings.PORTAL_SECRETS, settings.SIGNING_KEYS):
        assert made["Values"].pop(name) != example["Values"].pop(name)
    assert made == example


def test_lets_only_the_owner_read_the_secrets(root: Path) -> None:
    settings.prepare(root)
    for name in (settings.SETTINGS_NAME, settings.CLIENT_FILE):
        assert stat.S_IMODE((root / name).stat().st_mode) == 0o600


def test_changes_nothing_the_second_time(root: Path) -> None:
    first = settings.prepare(root)
    before = (root / settings.SETTINGS_NAME).read_bytes()
    again = settings.prepare(root)
    assert (again.values, again.client_secret, again.notes) == (first.values, first.client_secret, ())
    assert (root / settings.SETTINGS_NAME).read_bytes() == before


def test_adds_what_a_newer_example_has(root: Path) -> None:
    settings.prepare(root)
    rewrite(root / settings.SETTINGS_NAME, PAYBYINVOICE_POLICY="mine")
    rewrite(root / settings.EXAMPLE_NAME, PAYBYINVOICE_NEW="1")
    prepared = settings.prepare(root)
    assert (prepared.values["PAYBYINVOICE_NEW"], prepared.values["PAYBYINVOICE_POLICY"]) == ("1", "mine")
    assert read(root / settings.SETTINGS_NAME)["Values"] == prepared.values
    assert prepared.notes == ("Added to local.settings.json, because its example has them now: PAYBYINVOICE_NEW.",)


def test_gives_a_missing_client_setting_a_fresh_secret(root: Path) -> None:
    first = settings.prepare(root)
    document = read(root / settings.SETTINGS_NAME)
    del document["Values"][settings.CLIENTS]
    (root / settings.SETTINGS_NAME).write_text(json.dumps(document))
    again = settings.prepare(root)
    assert again.client_secret not in (None, first.client_secret)


def test_says_how_to_get_a_new_secret_when_it_is_lost(root: Path) -> None:
    settings.prepare(root)
    (root / settings.CLIENT_FILE).unlink()
    prepared = settings.prepare(root)
    assert prepared.client_secret is None
    assert "client.json is missing" in prepared.notes[0]
    assert "delete local.settings.json" in prepared.notes[0]


@pytest.mark.parametrize("clients", ['{"demo": ["sha256:00"]}', '{"demo": "sha256:00"}', '{"other": []}', "[]", "{"])
def test_says_how_to_get_a_new_secret_when_it_does_not_fit(root: Path, clients: str) -> None:
    settings.prepare(root)
    rewrite(root / settings.SETTINGS_NAME, **{settings.CLIENTS: clients})
    prepared = settings.prepare(root)
    assert prepared.client_secret is None
    assert "is not the one whose hash" in prepared.notes[0]
    assert "delete local.settings.json" in prepared.notes[0]


def test_knows_its_secret_until_a_rotation_ends_it(root: Path) -> None:
    secret = settings.prepare(root).client_secret
    assert secret is not None
    for until, expected in (("9999-12-31T00:00:00Z", secret), ("2020-01-01T00:00:00Z", None)):
        clients = {"demo": [{"hash": hash_of(secret), "until": until}, hash_of("another")]}
        rewrite(root / settings.SETTINGS_NAME, **{settings.CLIENTS: json.dumps(clients)})
        assert settings.prepare(root).client_secret == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", r"local\.settings\.json is not valid JSON: .* line 1"),
        ("[]", "must hold a JSON object"),
        ("{}", 'must have an object "Values"'),
        ('{"Values": {"A": 1}}', "whose members are all strings"),
    ],
)
def test_refuses_settings_it_cannot_understand(root: Path, text: str, complaint: str) -> None:
    (root / settings.SETTINGS_NAME).write_text(text)
    with pytest.raises(LocalRunError, match=complaint):
        settings.prepare(root)
    assert (root / settings.SETTINGS_NAME).read_text() == text


def test_says_that_the_example_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LocalRunError, match=r"local\.settings\.json\.example is missing"):
        settings.prepare(tmp_path)


def test_says_that_the_settings_are_missing(tmp_path: Path) -> None:
    with pytest.raises(LocalRunError, match=r"local\.settings\.json is missing"):
        settings.read_values(tmp_path)


def test_reads_the_values_that_were_made(root: Path) -> None:
    made = settings.prepare(root).values
    assert settings.read_values(root) == made


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1]", "7"])
def test_refuses_a_portal_secret_that_is_no_list_of_text(text: str) -> None:
    with pytest.raises(LocalRunError, match="must be a JSON list"):
        settings.portal_secret({settings.PORTAL_SECRETS: text})


def test_refuses_settings_without_a_portal_secret() -> None:
    with pytest.raises(LocalRunError, match="must be a JSON list"):
        settings.portal_secret({})


def test_isolates_an_app_from_the_developers_own_settings(tmp_path: Path) -> None:
    made = settings.isolated(tmp_path, storage="the storage", public_url="http://localhost:1")
    example = read(settings.ROOT / settings.EXAMPLE_NAME)["Values"]
    assert made.environment.keys() == example.keys()
    assert made.environment[settings.STORAGE] == "the storage"
    assert made.environment[settings.PUBLIC_URL] == "http://localhost:1"
    assert made.environment[settings.MAIL_FOLDER] == str(made.notices)
    assert made.notices.is_dir()
    assert made.environment["PAYBYINVOICE_POLICY"] == example["PAYBYINVOICE_POLICY"]


def test_isolates_with_secrets_that_fit_its_environment(tmp_path: Path) -> None:
    made = settings.isolated(tmp_path, storage="", public_url="")
    digest = hashlib.sha256(made.credentials.client_secret.encode()).hexdigest()
    assert json.loads(made.environment[settings.CLIENTS]) == {made.credentials.client_id: [f"sha256:{digest}"]}
    assert settings.portal_secret(made.environment) == made.credentials.portal_secret
