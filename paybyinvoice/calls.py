"""A call before it is sent: where to, what, and under which names."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict

from pydantic import BaseModel

Json = Any
Body = BaseModel | Mapping[str, Any]
"""What is sent: a model of `paybyinvoice.models`, or JSON as the API describes it."""

_KEY: Final = re.compile(r"[ !#-+\--\[\]-~]{1,255}")


class Options(TypedDict, total=False):
    """What a caller may say of one call.

    - `idempotency_key`: 1-255 printable ASCII characters without `"`, `,` and `\\`; calls of the same key and content
      are carried out once. Made up where it is not given.
    - `client_request_id`: 1-128 of A-Z a-z 0-9 _ . -, names the call in the service's logs. Made up likewise.
    - `traceparent`: the W3C trace context to carry on.
    - `if_match`: the ETag of the case as it was seen; ChangedMeanwhile if it is another now.
    """

    idempotency_key: str
    client_request_id: str
    traceparent: str
    if_match: str


@dataclass(frozen=True)
class Call:
    """One call, the same however often it is tried. `body` is JSON, and people's data."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = field(default=None, repr=False)
    idempotency_key: str | None = None


def read_call(url: str, options: Options, if_none_match: str | None = None) -> Call:
    """Make a GET; with `if_none_match`, 304 without a body says that it is still that version."""
    headers = _named(options)
    if if_none_match is not None:
        headers["If-None-Match"] = if_none_match
    return Call("GET", url, headers)


def write_call(method: str, url: str, body: Body | None, options: Options) -> Call:
    """Make a POST or PUT, under a key. ValueError if the key given is none."""
    key = checked_key(options.get("idempotency_key", str(uuid.uuid4())))
    headers = _named(options) | {"Idempotency-Key": f'"{key}"'}
    if "if_match" in options:
        headers["If-Match"] = options["if_match"]
    if body is None:
        return Call(method, url, headers, None, key)
    return Call(method, url, headers | {"Content-Type": "application/json"}, _encoded(body), key)


def checked_key(key: str) -> str:
    """Give a key that can be one. ValueError if it cannot."""
    if not _KEY.fullmatch(key):
        raise ValueError('an Idempotency-Key is 1-255 printable ASCII characters without ", comma and \\')
    return key


def _named(options: Options) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "x-ms-client-request-id": options.get("client_request_id", str(uuid.uuid4())),
    }
    if "traceparent" in options:
        headers["traceparent"] = options["traceparent"]
    return headers


def _encoded(body: Body) -> bytes:
    if isinstance(body, BaseModel):
        return body.model_dump_json(by_alias=True, exclude_none=True).encode()
    return json.dumps(body).encode()
