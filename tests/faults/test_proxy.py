"""The proxy against a real server: what it lets through, and what each fault does."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from tests.faults.proxy import Fault, Proxy


@dataclass
class Upstream:
    """A server that remembers what it was asked, and the proxy before it; `next` is what its next requests meet."""

    proxy: Proxy
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    next: list[Fault | None] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}/"

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append((request.method, await request.read()))
        if request.path == "/chunks":
            chunked = web.StreamResponse()
            chunked.enable_chunked_encoding()
            await chunked.prepare(request)
            await chunked.write(b"in two ")
            await chunked.write(b"parts")
            return chunked
        return web.Response(status=204) if request.method == "DELETE" else web.Response(text="answer")


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    proxy = Proxy(0, delay_seconds=0)
    server = Upstream(proxy)
    proxy.choose = lambda: server.next.pop(0) if server.next else None
    runner = web.ServerRunner(web.Server(server.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy.upstream = runner.addresses[0][1]
    async with proxy.running():
        yield server
    await runner.cleanup()


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    # One connection, so that one request after another goes over it.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as session:
        yield session


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "", "answer"),
        ("POST", "", "answer"),
        ("GET", "chunks", "in two parts"),
        ("HEAD", "", ""),
        ("DELETE", "", ""),
    ],
)
async def test_passes_requests_and_answers_on(
    upstream: Upstream, client: aiohttp.ClientSession, method: str, path: str, answer: str
) -> None:
    for _ in range(2):  # the second goes over the same connection, which must stand where the first ended
        async with client.request(method, upstream.url + path, data=b"body" * 5000) as response:
            assert await response.text() == answer
    assert upstream.asked == [(method, b"body" * 5000)] * 2


async def test_passes_a_chunked_request_on(upstream: Upstream, client: aiohttp.ClientSession) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    async with client.post(upstream.url, data=parts()) as response:
        assert await response.text() == "answer"
    assert upstream.asked == [("POST", b"onetwo")]


async def test_a_reset_comes_before_the_request_gets_anywhere(
    upstream: Upstream, client: aiohttp.ClientSession
) -> None:
    upstream.next = [Fault.RESET]
    with pytest.raises(aiohttp.ClientError):
        await client.post(upstream.url)
    assert upstream.asked == []


async def test_a_lost_answer_is_one_to_a_request_that_was_carried_out(
    upstream: Upstream, client: aiohttp.ClientSession
) -> None:
    upstream.next = [Fault.LOST_ANSWER]
    with pytest.raises(aiohttp.ClientError):
        await client.post(upstream.url)
    assert upstream.asked == [("POST", b"")]


async def test_a_busy_service_does_nothing(upstream: Upstream, client: aiohttp.ClientSession) -> None:
    upstream.next = [Fault.BUSY]
    async with client.post(upstream.url) as response:
        assert (response.status, upstream.asked) == (503, [])


async def test_a_delayed_request_is_carried_out(upstream: Upstream, client: aiohttp.ClientSession) -> None:
    upstream.next = [Fault.DELAY]
    async with client.post(upstream.url) as response:
        assert (response.status, len(upstream.asked)) == (200, 1)


async def test_resets_while_nothing_listens_behind_it(upstream: Upstream, client: aiohttp.ClientSession) -> None:
    upstream.proxy.upstream = 1
    with pytest.raises(aiohttp.ClientError):
        await client.post(upstream.url)


async def test_counts_what_was_done(upstream: Upstream, client: aiohttp.ClientSession) -> None:
    upstream.next = [None, Fault.BUSY]
    for _ in range(2):
        (await client.post(upstream.url)).release()
    assert upstream.proxy.done == {"none": 1, "busy": 1}
