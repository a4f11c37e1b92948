"""What a client can do at the command line. Each command prints, and returns the exit code."""

from argparse import Namespace
from typing import Any

from paybyinvoice.answers import Answer
from paybyinvoice.calls import Options
from paybyinvoice.client import ENDED, Client
from paybyinvoice.command_line import forms, printing
from paybyinvoice.command_line.terminal import Terminal
from paybyinvoice.models import CaseStatus, CaseView

FINE = 0
CAME_TO_NOTHING = 4


async def pre_check(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Try out what would be found."""
    answer = await client.pre_check(forms.pre_check_form(options))
    return show(answer, options, terminal, *printing.pre_check_lines(answer.content))


async def submit(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Submit a request."""
    request = forms.read_form(options.file, terminal.inputs)
    if options.agree and forms.is_consent_missing(request):
        request |= {"consent": await _agreed(client, request, terminal)}
    return _show_status(await client.submit(request, **call_options(options)), options, terminal)


async def status(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Show where a request stands, or follow it until it has ended or is somebody's turn."""
    if not options.follow:
        answer = await client.request(options.id)
        return show(answer, options, terminal, *printing.case_lines(answer.content))

    def tell(seen: Answer[CaseView]) -> None:
        show(seen, options, terminal, printing.change_line(terminal.now(), seen.content))

    settled = (await client.wait_until_settled(options.id, tell)).content
    if settled.error is not None:
        terminal.complain(settled.error.message)
    return CAME_TO_NOTHING if settled.status in ENDED - {"Succeeded"} else FINE


async def history(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Show what happened to a request."""
    answer = await client.history(options.id)
    return show(answer, options, terminal, *printing.event_lines(answer.content.value))


async def credit_application(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Send the credit-check application."""
    application = forms.read_form(options.file, terminal.inputs)
    answer = await client.send_credit_application(options.id, application, **call_options(options))
    return _show_status(answer, options, terminal)


async def information(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Answer what the officer asked."""
    reply = forms.read_form(options.file, terminal.inputs)
    return _show_status(await client.send_information(options.id, reply, **call_options(options)), options, terminal)


async def message(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Write to the billing desk."""
    answer = await client.send_message(options.id, options.text, **call_options(options))
    return _show_status(answer, options, terminal)


async def recheck(client: Client, options: Namespace, terminal: Terminal) -> int:
    """Have a held-up request checked again."""
    return _show_status(await client.recheck(options.id, **call_options(options)), options, terminal)


async def withdraw(client: Client, options: Namespace, terminal: Terminal) -> int:
    """End an open request."""
    return _show_status(await client.withdraw(options.id, **call_options(options)), options, terminal)


def call_options(options: Namespace) -> Options:
    """Take what is said of the call itself from the arguments."""
    said = Options()
    if options.idempotency_key is not None:
        said["idempotency_key"] = options.idempotency_key
    return said


def show(answer: Answer[Any], options: Namespace, terminal: Terminal, *lines: str) -> int:
    """Print an answer, for machines or for people."""
    if options.json:
        terminal.print_json(answer.document)
    else:
        terminal.say(*lines)
    return FINE


def _show_status(answer: Answer[CaseStatus], options: Namespace, terminal: Terminal) -> int:
    return show(answer, options, terminal, *printing.status_lines(answer.content))


async def _agreed(client: Client, request: dict[str, Any], terminal: Terminal) -> dict[str, Any]:
    consent = (await client.pre_check(forms.pre_check_of(request))).content.consent
    # Not on standard output: with --json that is for the answer alone.
    terminal.complain("You agree to this:", *(f"  {line}" for line in consent.text.splitlines()), "")
    return {"accepted": True, "textSha256": consent.text_sha256}
