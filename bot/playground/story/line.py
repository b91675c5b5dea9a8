"""A sentence of the story: who said it, where, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.playground.town import ZONE

Window = Callable[[int, str], str]
"""A window's begin as it is typed: so many days after the opening, at that time of day, in the town's zone."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody says, `days` before or after the opening at `clock` in the town's zone. Without a command (`say`
    false) it is talk among people.
    """

    days: int
    clock: str
    who: str
    channel: str
    words: str
    say: bool = True

    def at(self, opens: datetime) -> datetime:
        hour, minute = self.clock.split(":")
        day = opens.astimezone(ZoneInfo(ZONE)) + timedelta(days=self.days)
        return day.replace(hour=int(hour), minute=int(minute))
