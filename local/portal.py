"""Plays the portal: signs its webhooks and posts them to a running app.

    python -m local.portal SUBSCRIPTION_ID

reports a sample subscription's facts to the app on this machine. Signatures follow Standard Webhooks 1.0.0
(github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md).
"""

import argparse
import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from local import sample, settings
from local.errors import LocalRunError

WEBHOOK_PATH = "/api/webhooks/portal"
SUBSCRIPTION_UPDATED = "subscription.updated"
WHSEC = "whsec_"
ACCEPTED = range(200, 300)
TIME_OUT = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True)
class Answer:
    """What the app answered: HTTP status and body text."""

    status: int
    body: str


def sign(secret: str, event_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """Make the three webhook headers for exactly these bytes, sent at this moment.

    `secret`: `whsec_` + base64. LocalRunError if it is anything else.
    """
    timestamp = str(int(sent_at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{signature}",
    }


async def post_event(
    base_url: str,
    secret: str,
    data: Mapping[str, object],
    *,
    event_type: str = SUBSCRIPTION_UPDATED,
    sent_at: datetime | None = None,
) -> Answer:
    """Post one event with a new id to the app at `base_url` (such as http://localhost:7071).

    `sent_at` is also the event's own time; now, unless given. LocalRunError if nothing answers within 30 s.
    """
    moment = sent_at or datetime.now(UTC)
    timestamp = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = json.dumps({"type": event_type, "timestamp": timestamp, "data": data}).encode()
    headers = sign(secret, f"msg_{uuid.uuid4().hex}", moment, body)
    headers["Content-Type"] = "application/json"
    return await _post(f"{base_url}{WEBHOOK_PATH}", headers, body)


async def _post(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    try:
        async with (
            aiohttp.ClientSession(timeout=TIME_OUT) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return Answer(response.status, await response.text())
    except (aiohttp.ClientError, TimeoutError) as error:
        raise LocalRunError(f"Nothing useful answers at {url} ({error}). Is the app running (make run)?") from error


def _key(secret: str) -> bytes:
    if not secret.startswith(WHSEC):
        raise LocalRunError(f"The portal's webhook secret must begin with {WHSEC}.")
    try:
        return base64.b64decode(secret.removeprefix(WHSEC), validate=True)
    except binascii.Error:
        raise LocalRunError(f"The portal's webhook secret must be base64 after {WHSEC}.") from None


def main(arguments: Sequence[str], root: Path = settings.ROOT) -> int:
    """Report a sample subscription's facts with the settings in `root`; 0 if the app accepted, else 1."""
    options = _parse(arguments)
    try:
        values = settings.read_values(root)
        base_url = options.url or values[settings.PUBLIC_URL]
        snapshot = sample.sample_snapshot(options.subscription_id)
        answer = asyncio.run(post_event(base_url, settings.portal_secret(values), snapshot))
    except LocalRunError as error:
        print(error, file=sys.stderr)
        return 1
    print(answer.status, answer.body)
    return 0 if answer.status in ACCEPTED else 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.portal", description="Report a subscription's facts.")
    parser.add_argument("subscription_id", help="the subscription the facts are about")
    parser.add_argument("--url", help="where the app is (default: the settings' public URL)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
