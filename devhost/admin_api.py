"""The part of the host's admin API that people use at their desk: run a function by hand, and ask how things are.

``POST /admin/functions/{name}`` with ``{"input": "text"}`` answers 202 and runs the function in the background; its
outcome is in the log. ``GET /admin/functions`` lists the functions, ``/admin/functions/{name}`` has one of them and
``/admin/functions/{name}/status`` what keeps it from running. ``GET /admin/host/status`` answers who runs here, and
``/admin/host/ping`` that something does. No key is asked for, as in Core Tools.
"""

import json
import platform
import re
import time
import uuid
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from aiohttp import web

from devhost.app_loading import APP_MODULE
from devhost.functions import HttpFunction, IndexedFunction
from devhost.http_messages import IncomingRequest, is_unicode
from devhost.invocation import Invocations
from devhost.manual_calls import call_by_hand
from devhost.routing import full_route
from devhost.settings import HostSettings

# The version of the host whose rules these are, for tools that look at its beginning.
HOST_VERSION = "4.0.0.0"

Action = Callable[[IncomingRequest], web.Response]

_JSON_TYPE = re.compile(r"(?:application|text)/(?:[\w.-]+\+)?json", re.IGNORECASE)


class AdminApi:
    """Answers what belongs to the host; everything else is left to the routes."""

    def __init__(self, functions: Sequence[IndexedFunction], invocations: Invocations, settings: HostSettings) -> None:
        self._functions = {function.name.lower(): function for function in functions}
        self._invocations = invocations
        self._settings = settings
        self._id = f"{platform.node().lower()[:20]}-{zlib.crc32(str(settings.app_folder).encode())}"
        self._instance_id = uuid.uuid4().hex
        self._began = time.monotonic()
        self._actions: Mapping[str, Callable[..., web.Response]] = {
            "GET /admin/functions": self._list,
            "GET /admin/functions/([^/]+)": self._describe,
            "GET /admin/functions/([^/]+)/status": self._say_problem,
            "POST /admin/functions/([^/]+)": self._run,
            "GET /admin/host/status": self._say_status,
            "(?:GET|POST) /admin/host/ping": _ping,
        }

    def find(self, method: str, path: str) -> Action | None:
        """Return what answers a request with a decoded path, None if nothing here does."""
        asked = f"{method} {path.removesuffix('/')}"
        for pattern, action in self._actions.items():
            if found := re.fullmatch(pattern, asked, re.IGNORECASE):
                return partial(action, *found.groups())
        return None

    def _list(self, request: IncomingRequest) -> web.Response:
        return web.json_response([self._description(function, request) for function in self._functions.values()])

    def _describe(self, name: str, request: IncomingRequest) -> web.Response:
        function = self._functions.get(name.lower())
        return web.json_response(self._description(function, request)) if function else _not_found()

    def _say_problem(self, name: str, _request: IncomingRequest) -> web.Response:
        function = self._functions.get(name.lower())
        if not function:
            return _not_found()
        return web.json_response({"errors": [function.problem]} if function.problem else {})

    def _run(self, name: str, request: IncomingRequest) -> web.Response:
        if not _JSON_TYPE.fullmatch(request.headers.get("content-type", "").partition(";")[0].strip()):
            # Also keeps web pages of other origins out: without CORS a browser does not send them this type.
            return web.Response(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        text = _input_of(request.body)
        if text is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        listed = self._functions.get(name.lower())
        if not listed or not listed.function:
            return _not_found()
        # A disabled function runs by hand: the host lets whoever has the admin key, and here that is everybody.
        self._invocations.run_in_background(call_by_hand(listed.function, text, request.url))
        return web.Response(status=HTTPStatus.ACCEPTED)

    def _say_status(self, _request: IncomingRequest) -> web.Response:
        status = {
            "id": self._id,
            "state": "Running",
            "version": HOST_VERSION,
            "versionDetails": "devhost",
            "instanceId": self._instance_id,
            "processUptime": int((time.monotonic() - self._began) * 1000),
            "functionAppContentEditingState": "Unknown",
        }
        return web.json_response(status)

    def _description(self, listed: IndexedFunction, request: IncomingRequest) -> dict[str, object]:
        """Return what the host says of a function. The addresses of files lead nowhere here."""
        base = "{0.scheme}://{0.netloc}".format(urlsplit(request.url))
        return {
            "name": listed.name,
            "script_root_path_href": f"{base}/admin/vfs/{listed.name}/",
            "script_href": f"{base}/admin/vfs/{APP_MODULE}.py",
            "config_href": f"{base}/admin/vfs/{listed.name}/function.json",
            "test_data_href": None,
            "href": f"{base}/admin/functions/{listed.name}",
            "invoke_url_template": self._invoke_url(listed, base),
            "language": "python",
            "config": self._config(listed),
            "files": None,
            "test_data": None,
            "isDisabled": listed.is_disabled,
            "isDirect": False,
            "isProxy": False,
        }

    def _invoke_url(self, listed: IndexedFunction, base: str) -> str | None:
        if not isinstance(listed.function, HttpFunction):
            return None
        return f"{base}/{full_route(listed.function, self._settings.http.route_prefix)}".lower()

    def _config(self, listed: IndexedFunction) -> dict[str, object]:
        return {
            "name": listed.name,
            "entryPoint": listed.name,
            "scriptFile": f"{APP_MODULE}.py",
            "language": "python",
            "functionDirectory": str(self._settings.app_folder),
            "bindings": list(listed.bindings),
        }


def _ping(_request: IncomingRequest) -> web.Response:
    return web.Response(headers={"Cache-Control": "no-store,no-cache", "Pragma": "no-cache"})


def _not_found() -> web.Response:
    return web.Response(status=HTTPStatus.NOT_FOUND)


def _input_of(body: bytes) -> str | None:
    """Return the input, "" when there is none in an object; None when the body is no object or its input no text.

    Numbers and truth values are taken as they are written, as the host takes them.
    """
    try:
        content = json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    text = next((value for name, value in content.items() if name.lower() == "input"), None)
    if isinstance(text, bool):
        return str(text).lower()
    text = "" if text is None else text
    # JSON can escape half a surrogate pair, which no body can hold.
    return text if isinstance(text, str) and is_unicode(text) else None
