"""User groups that the policy file names: their roles are there once Slack has told that the workspace has them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import build
from bot.clock import MovableClock
from bot.dispatch import Door
from handlers.policy.role_groups import RoleGroups
from handlers.policy.rules import Rules
from storage.group import GroupGrant
from storage.organisation import Connections
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform, Role
from tests.bot.slack.serving import Served, serving, settings_for
from tests.fakes.slack import TEAM, FakeSlack

CAB = "S0123CAB1"
FILE = RoleGroups(cab_member=(CAB, "S0999XYZ9", "19:cab@thread.tacv2"))


def grants(records: Records) -> list[GroupGrant]:
    return records.groups.grants()


def members(records: Records) -> list[str]:
    return sorted(each.name for each in records.people.holders(Role.CAB_MEMBER))


@asynccontextmanager
async def served(slack: FakeSlack, store: Store, clock: MovableClock, file: RoleGroups = FILE) -> AsyncIterator[Served]:
    """Serve with that policy, once the edge has read its groups."""
    slack.world.groups[CAB] = ["UBEN", "UCHLOE", "UGUEST"]
    slack.clock = lambda: clock.now().timestamp()
    door = Door(store, clock, Rules(roles=file))
    async with serving(slack, store, settings=settings_for(slack, admins=("UANA",)), door=door, clock=clock) as cabbot:
        await cabbot.edge._read_groups()
        await slack.until(lambda: not cabbot.edge.busy)
        yield cabbot


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


async def test_s2_the_policys_group_holds_its_role_in_the_workspace_that_has_it(
    slack: FakeSlack, store: Store, clock: MovableClock
) -> None:
    async with served(slack, store, clock) as cabbot:
        (grant,) = await cabbot.records(grants, TEAM)
        assert (grant.external, grant.name, grant.role, grant.by_policy) == (CAB, "@s0123cab1", Role.CAB_MEMBER, True)
        assert await cabbot.records(members, TEAM) == ["Ben", "Chloé Martin"]
        ack = await slack.command("UANA", "#cab", "/release", "group list")
        assert "CAB member, by the policy, 3 people" in str(ack.json)


async def test_a_group_of_another_workspace_gives_nothing(slack: FakeSlack, store: Store, clock: MovableClock) -> None:
    slack.world.group_homes[CAB] = "T0OTHER"
    async with served(slack, store, clock) as cabbot:
        assert await cabbot.records(grants, TEAM) == []
        assert slack.calls_of("usergroups.users.list") == []


async def test_without_a_group_in_the_policy_slack_is_not_asked(
    slack: FakeSlack, store: Store, clock: MovableClock
) -> None:
    async with served(slack, store, clock, RoleGroups(cab_member=("19:cab@thread.tacv2",))):
        assert slack.calls_of("usergroups.list") == []


async def test_what_slack_does_not_tell_stays_as_it_was(slack: FakeSlack, store: Store, clock: MovableClock) -> None:
    async with served(slack, store, clock) as cabbot:
        slack.methods.missing_scopes.add("usergroups.list")
        clock.forward(timedelta(hours=1))
        slack.world.groups[CAB] = ["UBEN"]
        await cabbot.edge._read_groups()
        assert await cabbot.records(members, TEAM) == ["Ben"]


async def test_a_group_that_is_made_later_holds_it_within_the_hour(
    slack: FakeSlack, store: Store, clock: MovableClock
) -> None:
    async with served(slack, store, clock) as cabbot:
        slack.world.groups["S0999XYZ9"] = ["UANA"]
        await cabbot.edge._read_groups()
        await slack.until(lambda: not cabbot.edge.busy)
        assert await cabbot.records(members, TEAM) == ["Ana Silva", "Ben", "Chloé Martin"]


async def test_when_its_organisation_has_joined_another_the_group_gets_its_role_there(
    slack: FakeSlack, store: Store, clock: MovableClock
) -> None:
    async with served(slack, store, clock) as cabbot:
        await store.write(_forget)
        for tell in cabbot.door.on_move:
            tell(Platform.SLACK, TEAM)
        asked = len(slack.calls_of("usergroups.users.list"))
        await slack.until(lambda: len(slack.calls_of("usergroups.users.list")) > asked and not cabbot.edge.busy)
        assert len(await cabbot.records(grants, TEAM)) == 1


def _forget(tx: Transaction) -> None:
    connection = Connections(tx).of(Platform.SLACK, TEAM)
    assert connection is not None
    records = Records(tx, connection.organisation_id, lock=True)
    for each in grants(records):
        records.groups.revoke(each)


async def test_s10_what_the_file_no_longer_names_is_gone_when_cabbot_begins(
    slack: FakeSlack, store: Store, sqlite_url: str, clock: MovableClock, tmp_path: Path
) -> None:
    async with served(slack, store, clock):
        pass
    policy = tmp_path / "policy.toml"
    store.close()
    for text, held in ((f'[roles]\ncab_member = ["{CAB}"]', 1), ("", 0)):
        policy.write_text(text)
        asked = len(slack.calls_of("usergroups.list"))
        app = await build(settings_for(slack, database_url=SecretStr(sqlite_url), policy_file=policy))
        assert len(app.store.write_now(_grants)) == held
        assert len(slack.calls_of("usergroups.list")) == asked  # no edge has begun: the file alone decides
        runner = web.AppRunner(app.web, access_log=None)
        await runner.setup()
        await runner.cleanup()


def _grants(tx: Transaction) -> list[GroupGrant]:
    connection = Connections(tx).of(Platform.SLACK, TEAM)
    assert connection is not None
    return grants(Records(tx, connection.organisation_id))
