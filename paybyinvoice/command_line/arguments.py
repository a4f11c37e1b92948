"""The commands and their arguments."""

from argparse import Action, ArgumentError, ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from paybyinvoice.calls import checked_key
from paybyinvoice.command_line import client_commands as client
from paybyinvoice.command_line import desk_commands as desk

Run = Callable[..., Awaitable[int]]

_WIDTH: Final = 100
_DESCRIPTION: Final = "Ask to pay an Azure subscription by invoice, follow requests, and decide on them."
_EPILOG: Final = """\
paybyinvoice COMMAND --help tells a command's arguments, paybyinvoice desk --help the desk's commands.

where the service is:
  --url URL or PAYBYINVOICE_URL: https, or http://localhost

who calls (never an argument, which all users of a machine can see):
  clients   PAYBYINVOICE_CLIENT_ID and PAYBYINVOICE_CLIENT_SECRET,
            or --credentials FILE: {"clientId": "...", "clientSecret": "..."}
  the desk  PAYBYINVOICE_DESK_TOKEN (an access token),
            or PAYBYINVOICE_DESK_USER (a name, on a developer's machine)

exit codes:
  0  fine
  1  the service refused; what is wrong is on standard error
  2  the command is not right as it was given
  3  the service could not be reached, or not in time
  4  status --follow: the request came to nothing
  130  Ctrl-C

examples:
  paybyinvoice pre-check --subscription 0b1f6471-1bf0-4dda-aec3-cb9272f09590 \\
      --administrator azure-admin@contoso.example --amount 2500.00 --currency EUR
  paybyinvoice submit request.json --agree
  paybyinvoice status ID --follow
  paybyinvoice credit-application ID application.json
  paybyinvoice desk list --state credit_review
  paybyinvoice desk decide ID approve --limit 20000.00 --currency EUR --note "Sound figures."
"""


class _Formatter(RawDescriptionHelpFormatter):
    """Help of the same width at every terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH, max_help_position=26)


class _Parser(ArgumentParser):
    """Without abbreviations, which a later option could make ambiguous."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, formatter_class=_Formatter, allow_abbrev=False)


class _Commands:
    """The commands of a parser. Their list is laid out here: argparse's own differs with Python's version."""

    def __init__(self, of: ArgumentParser, noun: str = "COMMAND") -> None:
        self._noun = noun
        self._added = of.add_subparsers(title="arguments", metavar=noun, required=True, help="see below")
        self._words: dict[str, str] = {}

    def add_parser(self, name: str, words: str, parents: Sequence[ArgumentParser] = ()) -> ArgumentParser:
        """Add a command; `words` say what it does."""
        self._words[name] = words
        return self._added.add_parser(name, description=f"{words[0].upper()}{words[1:]}.", parents=parents)

    def listing(self) -> str:
        """Say what each command does."""
        width = max(map(len, self._words))
        lines = (f"  {name:<{width}}  {words}" for name, words in self._words.items())
        return "\n".join((f"{self._noun.lower()}s:", *lines, ""))


def parser() -> ArgumentParser:
    """Make the parser. What it parses has `run`, the command, and `caller`: `client` or `desk`."""
    made = _Parser(prog="paybyinvoice", description=_DESCRIPTION)
    commands = _Commands(made)
    _add_client_commands(commands)
    desk_parser = commands.add_parser("desk", "what the billing desk does: a list of its own")
    desk_commands = _Commands(desk_parser)
    _add_desk_commands(desk_commands)
    made.epilog = f"{commands.listing()}\n{_EPILOG}"
    desk_parser.epilog = desk_commands.listing()
    return made


def _add_client_commands(commands: _Commands) -> None:
    add = partial(_add, commands, caller="client")
    pre_check = add("pre-check", client.pre_check, "try out what would be found, without a request", _client())
    pre_check.add_argument("--subscription", metavar="ID", required=True, help="the subscription's id")
    pre_check.add_argument("--administrator", metavar="EMAIL", required=True, help="its account administrator")
    pre_check.add_argument("--amount", help="the credit needed, such as 2500.00")
    pre_check.add_argument("--currency", help="its currency, such as EUR")
    submit = add("submit", client.submit, "submit a request", _client(), _writing(), _file())
    submit.add_argument(
        "--agree", action="store_true", help="show the words to agree to, and agree, if FILE has no consent"
    )
    status = add("status", client.status, "show where a request stands, or follow it", _client(), _request())
    status.add_argument(
        "--follow", action="store_true", help="print a line per change until it has ended or is somebody's turn"
    )
    add("history", client.history, "show what happened to a request", _client(), _request())
    sending = (_client(), _writing(), _request(), _file())
    add("credit-application", client.credit_application, "send the credit-check application", *sending)
    add("information", client.information, "answer what the officer asked", *sending)
    message = add("message", client.message, "write to the billing desk", _client(), _writing(), _request())
    message.add_argument("text", metavar="TEXT", help="what to write")
    add("recheck", client.recheck, "have a held-up request checked again", _client(), _writing(), _request())
    add("withdraw", client.withdraw, "end an open request", _client(), _writing(), _request())


def _add_desk_commands(commands: _Commands) -> None:
    add = partial(_add, commands, caller="desk")
    listed = add("list", desk.list_, "show the work list, longest wait first", _common())
    listed.add_argument("--state", help="only requests in this state, such as credit_review")
    listed.add_argument("--all", action="store_true", help="every page, not the first one only")
    add("show", desk.show_case, "show a request as the desk sees it", _common(), _request())
    add("history", desk.history, "show what happened to a request, with names", _common(), _request())
    _add_decisions(commands)
    acting = (_common(), _writing(), _request())
    add("resume", desk.resume, "send a request's pending message again", *acting)
    received = add("security-received", desk.security_received, "say that the security is there", *acting)
    _add_security(received)
    received.add_argument("--reference", required=True, help="where it is found in the books")
    received.add_argument("--received-on", metavar="DATE", required=True, help="such as 2026-11-23")
    add("unreadable-messages", desk.unreadable_messages, "show the queue messages that nobody could read", _common())


def _add_decisions(commands: _Commands) -> None:
    decide = commands.add_parser("decide", "decide on a request")
    decide.add_argument("id", metavar="ID", type=_id, help="the request's id")
    kinds = _Commands(decide, "DECISION")
    add = partial(_add_decision, kinds)
    approve = add("approve", "the company may pay by invoice, up to a limit")
    approve.add_argument("--limit", required=True, help="such as 20000.00")
    approve.add_argument("--currency", required=True, help="such as EUR")
    decline = add("decline", "the company may not pay by invoice")
    decline.add_argument(
        "--code", metavar="C", nargs="+", action="extend", required=True, help="why: codes such as new_company"
    )
    asked = add("ask-information", "the applicant is to send more first")
    asked.add_argument(
        "--item", metavar="I", action=_Item, dest="items", required=True, help="what, such as audited_statements"
    )
    asked.add_argument("--text", metavar="T", action=_ItemText, dest="items", help="what exactly, of the item before")
    secured = add("ask-security", "the applicant is to give a security first")
    _add_security(secured)
    secured.add_argument("--by", metavar="DATE", help="the last day for it, such as 2026-12-31")
    decide.epilog = kinds.listing()


def _add_decision(kinds: _Commands, name: str, words: str) -> ArgumentParser:
    made = _add(kinds, name, desk.decide, words, _common(), _writing(), _deciding(), caller="desk")
    made.set_defaults(kind=name.replace("-", "_"))
    return made


def _add_security(command: ArgumentParser) -> None:
    command.add_argument("--type", required=True, help="deposit or standby_letter_of_credit")
    command.add_argument("--amount", required=True, help="such as 10000.00")
    command.add_argument("--currency", required=True, help="such as EUR")


def _add(commands: _Commands, name: str, run: Run, words: str, *parents: ArgumentParser, caller: str) -> ArgumentParser:
    made = commands.add_parser(name, words, parents)
    made.set_defaults(run=run, caller=caller)
    return made


def _common() -> ArgumentParser:
    made = ArgumentParser(add_help=False)
    made.add_argument("--url", help="where the service is (else PAYBYINVOICE_URL)")
    made.add_argument("--json", action="store_true", help="print what the API answers, each answer on a line")
    made.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="how long to try each call (default: 120)")
    return made


def _client() -> ArgumentParser:
    made = ArgumentParser(add_help=False, parents=[_common()])
    made.add_argument("--credentials", metavar="FILE", type=Path, help="a file of clientId and clientSecret, in JSON")
    return made


def _writing() -> ArgumentParser:
    made = ArgumentParser(add_help=False)
    made.add_argument(
        "--idempotency-key", metavar="KEY", type=_key, help="with the same key it is done once, however often sent"
    )
    return made


def _request() -> ArgumentParser:
    made = ArgumentParser(add_help=False)
    made.add_argument("id", metavar="ID", type=_id, help="the request's id")
    return made


def _file() -> ArgumentParser:
    made = ArgumentParser(add_help=False)
    made.add_argument("file", metavar="FILE", help="what to send, in JSON as the API describes it; - is standard input")
    return made


def _deciding() -> ArgumentParser:
    made = ArgumentParser(add_help=False)
    made.add_argument("--note", required=True, help="why, for the desk only")
    made.add_argument(
        "--if-match", metavar="ETAG", type=_version, help="the version that was seen, as desk show tells it"
    )
    return made


class _Item(Action):
    """Begins another thing that is asked for."""

    def __call__(self, _parser: ArgumentParser, options: Namespace, value: Any, _option: str | None = None) -> None:
        options.items = [*(options.items or []), {"item": value}]


class _ItemText(Action):
    """Says what exactly is asked for, of the item before."""

    def __call__(self, _parser: ArgumentParser, options: Namespace, value: Any, _option: str | None = None) -> None:
        if not options.items or "text" in options.items[-1]:
            raise ArgumentError(self, "belongs after the --item that it is about, once")
        options.items = [*options.items[:-1], {**options.items[-1], "text": value}]


def _id(text: str) -> str:
    if not text.strip("."):
        raise ArgumentTypeError("a request's id is not empty")
    return text


def _key(text: str) -> str:
    try:
        return checked_key(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _version(text: str) -> str:
    """Write a version as an If-Match has it: its quotation marks are easily lost to a shell."""
    bare = text.strip('"')
    if not (bare.isascii() and bare.isprintable() and bare) or '"' in bare:
        raise ArgumentTypeError("must be a version as desk show tells it, such as 4.desk")
    return f'"{bare}"'


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"must be a number of seconds above 0, not {text!r}")
    return seconds
