"""The playground as a chat platform: what the courier sends is put into the chat log, and open pages are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.chat import Marker, Never, Target
from bot.playground.chat_log import ChatLog, Message
from bot.playground.hub import Event, Hub
from bot.postings import card_text
from messages.card import Card
from storage.terms import Platform


def direct(handle: str) -> str:
    """The channel in which Cabbot and one person talk alone."""
    return f"@{handle}"


class PlaygroundChat:
    """Implements bot.chat.Chat. It never fails but for a message that isn't there.

    `said_at` answers when what a posting shows was said. A message carries that moment: the demo's clock may have been
    moved on while the message was under way.
    """

    platform = Platform.PLAYGROUND

    def __init__(self, log: ChatLog, hub: Hub, said_at: Callable[[int], Awaitable[datetime]]) -> None:
        self._log, self._hub, self._said_at = log, hub, said_at

    async def send(self, target: Target, card: Card, marker: Marker, thread: str | None) -> str:
        message = self._log.post_card(
            _channel(target),
            card_text(card),
            await self._said_at(marker.posting),
            thread=int(thread) if thread else 0,
            posting=marker.posting,
        )
        self._tell("posted", message)
        return str(message.id)

    async def edit(self, target: Target, message: str, card: Card, marker: Marker) -> None:
        try:
            edited = self._log.edit(int(message), card_text(card), await self._said_at(marker.posting))
        except (LookupError, ValueError):
            raise Never("message_not_found") from None
        self._tell("edited", edited)

    async def find(self, target: Target, marker: Marker, since: datetime, thread: str | None) -> str | None:
        found = self._log.find(
            _channel(target), marker.posting
        )  # `since` is by the wall's clock, messages by the demo's
        return None if found is None else str(found.id)

    def _tell(self, kind: str, message: Message) -> None:
        self._hub.tell(Event(kind, message.channel, message.id, message.thread))


def _channel(target: Target) -> str:
    return direct(target.channel) if target.direct else target.channel
