"""The app's settings: one frozen object, read by `wiring` only.

A field's environment variable is its name in capitals after PAYBYINVOICE_, unless it names another.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, FilePath, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

from shared.domain.callers import Role
from shared.domain.clients import Clients
from shared.domain.errors import SettingsError

DEVELOPMENT: Final = "Development"
_KEY_BYTES: Final = range(24, 65)
_SIGNING_KEY_BYTES: Final = range(32, 65)


def webhook_key(secret: str) -> bytes:
    """The key in a Standard Webhooks secret: whsec_ and the base64 of 24 to 64 bytes, else ValueError."""
    prefix, _, encoded = secret.partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        key = b""
    if prefix != "whsec" or len(key) not in _KEY_BYTES:
        raise ValueError("must be whsec_ followed by the base64 of 24 to 64 random bytes")
    return key


def _is_webhook_secret(secret: SecretStr) -> SecretStr:
    webhook_key(secret.get_secret_value())
    return secret


def signing_key(secret: str) -> bytes:
    """The key in a signing secret: the base64 of 32 to 64 bytes, else ValueError."""
    try:
        key = base64.b64decode(secret, validate=True)
    except binascii.Error:
        key = b""
    if len(key) not in _SIGNING_KEY_BYTES:
        raise ValueError("must be the base64 of 32 to 64 random bytes")
    return key


def _is_signing_key(secret: SecretStr) -> SecretStr:
    signing_key(secret.get_secret_value())
    return secret


def _is_connection_string(secret: SecretStr) -> SecretStr:
    """Let through what the clients of tables, queues and blobs can all work with; they look at their first call only.

    Each refuses something of its own, such as a semicolon after UseDevelopmentStorage=true.
    """
    text = secret.get_secret_value()
    if text.lower() == "usedevelopmentstorage=true" and text.endswith("true"):
        return secret
    pairs = [part.partition("=") for part in text.rstrip(";").split(";")]
    parts = {name.lower(): value for name, _, value in pairs}
    if len(parts) != len(pairs) or not all(name and value for name, _, value in pairs):
        raise ValueError("must be UseDevelopmentStorage=true, or Name=value parts with a semicolon between them")
    if not parts.keys() >= {"accountname", "accountkey"} and "sharedaccesssignature" not in parts:
        raise ValueError("must hold AccountName and AccountKey, or SharedAccessSignature")
    if not _names_every_service(parts):
        raise ValueError("must hold AccountName, or TableEndpoint, QueueEndpoint and BlobEndpoint")
    if not _is_base64(parts.get("accountkey", "")):
        raise ValueError("must hold the AccountKey as the storage account shows it, in base64")
    return secret


def _names_every_service(parts: Mapping[str, str]) -> bool:
    """Whether tables, queues and blobs each have an address; a second one is none without the first."""
    for service in ("table", "queue", "blob"):
        by_account = "accountname" in parts and f"{service}secondaryendpoint" not in parts
        if not (f"{service}endpoint" in parts or by_account):
            return False
    return True


def _is_base64(text: str) -> bool:
    """As leniently as the storage clients read it."""
    try:
        base64.b64decode(text)
    except ValueError:
        return False
    return True


def _is_ascii(text: SecretStr) -> SecretStr:
    if not text.get_secret_value().isascii():
        raise ValueError("must be ASCII, for SMTP signs in with nothing else")
    return text


class Settings(BaseSettings):
    """Everything that differs between environments."""

    model_config = SettingsConfigDict(env_prefix="PAYBYINVOICE_", frozen=True, extra="ignore")

    environment: str = Field(default="Production", validation_alias="AZURE_FUNCTIONS_ENVIRONMENT")
    storage: Annotated[SecretStr, AfterValidator(_is_connection_string)] = Field(validation_alias="AzureWebJobsStorage")
    public_url: HttpUrl
    policy: str
    clients: Clients
    portal_webhook_secrets: tuple[Annotated[SecretStr, AfterValidator(_is_webhook_secret)], ...] = Field(min_length=1)
    signing_keys: tuple[Annotated[SecretStr, AfterValidator(_is_signing_key)], ...] = Field(min_length=1)
    mail_folder: Path | None = None
    mail_from: str
    desk_email: str

    smtp_host: str | None = Field(default=None, min_length=1)
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = Field(default=None, min_length=1, pattern=r"^[\x20-\x7e]+$")
    smtp_password: Annotated[SecretStr, Field(min_length=1), AfterValidator(_is_ascii)] | None = None
    smtp_timeout_seconds: float = Field(default=10, gt=0, le=30)
    smtp_ca_file: FilePath | None = None

    desk_sign_in: Literal["app_service", "development"]
    desk_development_people: dict[Annotated[str, Field(min_length=1)], tuple[Role, ...]] = {}
    platform_auth: bool = Field(default=False, validation_alias="WEBSITE_AUTH_ENABLED")

    wake_schedule: str
    reconcile_schedule: str

    calls_per_minute: int = Field(default=600, ge=1)
    submissions_per_hour: int = Field(default=120, ge=1)
    receipt_lifetime: timedelta = timedelta(days=7)
    clock_offset_file: Path | None = None

    @property
    def base_url(self) -> str:
        """The public address without a slash at its end."""
        return str(self.public_url).rstrip("/")

    @property
    def in_development(self) -> bool:
        """Whether this is a developer's machine, as the Functions host says it."""
        return self.environment == DEVELOPMENT


def load_settings() -> Settings:
    """Read the settings. Raises SettingsError naming each wrong or missing one, never its value."""
    try:
        settings = Settings()
    except UnreadableError as error:
        name = re.findall(r'field "(\w+)"', str(error))[0]
        raise SettingsError(f"settings are wrong or missing: {_variable(name)}: must be JSON") from None
    except ValidationError as error:
        wrong = "; ".join(f"{_variable(str(e['loc'][0]))}: {e['msg']}" for e in error.errors(include_input=False))
        raise SettingsError(f"settings are wrong or missing: {wrong}") from None
    if contradictions := "; ".join(_contradictions(settings)):
        raise SettingsError(contradictions)
    return settings


def _contradictions(settings: Settings) -> Iterator[str]:
    """What is wrong although each setting is right for itself."""
    if settings.mail_folder and not settings.in_development:
        yield "PAYBYINVOICE_MAIL_FOLDER writes notices to files, which is for Development only"
    if settings.desk_sign_in == "app_service" and not settings.platform_auth:
        yield "PAYBYINVOICE_DESK_SIGN_IN app_service needs App Service Authentication (WEBSITE_AUTH_ENABLED)"
    if settings.desk_sign_in == "development" and not settings.in_development:
        yield "PAYBYINVOICE_DESK_SIGN_IN development lets anybody in, and is for Development only"
    if settings.clock_offset_file and not settings.in_development:
        yield "PAYBYINVOICE_CLOCK_OFFSET_FILE moves the clock, which is for Development only"
    if (settings.mail_folder is None) == (settings.smtp_host is None):
        yield "either PAYBYINVOICE_SMTP_HOST or, in Development, PAYBYINVOICE_MAIL_FOLDER must be set, and not both"
    if (settings.smtp_user is None) != (settings.smtp_password is None):
        yield "PAYBYINVOICE_SMTP_USER and PAYBYINVOICE_SMTP_PASSWORD must be set both or not at all"
    if settings.smtp_host and settings.smtp_security == "none":
        yield from _unprotected(settings)


def _unprotected(settings: Settings) -> Iterator[str]:
    """What must not cross a network unencrypted."""
    if not settings.in_development:
        yield "PAYBYINVOICE_SMTP_SECURITY none is for Development only: notices hold personal data"
    if settings.smtp_password:
        yield "PAYBYINVOICE_SMTP_SECURITY none would send PAYBYINVOICE_SMTP_PASSWORD in clear"


def _variable(location: str) -> str:
    alias = {str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias}
    return location if location in alias else f"PAYBYINVOICE_{location.upper()}"
