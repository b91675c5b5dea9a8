"""Row 21 of the threats: whoever sends a body by drops is not waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.request_body import BODY_SECONDS, whole_body

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"


@asynccontextmanager
async def serving(seconds: float) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server that sends the body back."""

    async def echo(request: web.Request) -> web.Response:
        return web.Response(body=await whole_body(request, seconds))

    app = web.Application(client_max_size=100)
    app.router.add_post("/", echo)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
    yield reader, writer
    writer.close()
    await runner.cleanup()


async def answer(reader: asyncio.StreamReader) -> bytes:
    return (await reader.readline()).split(b" ")[1]


@pytest.mark.parametrize("sent", [b"", b"half"])
async def test_a_body_that_does_not_come_is_408(sent: bytes) -> None:
    async with serving(0.1) as (reader, writer):
        writer.write(HEAD + sent)
        assert await answer(reader) == b"408"


async def test_a_body_in_pieces_is_put_together() -> None:
    async with serving(BODY_SECONDS) as (reader, writer):
        writer.write(HEAD + b"01234")
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(b"56789")
        assert await answer(reader) == b"200"
        assert await reader.readuntil(b"0123456789")


async def test_a_body_that_is_too_long_is_413() -> None:
    async with serving(BODY_SECONDS) as (reader, writer):
        writer.write(HEAD.replace(b"10", b"101") + b"x" * 101)
        assert await answer(reader) == b"413"
