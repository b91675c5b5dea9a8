"""How the fake reaches the app: signed over HTTP, replicas in turn, or through a socket that the app opened."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

import aiohttp

from tests.fakes.slack_server import Server
from tests.fakes.slack_world import Json, Message, World

ACK_SECONDS = 3.0


@dataclass
class Ack:
    """What the app answered. `status` 0 is no answer within three seconds: “operation_timeout” to the person."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    message: Message | None = None
    seconds: float = 0.0

    @property
    def json(self) -> Json:
        return json.loads(self.body) if self.body.startswith(b"{") else {}

    @property
    def errors(self) -> dict[str, str]:
        """The sentences beside a form's fields."""
        errors: dict[str, str] = self.json.get("errors", {})
        return errors


class Wire:
    """From Slack to the app and back."""

    def __init__(self, world: World, server: Server, signing_secret: str) -> None:
        self.world, self.server, self.signing_secret = world, server, signing_secret
        self.app_urls: list[str] = []
        """Where the app listens; several are replicas behind one address, that take turns."""
        self._turns = itertools.count()
        self._session: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[Self]:
        await self.server.start(port)
        connector = aiohttp.TCPConnector(limit=0)
        try:
            async with aiohttp.ClientSession(connector=connector) as self._session:
                yield self
        finally:
            await self.server.stop()

    @property
    def clock(self) -> Callable[[], float]:
        """What requests are signed with and messages are dated by."""
        return self.world.clock

    @clock.setter
    def clock(self, clock: Callable[[], float]) -> None:
        self.world.clock = clock

    @property
    def app_url(self) -> str:
        """The replica whose turn it is."""
        assert self.app_urls, "Slack doesn't know where the app listens"
        return self.app_urls[next(self._turns) % len(self.app_urls)]

    @app_url.setter
    def app_url(self, url: str) -> None:
        self.app_urls = [url]

    def signed(self, body: bytes, *, at: float | None = None, secret: str = "") -> dict[str, str]:
        """Headers of an authentic request with this body."""
        timestamp = str(int(self.clock() if at is None else at))
        base = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new((secret or self.signing_secret).encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}

    async def post(self, body: bytes, headers: dict[str, str], seconds: float = 30.0) -> Ack:
        """Send bytes to the app as they are."""
        assert self._session is not None, "the fake isn't running"
        started = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            sent = io.BytesIO(body) if len(body) > 2**20 else body
            async with self._session.post(self.app_url, data=sent, headers=headers, timeout=timeout) as response:
                read = await response.read()
                return Ack(response.status, read, dict(response.headers), seconds=time.monotonic() - started)
        except TimeoutError:
            return Ack(0, seconds=seconds)

    async def _deliver(self, kind: str, body: str, payload: Json, extra: dict[str, str] | None = None) -> Ack:
        if self.server.sockets:
            return await self._deliver_by_socket(kind, payload)
        is_json = kind == "events_api"
        content_type = "application/json" if is_json else "application/x-www-form-urlencoded"
        headers = {"Content-Type": content_type, **self.signed(body.encode()), **(extra or {})}
        return await self.post(body.encode(), headers, ACK_SECONDS)

    async def _deliver_by_socket(self, kind: str, payload: Json) -> Ack:
        envelope = f"env-{self.world.number()}"
        self.server.acks[envelope] = asyncio.get_running_loop().create_future()
        whole = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        await self.server.sockets[-1].send_json(whole)
        try:
            ack = await asyncio.wait_for(self.server.acks[envelope], ACK_SECONDS)
        except TimeoutError:
            return Ack(0)
        return Ack(200, json.dumps(ack["payload"]).encode() if ack.get("payload") else b"")


_MENTION = re.compile(r"(<(?:[@#]|!subteam\^)[A-Z0-9]+(?:\|[^<>]*)?>)")


def escaped(typed: str) -> str:
    """A command's text as Slack delivers it (should_escape): entities, but for mentions of people and channels."""
    pieces = _MENTION.split(typed)
    return "".join(
        piece if at % 2 else piece.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for at, piece in enumerate(pieces)
    )
