"""Calls the endpoints as the worker does: real `func.HttpRequest` in, real `func.HttpResponse` out."""

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import azure.functions as func

from local.portal import sign
from shared.domain.callers import ClientBook, Kind, Principal, Role
from shared.domain.clients import ClientSecret, hash_of
from shared.wiring import DeskSignIn, Wired, limits_of
from tests.world import OFFICER, World

SECRET = "a secret of the demo client"
PORTAL_SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
API = {"api-version": "2026-11-01"}
URL = "http://localhost:7071"
SIGNING_KEY = b"s" * 32
ADA = {"authorization": "", "x-development-user": "ada"}
"""An officer of the desk; she has every role."""
BO = {"authorization": "", "x-development-user": "bo"}
"""Somebody of the desk who may only read."""
READER = Principal(Kind.DESK, "bo", frozenset({Role.READ}))


def wired(world: World, *, trusts_platform: bool = False) -> Wired:
    """The world as endpoints find it: clients `demo` and `other` with one secret, `ada` and `bo` of the desk."""
    secret = ClientSecret(hash=hash_of(SECRET))
    return Wired(
        services=world.services,
        clients=ClientBook({"demo": (secret,), "other": (secret,)}),
        portal_keys=(b"k" * 32,),
        signing_keys=(SIGNING_KEY,),
        desk=DeskSignIn(trusts_platform, {} if trusts_platform else {"ada": OFFICER, "bo": READER}),
        limits=replace(limits_of(600, 120, world.storage), steady_now=world.clock),
        public_url=URL,
    )


def app_service(*claims: tuple[str, str], **document: Any) -> str:
    """X-MS-CLIENT-PRINCIPAL as App Service Authentication writes it."""
    listed = [{"typ": kind, "val": value} for kind, value in claims]
    return base64.b64encode(json.dumps({"auth_typ": "aad", "claims": listed, **document}).encode()).decode()


def basic(client: str = "demo", secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered."""

    status: int
    headers: Any
    body: Any
    media_type: str


async def call(
    endpoint: Any,
    method: str,
    path: str,
    body: Any = None,
    *,
    headers: dict[str, str] | None = None,
    params: dict[str, str] | None = None,
) -> Answer:
    """Call an endpoint as client demo; a last path part that is a case id becomes the route's `id`."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    request = func.HttpRequest(
        method=method,
        url=URL + path,
        headers={"authorization": basic(), "content-type": "application/json", **(headers or {})},
        params=API if params is None else params,
        route_params={"id": path.split("/")[3]} if path.count("/") > 2 else {},
        body=content,
    )
    response = await cast("Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]", endpoint)(request)
    answered = response.get_body()
    return Answer(response.status_code, response.headers, json.loads(answered) if answered else None, response.mimetype)


def signed(world: World, body: bytes, webhook_id: str = "msg_1") -> dict[str, str]:
    """The headers of the portal's webhook for exactly this body, now."""
    return sign(PORTAL_SECRET, webhook_id, world.clock.now, body)
