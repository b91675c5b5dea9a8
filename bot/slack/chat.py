"""Slack as the courier sees it: cards sent, edited and looked for (docs/decisions/0008)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.chat import Marker, Never, NotSent, Target
from bot.directories import accounts_for
from bot.slack import failures
from bot.slack.installation import Installation, Installations
from bot.slack.web_api import WebApi
from messages import block_kit
from messages.card import Card
from messages.directory import Directory
from storage.store import Store
from storage.terms import Platform

Json = dict[str, Any]

EVENT = "cabbot_posting"
"""The type of the metadata in which a message carries its marker; everybody in the workspace may read it."""

PLAINLY: Json = {"parse": "none", "unfurl_links": False, "unfurl_media": False}
PAGE, MOST_PAGES = 50, 10
"""Messages looked at in one call, and calls: more than a channel's rate allows while one message is in doubt."""


class SlackChat:
    """Implements bot.chat.Chat. A direct message's id is its conversation's and its own, with a slash between."""

    platform = Platform.SLACK

    def __init__(self, api: WebApi, installations: Installations, store: Store) -> None:
        self._api, self._installations, self._store = api, installations, store

    async def send(self, target: Target, card: Card, marker: Marker, thread: str | None) -> str:
        installation = await self._installations.of(target.workspace)
        message = block_kit.message(card, await self._directory(installation, card))
        answer = await self._call(
            installation,
            "chat.postMessage",
            {
                "channel": target.channel,
                "thread_ts": _place(target, thread)[1] if thread else None,
                "metadata": {
                    "event_type": EVENT,
                    "event_payload": {"posting": marker.posting, "revision": marker.revision},
                },
                **message,
                **PLAINLY,
            },
        )
        return f"{answer['channel']}/{answer['ts']}" if target.direct else str(answer["ts"])

    async def edit(self, target: Target, message: str, card: Card, marker: Marker) -> None:
        installation = await self._installations.of(target.workspace)
        drawn = block_kit.message(card, await self._directory(installation, card))
        channel, ts = _place(target, message)
        # Slack keeps the marker of the first sending: `find` asks for the posting, whatever its revision.
        await self._call(installation, "chat.update", {"channel": channel, "ts": ts, "parse": "none", **drawn})

    async def find(self, target: Target, marker: Marker, since: datetime, thread: str | None) -> str | None:
        installation = await self._installations.of(target.workspace)
        channel = await self._conversation(installation, target)
        method = "conversations.replies" if thread else "conversations.history"
        asked: Json = {
            "channel": channel,
            "ts": _place(target, thread)[1] if thread else None,
            "oldest": f"{since.timestamp():.6f}",
            "inclusive": True,
            "limit": PAGE,
            "include_all_metadata": True,
        }
        for _ in range(MOST_PAGES):
            page = await self._call(installation, method, asked)
            for message in page.get("messages", ()):
                if _posting(message) == marker.posting:
                    return f"{channel}/{message['ts']}" if target.direct else str(message["ts"])
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return None
        raise Never("too much was written meanwhile to find it again")

    # ---- inside

    async def _call(self, installation: Installation, method: str, arguments: Json) -> Json:
        try:
            return await self._api.call(method, installation.token.text, arguments)
        except (Never, NotSent) as failed:
            if str(failed) in failures.GONE | failures.STALE:
                self._installations.forget(installation.workspace)
            raise

    async def _conversation(self, installation: Installation, target: Target) -> str:
        if not target.direct:
            return target.channel
        answer = await self._call(installation, "conversations.open", {"users": target.channel})
        return str(answer["channel"]["id"])

    async def _directory(self, installation: Installation, card: Card) -> Directory:
        here = Directory(Platform.SLACK, installation.workspace)
        drawn = replace(card, refresh=None)  # a card in Slack doesn't refresh itself: nobody need be known for that
        return await accounts_for(self._store, installation.organisation, here, drawn)


def _place(target: Target, message: str) -> tuple[str, str]:
    """The channel and the timestamp of a message's id."""
    channel, slash, ts = message.rpartition("/")
    return (channel, ts) if slash else (target.channel, message)


def _posting(message: Json) -> object:
    metadata = message.get("metadata") or {}
    return metadata.get("event_payload", {}).get("posting") if metadata.get("event_type") == EVENT else None
