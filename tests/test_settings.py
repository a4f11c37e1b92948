"""Settings: what is missing or wrong is named, never shown."""

import base64
import json

import pytest
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from shared.domain.errors import SettingsError
from shared.settings import load_settings

GOOD = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
    "PAYBYINVOICE_PUBLIC_URL": "https://pay.example.com/",
    "PAYBYINVOICE_POLICY": "2017-07",
    "PAYBYINVOICE_CLIENTS": '{"demo": ["sha256:' + "0" * 64 + '"]}',
    "PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS": '["whsec_' + "QUFB" * 8 + '"]',
    "PAYBYINVOICE_SIGNING_KEYS": '["' + "QUFB" * 11 + '"]',
    "PAYBYINVOICE_DESK_SIGN_IN": "development",
    "PAYBYINVOICE_DESK_DEVELOPMENT_PEOPLE": '{"ada": ["Desk.Read", "Desk.Decide"]}',
    "PAYBYINVOICE_WAKE_SCHEDULE": "0 */5 * * * *",
    "PAYBYINVOICE_RECONCILE_SCHEDULE": "0 0 2 * * *",
    "PAYBYINVOICE_MAIL_FOLDER": "notices",
    "PAYBYINVOICE_MAIL_FROM": "Pay <pay@example.com>",
    "PAYBYINVOICE_DESK_EMAIL": "desk@example.com",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_good_settings_load() -> None:
    settings = load_settings()
    assert (settings.base_url, settings.policy, settings.in_development) == ("https://pay.example.com", "2017-07", True)


def test_a_clients_secret_may_have_a_beginning_and_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    times = '"from": "2026-11-02T12:00:00Z", "until": "2026-11-09T12:00:00Z"'
    monkeypatch.setenv("PAYBYINVOICE_CLIENTS", '{"demo": [{"hash": "sha256:' + "0" * 64 + '", ' + times + "}]}")
    (secret,) = load_settings().clients["demo"]
    assert (str(secret.since), str(secret.until)) == ("2026-11-02 12:00:00+00:00", "2026-11-09 12:00:00+00:00")


OPTIONAL = {"AZURE_FUNCTIONS_ENVIRONMENT", "PAYBYINVOICE_MAIL_FOLDER", "PAYBYINVOICE_DESK_DEVELOPMENT_PEOPLE"}


@pytest.mark.parametrize("name", sorted(GOOD.keys() - OPTIONAL))
def test_a_missing_setting_is_named_as_its_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=f"{name}: Field required"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("PAYBYINVOICE_CLIENTS", '{"demo": ["md5:x"]}', "must be sha256:"),
        ("PAYBYINVOICE_CLIENTS", '{"demo": ["sha256:XYZ"]}', "must be sha256:"),
        ("PAYBYINVOICE_CLIENTS", "demo:secret-in-clear", "must be JSON"),
        ("PAYBYINVOICE_CLIENTS", '{"Demo": []}', "1 to 64 lower-case letters"),
        ("PAYBYINVOICE_CLIENTS", f'{{"demo": {json.dumps(["sha256:" + "0" * 64] * 3)}}}', "at most 2 items"),
        ("PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS", '["whsec_c2hvcnQ="]', "must be whsec_"),
        ("PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS", '["whsec_!"]', "must be whsec_"),
        ("PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS", "[]", "at least 1 item"),
        ("PAYBYINVOICE_SIGNING_KEYS", "[]", "at least 1 item"),
        ("PAYBYINVOICE_SIGNING_KEYS", '["QUFB"]', "must be the base64 of 32 to 64 random bytes"),
        ("PAYBYINVOICE_SIGNING_KEYS", '["!"]', "must be the base64 of 32 to 64 random bytes"),
        ("PAYBYINVOICE_CALLS_PER_MINUTE", "0", "greater than or equal to 1"),
        ("PAYBYINVOICE_SUBMISSIONS_PER_HOUR", "many", "valid integer"),
        ("PAYBYINVOICE_PUBLIC_URL", "pay.example.com", "URL"),
        ("PAYBYINVOICE_DESK_SIGN_IN", "everybody", "'app_service' or 'development'"),
        ("PAYBYINVOICE_DESK_DEVELOPMENT_PEOPLE", '{"eve": ["Desk.Own"]}', "'Desk.Read' or 'Desk.Decide'"),
        ("PAYBYINVOICE_DESK_DEVELOPMENT_PEOPLE", '{"": ["Desk.Read"]}', "at least 1 character"),
        ("PAYBYINVOICE_DESK_DEVELOPMENT_PEOPLE", "ada", "must be JSON"),
        ("WEBSITE_AUTH_ENABLED", "perhaps", "valid boolean"),
        ("PAYBYINVOICE_SMTP_HOST", "", "at least 1 character"),
        ("PAYBYINVOICE_SMTP_PORT", "65536", "less than or equal to 65535"),
        ("PAYBYINVOICE_SMTP_SECURITY", "ssl", "'starttls', 'tls' or 'none'"),
        ("PAYBYINVOICE_SMTP_USER", "zoë", "match pattern"),
        ("PAYBYINVOICE_SMTP_PASSWORD", "geheim-één", "must be ASCII"),
        ("PAYBYINVOICE_SMTP_PASSWORD", "", "at least 1"),
        ("PAYBYINVOICE_SMTP_TIMEOUT_SECONDS", "31", "less than or equal to 30"),
        ("PAYBYINVOICE_SMTP_TIMEOUT_SECONDS", "-0.5", "greater than 0"),
        ("PAYBYINVOICE_SMTP_CA_FILE", "no/such/file.pem", "file"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    name: str, value: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as error:
        load_settings()
    assert part in str(error.value)
    assert not value or value not in str(error.value)


ACCOUNT, KEY, SAS = "AccountName=contoso", "AccountKey=c2VjcmV0", "SharedAccessSignature=sv=2026&sig=c2VjcmV0"
ENDPOINTS = ";".join(f"{service}Endpoint=https://{service}.contoso.example/" for service in ("Table", "Queue", "Blob"))


def every_storage_client_takes(text: str) -> bool:
    """A client can be made, and a request of it signed."""
    try:
        for client in (TableServiceClient, QueueServiceClient, BlobServiceClient):
            client.from_connection_string(text).close()
        base64.b64decode("".join(part[11:] for part in text.split(";") if part.startswith("AccountKey=")))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "UseDevelopmentStorage=true",
        "usedevelopmentstorage=true",
        f"DefaultEndpointsProtocol=https;{ACCOUNT};{KEY};EndpointSuffix=core.windows.net",
        f"{ACCOUNT};{KEY};",
        f"accountname=contoso;ACCOUNTKEY=c2VjcmV0;{ENDPOINTS}",
        f"{ACCOUNT};{SAS}",
        f"{ENDPOINTS};{SAS}",
        f"{ACCOUNT};{KEY};{ENDPOINTS};TableSecondaryEndpoint=https://second.contoso.example/",
    ],
)
def test_a_connection_string_that_the_storage_clients_take_is_taken(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AzureWebJobsStorage", text)
    assert every_storage_client_takes(text)
    assert load_settings().storage.get_secret_value() == text


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("garbage", "must be UseDevelopmentStorage=true, or"),
        ("", "must be UseDevelopmentStorage=true, or"),
        (f"{ACCOUNT};AccountKey=", "must be UseDevelopmentStorage=true, or"),
        (f"{ACCOUNT};{ACCOUNT};{KEY}", "must be UseDevelopmentStorage=true, or"),
        ("UseDevelopmentStorage=true;", "AccountName and AccountKey, or SharedAccessSignature"),
        ("UseDevelopmentStorage=True", "AccountName and AccountKey, or SharedAccessSignature"),
        (ACCOUNT, "AccountName and AccountKey, or SharedAccessSignature"),
        (f"{KEY};{ENDPOINTS}", "AccountName and AccountKey, or SharedAccessSignature"),
        (SAS, "AccountName, or TableEndpoint, QueueEndpoint and BlobEndpoint"),
        (f"{SAS};TableEndpoint=https://t.example/", "AccountName, or TableEndpoint, QueueEndpoint and BlobEndpoint"),
        (f"{ACCOUNT};{KEY};QueueSecondaryEndpoint=https://s.example/", "TableEndpoint, QueueEndpoint and BlobEndpoint"),
        (f"{ACCOUNT};AccountKey=c2Vj0", "AccountKey as the storage account shows it"),
    ],
)
def test_any_other_connection_string_is_refused_at_the_start(
    text: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AzureWebJobsStorage", text)
    assert not every_storage_client_takes(text)
    with pytest.raises(SettingsError, match=f"AzureWebJobsStorage: .*{remedy}") as error:
        load_settings()
    assert not text or text not in str(error.value)


def test_notices_to_files_are_refused_outside_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Production")
    with pytest.raises(SettingsError, match="PAYBYINVOICE_MAIL_FOLDER"):
        load_settings()


SMTP = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Production",
    "PAYBYINVOICE_DESK_SIGN_IN": "app_service",
    "WEBSITE_AUTH_ENABLED": "True",
    "PAYBYINVOICE_SMTP_HOST": "smtp.example.com",
    "PAYBYINVOICE_SMTP_USER": "notices",
    "PAYBYINVOICE_SMTP_PASSWORD": "hunter2",
}


@pytest.fixture
def by_smtp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYBYINVOICE_MAIL_FOLDER")
    for name, value in SMTP.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("by_smtp")
def test_a_mail_server_needs_its_host_only_and_is_spoken_to_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYBYINVOICE_SMTP_USER")
    monkeypatch.delenv("PAYBYINVOICE_SMTP_PASSWORD")
    settings = load_settings()
    assert (settings.smtp_port, settings.smtp_security, settings.smtp_timeout_seconds) == (587, "starttls", 10)
    assert (settings.smtp_host, settings.smtp_user, settings.mail_folder) == ("smtp.example.com", None, None)


@pytest.mark.usefixtures("by_smtp")
def test_the_mail_servers_password_is_not_shown() -> None:
    assert "hunter2" not in repr(load_settings())


@pytest.mark.usefixtures("by_smtp")
@pytest.mark.parametrize("missing", ["PAYBYINVOICE_SMTP_USER", "PAYBYINVOICE_SMTP_PASSWORD"])
def test_a_user_needs_a_password_and_a_password_a_user(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(missing)
    with pytest.raises(SettingsError, match="SMTP_USER and PAYBYINVOICE_SMTP_PASSWORD must be set both"):
        load_settings()


@pytest.mark.usefixtures("by_smtp")
def test_a_password_does_not_go_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    monkeypatch.setenv("PAYBYINVOICE_SMTP_SECURITY", "none")
    with pytest.raises(SettingsError, match=r"^PAYBYINVOICE_SMTP_SECURITY none would send .*PASSWORD in clear$"):
        load_settings()


@pytest.mark.usefixtures("by_smtp")
def test_notices_go_encrypted_outside_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAYBYINVOICE_SMTP_USER")
    monkeypatch.delenv("PAYBYINVOICE_SMTP_PASSWORD")
    monkeypatch.setenv("PAYBYINVOICE_SMTP_SECURITY", "none")
    with pytest.raises(SettingsError, match="PAYBYINVOICE_SMTP_SECURITY none is for Development only"):
        load_settings()
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    assert load_settings().smtp_security == "none"


def test_notices_go_to_a_folder_or_to_a_mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYBYINVOICE_SMTP_HOST", "smtp.example.com")
    with pytest.raises(SettingsError, match="PAYBYINVOICE_MAIL_FOLDER must be set, and not both"):
        load_settings()
    monkeypatch.delenv("PAYBYINVOICE_SMTP_HOST")
    monkeypatch.delenv("PAYBYINVOICE_MAIL_FOLDER")
    with pytest.raises(SettingsError, match="either PAYBYINVOICE_SMTP_HOST or"):
        load_settings()


@pytest.mark.usefixtures("by_smtp")
@pytest.mark.parametrize("value", ["", "False", "0"])
def test_the_platforms_sign_in_needs_the_platform_to_say_that_it_is_on(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().desk_sign_in == "app_service"
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", value)
    if not value:
        monkeypatch.delenv("WEBSITE_AUTH_ENABLED")
    with pytest.raises(SettingsError, match=r"^PAYBYINVOICE_DESK_SIGN_IN app_service needs .*WEBSITE_AUTH_ENABLED"):
        load_settings()


@pytest.mark.usefixtures("by_smtp")
@pytest.mark.parametrize("environment", ["Production", "Staging", "development", ""])
def test_the_development_sign_in_is_refused_outside_development(
    environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", environment)
    monkeypatch.setenv("PAYBYINVOICE_DESK_SIGN_IN", "development")
    with pytest.raises(SettingsError, match=r"^PAYBYINVOICE_DESK_SIGN_IN development lets anybody in"):
        load_settings()


@pytest.mark.usefixtures("by_smtp")
def test_the_clock_is_moved_in_development_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYBYINVOICE_CLOCK_OFFSET_FILE", "offset")
    with pytest.raises(SettingsError, match=r"^PAYBYINVOICE_CLOCK_OFFSET_FILE moves the clock"):
        load_settings()
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    assert str(load_settings().clock_offset_file) == "offset"


def test_an_app_that_says_nothing_of_its_environment_is_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_FUNCTIONS_ENVIRONMENT")
    with pytest.raises(SettingsError) as error:
        load_settings()
    for name in ("PAYBYINVOICE_MAIL_FOLDER", "PAYBYINVOICE_DESK_SIGN_IN"):
        assert name in str(error.value), "all contradictions are told at once"


def test_nobody_is_of_the_desk_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [*load_settings().desk_development_people] == ["ada"]
    monkeypatch.delenv("PAYBYINVOICE_DESK_DEVELOPMENT_PEOPLE")
    assert load_settings().desk_development_people == {}
