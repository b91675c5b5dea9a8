"""Teams' teams that hold roles: their members are read when the role is granted, each hour, and when somebody comes or goes.

Those that the policy file names, by Teams' id or by Entra's, hold theirs once Cabbot is in the team.
"""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from bot import groups, policy_groups
from bot.behind import Behind
from bot.chat import Never, NotSent, PerhapsSent
from bot.clock import Clock
from bot.groups import Home, Readings
from bot.teams.connector import Connector
from bot.teams.envelope import Activity, Json
from bot.teams.profiles import Profiles
from bot.teams.references import Reference
from bot.teams.tenants import Tenants
from handlers.policy.role_groups import RoleGroups, on
from storage.store import Store
from storage.terms import Platform, Role

log = structlog.get_logger("cabbot.teams")


NOT_INSIDE = "BotNotInConversationRoster"
"""Teams' own word for it, said by ourselves of a team from which Cabbot was taken."""

_NONE = frozenset[Role]()


class Groups:
    """One reading at a time. `policy` are the groups that the policy file gives roles to."""

    def __init__(
        self,
        connector: Connector,
        tenants: Tenants,
        store: Store,
        clock: Clock,
        *,
        profiles: Profiles,
        behind: Behind,
        readings: Readings,
        policy: RoleGroups,
    ) -> None:
        self._policy = on(Platform.TEAMS, policy)
        self._connector, self._tenants, self._store, self._clock = connector, tenants, store, clock
        self._readings = readings
        self._profiles, self._behind, self._one = profiles, behind, asyncio.Lock()

    def said(self, tenant: str, line: str) -> None:
        """A person said something that may have given a role to a team."""
        if groups.may_grant(line):
            self._behind.start(self.read_due(tenant))

    def changed(self, activity: Activity) -> None:
        """Somebody came into a team or left it."""
        if team := activity.channel_data.team.id:
            self._behind.start(self._read_one(activity.tenant, team))

    async def refresh(self, tenant: str) -> None:
        """Give roles to the teams that the policy names, then read whichever wasn't read for an hour."""
        if self._policy:
            await self._by_policy(tenant)
        await self.read_due(tenant)

    async def read_due(self, tenant: str) -> None:
        """Read every team that wasn't read for an hour."""
        home = await self._home(tenant)
        for team in await groups.due(self._store, home, self._clock.now()):
            await self._read(home, team)

    async def _by_policy(self, tenant: str) -> None:
        roles, names = dict[str, frozenset[Role]](), dict[str, str]()
        for reference in await self._profiles.teams(tenant):
            if reference.team and (team := await self._team(reference)) is not None:
                entra = str(team.get("aadGroupId") or "").lower()
                roles[reference.team] = self._policy.get(reference.team, _NONE) | self._policy.get(entra, _NONE)
                names[reference.team] = f"the team {team.get('name') or reference.team}"
        await policy_groups.settle(self._store, await self._home(tenant), roles, names, self._clock.now())

    async def _team(self, reference: Reference) -> Json | None:
        """What Teams says of a team, None while it doesn't: then everything stays as it was."""
        try:
            return await self._connector.team(reference.service_url, reference.team)
        except (Never, NotSent, PerhapsSent) as failed:
            log.warning("a team couldn't be asked for", team=reference.team, word=str(failed))
            return None

    async def _read_one(self, tenant: str, team: str) -> None:
        home = await self._home(tenant)
        if await groups.holds(self._store, home, team):
            await self._read(home, team)

    async def _read(self, home: Home, team: str) -> None:
        """What can't be read keeps what was read before; /release group list shows since when."""
        await self._readings.read(home, team, partial(self._read_now, home, team))

    async def _read_now(self, home: Home, team: str) -> None:
        where = next((each for each in await self._profiles.teams(home.workspace) if each.team == team), None)
        if where is None:
            raise Never(NOT_INSIDE)
        async with self._one:
            members = [each async for each in self._connector.members(where.service_url, where.conversation)]
            known = await self._profiles.meet(home.workspace, members)
            await groups.kept(self._store, home, team, known, self._clock.now())

    async def _home(self, tenant: str) -> Home:
        return Home(await self._tenants.organisation(tenant), Platform.TEAMS, tenant)
