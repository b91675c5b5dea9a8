"""One posting on its way to a platform: look for it where it may have arrived, send or edit it, say how it ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.chat import Chat, Marker, Never, NotSent, PerhapsSent, Target
from messages.card import Card
from messages.card_json import from_json
from storage.lease import LEASE_SECONDS
from storage.outbox import Claimed, Ending
from storage.posting import Posting
from storage.statement import Unavailable
from storage.terms import PostingState, ToldHow

T = TypeVar("T")
log = structlog.get_logger("cabbot.courier")

CRASHES = 5
"""After so many tries that ended in a mistake of ours, a posting is dead: it must not hold its channel up for ever."""
SKEW = timedelta(minutes=2)
"""How far the platform's clock may be from the database's when a message is looked for."""
INTERRUPTED = "re-sent after an interrupted delivery; it may appear twice"


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. `lease` must outlast a look-up and a send of `request` each, and the database's own time-outs;
    `workspace`, the lease of a whole workspace, outlasts that one.

    `settle` is how long a doubtful send is left alone before it is looked for: shorter, and a slow platform shows it
    only after we looked. Retries wait a random part of `backoff` doubled at each try, up to `backoff_cap`. `breath` lies
    between two rounds, so that many deliveries which end together cause one look and not many.
    """

    request: float = 5.0
    lease: float = 12.0
    workspace: float = LEASE_SECONDS
    settle: float = 25.0
    poll: float = 1.0
    stop: float = 10.0
    backoff: float = 1.0
    backoff_cap: float = 300.0
    breath: float = 0.04


TIMING = Timing()


class _CannotLook(Exception):
    """The platform, or this installation of it, has no way to find a message."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is carried, by whose rules. `fresh` tells whether the lease still has time for one more request."""

    chat: Chat
    claimed: Claimed
    timing: Timing
    now: datetime
    fresh: Callable[[], bool]
    chance: Callable[[], float]
    probe: Callable[[str], None]

    async def run(self) -> Ending:
        """Carry it out. Never raises but for being cancelled."""
        posting = self.claimed.posting
        try:
            card = card_of(posting)
        except (KeyError, TypeError, ValueError):
            return self._dead("this version of Cabbot can't read the card")
        if posting.shown:
            return await self._edit(card)
        if not self.claimed.doubtful:
            return await self._send(card, ToldHow.SENT)
        return await self._settle(card)

    async def _edit(self, card: Card) -> Ending:
        posting = self.claimed.posting
        self.probe("edit")
        if not self.fresh():
            return self._untouched()
        try:
            await self._asked(self.chat.edit(self._target, posting.message, card, self._marker))
        except (NotSent, PerhapsSent) as failed:
            return self._again(failed)
        except Never as never:
            return self._dead(str(never))
        except Exception as mistake:
            return self._crashed(mistake) or self._again(PerhapsSent(_name(mistake)))
        return Ending(PostingState.SHOWN, message=posting.message, shown=posting.wanted, told=ToldHow.EDITED)

    async def _settle(self, card: Card) -> Ending:
        """An earlier send may have arrived."""
        try:
            found = await self._found()
        except _CannotLook:
            if self._outlived:
                return Ending(PostingState.EXPIRED, told=ToldHow.EXPIRED, detail="it may have been sent before")
            return await self._send(card, ToldHow.RESENT, doubt_stays=True)
        except (NotSent, PerhapsSent) as failed:
            return self._again(failed, doubt_stays=True)
        except Exception as mistake:
            return self._crashed(mistake) or self._again(PerhapsSent(_name(mistake)), doubt_stays=True)
        posting = self.claimed.posting
        if found is not None:
            # Which revision arrived isn't known if there was a newer one since; an edit more does no harm.
            shown = max(1, posting.wanted - 1)
            return Ending(PostingState.SHOWN, message=found, shown=shown, told=ToldHow.FOUND)
        if self._outlived:
            return Ending(PostingState.EXPIRED, told=ToldHow.EXPIRED, detail="looked for, and not found")
        return await self._send(card, ToldHow.SENT)

    async def _found(self) -> str | None:
        posting = self.claimed.posting
        since = (posting.started_at or posting.created_at) - SKEW
        self.probe("look up")
        try:
            return await self._asked(self.chat.find(self._target, self._marker, since, self.claimed.thread))
        except Never as cannot:
            raise _CannotLook from cannot

    async def _send(self, card: Card, how: ToldHow, *, doubt_stays: bool = False) -> Ending:
        self.probe("send")
        if not self.fresh():  # nothing comes between this look at the clock and the send
            return self._untouched()
        try:
            message = await self._asked(self.chat.send(self._target, card, self._marker, self.claimed.thread))
        except NotSent as failed:
            return self._again(failed, doubt_stays=doubt_stays)
        except PerhapsSent as doubt:
            return self._doubtful(str(doubt))
        except Never as never:
            return self._dead(str(never))
        except Exception as mistake:
            return self._crashed(mistake) or self._doubtful(_name(mistake))
        self.probe("sent")
        detail = INTERRUPTED if how is ToldHow.RESENT else ""
        shown = self.claimed.posting.wanted
        return Ending(PostingState.SHOWN, message=message, shown=shown, told=how, detail=detail)

    async def _asked(self, call: Awaitable[T]) -> T:
        """The platform's answer, within the time that a request has."""
        try:
            async with asyncio.timeout(self.timing.request):
                return await call
        except TimeoutError:
            raise PerhapsSent(f"no answer within {self.timing.request:g} s") from None
        except Unavailable as failed:  # the edge looks up what it needs before it sends
            raise NotSent(str(failed)) from failed
        except OSError as failed:
            raise PerhapsSent(_name(failed)) from failed

    def _again(self, failed: NotSent | PerhapsSent, *, doubt_stays: bool = False) -> Ending:
        state = PostingState.DOUBTFUL if doubt_stays else PostingState.WAITING
        wish = failed.retry_after if isinstance(failed, NotSent) else None
        everything = isinstance(failed, NotSent) and failed.everything
        retry_in = self._backoff() if wish is None else wish
        rest, channel_rest = (wish, None) if everything else (None, wish)
        return Ending(
            state, error=str(failed), retry_in=retry_in, unsure=doubt_stays, rest=rest, channel_rest=channel_rest
        )

    def _doubtful(self, error: str) -> Ending:
        later = self._backoff() if self.claimed.doubtful else 0.0
        return Ending(PostingState.DOUBTFUL, error=error, retry_in=self.timing.settle + later, unsure=True)

    def _untouched(self) -> Ending:
        """Too late to begin; nothing was done, so all is as it was before the claim."""
        state = PostingState.DOUBTFUL if self.claimed.doubtful else PostingState.WAITING
        return Ending(state, error="the worker was held up", unsure=self.claimed.doubtful)

    def _dead(self, word: str) -> Ending:
        return Ending(PostingState.DEAD, error=word, told=ToldHow.DEAD, detail=word)

    def _crashed(self, mistake: Exception) -> Ending | None:
        posting = self.claimed.posting
        log.error("delivery crashed", posting=posting.id, attempt=posting.attempts, exc_info=mistake)
        return self._dead(f"Cabbot itself failed: {_name(mistake)}") if posting.attempts >= CRASHES else None

    def _backoff(self) -> float:
        return backoff(self.timing, self.claimed.posting.attempts, self.chance())

    @property
    def _outlived(self) -> bool:
        until = self.claimed.posting.until
        return until is not None and until < self.now

    @property
    def _target(self) -> Target:
        posting = self.claimed.posting
        return Target(posting.workspace, posting.channel, direct=posting.direct)

    @property
    def _marker(self) -> Marker:
        return Marker(self.claimed.posting.id, self.claimed.posting.wanted)


def backoff(timing: Timing, attempts: int, chance: float) -> float:
    """Full jitter: anywhere between at once and the doubled wait, so that what failed together isn't tried together."""
    return chance * min(timing.backoff_cap, timing.backoff * 2.0 ** min(attempts, 30))


def card_of(posting: Posting) -> Card:
    card = from_json(json.loads(posting.card))
    if not isinstance(card, Card):
        raise TypeError("the posting holds something else than a card")
    return card


def _name(error: Exception) -> str:
    """The kind of an unexpected error; its text may hold anything."""
    return type(error).__name__
