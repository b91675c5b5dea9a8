"""What a stage has on every platform: time, weather, and the audit trail in people's names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storage.terms import Origin, Outcome, Platform
from tests.journeys.house import House
from tests.journeys.stage import CITIZENS, ZONE

Weather = Callable[[House], Awaitable[None]]


async def fair(_house: House) -> None:
    """Nothing happens between the parts of a story."""


def slack_user(handle: str) -> str:
    return f"U{handle.upper()}"


def teams_user(handle: str) -> str:
    """As Teams names people to one bot."""
    return f"29:1{handle}-0Xw"


HANDLES = {user_of(each.handle): each.handle for each in CITIZENS for user_of in (slack_user, teams_user)}


class Played:
    """The part of tests.journeys.stage.Stage that no platform has its own way of."""

    def __init__(self, house: House, weather: Weather = fair) -> None:
        self.house, self._weather = house, weather

    def now(self) -> datetime:
        return self.house.clock.now()

    async def later(self, *, hours: float = 0, minutes: float = 0) -> None:
        await self.house.forward_to(self.now() + timedelta(hours=hours, minutes=minutes))

    async def until(self, local: str) -> None:
        await self.house.forward_to(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(ZONE)))

    async def turns_a_page(self) -> None:
        await self._weather(self.house)

    async def sleeps(self, *, hours: float) -> None:
        await self.house.close()
        self.house.clock.forward(timedelta(hours=hours))
        await self.house.open()

    async def trail(self) -> list[str]:
        found = []
        for entry in await self.house.journal():
            who = "clock" if entry.platform is Platform.CLOCK or entry.origin is Origin.CLOCK else entry.account
            refused = " refused" if entry.outcome is Outcome.REFUSED else ""
            found.append(f"{HANDLES.get(who, who)} {entry.command} {entry.subject}{refused}")
        return found
