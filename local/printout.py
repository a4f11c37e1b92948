"""What `make run` tells the developer: where the app is, who may call it, and commands to paste."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

API_VERSION = "2026-11-01"
PLACEHOLDER = "CLIENT-SECRET"
PROGRAM = ".venv/bin/paybyinvoice"


@dataclass(frozen=True)
class Facts:
    """What the printout speaks of; `client_secret` is None where only its hash is known.

    The files hold the client's id and secret, and the sample request, for the client.
    """

    base_url: str
    client_id: str
    client_secret: str | None
    notices: Path
    host_name: str
    client_file: Path
    request_file: Path


def welcome(facts: Facts, subscription_id: str, request: Mapping[str, object]) -> str:
    """Lay out the addresses, the credentials, and the commands for one sample case in their right order."""
    return "\n".join(
        [
            "",
            "Pay by Invoice runs.",
            "",
            f"  Pages          {facts.base_url}/",
            f"  Billing desk   {facts.base_url}/desk/sign-in",
            f"  API            {facts.base_url}/api",
            f"  Reference      {facts.base_url}/api/docs",
            f"  Health         {facts.base_url}/api/health/live",
            f"  Client id      {facts.client_id}",
            f"  Client secret  {facts.client_secret or 'not known here (see above)'}",
            f"  Notices        {facts.notices}",
            f"  Host           {facts.host_name}",
            "",
            "Try one case, from another terminal in this folder, by curl or by the client, which needs:",
            "",
            client_environment(facts),
            "",
            "1. The portal reports what it knows of the subscription (else the case waits for the desk):",
            "",
            portal_command(facts.base_url, subscription_id),
            "",
            *by_pages(facts, subscription_id, request),
            "",
            "2. Ask to pay by invoice; the answer's Location is the case:",
            "",
            submit_command(facts, subscription_id, request),
            "",
            client_submit_command(facts, subscription_id),
            "",
            "3. Read the case, or follow it:",
            "",
            read_command(facts),
            "",
            client_status_command(facts),
            "",
            "4. See the billing desk's work list (ada may decide, bo may only read):",
            "",
            desk_command(facts),
            "",
            f"{PROGRAM} desk list",
            "",
            "Ctrl-C stops everything; cases are kept.",
            "",
        ]
    )


def by_pages(facts: Facts, subscription_id: str, request: Mapping[str, object]) -> list[str]:
    """Say how to go on in a browser, in place of the commands."""
    return [
        "In a browser, go on from there instead of with 2 and 3: the link comes as a file among the notices.",
        "",
        f"  Open           {facts.base_url}/start",
        f"  Subscription   {subscription_id}",
        f"  Administrator  {request['accountAdministratorEmail']}",
    ]


def portal_command(base_url: str, subscription_id: str) -> str:
    """Spell the command that reports the sample subscription's facts."""
    return shlex.join([".venv/bin/python", "-m", "local.portal", subscription_id, "--url", base_url])


def submit_command(facts: Facts, subscription_id: str, request: Mapping[str, object]) -> str:
    """Spell the curl that submits the request.

    Its Idempotency-Key is always the same for a subscription: pasted twice, it gives the first answer again.
    """
    return " \\\n  ".join(
        [
            f"curl -i {_user(facts)}",
            f"-H 'Content-Type: application/json' -H 'Idempotency-Key: \"sample-{subscription_id}\"'",
            f"-d {shlex.quote(json.dumps(request, indent=2))}",
            shlex.quote(f"{facts.base_url}/api/requests?api-version={API_VERSION}"),
        ]
    )


def client_environment(facts: Facts) -> str:
    """Spell the variables that say to the client where the app is, and who of the desk calls."""
    return f"export PAYBYINVOICE_URL={facts.base_url} PAYBYINVOICE_DESK_USER=ada"


def client_submit_command(facts: Facts, subscription_id: str) -> str:
    """Spell the client's command for the same submission, under the same key."""
    key = f"sample-{subscription_id}"
    return shlex.join([PROGRAM, "submit", str(facts.request_file), "--idempotency-key", key, *_credentials(facts)])


def client_status_command(facts: Facts) -> str:
    """Spell the client's command that follows a case; its id is to be filled in."""
    return shlex.join([PROGRAM, "status", "<id>", "--follow", *_credentials(facts)])


def read_command(facts: Facts) -> str:
    """Spell the curl that reads a case; its id is to be filled in."""
    return f"curl {_user(facts)} {shlex.quote(f'{facts.base_url}/api/requests/<id>?api-version={API_VERSION}')}"


def desk_command(facts: Facts) -> str:
    """Spell the curl that shows the desk its cases, by the development sign-in."""
    return (
        f"curl -H 'x-development-user: ada' {shlex.quote(f'{facts.base_url}/api/requests?api-version={API_VERSION}')}"
    )


def _credentials(facts: Facts) -> list[str]:
    return ["--credentials", str(facts.client_file)]


def _user(facts: Facts) -> str:
    return f"-u {shlex.quote(f'{facts.client_id}:{facts.client_secret or PLACEHOLDER}')}"
