"""The conventions that the API keeps, each with its source; every one has a test marked with its number.

`docs/api-conventions.md` is made from this table and the tests.
"""

# ruff: noqa: E501 - a table is read by its rows

from dataclasses import dataclass
from typing import Final

_AZURE: Final = "Azure REST API guidelines"
_RFC9457: Final = "RFC 9457"
_RFC9110: Final = "RFC 9110"
_KEY: Final = "draft-ietf-httpapi-idempotency-key-header-07"
_WEBHOOKS: Final = "Standard Webhooks 1.0.0"


@dataclass(frozen=True, slots=True)
class Rule:
    """One convention: what holds, and who says so."""

    text: str
    source: str


RULES: Final[dict[int, Rule]] = {
    1: Rule("Every 4xx and 5xx body is application/problem+json with type, title, status, detail, instance", f"{_RFC9457} 3.1"),
    2: Rule("status is the HTTP status, title is constant per type, type resolves, detail says how to correct", f"{_RFC9457} 3.1, 5"),
    3: Rule("Names of extension members begin with a letter and have 3 characters or more", f"{_RFC9457} 3.2"),
    4: Rule("The same document has error.code and error.message; x-ms-error-code is error.code", f"{_AZURE}, rest-error"),
    5: Rule("Every wrong field is reported at once, by JSON Pointer", "RFC 6901; OWASP API8"),
    6: Rule("405 with Allow, 415, 406, 413, 414 over 2,083 characters, 429 and 503 with Retry-After, 401 with WWW-Authenticate, 404 where existence is secret", f"{_RFC9110}; {_AZURE}"),
    7: Rule("An unknown query parameter is 400; an unknown header never fails", f"{_AZURE}, collections-error-on-unknown-parameter"),
    8: Rule("api-version is required: missing and unknown ones are told apart, and the supported one is named", f"{_AZURE}, versioning"),
    9: Rule("camelCase and case-sensitive JSON; times in RFC 3339 with Z; UUIDs in lower case; units in names", f"{_AZURE}, json"),
    10: Rule("x-ms-request-id on every answer; x-ms-client-request-id is echoed and logged; traceparent is carried on", f"{_AZURE}; W3C Trace Context"),
    11: Rule("Lists have value and nextLink (absolute, opaque, signed, bound to reader and filter, absent on the last page); items have id and etag; maxpagesize is bounded", f"{_AZURE}, collections"),
    14: Rule("A submission is 202 with Location, Operation-Location, Retry-After and how far it is", f"{_AZURE}, lro"),
    15: Rule("The monitor is 200 as long as the case exists, at once after the 202, with Retry-After until it is final", f"{_AZURE}, lro"),
    16: Rule("Operation-Id is taken; the same one with another request is 400", f"{_AZURE}, lro-operation-id"),
    17: Rule("What can be known at once is checked at once: a 202 is no later 400", f"{_AZURE}, lro-valid-inputs-synchronously"),
    18: Rule("Idempotency-Key is a quoted string, a bare token is taken as the same; unusable ones are 400", _KEY),
    20: Rule("The same key with the same request: the same status and body, Idempotent-Replayed, no second effect", _KEY),
    21: Rule("The same key with another request is 422, also for another subscription", _KEY),
    22: Rule("Of two at once with one key, one acts and both get its answer", _KEY),
    23: Rule("A refusal is not stored: its key can be used again", "Stripe, idempotent requests"),
    24: Rule("Keys are stored as a hash with client and route, never as they came", f"{_KEY}, security considerations"),
    25: Rule("Order and white space of the JSON make no other request", "RFC 8785"),
    26: Rule("Keys are remembered for the documented time, by the clock and not by the clean-up", _KEY),
    27: Rule("Repeatability-Request-ID and -First-Sent: accepted, 400, 412 out of time, 501 where not taken", "OASIS Repeatable Requests 1.0"),
    28: Rule("Every GET of a case has a strong ETag, which moves with what can be seen and with nothing else", f"{_RFC9110} 8.8.3"),
    29: Rule("If-None-Match with the present ETag is 304 without a body", f"{_RFC9110} 13.1.2"),
    30: Rule("A decision without If-Match is 428", "RFC 6585"),
    31: Rule("A stale If-Match is 412 with the present ETag, on every action, and nothing changes", f"{_RFC9110} 13.1.1"),
    32: Rule("If-Match: * on what is not there is 412", f"{_RFC9110} 13.1.1"),
    33: Rule("A decision whose answer was lost, sent again with its key, is no false 412", f"{_AZURE}, condreq"),
    34: Rule("The desk's representation has another ETag than the client's", f"{_RFC9110} 8.8.1"),
    36: Rule(
        "Webhooks: an event has one id in all its attempts, and each attempt its own time; the bytes sent are those signed",
        _WEBHOOKS,
    ),
    37: Rule("The portal's secrets are whsec_ and the base64 of 24 to 64 bytes; two are taken in a rotation", _WEBHOOKS),
    38: Rule("Webhooks: any signature of the list may match any of our secrets, unknown versions are skipped, 5 minutes both ways, each id acted on once", _WEBHOOKS),
    39: Rule("A webhook that was taken is 2xx, also when it was taken before, and never 3xx", _WEBHOOKS),
    40: Rule("A webhook is taken at a later attempt if the first failed, however much later", _WEBHOOKS),
    41: Rule("A webhook that is malformed in whatever way is 400 or 401, never 5xx", _WEBHOOKS),
    46: Rule("OpenAPI 3.1 is served, valid, committed; every answer is documented; examples validate", "OpenAPI 3.1.1"),
    47: Rule("Security headers on every answer; nothing tells what serves it", "OWASP REST Security Cheat Sheet"),
    48: Rule("No CORS", "OWASP REST Security Cheat Sheet"),
    49: Rule("HEAD answers as GET without the body; OPTIONS names the methods", f"{_RFC9110} 9.3.2, 9.3.7"),
    50: Rule("RateLimit and RateLimit-Policy tell a client what is left", "draft-ietf-httpapi-ratelimit-headers"),
}  # fmt: skip

EXCEPTIONS: Final[dict[str, str]] = {
    "Actions are sub-resources (`/withdrawal`), not `:verb`": "addresses stay readable, and hosts differ on colons in paths",
    "POST creates, with 202, instead of PUT with If-None-Match": "the case's id holds the subscription's partition, which only the service knows",
    "Idempotency-Key is optional": "without one, a second submission for a subscription is refused with 409 anyway",
    "If-Match is required for decisions only": "other actions depend on the state alone, which the transition table guards; where it is sent, it holds",
    "Outgoing webhooks and CloudEvents": "the service sends notices by mail; it has no subscribers to call",
}  # fmt: skip
"""What the guidelines ask for and the API does otherwise, on purpose, and why."""
