"""What the billing desk can do at the command line. Each command prints, and returns the exit code."""

from argparse import Namespace
from collections.abc import AsyncGenerator
from contextlib import aclosing

from paybyinvoice.answers import Answer
from paybyinvoice.calls import Options
from paybyinvoice.command_line import forms, printing
from paybyinvoice.command_line.client_commands import FINE, call_options, show
from paybyinvoice.command_line.terminal import Terminal
from paybyinvoice.desk import Desk
from paybyinvoice.models import WorkList
from paybyinvoice.problems import ChangedMeanwhile

REFUSED = 1


async def list_(desk: Desk, options: Namespace, terminal: Terminal) -> int:
    """Show the first page of the work list, or all of it."""
    pages = [page async for page in _wanted_pages(desk, options)]
    rows = [row for page in pages for row in page.content.value]
    if options.json:
        whole = {"value": [row for page in pages for row in page.document["value"]]}
        terminal.print_json(whole if options.all else pages[0].document)
        return FINE
    terminal.say(*printing.list_lines(rows))
    if pages[-1].content.next_link is not None:
        terminal.say("There are more: --all lists them.")
    return FINE


async def show_case(desk: Desk, options: Namespace, terminal: Terminal) -> int:
    """Show a request as the desk sees it."""
    answer = await desk.show(options.id)
    return show(answer, options, terminal, *printing.desk_case_lines(answer.content))


async def history(desk: Desk, options: Namespace, terminal: Terminal) -> int:
    """Show what happened to a request, with names."""
    answer = await desk.history(options.id)
    return show(answer, options, terminal, *printing.event_lines(answer.content.value))


async def decide(desk: Desk, options: Namespace, terminal: Terminal) -> int:
    """Decide on a request; when it has changed meanwhile, show it as it is now."""
    said = Options(**call_options(options))
    if options.if_match is not None:
        said["if_match"] = options.if_match
    try:
        answer = await desk.decide(options.id, forms.decision(options), **said)
    except ChangedMeanwhile as problem:
        printing.complain_of(problem, terminal)
        terminal.complain("", *_as_it_is_now(problem, options.id))
        return REFUSED
    return show(answer, options, terminal, *printing.status_lines(answer.content))


def _as_it_is_now(problem: ChangedMeanwhile, request_id: str) -> list[str]:
    if problem.fresh is None:
        return [f"How it is now could not be read: paybyinvoice desk show {request_id} shows it."]
    return ["It is now:", *printing.desk_case_lines(problem.fresh.content)]


async def resume(desk: Desk, options: Namespace, terminal: Terminal) -> int:
    """Send the pending message of a request again."""
    answer = await desk.resume(options.id, **call_options(options))
    return show(answer, options, terminal, *printing.status_lines(answer.content))


async def security_received(desk: Desk, options: Namespace, terminal: Terminal) -> int:
    """Say that the security is there."""
    answer = await desk.confirm_security(options.id, forms.security(options), **call_options(options))
    return show(answer, options, terminal, *printing.status_lines(answer.content))


async def unreadable_messages(desk: Desk, options: Namespace, terminal: Terminal) -> int:
    """Show the queue messages that nobody could read."""
    answer = await desk.unreadable_messages()
    return show(answer, options, terminal, *printing.unreadable_lines(answer.content.value))


async def _wanted_pages(desk: Desk, options: Namespace) -> AsyncGenerator[Answer[WorkList], None]:
    async with aclosing(desk.pages(options.state)) as pages:
        async for page in pages:
            yield page
            if not options.all:
                return
