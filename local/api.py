"""Callers of a running app, for demo and journeys: a partner and the desk by the client, and the portal."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from local import portal
from local.app_clock import AppClock
from local.settings import Credentials
from paybyinvoice import Client, ClientSecret, Desk, DevelopmentUser

VERSION = {"api-version": "2026-11-01"}
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
TIME_OUT = aiohttp.ClientTimeout(total=30)

OFFICER = "ada"
"""A credit officer, who reads and decides, as the example's settings name her."""

Json = Any


@dataclass(frozen=True)
class RawAnswer:
    """What the app answered to a call that the client does not make."""

    status: int
    body: Json


class StillWaitingError(Exception):
    """What was waited for did not come in time; the text says what was there instead."""


@dataclass(frozen=True)
class Api:
    """The app at `base_url` as `client` (a partner's own tooling) and `officer` (the billing desk) call it.

    `clock` is the app's. Use as an async context manager. What is waited for must come within `patience` seconds.
    """

    base_url: str
    credentials: Credentials
    clock: AppClock
    client: Client
    officer: Desk
    patience: float = PATIENCE_SECONDS
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)

    async def __aenter__(self) -> "Api":
        await self._opened.enter_async_context(self.client)
        await self._opened.enter_async_context(self.officer)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    # --- time

    def now(self) -> datetime:
        """The app's time: webhooks must be signed with it."""
        return self.clock.now()

    def move_clock(self, by: timedelta) -> None:
        """Move the app's time on; what is due then happens within a second or two."""
        self.clock.move(by)

    # --- waiting

    async def until(self, case_id: str, is_there: Callable[[Json], bool]) -> Json:
        """Read a case, as the desk sees it, until it is as wanted. Raises StillWaitingError."""
        deadline = time.monotonic() + self.patience
        while not is_there(case := (await self.officer.show(case_id)).document):
            if time.monotonic() > deadline:
                raise StillWaitingError(f"case {case_id} stays in '{case['state']}'")
            await asyncio.sleep(POLL_SECONDS)
        return case

    async def until_state(self, case_id: str, state: str) -> Json:
        """Wait until a case is in a state, and read it as the client. Raises StillWaitingError."""
        await self.until(case_id, lambda case: bool(case["state"] == state))
        return await self.case(case_id)

    async def case(self, case_id: str) -> Json:
        """Read a case as the client."""
        return (await self.client.request(case_id)).document

    async def history(self, case_id: str) -> list[Json]:
        """Read a case's events as the desk sees them, whoever opened it."""
        events: list[Json] = (await self.officer.history(case_id)).document["value"]
        return events

    async def listed(self, state: str, is_wanted: Callable[[Json], bool]) -> Json:
        """Look for a row in the desk's work list until it is there. Raises StillWaitingError."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            async for page in self.officer.pages(state):
                if wanted := [row for row in page.document["value"] if is_wanted(row)]:
                    return wanted[0]
            await asyncio.sleep(POLL_SECONDS)
        raise StillWaitingError(f"the work list of '{state}' does not show the case")

    # --- the portal

    async def portal_reports(self, snapshot: Json) -> portal.Answer:
        """Let the portal push a snapshot of a subscription."""
        return await self.portal_sends(portal.SUBSCRIPTION_UPDATED, snapshot)

    async def portal_sends(self, event_type: str, data: Json) -> portal.Answer:
        """Let the portal send any event, of now."""
        secret = self.credentials.portal_secret
        return await portal.post_event(self.base_url, secret, data, event_type=event_type, sent_at=self.now())

    # --- what the client does not do

    async def call(self, method: str, path: str, body: Json = None) -> RawAnswer:
        """Call any address of the app as the partner, once, without a key or anything else that the client adds."""
        user = aiohttp.encode_basic_auth(self.credentials.client_id, self.credentials.client_secret)
        url, headers = self.base_url + path, {"Authorization": user}
        async with (
            aiohttp.ClientSession(timeout=TIME_OUT) as session,
            session.request(method, url, params=VERSION, json=body, headers=headers) as response,
        ):
            content = await response.json(content_type=None) if response.content_type.endswith("json") else None
            return RawAnswer(response.status, content)


def api_of(base_url: str, credentials: Credentials, clock: AppClock) -> Api:
    """Make the callers of the app at `base_url`, whose clock this is."""
    client = Client(base_url, ClientSecret(credentials.client_id, credentials.client_secret))
    return Api(base_url, credentials, clock, client, Desk(base_url, DevelopmentUser(OFFICER)))
