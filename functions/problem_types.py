"""Every kind of problem that the API answers with: its code, its status, its title, and what to do about it.

A problem's `type` (RFC 9457) is `/problems/` and the code; that address shows the entry of this catalogue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TYPE_PATH: Final = "/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem. The title never differs between problems of a type; `cure` says how to correct it."""

    code: str
    status: int
    title: str
    cure: str

    @property
    def uri(self) -> str:
        """The problem type's URI, relative to this app."""
        return TYPE_PATH + self.code


MISSING_API_VERSION: Final = ProblemType(
    "MissingApiVersionParameter",
    400,
    "The api-version is missing",
    "Add the query parameter api-version to the address. The detail names the version that is supported.",
)
UNSUPPORTED_API_VERSION: Final = ProblemType(
    "UnsupportedApiVersionValue",
    400,
    "The api-version is not supported",
    "Use the api-version that the detail names.",
)
INVALID_PARAMETER: Final = ProblemType(
    "InvalidParameter",
    400,
    "A query parameter is wrong or unknown",
    "The detail names the parameter and what it may be. Take out parameters that this address does not have: they "
    "are refused, so that a misspelt one is not silently without effect.",
)
INVALID_JSON: Final = ProblemType(
    "InvalidJson",
    400,
    "The body is not valid JSON",
    "Send one JSON object (RFC 8259) in UTF-8: no member twice, no NaN or Infinity, no deeper than needed.",
)
INVALID_FIELDS: Final = ProblemType(
    "InvalidFields",
    400,
    "Fields are missing or wrong",
    "'errors' names every wrong field by its JSON Pointer (RFC 6901) and says what is wrong with it. Correct them all "
    "and send the request again, with the same Idempotency-Key: nothing was stored.",
)
CONSENT_OUTDATED: Final = ProblemType(
    "ConsentOutdated",
    400,
    "The consent is for another text",
    "Ask for a pre-check, show the applicant the text that it returns as consent.text, and send its hash.",
)
INVALID_IDEMPOTENCY_KEY: Final = ProblemType(
    "InvalidIdempotencyKey",
    400,
    "The Idempotency-Key cannot be used",
    'Send one string of 1 to 255 printable ASCII characters in quotes, such as a UUID: "8e03978e-40d5-43dd-bc93". The '
    "same without quotes is understood as well.",
)
INVALID_OPERATION_ID: Final = ProblemType(
    "InvalidOperationId",
    400,
    "The Operation-Id cannot be used",
    "Send 1 to 255 letters, digits, hyphens or underscores, a new one for each request: an Operation-Id that was used "
    "before belongs to that request, and only its exact repetition is answered again.",
)
INVALID_REPEATABILITY: Final = ProblemType(
    "InvalidRepeatabilityHeader",
    400,
    "The Repeatability headers cannot be used",
    "Send both Repeatability-Request-ID (a UUID, new for each request) and Repeatability-First-Sent (an IMF-fixdate, "
    "RFC 9110), and no Idempotency-Key or Operation-Id beside them.",
)
UNAUTHENTICATED: Final = ProblemType(
    "Unauthenticated",
    401,
    "We do not know who you are",
    "Clients sign in with id and secret by HTTP Basic authentication (RFC 7617). People of the billing desk sign in "
    "with their work account.",
)
INVALID_SIGNATURE: Final = ProblemType(
    "InvalidSignature",
    401,
    "The signature does not hold",
    "Sign the bytes that are sent, with the present secret and the present time (Standard Webhooks 1.0.0); the detail "
    "says what does not hold.",
)
FORBIDDEN: Final = ProblemType(
    "Forbidden",
    403,
    "You may not do this",
    "The detail names the role that is needed. Whoever gives out roles at the billing desk can add it.",
)
NOT_FOUND: Final = ProblemType(
    "NotFound",
    404,
    "There is no such thing here",
    "Check the address, and who you sign in as: what belongs to somebody else is answered as if it were not there.",
)
METHOD_NOT_ALLOWED: Final = ProblemType(
    "MethodNotAllowed",
    405,
    "This method is not possible here",
    "Use one of the methods that the header Allow lists.",
)
NOT_ACCEPTABLE: Final = ProblemType(
    "NotAcceptable",
    406,
    "No representation of that kind",
    "Leave the header Accept out, or let it include the media type that the detail names.",
)
NOT_POSSIBLE_NOW: Final = ProblemType(
    "NotPossibleNow",
    409,
    "That is not possible now",
    "Read the case: its state says what it waits for. 'openTo' lists what can happen to it in that state.",
)
REQUEST_OPEN: Final = ProblemType(
    "RequestOpen",
    409,
    "There is an open request",
    "A subscription has one open request at most. Follow that one ('requestId' names it to its owner), or withdraw it.",
)
ALREADY_SWITCHED: Final = ProblemType(
    "AlreadySwitched",
    409,
    "The subscription pays by invoice already",
    "There is nothing to ask for: the switch to payment by invoice is for good.",
)
TOO_EARLY: Final = ProblemType(
    "TooEarlyToReapply",
    409,
    "It is too early for a new request",
    "An earlier request was declined. 'from' says from when a new one is possible.",
)
FACTS_BLOCK: Final = ProblemType(
    "FactsBlock",
    409,
    "The facts do not allow this now",
    "What is known of the subscription has changed. 'findings' says what stands in the way and how to mend it.",
)
PRECONDITION_FAILED: Final = ProblemType(
    "PreconditionFailed",
    412,
    "The case has changed",
    "Read the case again, look at what it says now, and send the request with its present ETag as If-Match.",
)
REPEATABILITY_EXPIRED: Final = ProblemType(
    "RepeatabilityWindowPassed",
    412,
    "It is too late to repeat this request",
    "Repeatability-First-Sent lies too far back, or in the future: nobody can tell any more whether the request was "
    "acted on. Read the case; if it was not, send the request as a new one.",
)
BODY_TOO_LARGE: Final = ProblemType(
    "BodyTooLarge",
    413,
    "The body is too large",
    "The detail says how much is read. A complete request has about 1,000 bytes.",
)
URI_TOO_LONG: Final = ProblemType(
    "UriTooLong",
    414,
    "The address is too long",
    "Send addresses of at most 2,083 characters; a nextLink is to be used as it stands.",
)
UNSUPPORTED_MEDIA_TYPE: Final = ProblemType(
    "UnsupportedMediaType",
    415,
    "The body is not JSON",
    "Send the body as JSON in UTF-8, with Content-Type: application/json, and not compressed.",
)
IDEMPOTENCY_KEY_REUSED: Final = ProblemType(
    "IdempotencyKeyReused",
    422,
    "The Idempotency-Key belongs to another request",
    "A key stands for one request. Repeat that request exactly, or use a new key for a new one.",
)
PRECONDITION_REQUIRED: Final = ProblemType(
    "PreconditionRequired",
    428,
    "Which version was seen?",
    "Read the case, and send its ETag as If-Match: a decision is on what was seen.",
)
TOO_MANY_REQUESTS: Final = ProblemType(
    "TooManyRequests",
    429,
    "Too many requests",
    "Wait as many seconds as Retry-After says; RateLimit-Policy names the limit. Nothing was done: send the same "
    "request again then.",
)
INTERNAL_ERROR: Final = ProblemType(
    "InternalError",
    500,
    "Something went wrong on our side",
    "Nothing is lost that was acknowledged. Send the request again, with the same Idempotency-Key if it had one; if "
    "it fails again, tell us its x-ms-request-id.",
)
REPEATABILITY_UNSUPPORTED: Final = ProblemType(
    "RepeatabilityNotSupported",
    501,
    "This request cannot be made repeatable",
    "Leave the Repeatability headers out: repeating this request changes nothing anyway.",
)
SERVICE_UNAVAILABLE: Final = ProblemType(
    "ServiceUnavailable",
    503,
    "Try again in a moment",
    "Send the same request again after as many seconds as Retry-After says, with the same Idempotency-Key if any.",
)

CATALOGUE: Final[Mapping[str, ProblemType]] = {
    each.code: each for each in tuple(globals().values()) if isinstance(each, ProblemType)
}
"""Every problem type by its code."""
