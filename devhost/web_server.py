"""Serves the HTTP functions on one port, answering everything else the way the host does."""

import errno
import logging
from dataclasses import replace

from aiohttp import web

from devhost.admin_api import AdminApi
from devhost.errors import PortInUseError, StartError
from devhost.http_messages import IncomingRequest, decode_request, encode_response, is_unicode, join_headers
from devhost.invocation import CALLED_BY_API, Call, FunctionFailedError, Invocations
from devhost.request_target import decode_path, read_query, split_target
from devhost.routing import Match, Routes
from devhost.settings import HttpSettings
from devhost.throttle import Throttle

HOME_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Your function app is up and running</title></head>
<body><h1>Your function app is up and running</h1><p>Served by devhost.</p></body>
</html>
"""

# After the functions are done: how long an answer may take to reach its client, in seconds.
_LAST_WORDS = 1.0

_logger = logging.getLogger("Host.Http")


def authority_of(address: str, port: int) -> str:
    """Return an address and a port as they stand in a URL: of IPv6, the address is in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


class WebServer:
    """An HTTP server on a route table; it knows neither the app nor its settings file."""

    def __init__(self, routes: Routes, admin: AdminApi, settings: HttpSettings, invocations: Invocations) -> None:
        self._routes = routes
        self._admin = admin
        self._settings = settings
        self._invocations = invocations
        self._throttle = Throttle(settings.max_outstanding_requests, settings.max_concurrent_requests)
        self._is_stopping = False
        # The host hands on bodies as they were sent, so a compressed one stays compressed.
        server = web.Server(self._answer, access_log=None, auto_decompress=False)
        self._runner = web.ServerRunner(server, shutdown_timeout=_LAST_WORDS)
        self._authority = ""

    async def start(self, address: str, port: int) -> int:
        """Listen, and return the port, which matters when 0 was asked for.

        Raises:
            PortInUseError: somebody listens there already.
            StartError: the address cannot be listened on.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, address, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise _start_error(error, address, port) from error
        self._authority = authority_of(address, self._runner.addresses[0][1])
        return int(self._runner.addresses[0][1])

    async def stop_accepting(self) -> None:
        """Close the port; a request that still arrives on an open connection gets 503."""
        self._is_stopping = True
        for site in tuple(self._runner.sites):
            await site.stop()

    async def close(self) -> None:
        """Close the connections, after a moment for the answers under way."""
        await self._runner.cleanup()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._is_stopping:
            return web.Response(status=503, headers={"Connection": "close"})
        target = split_target(request.raw_path)
        headers = join_headers(request.headers)
        # aiohttp keeps bytes that are no UTF-8 as lone surrogates, which no app expects; the host answers 400.
        if target is None or not all(map(is_unicode, headers.values())):
            return web.Response(status=400)
        incoming = IncomingRequest(
            method=request.method,
            url=_url(headers.get("host", self._authority), target),
            headers=headers,
            query=read_query(target[1]),
            parameters={},
            body=b"",
        )
        return await self._dispatch(request, incoming, decode_path(target[0]))

    async def _dispatch(self, request: web.BaseRequest, incoming: IncomingRequest, path: str) -> web.StreamResponse:
        # The host's own paths go first, lest a route that takes everything hides them, and are not throttled.
        if action := self._admin.find(incoming.method, path):
            body = await self._read_body(request)
            return body if isinstance(body, web.Response) else action(replace(incoming, body=body))
        if self._throttle.is_full:
            limit = self._settings.max_outstanding_requests
            _logger.info("Http request queue limit of %s has been exceeded.", limit)
            return web.Response(status=429, headers={"X-FUNCTION-SCALEOUT": "1"})
        async with self._throttle.turn():
            return await self._serve(request, incoming, path)

    async def _serve(self, request: web.BaseRequest, incoming: IncomingRequest, path: str) -> web.StreamResponse:
        match = self._routes.match(incoming.method, path)
        if match is None:
            return self._no_function(path)
        body = await self._read_body(request)
        if isinstance(body, web.Response):
            return body
        return await self._invoke(match, replace(incoming, parameters=match.parameters, body=body))

    def _no_function(self, path: str) -> web.Response:
        if path != "/":
            return web.Response(status=404)
        if not self._settings.has_home_page:
            return web.Response(status=204)
        return web.Response(text=HOME_PAGE, content_type="text/html")

    async def _read_body(self, request: web.BaseRequest) -> bytes | web.Response:
        """Return the body, or why there is none. Without a Content-Length it is empty: the host forwards none then."""
        length = request.content_length or 0
        if length > self._settings.body_limit:
            return web.Response(status=413)
        if not length:
            return b""
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        try:
            return await request.content.readexactly(length)
        except (EOFError, ConnectionError, web.RequestPayloadError):
            # The client went away; nobody reads this answer.
            return web.Response(status=400)

    async def _invoke(self, match: Match, incoming: IncomingRequest) -> web.Response:
        call = Call(
            code=match.function.code,
            reason=CALLED_BY_API,
            decode=lambda: decode_request(incoming, match.function.code.binding_type),
            encode=encode_response,
            traceparent=incoming.headers.get("traceparent"),
        )
        try:
            return await self._invocations.run(call)
        except FunctionFailedError:
            return web.Response(status=500)


def _url(authority: str, target: tuple[str, str]) -> str:
    path, query = target
    return f"http://{authority}{path}?{query}" if query else f"http://{authority}{path}"


def _start_error(error: OSError, address: str, port: int) -> StartError:
    if error.errno == errno.EADDRINUSE:
        return PortInUseError(f"port {port} on {address} is in use: stop what listens there, or give another --port")
    return StartError(f"cannot listen on {authority_of(address, port)}: {error.strerror}")
