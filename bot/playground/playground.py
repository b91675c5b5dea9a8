"""The playground put together: one organisation, its door, its chat log, and a clock that can be moved."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import MovableClock
from bot.dispatch import Door
from bot.playground.chat import direct
from bot.playground.chat_log import ChatLog, Message
from bot.playground.hub import Event, Hub
from bot.playground.mentions import marked
from bot.playground.town import WORKSPACE, Town
from bot.sentence import Answer, Sentence, Speaker
from handlers.kit.call import Place
from storage.due import next_due
from storage.store import Store
from storage.terms import Origin, Platform

FARTHEST = timedelta(days=31)
"""How far the clock goes in one step."""


@dataclass(frozen=True, slots=True)
class Playground:
    """What the pages show and do. `say_due` does the work that is due now; `delivered` waits until all hangs in the log."""

    town: Town
    organisation: int
    people: Mapping[str, int]
    """The person's number by handle."""
    store: Store
    door: Door
    clock: MovableClock
    log: ChatLog
    hub: Hub
    say_due: Callable[[], Awaitable[None]]
    delivered: Callable[[], Awaitable[None]]
    _moving: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def say(
        self,
        handle: str,
        act: str,
        line: str,
        *,
        channel: str = "",
        origin: Origin = Origin.TYPED,
        values: Mapping[str, str] | None = None,
    ) -> Answer:
        """A person says what stands after /release. `act` is the same when one act is sent twice."""
        speaker = Speaker(Platform.PLAYGROUND, WORKSPACE, handle, self.town.citizen(handle).name)
        rooms = {room.id for room in self.town.rooms}
        answer = await self.door.say(
            Sentence(
                f"playground:{handle}:{act}",
                speaker,
                marked(line, self.people, rooms),
                origin,
                self._place(handle, channel),
                {name: marked(value, self.people, rooms) for name, value in (values or {}).items()},
            )
        )
        self.mark_time()
        self.hub.tell(Event("said"))
        return answer

    def chat(self, handle: str, act: str, words: str, channel: str, thread: int = 0) -> Message:
        """A person says something that isn't for Cabbot. Raises LookupError for a thread of another channel."""
        if thread and self.log.get(thread).channel != channel:
            raise LookupError(f"message {thread} doesn't hang in {channel}")
        message = self.log.post_words(channel, handle, words, self.clock.now(), act=f"{handle}:{act}", thread=thread)
        self.hub.tell(Event("posted", channel, message.id, thread))
        return message

    def channels_of(self, handle: str) -> list[str]:
        return [*(room.id for room in self.town.rooms), direct(handle)]

    async def forward_to(self, moment: datetime) -> None:
        """Let time pass: what falls due on the way happens at its own moment, in order. Raises ValueError backwards."""
        if self._moving.locked():
            raise ValueError("The clock is on its way; wait until it has arrived.")
        if not timedelta(0) <= moment - self.clock.now() <= FARTHEST:
            raise ValueError("The clock only moves forward, and at most 31 days at a time.")
        async with self._moving:
            await self._pass_time(moment)

    async def _pass_time(self, moment: datetime) -> None:
        while (due := await self.store.read(next_due)) is not None and due <= moment:
            self._set(due)
            await self._settle()
            if await self.store.read(next_due) == due:
                break  # it stays due, so it failed; it must not hold the clock up
        self._set(moment)
        await self._settle()

    async def _settle(self) -> None:
        await self.say_due()
        await self.delivered()

    def _set(self, moment: datetime) -> None:
        ahead = moment - self.clock.now()
        if ahead > timedelta(0):
            self.clock.forward(ahead)
        self.mark_time()
        self.hub.tell(Event("clock"))

    def mark_time(self) -> None:
        """Note what the clock says, so that a restart goes on from here: a closed playground's time stands still."""
        self.log.note(CLOCK, self.clock.now().isoformat())

    def _place(self, handle: str, channel: str) -> Place | None:
        if not channel:
            return None
        alone = channel == direct(handle)
        return Place(Platform.PLAYGROUND, WORKSPACE, handle if alone else channel, channel.lstrip("@"), direct=alone)


CLOCK = "clock"
"""The note that keeps the demo's moment."""
