"""Chat groups that hold roles: which of them is to be read now, and what a reading writes down."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.chat import Never, NotSent, PerhapsSent
from bot.chores import Chores
from bot.clock import Clock
from bot.joining import by_installation
from bot.organisations import change, look
from storage.records import Records
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.edge")

HOUR = 3_600.0
"""Seconds between two readings of a group; what happens to it in between is told by the platform's events."""

PAUSES = (15.0, 60.0, 240.0, 900.0)
"""Seconds until a group that couldn't be read is tried again; after the last one the hourly round goes on with it."""

_GRANTS = (("group", "grant"), ("role", "grant"))


@dataclass(frozen=True, slots=True)
class Home:
    """Where groups live: a workspace of an organisation."""

    organisation: int
    platform: Platform
    workspace: str


class Readings:
    """Readings of chat groups. One that fails leaves its reason with the roles, and is tried again soon, then seldomer."""

    def __init__(self, store: Store, clock: Clock, chores: Chores, *, pauses: Sequence[float] = PAUSES) -> None:
        self._store, self._clock, self._chores, self._pauses = store, clock, chores, pauses
        self._waiting: set[tuple[Home, str]] = set()

    async def read(self, home: Home, group: str, read: Callable[[], Awaitable[None]]) -> None:
        """Have the group read now: `read` writes down who is in it, or raises Never, NotSent or PerhapsSent."""
        if not await self._tried(home, group, read) and (home, group) not in self._waiting:
            self._waiting.add((home, group))
            self._chores.keep(self._again(home, group, read))

    async def _again(self, home: Home, group: str, read: Callable[[], Awaitable[None]]) -> None:
        try:
            for pause in self._pauses:
                await asyncio.sleep(pause)
                if group not in await due(self._store, home, self._clock.now()) or await self._tried(home, group, read):
                    return  # somebody has read it meanwhile, or it holds no role any more; or now it could be read
        finally:
            self._waiting.discard((home, group))

    async def _tried(self, home: Home, group: str, read: Callable[[], Awaitable[None]]) -> bool:
        try:
            await read()
        except (Never, NotSent, PerhapsSent) as failed:
            word = str(failed)
            log.warning("a chat group couldn't be read", platform=home.platform.value, group=group, word=word)
            where = (home.platform, home.workspace, group)
            await change(self._store, home.organisation, lambda records: records.groups.unread(*where, word))
            return False
        return True


def may_grant(line: str) -> bool:
    """The line may have given a role to a group, whose members are then to be read at once."""
    return tuple(line.lower().split()[:2]) in _GRANTS


async def due(store: Store, home: Home, now: datetime) -> list[str]:
    """The groups that were never read, not for (nearly) an hour, or not when that was last tried."""
    before = now - timedelta(seconds=HOUR * 0.9)
    return await look(store, home.organisation, lambda records: _due(records, home, before))


async def holds(store: Store, home: Home, group: str) -> bool:
    """The group holds a role."""
    return bool(
        await look(store, home.organisation, lambda records: records.groups.of(home.platform, home.workspace, group))
    )


async def kept(store: Store, home: Home, group: str, members: Sequence[str], now: datetime) -> list[str]:
    """Write down who is in the group; answers those whom we don't know yet. A change stands in the audit trail."""
    return await change(store, home.organisation, lambda records: _keep(records, home, group, members, now))


def _due(records: Records, home: Home, before: datetime) -> list[str]:
    grants = [
        each
        for each in records.groups.grants()
        if (each.platform, each.workspace) == (home.platform, home.workspace)
        and (each.read_at is None or each.read_at <= before or each.trouble)
    ]
    return list(dict.fromkeys(each.external for each in grants))


def _keep(records: Records, home: Home, group: str, members: Sequence[str], now: datetime) -> list[str]:
    where = (home.platform, home.workspace, group)
    held = records.groups.of(*where)
    if not held:
        return []
    before = {each.external for each in records.groups.members(*where)}
    if records.groups.read(*where, list(members), now):
        after = {
            "group": held[0].name,
            "roles": [each.role.value for each in held],
            "came": sorted(set(members) - before),
            "left": sorted(before - set(members)),
        }
        by_installation(records, "group read", "roles", after=after, why="the platform told its members", now=now)
    return [each for each in members if records.people.account(home.platform, home.workspace, each) is None]
