"""Callers of the app's HTTP API: a partner's own tooling, the portal and the billing desk; for demo and journeys."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from local import portal
from local.app_clock import AppClock
from local.settings import Credentials

VERSION = {"api-version": "2026-11-01"}
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
TIME_OUT = aiohttp.ClientTimeout(total=30)

OFFICER = "ada"
"""A credit officer, who reads and decides, as the example's settings name her."""

Json = Any


@dataclass(frozen=True)
class Answer:
    """What the app answered."""

    status: int
    headers: Mapping[str, str]
    body: Json


class StillWaitingError(Exception):
    """What was waited for did not come in time; the text says what was there instead."""


@dataclass(frozen=True)
class Api:
    """The app at `base_url`, called under `credentials`, at the time of its clock. Use as an async context manager.

    What it waits for must come within `patience` seconds.
    """

    base_url: str
    credentials: Credentials
    clock: AppClock
    patience: float = PATIENCE_SECONDS
    _sessions: list[aiohttp.ClientSession] = field(default_factory=list, repr=False)

    async def __aenter__(self) -> "Api":
        self._sessions.append(aiohttp.ClientSession(timeout=TIME_OUT))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sessions.pop().close()

    # --- time

    def now(self) -> datetime:
        """The app's time: webhooks must be signed with it."""
        return self.clock.now()

    def move_clock(self, by: timedelta) -> None:
        """Move the app's time on; what is due then happens within a second or two."""
        self.clock.move(by)

    # --- the client

    async def call(self, method: str, path: str, body: Json = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Call any address of the app as the client."""
        user = aiohttp.encode_basic_auth(self.credentials.client_id, self.credentials.client_secret)
        return await self._send(method, path, body, {"Authorization": user, **(headers or {})})

    async def pre_check(self, form: Json) -> Answer:
        """Ask for a dry run."""
        return await self.call("POST", "/api/pre-checks", form)

    async def submit(self, request: Json, idempotency_key: str | None = None) -> Answer:
        """Submit a request."""
        headers = {"Idempotency-Key": f'"{idempotency_key}"'} if idempotency_key else None
        return await self.call("POST", "/api/requests", request, headers)

    async def apply_for_credit(self, case_id: str, application: Json) -> Answer:
        """Send the credit-check application."""
        return await self.call("PUT", f"/api/requests/{case_id}/credit-application", application)

    async def case(self, case_id: str) -> Json:
        """Read a case."""
        return (await self.call("GET", f"/api/requests/{case_id}")).body

    async def until(self, case_id: str, is_there: Callable[[Json], bool]) -> Json:
        """Read a case, as the desk sees it, until it is as wanted. Raises StillWaitingError."""
        deadline = time.monotonic() + self.patience
        while not is_there(case := (await self.desk("GET", f"/api/requests/{case_id}")).body):
            if time.monotonic() > deadline:
                raise StillWaitingError(f"case {case_id} stays in '{case.get('state')}'")
            await asyncio.sleep(POLL_SECONDS)
        return case

    async def until_state(self, case_id: str, state: str) -> Json:
        """Wait until a case is in a state, and read it as the client. Raises StillWaitingError."""
        await self.until(case_id, lambda case: case.get("state") == state)
        return await self.case(case_id)

    # --- the billing desk

    async def desk(self, method: str, path: str, body: Json = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Call any address of the app as the credit officer."""
        return await self._send(method, path, body, {"x-development-user": OFFICER, **(headers or {})})

    async def desk_case(self, case_id: str) -> Answer:
        """Read a case as the desk sees it."""
        return await self.desk("GET", f"/api/requests/{case_id}")

    async def history(self, case_id: str) -> list[Json]:
        """Read a case's events as the desk sees them, whoever opened it."""
        found: list[Json] = (await self.desk("GET", f"/api/requests/{case_id}/history")).body["value"]
        return found

    async def listed(self, state: str, is_wanted: Callable[[Json], bool]) -> Json:
        """Look for a row in the desk's work list until it is there. Raises StillWaitingError."""
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            rows = (await self.desk("GET", f"/api/requests?state={state}")).body["value"]
            if wanted := [row for row in rows if is_wanted(row)]:
                return wanted[0]
            await asyncio.sleep(POLL_SECONDS)
        raise StillWaitingError(f"the work list of '{state}' does not show the case")

    async def decide(self, case_id: str, decision: Json) -> Answer:
        """Read a case and decide on what it says, as the officer does."""
        seen = await self.desk_case(case_id)
        path = f"/api/requests/{case_id}/decision"
        return await self.desk("POST", path, decision, {"If-Match": seen.headers["ETag"]})

    # --- the portal

    async def portal_reports(self, snapshot: Json) -> portal.Answer:
        """Let the portal push a snapshot of a subscription."""
        return await self.portal_sends(portal.SUBSCRIPTION_UPDATED, snapshot)

    async def portal_sends(self, event_type: str, data: Json) -> portal.Answer:
        """Let the portal send any event, of now."""
        secret = self.credentials.portal_secret
        return await portal.post_event(self.base_url, secret, data, event_type=event_type, sent_at=self.now())

    async def _send(self, method: str, path: str, body: Json, headers: Mapping[str, str]) -> Answer:
        async with self._sessions[-1].request(
            method, self.base_url + path, params=VERSION, json=body, headers=headers
        ) as response:
            content = await response.json(content_type=None) if response.content_type.endswith("json") else None
            return Answer(response.status, response.headers.copy(), content)
