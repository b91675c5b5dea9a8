"""User groups that hold roles: read when the role is granted, when Slack tells of a change, and hour by hour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from storage.group import GroupGrant
from storage.records import Records
from storage.store import Store
from storage.terms import Role
from tests.bot.slack.serving import Served, serving, settings_for
from tests.fakes.slack import TEAM, FakeSlack

GRANT = "group grant <!subteam^S1|@cab> cab_member"
ROUNDS = 3
"""What the edge goes on with once it has settled in: members, groups and tokens, time and again."""


@pytest.fixture
async def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def cabbot(slack: FakeSlack, store: Store, clock: MovableClock) -> AsyncIterator[Served]:
    slack.world.groups["S1"] = ["UBEN", "UCHLOE"]
    slack.clock = lambda: clock.now().timestamp()
    async with serving(slack, store, settings=settings_for(slack, admins=("UANA",)), clock=clock) as served:
        yield served


def members(records: Records) -> list[str]:
    return sorted(each.name for each in records.people.holders(Role.CAB_MEMBER))


def grants(records: Records) -> list[GroupGrant]:
    return records.groups.grants()


async def holders(slack: FakeSlack, cabbot: Served, wanted: list[str]) -> None:
    """Wait until exactly these hold the role."""
    found: list[str] = []

    async def look() -> bool:
        found[:] = await cabbot.records(members, TEAM)
        return found == wanted

    for _ in range(200):
        if await look():
            return
        await slack.until(lambda: not cabbot.edge.busy)
    raise AssertionError(f"{found} hold it, not {wanted}")


async def granted(slack: FakeSlack, cabbot: Served) -> None:
    """Once the edge has settled in: its own first round would read the group too."""
    await slack.until(lambda: len(cabbot.edge._chores._tasks) == ROUNDS)
    await slack.command("UANA", "#cab", "/release", GRANT)
    await holders(slack, cabbot, ["Ben", "Chloé Martin"])


async def test_s2_members_hold_the_role_as_soon_as_it_is_granted(slack: FakeSlack, cabbot: Served) -> None:
    await granted(slack, cabbot)
    (call,) = slack.calls_of("usergroups.users.list")
    assert call.arguments == {"usergroup": "S1"}
    (grant,) = await cabbot.records(grants, TEAM)
    assert (grant.external, grant.name, grant.read_at is not None) == ("S1", "@cab", True)


async def test_who_is_in_it_stands_in_the_audit_trail(slack: FakeSlack, cabbot: Served) -> None:
    await granted(slack, cabbot)
    entry = next(each for each in await cabbot.journal(TEAM) if each.command == "group read")
    assert entry.after == {"group": "@cab", "roles": ["cab_member"], "came": ["UBEN", "UCHLOE"], "left": []}


async def test_s2_what_could_not_be_read_at_the_grant_is_read_as_soon_as_it_can_be(
    slack: FakeSlack, cabbot: Served
) -> None:
    cabbot.edge.groups._readings._pauses = (0.01,) * 1_000
    await slack.until(lambda: len(cabbot.edge._chores._tasks) == ROUNDS)
    slack.methods.missing_scopes.add("usergroups.users.list")
    await slack.command("UANA", "#cab", "/release", GRANT)
    await slack.until(lambda: len(slack.calls_of("usergroups.users.list")) > 1)
    ack = await slack.command("UANA", "#cab", "/release", "role matrix")
    assert "not read yet, because the app lacks the permission usergroups:read" in str(ack.json)
    slack.methods.missing_scopes.clear()
    await slack.until(lambda: not cabbot.edge.groups._readings._waiting)
    await holders(slack, cabbot, ["Ben", "Chloé Martin"])


@pytest.mark.parametrize(
    "event",
    [
        {"type": "subteam_members_changed", "subteam_id": "S1", "removed_users": ["UBEN"]},
        {"type": "subteam_updated", "subteam": {"id": "S1", "handle": "cab"}},
    ],
)
async def test_s2_a_change_that_slack_tells_holds_at_once(
    slack: FakeSlack, cabbot: Served, event: dict[str, object]
) -> None:
    await granted(slack, cabbot)
    slack.world.groups["S1"] = ["UCHLOE"]
    assert (await slack.event(event)).status == 200
    await holders(slack, cabbot, ["Chloé Martin"])


@pytest.mark.parametrize("event", [{"subteam_id": "S9"}, {"subteam_id": 5}, {"subteam": "S1"}, {}])
async def test_other_groups_are_not_asked_for(slack: FakeSlack, cabbot: Served, event: dict[str, object]) -> None:
    await granted(slack, cabbot)
    await slack.event({"type": "subteam_members_changed", **event})
    await slack.until(lambda: not cabbot.edge.busy)
    assert len(slack.calls_of("usergroups.users.list")) == 1


async def test_hour_by_hour_it_is_read_again_and_not_sooner(
    slack: FakeSlack, cabbot: Served, clock: MovableClock
) -> None:
    await granted(slack, cabbot)
    await cabbot.edge._read_groups()
    assert len(slack.calls_of("usergroups.users.list")) == 1
    slack.world.groups["S1"] = ["UBEN"]
    clock.forward(timedelta(hours=1))
    await cabbot.edge._read_groups()
    assert len(slack.calls_of("usergroups.users.list")) == 2
    assert await cabbot.records(members, TEAM) == ["Ben"]


@pytest.mark.parametrize("trouble", ["missing_scope", "no_such_subteam"])
async def test_what_cannot_be_read_keeps_what_was_read(
    slack: FakeSlack, cabbot: Served, clock: MovableClock, trouble: str
) -> None:
    await granted(slack, cabbot)
    if trouble == "missing_scope":
        slack.methods.missing_scopes.add("usergroups.users.list")
    else:
        del slack.world.groups["S1"]
    clock.forward(timedelta(hours=25))
    await cabbot.edge._read_groups()
    assert await cabbot.records(members, TEAM) == ["Ben", "Chloé Martin"]
    ack = await slack.command("UANA", "#cab", "/release", "group list")
    assert "it still holds what was so then" in str(ack.json)


async def test_guests_in_a_group_hold_nothing(slack: FakeSlack, cabbot: Served) -> None:
    slack.world.groups["S1"] = ["UBEN", "UCHLOE", "UGUEST", "U0BOT"]
    await granted(slack, cabbot)
    await slack.until(lambda: not cabbot.edge.busy)
    assert await cabbot.records(members, TEAM) == ["Ben", "Chloé Martin"]
