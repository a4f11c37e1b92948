"""Settings: what is missing or wrong is named, never shown."""

import pytest

from shared.domain.errors import SettingsError
from shared.settings import load_settings

GOOD = {
    "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
    "PAYBYINVOICE_PUBLIC_URL": "https://pay.example.com/",
    "PAYBYINVOICE_POLICY": "2017-07",
    "PAYBYINVOICE_CLIENTS": '{"demo": ["sha256:' + "0" * 64 + '"]}',
    "PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS": '["whsec_' + "QUFB" * 8 + '"]',
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


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"AZURE_FUNCTIONS_ENVIRONMENT"}))
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
        ("PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS", '["whsec_c2hvcnQ="]', "must be whsec_"),
        ("PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS", '["whsec_!"]', "must be whsec_"),
        ("PAYBYINVOICE_PORTAL_WEBHOOK_SECRETS", "[]", "at least 1 item"),
        ("PAYBYINVOICE_PUBLIC_URL", "pay.example.com", "URL"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    name: str, value: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as error:
        load_settings()
    assert part in str(error.value)
    assert value not in str(error.value)


def test_notices_to_files_are_refused_outside_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_FUNCTIONS_ENVIRONMENT", "Production")
    with pytest.raises(SettingsError, match="PAYBYINVOICE_MAIL_FOLDER"):
        load_settings()
