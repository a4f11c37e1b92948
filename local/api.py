"""A caller of the app's HTTP API, as a partner's own tooling would be; for the demo and the journeys."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from local import portal
from local.settings import Credentials

VERSION = {"api-version": "2026-11-01"}
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
TIME_OUT = aiohttp.ClientTimeout(total=30)

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
    """The app at `base_url`, called under `credentials`. Use as an async context manager."""

    base_url: str
    credentials: Credentials
    _sessions: list[aiohttp.ClientSession] = field(default_factory=list, repr=False)

    async def __aenter__(self) -> "Api":
        self._sessions.append(aiohttp.ClientSession(timeout=TIME_OUT))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sessions.pop().close()

    async def call(self, method: str, path: str, body: Json = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Call any address of the app as the client."""
        user = aiohttp.encode_basic_auth(self.credentials.client_id, self.credentials.client_secret)
        async with self._sessions[-1].request(
            method,
            self.base_url + path,
            params=VERSION,
            json=body,
            headers={"Authorization": user, **(headers or {})},
        ) as response:
            content = await response.json(content_type=None) if response.content_type.endswith("json") else None
            return Answer(response.status, response.headers.copy(), content)

    async def pre_check(self, form: Json) -> Answer:
        """Ask for a dry run."""
        return await self.call("POST", "/api/pre-checks", form)

    async def submit(self, request: Json, idempotency_key: str | None = None) -> Answer:
        """Submit a request."""
        headers = {"Idempotency-Key": f'"{idempotency_key}"'} if idempotency_key else None
        return await self.call("POST", "/api/requests", request, headers)

    async def case(self, case_id: str) -> Json:
        """Read a case."""
        return (await self.call("GET", f"/api/requests/{case_id}")).body

    async def history(self, case_id: str) -> list[Json]:
        """Read a case's events."""
        found: list[Json] = (await self.call("GET", f"/api/requests/{case_id}/history")).body["value"]
        return found

    async def until(self, case_id: str, is_there: Callable[[Json], bool]) -> Json:
        """Read a case until it is as wanted. Raises StillWaitingError after 30 seconds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_there(case := await self.case(case_id)):
            if time.monotonic() > deadline:
                raise StillWaitingError(f"case {case_id} stays in '{case.get('state')}'")
            await asyncio.sleep(POLL_SECONDS)
        return case

    async def until_state(self, case_id: str, state: str) -> Json:
        """Read a case until it is in a state. Raises StillWaitingError after 30 seconds."""
        return await self.until(case_id, lambda case: case.get("state") == state)

    async def portal_reports(self, snapshot: Json) -> portal.Answer:
        """Let the portal push a snapshot of a subscription."""
        return await portal.post_event(self.base_url, self.credentials.portal_secret, snapshot)
