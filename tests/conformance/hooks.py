"""What schemathesis loads: real cases to work with, the portal's signature, and which refusals no schema can tell.

Its hooks must be module-level functions; what they need comes in a file that the environment names.
"""

import atexit
import itertools
import json
import os
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

import requests
import schemathesis
from schemathesis.auths import GLOBAL_AUTH_STORAGE
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

from local.portal import sign
from tests.conformance.material import FOLDER, MATERIAL, SEEN

_given: Final[dict[str, Any]] = json.loads((Path(os.environ[FOLDER]) / MATERIAL).read_text("utf-8"))
_seen: Final[Counter[tuple[str, int]]] = Counter()
_turns: Final[dict[tuple[str, bool], Iterator[int]]] = defaultdict(itertools.count)

_WEBHOOK_ID: Final = re.compile(r"[!-\-/-~]{1,255}")
_TIMESTAMP: Final = re.compile(r"[0-9]{1,10}")

_KEYS: Final = (("Idempotency-Key",), ("Operation-Id",), ("Repeatability-Request-ID", "Repeatability-First-Sent"))

_OF_STATE: Final = frozenset(
    {
        "AlreadySwitched",
        "ConsentOutdated",
        "FactsBlock",
        "IdempotencyKeyReused",
        "NotFound",
        "NotPossibleNow",
        "PreconditionFailed",
        "RequestOpen",
        "TooEarlyToReapply",
    }
)
"""Refusals of well-formed requests: they follow from what is stored."""

_BEYOND_SCHEMA: Final = (
    "lacks an answer to",  # of what an officer asked for in a case
    "too many decimals",  # how many depends on the currency
    "too close to 0",  # the same, for numbers such as 5e-324: `multipleOf` does not work with binary fractions
    "special-use or reserved name",  # e-mail at .test or .invalid: format `email` allows it
    "lies in the future",  # a moment that has not come
    "was used before for another request",  # a key that is 422 when it is an Idempotency-Key
    "decimal_max_digits",  # of a number such as 9.4e-58
    "decimal_max_places",
    "is named twice",  # of items that differ in other members
    "in the 'nextLink' of the page before",  # a continuation is signed
    "invisible character",  # beyond the Basic Multilingual Plane, where patterns mean different things to readers
)
"""Words of refusals of bodies that follow the schema, because no schema can tell what is wrong with them."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Half of the time, let a request be about what there is: a case as it is, the words in force, now."""
    operation = _name_of(case)
    is_wrong = case.meta is not None and case.meta.generation.mode.is_negative
    turn = next(_turns[operation, is_wrong])  # counted apart: right and wrong ones come in turn
    if turn % 2:
        _make_real(case, operation, turn // 2)
    if not _is_negative(case, ParameterLocation.HEADER):
        _keep_one_key(case, turn)


def _make_real(case: Any, operation: str, turn: int) -> None:
    pool: list[list[str]] = _given["cases"].get(operation, [])
    if pool and not _is_negative(case, ParameterLocation.PATH):
        case_id, etag = pool[turn % len(pool)]
        case.path_parameters["id"] = case_id
        if "If-Match" in case.headers and not _is_negative(case, ParameterLocation.HEADER):
            case.headers["If-Match"] = etag
    if "continuation" in case.query and not _is_negative(case, ParameterLocation.QUERY):
        case.query = _given["next_page"]
    if isinstance(case.body, dict) and not _is_negative(case, ParameterLocation.BODY):
        case.body = _timely(case.body)


def _timely(body: dict[str, Any]) -> dict[str, Any]:
    """The body with the consent in force, about a new subscription, of now, answering what was asked.

    Schemathesis uses the old body again.
    """
    found = dict(body)
    if "consent" in body:
        found["consent"] = {**body["consent"], "textSha256": _given["consent"]}
        found["subscriptionId"] = str(uuid.uuid4())
    if body.get("answers"):
        found["answers"] = [{"item": "bank_reference", "answer": body["answers"][0]["answer"]}, *body["answers"][1:]]
    if "timestamp" in body:
        found["timestamp"] = datetime.now(UTC).isoformat()
    return found


def _keep_one_key(case: Any, turn: int) -> None:
    """Of the keys that exclude each other keep one, in turn, half of the time a new one; it was sent first now."""
    given = [names for names in _KEYS if any(name in case.headers for name in names)]
    for names in given:
        if names != given[turn % len(given)]:
            for name in names:
                case.headers.pop(name, None)
    fresh = uuid.uuid4()
    new = {"Idempotency-Key": f'"{fresh}"', "Operation-Id": str(fresh), "Repeatability-Request-ID": str(fresh)}
    case.headers.update({name: key for name, key in new.items() if turn % 2 and name in case.headers})
    if "Repeatability-Request-ID" in case.headers:
        case.headers["Repeatability-First-Sent"] = format_datetime(datetime.now(UTC), usegmt=True)
    else:
        case.headers.pop("Repeatability-First-Sent", None)


def _is_negative(case: Any, place: ParameterLocation) -> bool:
    """Whether this part is wrong on purpose."""
    return case.meta is not None and case.meta.generation.mode.is_negative and bool(case.meta.is_negative_at(place))


def _name_of(case: Any) -> str:
    return str(case.operation.definition.raw["operationId"])


class _PortalSignature(requests.auth.AuthBase):
    """Signs the bytes that are sent, at the time that they are sent; but for headers that are wrong on purpose."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        webhook_id, sent = (str(request.headers.get(name, "")) for name in ("webhook-id", "webhook-timestamp"))
        if _WEBHOOK_ID.fullmatch(webhook_id) and _TIMESTAMP.fullmatch(sent) and "webhook-signature" in request.headers:
            body = request.body.encode() if isinstance(request.body, str) else request.body or b""
            assert isinstance(body, bytes), "JSON is sent whole"
            request.headers.update(sign(_given["portal_secret"], webhook_id, datetime.now(UTC), body))
        return request


GLOBAL_AUTH_STORAGE.set_from_requests(_PortalSignature()).apply_to(operation_id="receive_portal_webhook")


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Whether a failure is one; schemathesis drops what this denies."""
    if isinstance(failure, RejectedPositiveData):
        return not _is_refused_by_rules(response)
    if isinstance(failure, AcceptedNegativeData):
        return not _was_done_before(case, response) and not _is_left_out_by_the_host(case)
    return not _is_the_hosts_own(response)


def _is_refused_by_rules(response: Any) -> bool:
    if response.headers.get("x-ms-error-code", [""])[0] in _OF_STATE:
        return True
    problem: Mapping[str, Any] = response.json()
    wrong = [f"{each['code']}: {each['detail']}" for each in problem.get("errors", ())] or [problem["detail"]]
    return all(any(words in each for words in _BEYOND_SCHEMA) for each in wrong)


def _was_done_before(case: Any, response: Any) -> bool:
    """The same application again is no other one: it is answered whatever If-Match says (RFC 9110, section 13.1.1)."""
    places = [place for place in ParameterLocation if _is_negative(case, place)]
    return places == [ParameterLocation.HEADER] and "idempotent-replayed" in response.headers


def _is_left_out_by_the_host(case: Any) -> bool:
    """The host hands no query parameter without a value to the app: `state=` is the same as none."""
    places = [place for place in ParameterLocation if _is_negative(case, place)]
    return places == [ParameterLocation.QUERY] and "" in case.query.values()


def _is_the_hosts_own(response: Any) -> bool:
    """The host refuses headers that are not UTF-8 itself, without a word, before the app is called."""
    return response.status_code == 400 and not response.content and "x-ms-request-id" not in response.headers


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Count what is answered to the operation; probes with other methods are none of it."""
    if response.request.method == case.operation.method.upper():
        _seen[_name_of(case), response.status_code] += 1


@atexit.register
def _write_down() -> None:
    counted = [[name, status, count] for (name, status), count in _seen.items()]
    (Path(os.environ[FOLDER]) / SEEN).write_text(json.dumps(counted), "utf-8")
