"""A platform for couriers that can misbehave, and counts: what was lost, doubled, out of order.

`FakePlatform` is the platform itself; `FakeChat` reaches it within the process, `tests.fakes.chat_wire` over a socket from
another one, so that it outlives a courier that is killed.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.chat import Marker, Never, NotSent, PerhapsSent, Target
from messages.card import Card
from storage.terms import Platform


class Behaviour(StrEnum):
    """What the platform does with one request."""

    OK = "ok"
    LIMITED = "429"
    REFUSED = "refused connection"
    BROKEN = "500, nothing done"
    BROKEN_AFTER = "500, but it was done"
    DROPPED = "connection lost, nothing done"
    DROPPED_AFTER = "connection lost, but it was done"
    HUNG = "never answers, nothing done"
    HUNG_AFTER = "never answers, but it was done"
    NEVER = "channel_not_found"
    CRASH = "the adapter has a mistake"


DONE = {Behaviour.OK, Behaviour.BROKEN_AFTER, Behaviour.DROPPED_AFTER, Behaviour.HUNG_AFTER}


@dataclass(slots=True)
class Message:
    """A message that hangs in a channel. `revisions` are those that it has shown, in order."""

    id: str
    posting: int
    channel: str
    thread: str | None
    at: float
    title: str
    revisions: list[int] = field(default_factory=list)
    edited_at: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: `kind` is send, edit or find."""

    kind: str
    channel: str
    posting: int
    number: int


class FakePlatform:
    """`plan` decides what becomes of each request; without one all is well. `retry_after` goes with every 429."""

    def __init__(
        self,
        plan: Callable[[Request], Behaviour] = lambda _request: Behaviour.OK,
        *,
        latency: float = 0.0,
        retry_after: float | None = 0.05,
        everything: bool = False,
        can_find: bool = True,
    ) -> None:
        self.plan, self.latency, self.retry_after, self.can_find = plan, latency, retry_after, can_find
        self.everything = everything
        self.messages: dict[str, Message] = {}
        self.requests: list[tuple[Request, Behaviour]] = []
        self.at_once, self.most_at_once = 0, 0
        self.thawed = asyncio.Event()
        self.thawed.set()
        self._numbers = itertools.count(1)
        self._now = asyncio.get_running_loop().time

    # ---- what an adapter calls: answers are values, so that they can cross a wire

    async def handle(self, kind: str, given: dict[str, Any]) -> tuple[Behaviour, Any]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.thawed.wait()
            request = Request(kind, given["channel"], given["posting"], next(self._numbers))
            behaviour = self.plan(request)
            self.requests.append((request, behaviour))
            answer = self._do(kind, given) if behaviour in DONE else None
            if behaviour in {Behaviour.HUNG, Behaviour.HUNG_AFTER}:
                await asyncio.sleep(3600)
            await asyncio.sleep(self.latency)
            return behaviour, answer
        finally:
            self.at_once -= 1

    def _do(self, kind: str, given: dict[str, Any]) -> Any:
        if kind == "send":
            message = Message(
                f"m{len(self.messages) + 1}",
                given["posting"],
                given["channel"],
                given["thread"],
                self._now(),
                given["title"],
                [given["revision"]],
            )
            self.messages[message.id] = message
            return message.id
        if kind == "edit":
            message = self.messages[given["message"]]
            message.revisions.append(given["revision"])
            message.edited_at.append(self._now())
            message.title = given["title"]
            return None
        found = [
            m.id for m in self.messages.values() if m.posting == given["posting"] and m.channel == given["channel"]
        ]
        return found[0] if found else None

    # ---- what a test asks

    def of(self, posting: int) -> list[Message]:
        return [message for message in self.messages.values() if message.posting == posting]

    def lost(self, postings: list[int]) -> list[int]:
        seen = {message.posting for message in self.messages.values()}
        return [posting for posting in postings if posting not in seen]

    def doubled(self) -> list[int]:
        counted: dict[int, int] = defaultdict(int)
        for message in self.messages.values():
            counted[message.posting] += 1
        return [posting for posting, times in counted.items() if times > 1]

    def out_of_order(self) -> list[int]:
        """Postings that came into their channel, for the first time, after one with a higher number."""
        last: dict[str, int] = defaultdict(int)
        late, seen = [], set()
        for message in self.messages.values():
            if message.posting in seen:
                continue
            seen.add(message.posting)
            if message.posting < last[message.channel]:
                late.append(message.posting)
            last[message.channel] = max(last[message.channel], message.posting)
        return late

    def made(self, kind: str) -> list[Request]:
        return [request for request, _ in self.requests if request.kind == kind]


def given_of(target: Target, marker: Marker, **more: Any) -> dict[str, Any]:
    return {"channel": target.channel, "posting": marker.posting, "revision": marker.revision, **more}


class FakeChat:
    """Implements bot.chat.Chat over a `FakePlatform` of the same process, or over whatever `_ask` reaches."""

    def __init__(self, there: FakePlatform | None, platform: Platform = Platform.SLACK) -> None:
        self.there, self.platform = there, platform

    async def send(self, target: Target, card: Card, marker: Marker, thread: str | None) -> str:
        return str(await self._answer("send", given_of(target, marker, thread=thread, title=card.title)))

    async def edit(self, target: Target, message: str, card: Card, marker: Marker) -> None:
        await self._answer("edit", given_of(target, marker, message=message, title=card.title))

    async def find(self, target: Target, marker: Marker, since: datetime, thread: str | None) -> str | None:
        found = await self._answer("find", given_of(target, marker, since=since.isoformat(), thread=thread))
        return None if found is None else str(found)

    async def _answer(self, kind: str, given: dict[str, Any]) -> Any:
        behaviour, answer, terms = await self._ask(kind, given)
        match behaviour:
            case Behaviour.OK:
                return answer
            case Behaviour.LIMITED:
                raise NotSent("ratelimited", terms["retry_after"], everything=terms["everything"])
            case Behaviour.REFUSED:
                raise NotSent("connection refused")
            case Behaviour.NEVER:
                raise Never("channel_not_found")
            case Behaviour.CRASH:
                raise ZeroDivisionError
            case _:
                raise PerhapsSent(behaviour.value)

    async def _ask(self, kind: str, given: dict[str, Any]) -> tuple[Behaviour, Any, dict[str, Any]]:
        assert self.there is not None
        if kind == "find" and not self.there.can_find:
            raise Never("missing_scope")
        behaviour, answer = await self.there.handle(kind, given)
        return behaviour, answer, {"retry_after": self.there.retry_after, "everything": self.there.everything}
