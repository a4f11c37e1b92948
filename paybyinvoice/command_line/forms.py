"""What is sent: from files, standard input and arguments."""

import json
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TextIO

from paybyinvoice.command_line.errors import UsageError

Json = dict[str, Any]

STANDARD_INPUT: Final = "-"


def read_form(name: str, inputs: TextIO) -> Json:
    """Read a JSON object from a file, or from standard input if the name is `-`. Raises UsageError."""
    called = "Standard input" if name == STANDARD_INPUT else name
    try:
        text = inputs.read() if name == STANDARD_INPUT else Path(name).read_text("utf-8")
        document = json.loads(text)
    except OSError as error:
        raise UsageError(f"{called} cannot be read: {error.strerror}.") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{called} is not JSON: {error}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{called} is not UTF-8.") from None
    except ValueError:
        # Python reads no whole number of more digits than this.
        most = f"{sys.get_int_max_str_digits():,}"
        raise UsageError(f"{called} has a number of more than {most} digits: write a shorter one.") from None
    except RecursionError:
        raise UsageError(f"{called} is nested too deeply: leave out brackets that it does not need.") from None
    if not isinstance(document, dict):
        raise UsageError(f"{called} must hold a JSON object: {{...}}.")
    return document


def pre_check_form(options: Namespace) -> Json:
    """Make a pre-check's form of the arguments. Raises UsageError."""
    form = {"subscriptionId": options.subscription, "accountAdministratorEmail": options.administrator}
    if (options.amount is None) != (options.currency is None):
        raise UsageError("--amount and --currency belong together.")
    return form if options.amount is None else {**form, "creditNeeded": _money(options.amount, options)}


def pre_check_of(request: Json) -> Json:
    """Take a pre-check's form out of a request."""
    names = ("subscriptionId", "accountAdministratorEmail", "creditNeeded")
    return {name: request[name] for name in names if name in request}


def is_consent_missing(request: Json) -> bool:
    """Whether the request says nothing of the words that were agreed to."""
    consent = request.get("consent")
    return consent is None or (isinstance(consent, dict) and not consent.get("textSha256"))


def decision(options: Namespace) -> Json:
    """Make a decision of the arguments."""
    said: dict[str, Callable[[], Json]] = {
        "approve": lambda: {"limit": _money(options.limit, options)},
        "decline": lambda: {"codes": options.code},
        "ask_information": lambda: {"items": options.items},
        "ask_security": lambda: {"type": options.type, "amount": _money(options.amount, options), **_by(options)},
    }
    return {"kind": options.kind, **said[options.kind](), "note": options.note}


def security(options: Namespace) -> Json:
    """Make the confirmation of a security of the arguments."""
    amount = _money(options.amount, options)
    return {
        "type": options.type,
        "amount": amount,
        "reference": options.reference,
        "receivedOn": options.received_on,
    }


def _money(amount: str, options: Namespace) -> Json:
    return {"amount": amount, "currency": options.currency}


def _by(options: Namespace) -> Json:
    return {} if options.by is None else {"by": options.by}
