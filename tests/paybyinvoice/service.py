"""A service to call: a real HTTP server that answers what it was told to, in order, and remembers what it heard."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from paybyinvoice import Retries

Json = Any


@dataclass(frozen=True)
class Say:
    """An answer. `document` is sent as JSON, text as it is."""

    status: int = 200
    document: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> web.Response:
        if self.document is None:
            return web.Response(status=self.status, headers=self.headers)
        text = self.document if isinstance(self.document, str) else json.dumps(self.document)
        return web.Response(status=self.status, text=text, headers={"Content-Type": "application/json", **self.headers})


class HangUp:
    """The connection ends without an answer."""


class KeepSilent:
    """Nothing is answered while the service is there."""


@dataclass(frozen=True)
class Heard:
    """What was called: path with query, as it came over the wire."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Json


@dataclass
class Service:
    """What it will answer (the last one for ever), what it heard, and where it is."""

    url: str = ""
    script: list[Say | HangUp | KeepSilent] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, *answers: Say | HangUp | KeepSilent) -> None:
        self.script[:] = answers

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.heard.append(
            Heard(request.method, request.raw_path, request.headers.copy(), json.loads(body) if body else None)
        )
        told = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(told, Say):
            return told.response()
        if isinstance(told, KeepSilent):
            await self.closing.wait()
        assert request.transport is not None
        request.transport.close()
        return web.Response()


@asynccontextmanager
async def running_service() -> AsyncIterator[Service]:
    service, app = Service(), web.Application()
    app.router.add_route("*", "/{path:.*}", service.answer)
    server = TestServer(app)
    await server.start_server()
    service.url = str(server.make_url("")).rstrip("/")
    try:
        yield service
    finally:
        service.closing.set()
        await server.close()


@dataclass
class Time:
    """Time that passes only in pauses, which are as long as may be; `pauses` are those that were made."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def retries(self, **changes: float) -> Retries:
        return Retries(sleep=self.sleep, draw=lambda _, longest: longest, clock=lambda: self.now, **changes)


def a_problem(status: int, code: str, **more: Json) -> Say:
    document = {
        "type": f"/problems/{code}",
        "title": f"Title of {code}",
        "status": status,
        "detail": "Mend it.",
        **more,
    }
    document["error"] = {"code": code, "message": "Mend it."}
    return Say(status, document, {"Content-Type": "application/problem+json", "x-ms-request-id": "call-1"})
