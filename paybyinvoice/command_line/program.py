"""Runs a command, and turns what goes wrong into words and an exit code."""

import asyncio
import io
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from paybyinvoice.client import Client
from paybyinvoice.command_line import sign_in
from paybyinvoice.command_line.arguments import parser
from paybyinvoice.command_line.errors import UsageError
from paybyinvoice.command_line.printing import complain_of
from paybyinvoice.command_line.terminal import Terminal
from paybyinvoice.desk import Desk
from paybyinvoice.problems import ApiProblem, Unavailable, UnexpectedAnswer, UnsafeAddress

REFUSED: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3
INTERRUPTED: Final = 130
"""The exit code that shells give to what Ctrl-C ended."""


def main(arguments: Sequence[str] | None = None, terminal: Terminal | None = None) -> int:
    """Run the command of the arguments (those of the process, unless given); return the exit code."""
    _spell_what_cannot_be_printed()
    options = parser().parse_args(arguments)
    place = terminal or Terminal()
    try:
        return asyncio.run(run(options, place))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who read the output has enough. What is left is thrown away, so that Python's end does not complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _spell_what_cannot_be_printed() -> None:
    # As standard error does by itself: not every terminal knows every character of a company's name.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


async def run(options: Namespace, terminal: Terminal) -> int:
    """Run a command; complain of what is wrong; return the exit code."""
    try:
        return await _run(options, terminal)
    except (UsageError, UnsafeAddress) as error:
        terminal.complain(str(error))
        return USAGE
    except ApiProblem as problem:
        complain_of(problem, terminal)
        return REFUSED
    except Unavailable as error:
        terminal.complain(str(error), *_advice(error))
        return UNREACHABLE
    except UnexpectedAnswer as error:
        terminal.complain(str(error))
        return UNREACHABLE


async def _run(options: Namespace, terminal: Terminal) -> int:
    url = sign_in.service_url(options.url, terminal.environment)
    retries = terminal.retries if options.timeout is None else replace(terminal.retries, deadline=options.timeout)
    if options.caller == "desk":
        async with Desk(url, sign_in.desk_sign_in(terminal.environment), retries) as desk:
            return int(await options.run(desk, options, terminal))
    credentials = sign_in.client_sign_in(options.credentials, terminal.environment)
    async with Client(url, credentials, retries) as client:
        return int(await options.run(client, options, terminal))


def _advice(error: Unavailable) -> list[str]:
    if error.idempotency_key is None:
        return []
    return [
        "Whether it was done is not known. Give the same command again, and it is done once, with",
        f"  --idempotency-key {error.idempotency_key}",
    ]
