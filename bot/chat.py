"""What the courier asks of a platform, and the four kinds of answer it can get.

Each edge gives one `Chat`; the courier knows no platform. Nothing here is called inside a transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from messages.card import Card
from storage.terms import Platform


class NotSent(Exception):
    """Surely not sent: refused connection, DNS failure, 429, an error said before anything was done. Try again.

    `retry_after` seconds are the platform's own wish: for the channel, or with `everything` for the workspace's whole
    bucket.
    """

    def __init__(self, word: str, retry_after: float | None = None, *, everything: bool = False) -> None:
        super().__init__(word)
        self.retry_after, self.everything = retry_after, everything


class PerhapsSent(Exception):
    """A time-out, a connection lost in flight, a 5xx: reconcile before repeating."""


class Never(Exception):
    """The platform will never take it (no such channel, bot removed, too long …); its own word is the text."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes. `channel` is a channel's id, or a person's own id when `direct`."""

    workspace: str
    channel: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Marker:
    """What a message carries invisibly, so that a doubtful send can be found again."""

    posting: int
    revision: int


class Chat(Protocol):
    """A platform that shows cards. Every method raises NotSent, PerhapsSent or Never."""

    platform: Platform

    async def send(self, target: Target, card: Card, marker: Marker, thread: str | None) -> str:
        """Post a new message, in the thread of another one if its id is given; answers the platform's message id."""
        ...

    async def edit(self, target: Target, message: str, card: Card, marker: Marker) -> None:
        """Replace a message's content. Harmless to repeat."""
        ...

    async def find(self, target: Target, marker: Marker, since: datetime, thread: str | None) -> str | None:
        """The id of a message that carries the marker's posting, sent since; None when there is none.

        Raises Never when this platform or installation can't look (then a repeat must say that it may be one).
        """
        ...
