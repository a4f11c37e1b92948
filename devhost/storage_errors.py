"""What can go wrong between devhost and the storage service."""

from http import HTTPStatus

import aiohttp
from azure.core.exceptions import AzureError, HttpResponseError

STORAGE_ERRORS = (AzureError, aiohttp.ClientError, OSError)

# 404 MessageNotFound, and 400 PopReceiptMismatch: the lease ran out and somebody else has the message, or had.
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST})


def is_gone(error: BaseException) -> bool:
    """Say whether an error means that a message, or its queue, is not there for us any more."""
    return isinstance(error, HttpResponseError) and error.status_code in _GONE


def say(error: BaseException) -> str:
    """Return an error in one line, for the log."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
