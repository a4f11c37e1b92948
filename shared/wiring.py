"""Builds what the endpoints need from the settings: lazily, once per process. The only importer of adapters.

Adapters are imported when they are first needed: a cold start would pay for them otherwise, also one that only lists
the functions. Measured on CPython 3.11: importing `function_app` takes 274 ms of processor time, with all adapters and
what makes pages and letters 608 ms (medians of 7). The settings are checked at the start, so their module is not among
those.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from shared.domain.callers import ClientBook, Kind, Principal
from shared.domain.errors import SettingsError
from shared.settings import Settings, load_settings, signing_key, webhook_key
from shared.web.frame import Asset, Frame, Shown
from shared.workflow.ports import Documents, LetterWriter, LinkWriter, Mailer, Services, TermsShelf
from shared.workflow.rate_limits import CALLS, SUBMISSIONS, CallAllowance, SubmissionAllowance

if TYPE_CHECKING:
    from shared.adapters.documents_azure import AzureDocuments
    from shared.adapters.storage import Queues, Tables
    from shared.domain.documents import CheckedFile


@dataclass(frozen=True, slots=True)
class DeskSignIn:
    """How people of the desk are known: by the platform's header, or in Development by naming themselves."""

    trusts_platform: bool
    people: Mapping[str, Principal] = field(default_factory=dict)


class Page(Protocol):
    """A page to read, and the Content-Security-Policy that it needs."""

    @property
    def html(self) -> str:
        """The page, whole."""
        ...

    @property
    def policy(self) -> str:
        """What it may load: its own style, and nothing else."""
        ...


class ReferencePages(Protocol):
    """What makes the pages about the API."""

    def reference_page(self, document: Mapping[str, Any], base_url: str) -> Page:
        """The API of an OpenAPI document."""
        ...

    def problems_page(self, catalogue: Sequence[Any]) -> Page:
        """Every kind of problem."""
        ...

    def problem_page(self, kind: Any, example: Mapping[str, Any], operations: Sequence[str]) -> Page:
        """One kind of problem, one of it, and the operations that answer with it."""
        ...


class Pages(Protocol):
    """What makes the pages for people."""

    def asset(self, name: str) -> Asset | None:
        """A file that pages load, or None for what is none."""
        ...

    def page(self, template: str, frame: Frame, contents: Mapping[str, Any]) -> Shown:
        """A page, by the name of its template."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a client may ask for: calls of this process, submissions to all instances.

    Calls are counted by a clock of the process that is never set, so that setting the machine's refuses nobody.
    """

    calls: CallAllowance
    submissions: SubmissionAllowance
    steady_now: Callable[[], datetime]


async def _nothing_to_close() -> None:
    """What holds no connections has none to close."""


@dataclass(frozen=True, slots=True)
class Wired:
    """The services of the workflow, and what the endpoints need to know their callers and their own address."""

    services: Services
    clients: ClientBook
    portal_keys: tuple[bytes, ...]
    signing_keys: tuple[bytes, ...]
    desk: DeskSignIn
    limits: Limits
    public_url: str
    development: bool = False
    close: Callable[[], Awaitable[None]] = _nothing_to_close


@dataclass(frozen=True, slots=True)
class Stores:
    """What everything is kept in: rows, messages, and the contents of documents."""

    tables: "Tables"
    queues: "Queues"
    documents: Documents


@dataclass(frozen=True, slots=True)
class Voice:
    """What is said to people, and how it gets to them."""

    letters: LetterWriter
    mailer: Mailer
    link_letters: LinkWriter


__all__ = ["Frame"]  # of what is imported here, what endpoints need

_log = logging.getLogger(__name__)

_installed: list[Wired] = []


def wired() -> Wired:
    """What this process works with; built at the first call. Raises SettingsError."""
    if not _installed:
        install(_from_settings())
    return _installed[0]


def install(wired: Wired | None) -> None:
    """Let this process work with something else from now on; None: what the settings say, built anew."""
    _installed[:] = [wired] if wired else []


async def close() -> None:
    """Close the connections of this process. A host never asks for it; a command that ends does."""
    for installed in _installed:
        await installed.close()


def check_settings() -> None:
    """Say in the log at once which settings are missing or wrong; the app goes on, and answers 503 until it is mended.

    A start that failed would say less: a host shows an app that cannot be indexed as one without functions.
    """
    try:
        load_settings()
    except SettingsError as error:
        _log.critical("The app cannot work: %s", error)


def reference_pages() -> ReferencePages:
    """What makes the pages about the API."""
    from shared.web import reference  # noqa: PLC0415 - as above

    return reference


def pages() -> Pages:
    """What makes the pages for people."""
    from shared.web import pages  # noqa: PLC0415 - as above

    return pages


def services() -> Services:
    """The services of the workflow. Raises SettingsError."""
    return wired().services


@dataclass(frozen=True, slots=True)
class Choices:
    """What the settings choose for the workflow."""

    policy: str
    receipt_lifetime: timedelta
    now: Callable[[], datetime]


def assemble(stores: Stores, shelf: TermsShelf, voice: Voice, choices: Choices) -> Services:
    """The services over any storage."""
    from shared.adapters.access_store import AccessStore, LinkQueue  # noqa: PLC0415 - see the module's text, and below
    from shared.adapters.case_store import CaseStore  # noqa: PLC0415
    from shared.adapters.directory_portal import PortalDirectory  # noqa: PLC0415
    from shared.adapters.draft_store import DraftStore  # noqa: PLC0415
    from shared.adapters.key_store import KeyStore  # noqa: PLC0415
    from shared.adapters.step_queues import StepQueues  # noqa: PLC0415
    from shared.adapters.tally_store import TallyStore  # noqa: PLC0415
    from shared.adapters.tax_ids import StdnumTaxIds  # noqa: PLC0415

    store = CaseStore(stores.tables)
    return Services(
        cases=store,
        past_rows=store,
        receipts=store,
        drafts=DraftStore(stores.tables),
        keys=KeyStore(stores.tables),
        notice_rows=store,
        index=store,
        due_rows=store,
        work_list=store,
        tallies=TallyStore(stores.tables),
        archive=store,
        documents=stores.documents,
        outbox=StepQueues(stores.queues),
        tax_ids=StdnumTaxIds(),
        directory=PortalDirectory(),
        shelf=shelf,
        letters=voice.letters,
        link_letters=voice.link_letters,
        link_requests=LinkQueue(stores.queues),
        accesses=AccessStore(stores.tables),
        mailer=voice.mailer,
        now=choices.now,
        new_id=_new_id,
        pause=asyncio.sleep,
        in_thread=asyncio.to_thread,
        current_policy=choices.policy,
        receipt_lifetime=choices.receipt_lifetime,
    )


class LateDocuments:
    """Documents in Azure Storage. Their SDK takes a tenth of a second to load, and few calls need it."""

    def __init__(self, connection_string: str) -> None:
        self._connection_string = connection_string
        self._loaded: AzureDocuments | None = None

    async def put(self, case_id: str, file: "CheckedFile", content: bytes) -> None:
        """Keep a content with a case, under its SHA-256; twice does no harm."""
        await self._documents().put(case_id, file, content)

    async def get(self, case_id: str, sha256: str) -> bytes | None:
        """Read a content of a case, or None where there is none."""
        return await self._documents().get(case_id, sha256)

    async def delete_all(self, case_id: str) -> None:
        """Delete every content of a case; twice does no harm."""
        await self._documents().delete_all(case_id)

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._loaded:
            await self._loaded.close()

    def _documents(self) -> "AzureDocuments":
        from shared.adapters.documents_azure import AzureDocuments  # noqa: PLC0415 - as above

        if self._loaded is None:
            self._loaded = AzureDocuments(self._connection_string)
        return self._loaded


def limits_of(calls_per_minute: int, submissions_per_hour: int, tables: "Tables") -> Limits:
    """The limits over any storage."""
    from shared.adapters.quotas import StoredQuotas  # noqa: PLC0415 - as above

    calls = replace(CALLS, quota=calls_per_minute)
    submissions = replace(SUBMISSIONS, quota=submissions_per_hour)
    return Limits(CallAllowance(calls), SubmissionAllowance(submissions, StoredQuotas(tables)), _steady_now)


def _from_settings() -> Wired:
    from shared.adapters.storage_azure import AzureQueues, AzureTables  # noqa: PLC0415

    settings = load_settings()
    connection = settings.storage.get_secret_value()
    tables, queues = AzureTables(connection), AzureQueues(connection)
    documents = LateDocuments(connection)

    async def close() -> None:
        await tables.close()
        await queues.close()
        await documents.close()

    return Wired(
        services=_services(settings, Stores(tables, queues, documents)),
        clients=ClientBook(settings.clients),
        portal_keys=tuple(webhook_key(secret.get_secret_value()) for secret in settings.portal_webhook_secrets),
        signing_keys=tuple(signing_key(secret.get_secret_value()) for secret in settings.signing_keys),
        desk=DeskSignIn(
            trusts_platform=settings.desk_sign_in == "app_service",
            people={
                name: Principal(Kind.DESK, name, frozenset(roles))
                for name, roles in settings.desk_development_people.items()
                if settings.desk_sign_in == "development"
            },
        ),
        limits=limits_of(settings.calls_per_minute, settings.submissions_per_hour, tables),
        public_url=settings.base_url,
        development=settings.in_development,
        close=close,
    )


def _services(settings: Settings, stores: Stores) -> Services:
    from shared.adapters.terms_shelf import FileTermsShelf  # noqa: PLC0415
    from shared.web.letters import TemplateLetters  # noqa: PLC0415
    from shared.web.link_letters import LinkLetters  # noqa: PLC0415

    shelf = FileTermsShelf()
    voice = Voice(
        TemplateLetters(
            shelf.policy,
            mail_from=settings.mail_from,
            desk_email=settings.desk_email,
            follow_url=f"{settings.base_url}/start",
        ),
        _mailer(settings),
        LinkLetters(mail_from=settings.mail_from, desk_email=settings.desk_email),
    )
    choices = Choices(settings.policy, settings.receipt_lifetime, _clock(settings.clock_offset_file))
    return assemble(stores, shelf, voice, choices)


def _mailer(settings: Settings) -> Mailer:
    if settings.mail_folder is not None:
        from shared.adapters.mail_file import FileMailer  # noqa: PLC0415

        return FileMailer(settings.mail_folder, settings.mail_from)
    from shared.adapters.mail_smtp import MailServer, SmtpMailer  # noqa: PLC0415

    server = MailServer(
        host=str(settings.smtp_host),  # without a folder there is a host: the settings see to that
        port=settings.smtp_port,
        security=settings.smtp_security,
        timeout_seconds=settings.smtp_timeout_seconds,
        user=settings.smtp_user,
        password=settings.smtp_password,
        ca_file=settings.smtp_ca_file,
    )
    return SmtpMailer(server, settings.mail_from)


def _clock(offset_file: Path | None) -> Callable[[], datetime]:
    """This machine's clock; in Development moved by the seconds in a file, which is read at each call."""
    if offset_file is None:
        return _now

    return partial(_moved_by, offset_file)


def _moved_by(file: Path) -> datetime:
    """Now, and the seconds that a file holds; a missing or empty file moves nothing. Raises SettingsError."""
    try:
        text = file.read_text("utf-8").strip() if file.exists() else ""
        return _now() + timedelta(seconds=float(text or 0))
    except (ValueError, OverflowError, OSError) as error:
        raise SettingsError(
            f"the file of PAYBYINVOICE_CLOCK_OFFSET_FILE, {file}, must hold a number of seconds: {error}"
        ) from None


def _steady_now() -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(seconds=time.monotonic())


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return uuid.uuid4().hex
