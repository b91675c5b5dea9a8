"""Teams that the policy file names, by Teams' id or by Entra's: their roles are there once Cabbot is in the team."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from bot.clock import SystemClock
from bot.dispatch import Door
from handlers.policy.role_groups import RoleGroups
from handlers.policy.rules import Rules
from storage.group import GroupGrant
from storage.organisation import Connections
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform, Role
from tests.bot.teams.serving import Served, serving
from tests.fakes.teams import FakeTeams

OTHER = "11111111-2222-4333-8444-555555555555"


def grants(records: Records) -> list[GroupGrant]:
    return records.groups.grants()


def members(records: Records) -> list[str]:
    return sorted(each.name for each in records.people.holders(Role.CAB_MEMBER))


@asynccontextmanager
async def served(teams: FakeTeams, store: Store, *groups: str) -> AsyncIterator[Served]:
    door = Door(store, SystemClock(), Rules(roles=RoleGroups(cab_member=groups)))
    async with serving(teams, store, door=door) as cabbot:
        await teams.install("29:ana")
        await cabbot.settled()
        yield cabbot


@pytest.mark.parametrize("way", ["teams", "entra", "entra, in capital letters", "both"])
async def test_s2_the_policys_team_holds_its_role_once_cabbot_is_in_it(
    teams: FakeTeams, store: Store, way: str
) -> None:
    own, entra = teams.world.team_id, teams.world.team_group
    named = {"teams": (own,), "entra": (entra,), "entra, in capital letters": (entra.upper(),), "both": (own, entra)}
    async with served(teams, store, *named[way]) as cabbot:
        (grant,) = await cabbot.records(grants)
        assert (grant.external, grant.name, grant.by_policy) == (own, "the team Payments", True)
        assert await cabbot.records(members) == ["Ana Silva", "Ben"]


async def test_another_team_gives_nothing(teams: FakeTeams, store: Store) -> None:
    async with served(teams, store, OTHER, "19:other@thread.tacv2", "S0123CAB1") as cabbot:
        assert await cabbot.records(grants) == []
        assert await cabbot.records(members) == []


async def test_without_a_team_in_the_policy_teams_is_not_asked(teams: FakeTeams, store: Store) -> None:
    async with served(teams, store, "S0123CAB1"):
        assert teams.service.calls_of("team") == []


async def test_when_its_organisation_has_joined_another_the_team_gets_its_role_there(
    teams: FakeTeams, store: Store
) -> None:
    async with served(teams, store, teams.world.team_id) as cabbot:
        await store.write(partial(_forget, teams.world.tenant))
        for tell in cabbot.door.on_move:
            tell(Platform.TEAMS, teams.world.tenant)
        async with asyncio.timeout(10):
            while not await cabbot.records(grants):  # noqa: ASYNC110 - no event tells of it
                await asyncio.sleep(0.01)


def _forget(tenant: str, tx: Transaction) -> None:
    connection = Connections(tx).of(Platform.TEAMS, tenant)
    assert connection is not None
    records = Records(tx, connection.organisation_id, lock=True)
    for each in grants(records):
        records.groups.revoke(each)


async def test_what_teams_does_not_tell_stays_as_it_was(teams: FakeTeams, store: Store) -> None:
    async with served(teams, store, teams.world.team_group) as cabbot:
        teams.service.faults.order("error", "team", times=2, status=403)
        await cabbot.edge.groups.refresh(teams.world.tenant)
        assert await cabbot.records(members) == ["Ana Silva", "Ben"]
