"""By which key a request may be sent again: Idempotency-Key, Azure's Operation-Id, or OASIS Repeatable Requests."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from functions.problem_types import (
    INVALID_IDEMPOTENCY_KEY,
    INVALID_OPERATION_ID,
    INVALID_REPEATABILITY,
    REPEATABILITY_EXPIRED,
    REPEATABILITY_UNSUPPORTED,
    ProblemType,
)
from functions.problems import Problem, ProblemError
from shared.domain.callers import TOLERANCE
from shared.workflow.repeats import KeyKind, RepeatKey

_KEY_LENGTH: Final = 255
_OPERATION_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_IMF_FIXDATE: Final = "%a, %d %b %Y %H:%M:%S GMT"

REPEATABILITY_ID: Final = "Repeatability-Request-ID"
RESULT: Final = "Repeatability-Result"
ACCEPTED, REJECTED = {RESULT: "accepted"}, {RESULT: "rejected"}


def repeat_key(headers: Mapping[str, str], now: datetime, window: timedelta) -> RepeatKey | None:
    """The one key that a request carries, if any; `window` is how long keys are remembered.

    Raises ProblemError 400 for a key that cannot be used or for two at once, 412 for a repetition out of time.
    """
    found = [
        _idempotency_key(headers.get("idempotency-key")),
        _operation_id(headers.get("operation-id")),
        _repeatability(headers, now, window),
    ]
    keys = [key for key in found if key is not None]
    if len(keys) > 1:
        raise _unusable(INVALID_IDEMPOTENCY_KEY, "Send one of Idempotency-Key, Operation-Id and Repeatability only.")
    return keys[0] if keys else None


def check_repeatable(headers: Mapping[str, str], taken: Collection[str]) -> None:
    """Raise ProblemError 501 for the headers of OASIS Repeatable Requests where they are not among those taken."""
    if headers.get("repeatability-request-id") and REPEATABILITY_ID not in taken:
        raise _unusable(REPEATABILITY_UNSUPPORTED, headers=REJECTED)


def repeatability_result(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The header that says that a repeatable request was accepted; none for others."""
    return ACCEPTED if REPEATABILITY_ID.lower() in headers else {}


def _idempotency_key(given: str | None) -> RepeatKey | None:
    """A quoted string (a Structured Field), or the same bare."""
    if given is None:
        return None
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not key or len(key) > _KEY_LENGTH or not key.isascii() or not key.isprintable() or set(key) & {",", '"'}:
        raise _unusable(INVALID_IDEMPOTENCY_KEY)
    return RepeatKey(KeyKind.IDEMPOTENCY_KEY, key)


def _operation_id(given: str | None) -> RepeatKey | None:
    if given is None:
        return None
    if not _OPERATION_ID.fullmatch(given):
        raise _unusable(INVALID_OPERATION_ID)
    return RepeatKey(KeyKind.OPERATION_ID, given)


def _repeatability(headers: Mapping[str, str], now: datetime, window: timedelta) -> RepeatKey | None:
    request_id, first_sent = headers.get("repeatability-request-id"), headers.get("repeatability-first-sent")
    if request_id is None and first_sent is None:
        return None
    try:
        key = str(UUID(request_id or ""))
        # strptime knows no time zones but takes the literal GMT, which is all that an IMF-fixdate may have.
        sent = datetime.strptime(first_sent or "", _IMF_FIXDATE).replace(tzinfo=UTC)
    except ValueError:
        raise _unusable(INVALID_REPEATABILITY, headers=REJECTED) from None
    if not now - window <= sent <= now + TOLERANCE:
        detail = f"Repeatability-First-Sent must be from {format_datetime(now - window, usegmt=True)} until now."
        raise _unusable(REPEATABILITY_EXPIRED, detail, headers=REJECTED)
    return RepeatKey(KeyKind.REPEATABILITY, key)


def _unusable(kind: ProblemType, detail: str = "", headers: Mapping[str, str] | None = None) -> ProblemError:
    return ProblemError(Problem(kind, detail or kind.cure, headers=headers or {}))
