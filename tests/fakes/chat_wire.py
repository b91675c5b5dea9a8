"""The fake platform behind a socket, so that it outlives couriers in other processes that are killed or paused."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

from bot.chat import Never, NotSent
from tests.fakes.chat import Behaviour, FakeChat, FakePlatform

SILENT = {Behaviour.DROPPED, Behaviour.DROPPED_AFTER}


@contextlib.asynccontextmanager
async def listening(platform: FakePlatform) -> AsyncIterator[int]:
    """Serve the platform on a free port of this machine. A request that came in is done, whoever still waits for it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ValueError):
            asked = json.loads(await reader.readuntil(b"\n"))
            if asked["kind"] == "find" and not platform.can_find:
                reply: Any = {"behaviour": "cannot look"}
            else:
                behaviour, result = await platform.handle(asked.pop("kind"), asked)
                terms = {"retry_after": platform.retry_after, "everything": platform.everything}
                reply = None if behaviour in SILENT else {"behaviour": behaviour, "answer": result, "terms": terms}
            if reply is not None:
                writer.write(json.dumps(reply).encode() + b"\n")
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


class WireChat(FakeChat):
    """A chat whose platform is on the other end of a socket."""

    def __init__(self, port: int) -> None:
        super().__init__(None)
        self._port = port

    async def _ask(self, kind: str, given: dict[str, Any]) -> tuple[Behaviour, Any, dict[str, Any]]:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except ConnectionRefusedError as refused:
            raise NotSent("connection refused") from refused
        try:
            writer.write(json.dumps({"kind": kind, **given}).encode() + b"\n")
            line = await reader.readline()
        finally:
            writer.close()
        if not line:
            return Behaviour.DROPPED, None, {}
        reply = json.loads(line)
        if reply["behaviour"] == "cannot look":
            raise Never("missing_scope")
        return Behaviour(reply["behaviour"]), reply["answer"], reply["terms"]
