"""Queue messages as functions see them: body, trigger metadata, and azure-functions' own converter."""

import base64
import binascii
import json
from datetime import UTC, datetime

from azure.functions.meta import Datum
from azure.storage.queue import QueueMessage

from devhost import converters
from devhost.functions import QueueFunction


class UndecodableBodyError(ValueError):
    """A body is not base64, although ``messageEncoding`` says it is."""


def decode_body(content: str | None, encoding: str) -> bytes:
    """Return the body that was sent. White space in base64 is skipped, as .NET does.

    Raises:
        UndecodableBodyError: it is not base64.
    """
    if encoding == "none":
        return (content or "").encode()
    try:
        return base64.b64decode("".join((content or "").split()), validate=True)
    except binascii.Error as error:
        raise UndecodableBodyError(str(error)) from error


def decode_message(message: QueueMessage, body: bytes, function: QueueFunction) -> object:
    """Return the ``azure.functions.QueueMessage`` a function gets, or the body alone if that is what it asks for.

    Raises:
        UnicodeDecodeError: the body is no text and the trigger does not ask for bytes.
    """
    datum = Datum(body, "bytes") if function.is_binary else Datum(body.decode(), "string")
    metadata = trigger_metadata(message, body.decode(errors="replace"))
    return converters.decode(function.code.binding_type, datum, metadata)


def trigger_metadata(message: QueueMessage, body: str) -> dict[str, Datum]:
    """Return what the host says about a message.

    Members of a JSON object in the body, arrays apart, overwrite what the service said, whatever their case: a
    message with an ``id`` of its own hides the real one. The host does that, and so an app has to see it here.
    """
    metadata = {
        "QueueTrigger": Datum(body, "string"),
        "DequeueCount": Datum(json.dumps(message.dequeue_count), "json"),
        "Id": Datum(message.id, "string"),
        "PopReceipt": Datum(message.pop_receipt, "string"),
        "InsertionTime": _time(message.inserted_on),
        "ExpirationTime": _time(message.expires_on),
        "NextVisibleTime": _time(message.next_visible_on),
    }
    spelling = {name.lower(): name for name in metadata}
    for name, value in _members(body).items():
        if not isinstance(value, list):
            metadata[spelling.setdefault(name.lower(), name)] = _member(value)
    return metadata


def _time(moment: datetime | None) -> Datum:
    # The service leaves none out on a received message; the host falls back to the last moment there is.
    return Datum(json.dumps((moment or datetime.max.replace(tzinfo=UTC)).isoformat()), "json")


def _members(body: str) -> dict[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _member(value: object) -> Datum:
    return Datum(value, "string") if isinstance(value, str) else Datum(json.dumps(value), "json")
