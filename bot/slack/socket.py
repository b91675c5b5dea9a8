"""Socket Mode: a connection that we open, so that no public address is needed. Behind it everything is as with HTTP."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import orjson
import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.envelope import Odd, understood
from bot.slack.front import Front

log = structlog.get_logger("cabbot.slack")

WATCH_SECONDS = 1.0
SILENCE_SECONDS = 30.0
"""So long without a living connection, and the client is replaced: it may be asking for ever at a spent address."""


class Socket:
    """Holds one connection to Slack, and makes a new client where the old one doesn't come back by itself."""

    def __init__(
        self,
        app_token: str,
        front: Front,
        web_client: Callable[[], AsyncWebClient],
        *,
        silence: float = SILENCE_SECONDS,
        ping: float = 5.0,
    ) -> None:
        self._app_token, self._front, self._web_client = app_token, front, web_client
        self._silence, self.ping = silence, ping
        self._closing = False
        self.connected = False

    async def run(self) -> None:
        """Stay connected until cancelled. Slack being away is no reason to end."""
        while True:
            client = SocketModeClient(
                self._app_token, logger=_silent(), web_client=self._web_client(), ping_interval=self.ping
            )
            client.socket_mode_request_listeners.append(self._received)
            connecting = asyncio.create_task(client.connect())  # type: ignore[no-untyped-call] # slack_sdk gives it no types
            try:
                await self._watched(client)
            finally:
                self.connected = False
                connecting.cancel()
                await _closed(client)

    def refuse(self) -> None:
        """From now on nothing is taken: what isn't acknowledged goes to another replica, or comes again."""
        self._closing = True

    async def _watched(self, client: SocketModeClient) -> None:
        loop = asyncio.get_running_loop()
        alive = loop.time()
        while loop.time() - alive < self._silence:
            connected = await client.is_connected()
            if connected != self.connected:
                log.info("connected by Socket Mode" if connected else "Socket Mode lost its connection")
            self.connected = connected
            alive = loop.time() if connected else alive
            await asyncio.sleep(WATCH_SECONDS if connected else WATCH_SECONDS / 10)
        log.warning("Socket Mode is silent; connecting anew")

    async def _received(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._closing:
            return
        try:
            # Through orjson and back: it refuses the half characters that the client's own JSON lets pass.
            envelope = understood(orjson.loads(orjson.dumps(request.payload)))
        except (Odd, TypeError, ValueError) as odd:
            log.warning("an odd payload", why=str(odd))
            await self._acknowledge(client, request.envelope_id, "")
            return
        answer = await self._front.take(envelope)
        if answer is not None:
            await self._acknowledge(client, request.envelope_id, answer)

    async def _acknowledge(self, client: AsyncBaseSocketModeClient, envelope_id: str, answer: str) -> None:
        payload: dict[str, Any] | None = orjson.loads(answer) if answer.startswith("{") else None
        try:
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=envelope_id, payload=payload))
        except (OSError, AttributeError, RuntimeError) as failed:  # the connection was replaced meanwhile
            log.warning("an acknowledgement was lost with its connection", error=type(failed).__name__)


async def _closed(client: SocketModeClient) -> None:
    try:
        await client.close()  # type: ignore[no-untyped-call] # slack_sdk gives it no types
    except Exception as failed:
        log.warning("a connection didn't close", error=type(failed).__name__)


def _silent() -> logging.Logger:
    """The client repeats a traceback with every vain attempt; what matters of them is logged here."""
    logger = logging.getLogger("cabbot.slack.socket")
    logger.setLevel(logging.CRITICAL)
    return logger
