"""An artifact store over real HTTP that behaves as badly as it's told to."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

BYTES = b"an artifact of payments " * 40_000
"""Nearly a megabyte: it comes in many pieces."""
SHA256 = hashlib.sha256(BYTES).hexdigest()
OTHER = hashlib.sha256(b"another").hexdigest()

Behave = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ArtifactStore:
    """What it keeps lies at /<name>; `asked` are the paths and the headers of everybody who came."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.kept: dict[str, Behave] = {"/payments.tar": whole, "/moved.tar": moved, "/cut.tar": cut, "/slow.tar": slow}
        self.kept |= {"/endless.tar": endless, "/open.tar": without_length, "/packed.tar": packed}

    def at(self, name: str) -> str:
        return f"{self.url}/{name}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.headers)))
        if request.path.startswith("/status/"):
            return web.Response(status=int(request.path.rpartition("/")[2]))
        behave = self.kept.get(request.path)
        return await behave(request) if behave else web.Response(status=404)


async def whole(_request: web.Request) -> web.StreamResponse:
    return web.Response(body=BYTES)


async def packed(_request: web.Request) -> web.StreamResponse:
    """Kept packed and said to be so, whatever the client wanted."""
    return web.Response(body=BYTES, headers={"Content-Encoding": "gzip"})


async def moved(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/payments.tar")


async def cut(request: web.Request) -> web.StreamResponse:
    """The connection ends in the middle."""
    response = web.StreamResponse(headers={"Content-Length": str(len(BYTES))})
    await response.prepare(request)
    await response.write(BYTES[: len(BYTES) // 2])
    assert request.transport is not None
    request.transport.close()
    return response


async def slow(request: web.Request) -> web.StreamResponse:
    """A byte now and then, for ever."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"x")
        await asyncio.sleep(0.01)


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(BYTES)


async def without_length(request: web.Request) -> web.StreamResponse:
    """As a very old server: it ends when the connection does."""
    assert request.transport is not None
    request.transport.write(b"HTTP/1.0 200 OK\r\n\r\n" + BYTES[:100])
    request.transport.close()
    return web.Response()


@asynccontextmanager
async def artifact_store() -> AsyncIterator[ArtifactStore]:
    store = ArtifactStore()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", store.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    store.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield store
    finally:
        await runner.cleanup()
