"""Requests at every stage, made once when first needed, with whoever applies and decides signed in."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import Enum, auto
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, StorageState

from local.api import Api
from local.sample import sample_application, sample_request, sample_snapshot, third_party_resources
from local.stack import Stack
from local.stage import notices_of, text_of
from tests.browser.person import Look, Person, arrive

Json = Any

BELOW, ABOVE = "2500.00", "25000.00"
"""Amounts without and with a credit check."""

POLL_SECONDS: Final = 0.1
PATIENCE_SECONDS: Final = 20.0


class Stage(Enum):
    """How far a request is: not begun, begun with third parties in the way, filled in, or made and in a state."""

    NONE = auto()
    HINDERED = auto()
    FILLED_IN = auto()
    ACTION_REQUIRED = auto()
    CREDIT_APPLICATION_DUE = auto()
    CREDIT_REVIEW = auto()
    INFORMATION_DUE = auto()
    SECURITY_DUE = auto()
    APPROVED = auto()
    SWITCHED = auto()
    INELIGIBLE = auto()
    DECLINED = auto()
    WITHDRAWN = auto()


@dataclass(frozen=True)
class Account:
    """A subscription and its administrator. `number` tells companies apart that were given no name."""

    name: str = ""

    subscription: str = field(default_factory=lambda: str(uuid.uuid4()))
    number: str = field(default_factory=lambda: uuid.uuid4().hex[:6])

    @property
    def administrator(self) -> str:
        """The address that links go to."""
        return f"admin-{self.number}@contoso.example"

    @property
    def company(self) -> str:
        """The company's name."""
        return self.name or f"Contoso {self.number} B.V."

    def snapshot(self, **changes: Json) -> Json:
        """What the portal knows of the subscription."""
        known = sample_snapshot(self.subscription)
        return {**known, "accountAdministratorEmail": self.administrator, **changes}

    def request(self, amount: str) -> Json:
        """A request for it."""
        named = {"companyName": self.company, "accountAdministratorEmail": self.administrator}
        return {**sample_request(self.subscription, amount), **named}


def site_of(app: Stack) -> str:
    """The app's address as mails name it: cookies hold for one name only."""
    return app.base_url.replace("127.0.0.1", "localhost")


async def shows_up(look: Callable[[], list[EmailMessage]]) -> EmailMessage:
    """The newest of the mails that somebody looks for, once there is one. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found[-1]
        await asyncio.sleep(POLL_SECONDS)
    raise TimeoutError("the mail does not come")


async def mail_to(app: Stack, address: str) -> EmailMessage:
    """The newest mail with a link to an address, once it is there. Raises TimeoutError."""
    return await shows_up(lambda: [mail for mail in _links_in(app.notices) if mail["To"] == address])


def _links_in(folder: Path) -> list[EmailMessage]:
    files = sorted(folder.glob("link*.eml"), key=lambda file: file.stat().st_mtime)
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


def link_in(mail: EmailMessage, site: str) -> str:
    """The address in a mail with a link, without the site's."""
    return next(each for each in text_of(mail).split() if each.startswith(f"{site}/enter/")).removeprefix(site)


async def ask_for_link(person: Person, app: Stack, account: Account) -> str:
    """Ask for a link on the site, and return the address that comes by mail."""
    await person.opens("/start")
    await person.fills(person.says("start.subscription"), account.subscription)
    await person.fills(person.says("start.email"), account.administrator)
    await person.presses(person.says("start.send"))
    await person.is_at("/start/sent")
    return link_in(await mail_to(app, account.administrator), person.site)


async def come_in(person: Person, app: Stack, account: Account) -> None:
    """Come in by a link."""
    await person.opens(await ask_for_link(person, app, account))
    await person.presses(person.says("start.enter"))


async def sign_in(person: Person, name: str) -> None:
    """Sign in at the desk."""
    await person.opens("/desk/sign-in")
    await person.presses(person.says("desk_access.go_on", name=name))
    await person.is_at("/desk")


async def choose_plan(person: Person) -> None:
    """Take the first step of applying."""
    await person.is_at("/apply/subscription")
    await person.chooses(person.says("apply.fields.support_plan"), "Standard")
    await person.presses(person.says("apply.next"))
    await person.is_at("/apply/problem-type")


async def fill_in(person: Person, account: Account, amount: str) -> None:
    """Go through the steps of applying up to the review."""
    save, fields = person.says("apply.next"), "apply.fields."
    await choose_plan(person)
    await person.presses(save)
    await person.is_at("/apply/details")
    typed = {
        "company_name": account.company,
        "line1": "Evert van de Beekstraat 354",
        "postal_code": "1118 CZ",
        "city": "Schiphol",
        "amount": amount,
    }
    for name, text in typed.items():
        await person.fills(person.says(fields + name), text)
    await person.presses(save)
    await person.is_at("/apply/contact")
    await person.fills(person.says(f"{fields}contact_name"), "Sanne de Vries")
    await person.fills(person.says(f"{fields}contact_email"), "accounts.payable@contoso.example")
    await person.presses(save)
    await person.is_at("/apply/review")


@dataclass
class Stages:
    """Requests of one app, each made when it is first asked for."""

    app: Stack
    api: Api
    browser: Browser
    site: str
    _made: dict[Stage, asyncio.Task[tuple[Account, str]]] = field(default_factory=dict)
    _kept: dict[str, StorageState] = field(default_factory=dict)

    async def at(self, stage: Stage) -> tuple[Account, str]:
        """The account and the id (empty without a request) of the request at a stage."""
        if stage not in self._made:
            self._made[stage] = asyncio.create_task(self._make(stage, Account(_COMPANIES[stage])))
        return await self._made[stage]

    async def made_anew(self, stage: Stage) -> tuple[Account, str]:
        """The same of a request of one's own, which may be changed."""
        return await self._make(stage, Account())

    async def applicant(self, account: Account) -> StorageState:
        """What the browser of the account's administrator keeps after coming in."""
        if account.number not in self._kept:
            person = await self._newcomer()
            await come_in(person, self.app, account)
            self._kept[account.number] = await person.context.storage_state()
            await person.context.close()
        return self._kept[account.number]

    async def officer(self, name: str) -> StorageState:
        """What the browser of somebody of the desk keeps after signing in."""
        if name not in self._kept:
            person = await self._newcomer()
            await sign_in(person, name)
            self._kept[name] = await person.context.storage_state()
            await person.context.close()
        return self._kept[name]

    async def _newcomer(self, state: StorageState | None = None) -> Person:
        return await arrive(self.browser, self.site, Look(has_script=False), state)

    async def _make(self, stage: Stage, account: Account) -> tuple[Account, str]:
        await self.api.portal_reports(account.snapshot(**_facts_of(account, stage)))
        if stage in _DRAFTS:
            await self._typed(account, stage)
        return account, await self._case(account, stage) if stage in _STATES else ""

    async def _typed(self, account: Account, stage: Stage) -> None:
        person = await self._newcomer(await self.applicant(account))
        await person.opens("/apply")
        await (choose_plan(person) if stage is Stage.HINDERED else fill_in(person, account, "25000"))
        await person.context.close()

    async def _case(self, account: Account, stage: Stage) -> str:
        amount = BELOW if stage in {Stage.APPROVED, Stage.SWITCHED} else ABOVE
        case_id = (await self.api.client.submit(account.request(amount))).content.id
        if stage in _REVIEWED:
            await self.api.until_state(case_id, "credit_application_due")
            await self.api.client.send_credit_application(case_id, sample_application(amount))
            await self.api.until_state(case_id, "credit_review")
        if stage in _LAST_STEPS:
            await _LAST_STEPS[stage](self.api, account, case_id)
        await self.api.until_state(case_id, stage.name.lower())
        await self.api.listed(stage.name.lower(), lambda row: bool(row["id"] == case_id))
        await shows_up(lambda: notices_of(self.app.notices, case_id))
        return case_id


async def _ask_information(api: Api, _: Account, case_id: str) -> None:
    items = [{"item": "audited_statements"}, {"item": "other", "text": "The contract with your bank"}]
    await api.officer.decide(case_id, {"kind": "ask_information", "items": items, "note": "Not audited."})


async def _ask_security(api: Api, _: Account, case_id: str) -> None:
    amount = {"amount": "10000.00", "currency": "EUR"}
    await api.officer.decide(case_id, {"kind": "ask_security", "type": "deposit", "amount": amount, "note": "Young."})


async def _decline(api: Api, _: Account, case_id: str) -> None:
    codes = ["adverse_information", "insufficient_turnover"]
    await api.officer.decide(case_id, {"kind": "decline", "codes": codes, "note": "The bureau reports a protest."})


async def _withdraw(api: Api, _: Account, case_id: str) -> None:
    await api.until_state(case_id, "credit_application_due")
    await api.client.withdraw(case_id)


async def switch(api: Api, account: Account) -> None:
    """Let the portal report that the subscription pays by invoice."""
    method = {"subscriptionId": account.subscription, "paymentMethodFamily": "CheckWire"}
    await api.portal_sends("payment_method.changed", method)


async def _switch(api: Api, account: Account, case_id: str) -> None:
    await api.until_state(case_id, "approved")
    await switch(api, account)


def _facts_of(account: Account, stage: Stage) -> Json:
    """What the portal knows of it that is not as with most."""
    if stage in {Stage.HINDERED, Stage.ACTION_REQUIRED}:
        return {"resources": third_party_resources(account.subscription)}
    return {"accountType": "Individual"} if stage is Stage.INELIGIBLE else {}


_COMPANIES: Final = dict(
    zip(
        Stage,
        (
            "Contoso B.V.", "Fabrikam B.V.", "Proseware B.V.", "Northwind Traders", "Tailspin Toys", "Litware B.V.",
            "Wide World Importers", "Adventure Works", "Fourth Coffee", "Trey Research", "Margie's Travel",
            "Alpine Ski House", "Lucerne Publishing",
        ),
        strict=True,
    )
)  # fmt: skip
_DRAFTS: Final = frozenset({Stage.HINDERED, Stage.FILLED_IN})
_STATES: Final = frozenset(Stage) - _DRAFTS - {Stage.NONE}
_REVIEWED: Final = {Stage.CREDIT_REVIEW, Stage.INFORMATION_DUE, Stage.SECURITY_DUE, Stage.DECLINED}
_LAST_STEPS: Final[Mapping[Stage, Callable[[Api, Account, str], Awaitable[None]]]] = {
    Stage.INFORMATION_DUE: _ask_information,
    Stage.SECURITY_DUE: _ask_security,
    Stage.DECLINED: _decline,
    Stage.WITHDRAWN: _withdraw,
    Stage.SWITCHED: _switch,
}
