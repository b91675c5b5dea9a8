"""Where Slack's requests come in: verified as raw bytes, understood, handed to the listeners, acknowledged."""

from __future__ import annotations

import asyncio
import secrets

import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from bot import notices
from bot.behind import Behind
from bot.request_body import whole_body
from bot.slack.answers import EMPTY, put_before, shown
from bot.slack.bolt import dispatched
from bot.slack.envelope import Challenge, Command, Envelope, Event, Interaction, Odd, Submission, read
from bot.slack.guard import Guard
from bot.slack.happenings import GONE, Happenings
from bot.slack.installation import Installation, Installations
from bot.slack.listeners import Delivery
from bot.slack.web_api import WebApi
from messages import block_kit, refusal
from messages.card import Card
from messages.directory import Directory

log = structlog.get_logger("cabbot.slack")

STARTING_SECONDS = 1.5
"""How long a request waits for the first answer of Slack's about our own token."""


class Front:
    """Takes envelopes, from HTTP and from Socket Mode alike."""

    def __init__(
        self,
        app: AsyncApp,
        installations: Installations,
        happenings: Happenings,
        *,
        api: WebApi,
        behind: Behind,
        ready: asyncio.Event,
    ) -> None:
        """`ready` is set once the workspace of the configured bot token is known."""
        self._app, self._installations, self._happenings = app, installations, happenings
        self._api, self._behind, self._ready = api, behind, ready

    async def take(self, envelope: Envelope) -> str | None:
        """Carry out what was delivered; the body of its acknowledgement, None when it failed and nobody can be told.

        Never raises. Slack delivers such an event again, and shows whoever pressed that it failed.
        """
        arrived = asyncio.get_running_loop().time()
        try:
            return await self._taken(envelope, arrived)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("crashed", reference=reference)
            can_be_told = isinstance(envelope, Command | Submission)
            return self._said(envelope, refusal.crashed(reference)) if can_be_told else None

    async def _taken(self, envelope: Envelope, arrived: float) -> str:
        if isinstance(envelope, Event) and envelope.type in GONE:
            await self._happenings.gone(envelope)
            return EMPTY
        if not envelope.listener:
            return envelope.challenge if isinstance(envelope, Challenge) else EMPTY
        installation = await self._installation(envelope)
        if installation is None:
            return self._said(envelope, notices.not_installed() if self._ready.is_set() else notices.starting())
        response = await dispatched(self._app, envelope, Delivery(arrived, installation))
        if response.status != 200:
            raise RuntimeError(f"Bolt answered {response.status}")
        return response.body

    async def _installation(self, envelope: Envelope) -> Installation | None:
        found = await self._installations.find(envelope.workspaces)
        if found is not None or self._ready.is_set():
            return found
        try:
            await asyncio.wait_for(self._ready.wait(), STARTING_SECONDS)
        except TimeoutError:
            return None
        return await self._installations.find(envelope.workspaces)

    def _said(self, envelope: Envelope, card: Card) -> str:
        """A notice about the delivery itself, where an installation to speak through may be missing."""
        message = block_kit.message(card, Directory())
        match envelope:
            case Command():
                return shown(message)
            case Submission():
                return put_before(message)
            case Interaction(response_url=url) if url:
                answer = {"response_type": "ephemeral", "replace_original": False, **message}
                self._behind.start(self._api.respond(url, answer))
        return EMPTY


class HttpDoor:
    """`POST /slack/events`."""

    def __init__(self, guard: Guard, front: Front) -> None:
        self._guard, self._front = guard, front

    async def take(self, request: web.Request) -> web.Response:
        body = await whole_body(request)
        headers = request.headers
        if not self._guard.admits(body, headers.get("X-Slack-Request-Timestamp"), headers.get("X-Slack-Signature")):
            return web.Response(status=401, text="This isn't a request of Slack's, or it is older than five minutes.")
        try:
            envelope = read(body, headers.get("Content-Type", ""))
        except Odd as odd:
            log.warning("an odd payload", why=str(odd))
            return web.Response(status=400, text=str(odd))
        answer = await self._front.take(envelope)
        if answer is None:
            return web.Response(status=503, headers={"Retry-After": "60"})
        kind = "application/json" if answer.startswith("{") else "text/plain"
        return web.Response(text=answer, content_type=kind)
