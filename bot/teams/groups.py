"""Teams' teams that hold roles: their members are read when the role is granted, each hour, and when somebody comes or goes."""

from __future__ import annotations

import asyncio

import structlog

from bot import groups
from bot.behind import Behind
from bot.chat import Never, NotSent, PerhapsSent
from bot.clock import Clock
from bot.groups import Home
from bot.teams.connector import Connector
from bot.teams.envelope import Activity
from bot.teams.profiles import Profiles
from bot.teams.tenants import Tenants
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.teams")


class Groups:
    """One reading at a time."""

    def __init__(
        self, connector: Connector, tenants: Tenants, store: Store, clock: Clock, *, profiles: Profiles, behind: Behind
    ) -> None:
        self._connector, self._tenants, self._store, self._clock = connector, tenants, store, clock
        self._profiles, self._behind, self._one = profiles, behind, asyncio.Lock()

    def said(self, tenant: str, line: str) -> None:
        """A person said something that may have given a role to a team."""
        if groups.may_grant(line):
            self._behind.start(self.read_due(tenant))

    def changed(self, activity: Activity) -> None:
        """Somebody came into a team or left it."""
        if team := activity.channel_data.team.id:
            self._behind.start(self._read_one(activity.tenant, team))

    async def read_due(self, tenant: str) -> None:
        """Read every team that wasn't read for an hour."""
        home = await self._home(tenant)
        for team in await groups.due(self._store, home, self._clock.now()):
            await self._read(home, team)

    async def _read_one(self, tenant: str, team: str) -> None:
        home = await self._home(tenant)
        if await groups.holds(self._store, home, team):
            await self._read(home, team)

    async def _read(self, home: Home, team: str) -> None:
        """What can't be read keeps what was read before; /release group list shows since when."""
        references = [each for each in await self._profiles.teams(home.workspace) if each.team == team]
        if not references:
            log.warning("a team can't be read: Cabbot isn't in it any more", team=team)
            return
        where = references[0]
        async with self._one:
            try:
                members = [each async for each in self._connector.members(where.service_url, where.conversation)]
            except (Never, NotSent, PerhapsSent) as failed:
                log.warning("a team's members couldn't be read", team=team, word=str(failed))
                return
            known = await self._profiles.meet(home.workspace, members)
            await groups.kept(self._store, home, team, known, self._clock.now())

    async def _home(self, tenant: str) -> Home:
        return Home(await self._tenants.organisation(tenant), Platform.TEAMS, tenant)
