"""A proxy between the app and its storage that does to HTTP requests what networks and overloaded services do.

It knows where a request and an answer begin and end: it can forward a request whole and lose only its answer, after
which nobody knows whether the request was carried out.
"""

import asyncio
import contextlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus

HOST = "127.0.0.1"
LARGEST_HEAD = 256 * 1024
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_WITHOUT_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_WHY = b"<?xml version='1.0' encoding='utf-8'?><Error><Code>ServerBusy</Code><Message>Busy.</Message></Error>"
_BUSY = (
    b"HTTP/1.1 503 Server Busy\r\nx-ms-error-code: ServerBusy\r\nContent-Type: application/xml\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%s"
) % (len(_WHY), _WHY)


class Fault(Enum):
    """What happens to a request instead of being answered."""

    RESET = "reset"
    """The connection is reset before the request gets anywhere."""
    BUSY = "busy"
    """The service answers 503 and does nothing."""
    DELAY = "delay"
    """The request is held up, then carried out and answered."""
    LOST_ANSWER = "lost answer"
    """The request is carried out, and the connection is reset before the answer arrives."""


Choose = Callable[[], Fault | None]
"""What is to happen to the next request; None: nothing."""


def no_fault() -> Fault | None:
    """Let every request through."""
    return None


class BrokenOffError(Exception):
    """One side ended the connection in the middle, or was not there."""


@dataclass
class Proxy:
    """Listens on `port` and forwards to the port of 127.0.0.1 that `upstream` is at the moment.

    `choose` is asked once per request; `done` counts what was chosen. `delay_seconds` is how long a delay takes.
    """

    upstream: int
    choose: Choose = no_fault
    delay_seconds: float = 1.0
    done: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _open: set[asyncio.Task[None]] = field(default_factory=set, repr=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        """Listen for as long as the block runs."""
        server = await asyncio.start_server(self._accepted, HOST, limit=LARGEST_HEAD)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(_Side(reader, writer)))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, client: "_Side") -> None:
        storage = _Line()
        try:
            while request := await client.message():
                await self._handle(request, client, storage)
        except (BrokenOffError, OSError):
            client.reset()
        finally:
            storage.close()
            client.close()

    async def _handle(self, request: bytes, client: "_Side", storage: "_Line") -> None:
        fault = self.choose()
        self.done[fault.value if fault else "none"] += 1
        if fault is Fault.RESET:
            raise BrokenOffError
        if fault is Fault.BUSY:
            await client.send(_BUSY)
            raise BrokenOffError
        if fault is Fault.DELAY:
            await asyncio.sleep(self.delay_seconds)
        answer = await storage.answer_to(request, self.upstream)
        if fault is Fault.LOST_ANSWER:
            raise BrokenOffError
        await client.send(answer)


@dataclass
class _Line:
    """The connection to the storage that belongs to one connection of the app."""

    _side: "_Side | None" = None
    _port: int = 0

    async def answer_to(self, request: bytes, port: int) -> bytes:
        side = await self._connected(port)
        await side.send(request)
        answer = await side.message(answers_head=request.startswith(b"HEAD "))
        if answer is None:
            raise BrokenOffError
        return answer

    async def _connected(self, port: int) -> "_Side":
        if self._side is None or self._side.is_over or self._port != port:
            self.close()
            self._side, self._port = _Side(*await asyncio.open_connection(HOST, port, limit=LARGEST_HEAD)), port
        return self._side

    def close(self) -> None:
        if self._side is not None:
            self._side.close()


@dataclass
class _Side:
    """One end of a connection, as whole HTTP messages."""

    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    @property
    def is_over(self) -> bool:
        return self._reader.at_eof() or self._writer.is_closing()

    async def message(self, *, answers_head: bool = False) -> bytes | None:
        """The next request or answer, whole; None where the other side ended in order. BrokenOffError."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
            return head + await self._body(head, answers_head=answers_head)
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise BrokenOffError from error
            return None

    async def _body(self, head: bytes, *, answers_head: bool) -> bytes:
        if answers_head or _status_of(head) in _WITHOUT_BODY:
            return b""
        if _CHUNKED.search(head):
            return await self._chunks()
        length = _LENGTH.search(head)
        return await self._exactly(int(length[1])) if length else b""

    async def _chunks(self) -> bytes:
        found = b""
        while True:
            line = await self._reader.readuntil(b"\r\n")
            size = int(line.partition(b";")[0], 16)
            found += line + await self._exactly(size + len(b"\r\n"))
            if size == 0:
                return found

    async def _exactly(self, size: int) -> bytes:
        try:
            return await self._reader.readexactly(size)
        except asyncio.IncompleteReadError as error:
            raise BrokenOffError from error

    async def send(self, content: bytes) -> None:
        self._writer.write(content)
        await self._writer.drain()

    def reset(self) -> None:
        """End it at once, as a crash or a network does; what was written and not sent is lost."""
        with contextlib.suppress(OSError):
            self._writer.transport.abort()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._writer.close()


def _status_of(head: bytes) -> int | None:
    """The status of an answer, None for a request."""
    first = head.split(b" ", 2)
    return int(first[1]) if head.startswith(b"HTTP/") else None
