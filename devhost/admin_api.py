"""The part of the host's admin API that people use at their desk: run a function by hand, and ask how the host is.

``POST /admin/functions/{name}`` with ``{"input": "text"}`` answers 202 and runs the function in the background; its
outcome is in the log. ``GET /admin/host/status`` answers who runs here. No key is asked for, as in Core Tools.
"""

import json
import platform
import re
import time
import uuid
import zlib
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from devhost.functions import AnyFunction
from devhost.http_messages import is_unicode
from devhost.invocation import Invocations
from devhost.manual_calls import call_by_hand

# The version of the host whose rules these are, for tools that look at its beginning.
HOST_VERSION = "4.0.0.0"

STATUS_PATH = "/admin/host/status"

_FUNCTION_PATH = re.compile(r"/admin/functions/([^/]+)/?", re.IGNORECASE)


class AdminApi:
    """Answers what belongs to the host; everything else is left to the routes."""

    def __init__(self, functions: Iterable[AnyFunction], invocations: Invocations, app_folder: Path) -> None:
        self._functions = {function.code.name.lower(): function for function in functions}
        self._invocations = invocations
        self._id = f"{platform.node().lower()[:20]}-{zlib.crc32(str(app_folder).encode())}"
        self._instance_id = uuid.uuid4().hex
        self._began = time.monotonic()

    def owns(self, method: str, path: str) -> bool:
        """Say whether a request with a decoded path is answered here."""
        if method == "GET":
            return path.lower().rstrip("/") == STATUS_PATH
        return method == "POST" and bool(_FUNCTION_PATH.fullmatch(path))

    def answer(self, path: str, url: str, content_type: str, body: bytes) -> web.Response:
        """Answer a request that is owned; ``url`` and ``body`` as the client sent them."""
        found = _FUNCTION_PATH.fullmatch(path)
        if not found:
            return web.json_response(self._status())
        function = self._functions.get(found[1].lower())
        if not function:
            return web.Response(status=HTTPStatus.NOT_FOUND)
        if content_type != "application/json":
            # Also keeps web pages of other origins out: without CORS a browser does not send them this type.
            return web.Response(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        text = _input_of(body)
        if text is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        self._invocations.run_in_background(call_by_hand(function, text, url))
        return web.Response(status=HTTPStatus.ACCEPTED)

    def _status(self) -> dict[str, object]:
        return {
            "id": self._id,
            "state": "Running",
            "version": HOST_VERSION,
            "versionDetails": "devhost",
            "instanceId": self._instance_id,
            "processUptime": int((time.monotonic() - self._began) * 1000),
        }


def _input_of(body: bytes) -> str | None:
    """Return the input, "" when there is none in an object; None when the body is no object or its input no text."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    text = "" if content.get("input") is None else content["input"]
    # JSON can escape half a surrogate pair, which no body can hold.
    return text if isinstance(text, str) and is_unicode(text) else None
