"""User groups that hold roles: their members are read when the role is granted, each hour, and when Slack tells of a change.

Those that the policy file names hold theirs in the workspace that has them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from bot import groups, policy_groups
from bot.behind import Behind
from bot.chat import Never, NotSent, PerhapsSent
from bot.clock import Clock
from bot.groups import Home, Readings
from bot.slack.installation import Installation
from bot.slack.profiles import Profiles
from bot.slack.web_api import WebApi
from handlers.policy.role_groups import RoleGroups, on
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.slack")

EVENTS = ("subteam_updated", "subteam_members_changed")
PAUSE = 3.0
"""Seconds between two groups: `usergroups.users.list` takes 20 calls a minute (Slack, "Rate limits", tier 2)."""


class Groups:
    """One reading at a time, so that the pace holds. `policy` are the groups that the policy file gives roles to."""

    def __init__(
        self,
        api: WebApi,
        store: Store,
        clock: Clock,
        *,
        profiles: Profiles,
        behind: Behind,
        readings: Readings,
        policy: RoleGroups,
        pause: float = PAUSE,
    ) -> None:
        self._api, self._store, self._clock, self._readings = api, store, clock, readings
        self._policy = on(Platform.SLACK, policy)
        self._profiles, self._behind, self._pause = profiles, behind, pause
        self._one = asyncio.Lock()

    def said(self, installation: Installation, line: str) -> None:
        """A person said something that may have given a role to a group."""
        if groups.may_grant(line):
            self._behind.start(self.read_due(installation))

    def changed(self, installation: Installation, event: Mapping[str, Any]) -> None:
        """Slack tells that somebody came into a group or left it, or that the group itself has changed."""
        subteam = event.get("subteam")
        group = event.get("subteam_id") or (subteam.get("id") if isinstance(subteam, Mapping) else None)
        if isinstance(group, str) and group:
            self._behind.start(self._read_one(installation, group))

    async def refresh(self, installation: Installation) -> None:
        """Give roles to the groups that the policy names, then read whoever wasn't read for an hour."""
        if self._policy:
            await self._by_policy(installation)
        await self.read_due(installation)

    async def read_due(self, installation: Installation) -> None:
        """Read every group that wasn't read for an hour."""
        for number, group in enumerate(await groups.due(self._store, _home(installation), self._clock.now())):
            if number:
                await asyncio.sleep(self._pause)
            await self._read(installation, group)

    async def _by_policy(self, installation: Installation) -> None:
        try:
            answer = await self._api.call("usergroups.list", installation.token.text, {"include_disabled": False})
        except (Never, NotSent, PerhapsSent) as failed:
            log.warning("the user groups couldn't be listed", workspace=installation.workspace, word=str(failed))
            return
        names = {group: name for group, name in _listed(answer).items() if group in self._policy}
        await policy_groups.settle(self._store, _home(installation), self._policy, names, self._clock.now())

    async def _read_one(self, installation: Installation, group: str) -> None:
        if await groups.holds(self._store, _home(installation), group):
            await self._read(installation, group)

    async def _read(self, installation: Installation, group: str) -> None:
        """What can't be read keeps what was read before; /release group list shows since when."""
        await self._readings.read(_home(installation), group, partial(self._read_now, installation, group))

    async def _read_now(self, installation: Installation, group: str) -> None:
        async with self._one:
            given = {"usergroup": group}
            answer = await self._api.call("usergroups.users.list", installation.token.text, given)
            users = answer.get("users")
            members = [each for each in users if isinstance(each, str)] if isinstance(users, list) else []
            unknown = await groups.kept(self._store, _home(installation), group, members, self._clock.now())
        for user in unknown:
            await self._profiles.meet(installation, user)


def _home(installation: Installation) -> Home:
    return Home(installation.organisation, Platform.SLACK, installation.workspace)


def _listed(answer: Mapping[str, Any]) -> dict[str, str]:
    """The groups of a workspace: their handles by id."""
    given = answer.get("usergroups")
    found = {}
    for each in given if isinstance(given, list) else ():
        if isinstance(each, Mapping) and isinstance(group := each.get("id"), str):
            handle = each.get("handle")
            found[group] = f"@{handle}" if isinstance(handle, str) and handle else group
    return found
