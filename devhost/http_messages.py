"""HTTP as functions see it: requests and responses through azure-functions' own converters."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web
from azure.functions.meta import Datum
from multidict import CIMultiDict

from devhost import converters

# aiohttp sets these itself; a second one from the app would break the message.
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_FORBIDDEN_IN_HEADERS = frozenset("\r\n\0")

_logger = logging.getLogger("Host.Http")


@dataclass(frozen=True)
class IncomingRequest:
    """A request on its way to a function; header names in lower case, several values of one name joined by ","."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    parameters: Mapping[str, str]
    body: bytes


def join_headers(headers: "CIMultiDict[str] | Mapping[str, str]") -> dict[str, str]:
    """Return headers the way the host hands them on."""
    joined: dict[str, list[str]] = {}
    for name, value in headers.items():
        joined.setdefault(name.lower(), []).append(value)
    return {name: ",".join(values) for name, values in joined.items()}


def is_unicode(text: str) -> bool:
    """Say whether a text can be encoded: no character is half a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def decode_request(request: IncomingRequest, binding_type: str = "httpTrigger") -> object:
    """Return the ``azure.functions.HttpRequest`` a function gets.

    Raises:
        ValueError: the function asks for text or bytes instead, as which the worker gives no request.
    """
    datum = Datum(
        {
            "method": Datum(request.method, "string"),
            "url": Datum(request.url, "string"),
            "headers": _strings(request.headers),
            "query": _strings(request.query),
            "params": _strings(request.parameters),
            "body": Datum(request.body, "bytes"),
        },
        "http",
    )
    return converters.decode(binding_type, datum)


def _strings(values: Mapping[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def encode_response(result: object) -> web.Response:
    """Return what goes to the client for what a function returned.

    Of several headers of one name the last wins, but for Set-Cookie: that is what the worker makes of them.

    Raises:
        NotImplementedError: it returned neither an HttpResponse nor text.
        ValueError: the status is no number, or a header holds a line break.
    """
    datum = converters.encode("http", result)
    if datum.type == "string":
        _logger.warning("A function returned str: the host may read it as JSON. Return an HttpResponse")
        return web.Response(text=datum.value, content_type="text/plain")
    value = datum.value
    headers: CIMultiDict[str] = CIMultiDict()
    for name, header in value["headers"].items():
        if name.lower() not in _FRAMING:
            headers[name] = _sound(header.value)
    for cookie in value["cookies"] or []:
        for morsel in cookie.values():
            headers.add("Set-Cookie", _sound(morsel.OutputString()))
    return web.Response(status=int(value["status_code"].value), headers=headers, body=value["body"].value)


def _sound(value: str) -> str:
    if _FORBIDDEN_IN_HEADERS & set(value):
        raise ValueError(f"a response header holds a line break: {value!r}")
    return value
