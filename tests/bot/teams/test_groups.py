"""Teams that hold roles: their members are read when the role is granted, when somebody comes or goes, hour by hour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.teams.groups import NOT_INSIDE
from storage.records import Records
from storage.store import Store
from storage.terms import Role
from tests.bot.teams.serving import Served, serving
from tests.fakes.teams import FakeTeams

GRANT = 'group grant "this team" cab_member'


def members(records: Records) -> list[str]:
    return sorted(each.name for each in records.people.holders(Role.CAB_MEMBER))


async def test_s2_a_teams_members_hold_the_role_as_soon_as_it_is_granted(cabbot: Served, teams: FakeTeams) -> None:
    await teams.install("29:ana")
    answer = await cabbot.says("29:ana", "#cab", GRANT)
    assert "hold the role" in answer.words("29:ana")
    await cabbot.settled()
    assert await cabbot.records(members) == ["Ana Silva", "Ben"]  # the guest is no full member
    entry = next(each for each in await cabbot.journal() if each.command == "group read")
    assert entry.after["came"] == ["29:ana", "29:ben", "29:gus"]


@pytest.mark.parametrize("way", ["membersAdded", "membersRemoved"])
async def test_s2_who_comes_or_goes_holds_it_or_not(cabbot: Served, teams: FakeTeams, way: str) -> None:
    await teams.install("29:ana")
    await cabbot.says("29:ana", "#cab", GRANT)
    await cabbot.settled()
    told = teams.activities.installed(teams.world.users["29:ana"], teams.conversation("#cab"))[0]
    del told["membersAdded"]
    if way == "membersAdded":
        teams.add_user("29:lea", "Lea", email="lea@example.org")
        told[way] = [{"id": "29:lea"}]
    else:
        del teams.world.users["29:ben"]
        told[way] = [{"id": "29:ben"}]
    assert (await teams.wire.deliver(told)).status == 200
    await cabbot.settled()
    assert await cabbot.records(members) == (["Ana Silva", "Ben", "Lea"] if way == "membersAdded" else ["Ana Silva"])


async def test_a_personal_chat_is_no_team(cabbot: Served, teams: FakeTeams) -> None:
    await teams.install("29:ana")
    answer = await cabbot.says("29:ana", "me", GRANT)
    assert "say it in one whose members you mean" in answer.words("29:ana")


# ---- hour by hour


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def served(teams: FakeTeams, store: Store, clock: MovableClock) -> AsyncIterator[Served]:
    async with serving(teams, store, clock=clock) as served:
        await teams.install("29:ana")
        await served.says("29:ana", "#cab", GRANT)
        await served.settled()
        yield served


async def test_it_is_read_again_and_not_sooner(served: Served, teams: FakeTeams, clock: MovableClock) -> None:
    del teams.world.users["29:ben"]
    await served.edge.groups.read_due(teams.world.tenant)
    assert await served.records(members) == ["Ana Silva", "Ben"]
    clock.forward(timedelta(hours=1))
    await served.edge.groups.read_due(teams.world.tenant)
    assert await served.records(members) == ["Ana Silva"]


async def test_a_team_that_cabbot_has_left_keeps_what_was_read(
    served: Served, teams: FakeTeams, clock: MovableClock
) -> None:
    await teams.uninstall("29:ana")
    await served.settled()
    clock.forward(timedelta(hours=2))
    await served.edge.groups.read_due(teams.world.tenant)
    assert await served.records(members) == ["Ana Silva", "Ben"]
    (grant,) = await served.records(lambda records: records.groups.grants())
    assert grant.trouble == NOT_INSIDE
