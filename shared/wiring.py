"""Builds what the endpoints need from the settings: lazily, once per process. The only importer of adapters.

Adapters are imported when they are first needed: a cold start would pay for them otherwise, also one that only lists
the functions (measured on CPython 3.11: azure-storage-queue 220 ms, pydantic-settings 88 ms, azure-data-tables 66 ms,
holidays 32 ms, jinja2 21 ms).
"""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.callers import ClientBook
from shared.workflow.ports import LetterWriter, Mailer, Services, TermsShelf

if TYPE_CHECKING:
    from shared.adapters.storage import Queues, Tables
    from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class Wired:
    """The services of the workflow, and what the endpoints need to know their callers and their own address."""

    services: Services
    clients: ClientBook
    portal_keys: tuple[bytes, ...]
    public_url: str


@dataclass(frozen=True, slots=True)
class Voice:
    """What is said to people, and how it gets to them."""

    letters: LetterWriter
    mailer: Mailer


_installed: list[Wired] = []


def wired() -> Wired:
    """What this process works with; built at the first call. Raises SettingsError."""
    if not _installed:
        install(_from_settings())
    return _installed[0]


def install(wired: Wired | None) -> None:
    """Let this process work with something else from now on; None: what the settings say, built anew."""
    _installed[:] = [wired] if wired else []


def services() -> Services:
    """The services of the workflow. Raises SettingsError."""
    return wired().services


def assemble(
    tables: "Tables", queues: "Queues", shelf: TermsShelf, voice: Voice, policy: str, receipt_lifetime: timedelta
) -> Services:
    """The services over any storage, with this machine's clock."""
    from shared.adapters.case_store import CaseStore  # noqa: PLC0415 - see the module's text, here and below
    from shared.adapters.directory_portal import PortalDirectory  # noqa: PLC0415
    from shared.adapters.step_queues import StepQueues  # noqa: PLC0415

    store = CaseStore(tables)
    return Services(
        cases=store,
        receipts=store,
        notice_rows=store,
        index=store,
        outbox=StepQueues(queues),
        directory=PortalDirectory(),
        shelf=shelf,
        letters=voice.letters,
        mailer=voice.mailer,
        now=_now,
        new_id=_new_id,
        pause=asyncio.sleep,
        current_policy=policy,
        receipt_lifetime=receipt_lifetime,
    )


def _from_settings() -> Wired:
    from shared.settings import load_settings, webhook_key  # noqa: PLC0415

    settings = load_settings()
    return Wired(
        services=_services(settings),
        clients=ClientBook(settings.clients),
        portal_keys=tuple(webhook_key(secret.get_secret_value()) for secret in settings.portal_webhook_secrets),
        public_url=settings.base_url,
    )


def _services(settings: "Settings") -> Services:
    from shared.adapters.mail_file import FileMailer  # noqa: PLC0415
    from shared.adapters.storage_azure import AzureQueues, AzureTables  # noqa: PLC0415
    from shared.adapters.terms_shelf import FileTermsShelf  # noqa: PLC0415
    from shared.web.letters import TemplateLetters  # noqa: PLC0415

    storage = settings.storage.get_secret_value()
    shelf = FileTermsShelf()
    voice = Voice(
        TemplateLetters(shelf.policy, mail_from=settings.mail_from, desk_email=settings.desk_email),
        FileMailer(settings.mail_folder, settings.mail_from),
    )
    return assemble(
        AzureTables(storage), AzureQueues(storage), shelf, voice, settings.policy, settings.receipt_lifetime
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid.uuid4().hex
