"""Roles of chat groups by the policy file: written down where the group is, gone when the file drops them."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from bot import policy_groups
from bot.groups import Home
from handlers.policy.role_groups import RoleGroups, on, platform_of
from storage.group import GroupGrant
from storage.records import Records
from storage.store import Store
from storage.terms import Platform, Role
from tests.handlers.town import Town

CAB, OPS, TEAM = "S0123CAB1", "S0123OPS1", "19:cab@thread.tacv2"
ENTRA = "0A1b2c3d-0000-4000-8000-0123456789ab"
FILE = RoleGroups(cab_member=(CAB,), on_call=(CAB, OPS))


def grants(records: Records) -> list[GroupGrant]:
    return records.groups.grants()


def held(town: Town) -> set[tuple[str, Role, bool]]:
    """The roles of groups: whose, which, and whether the policy gives it."""
    return {(each.name, each.role, each.by_policy) for each in town.look(grants)}


def read(town: Town, group: str, *members: str) -> None:
    at = town.clock.at
    town.write(lambda records: records.groups.read(Platform.SLACK, town.workspace, group, list(members), at))


def holders(town: Town, role: Role) -> list[str]:
    return [each.name for each in town.look(lambda records: records.people.holders(role))]


async def settle(town: Town, file: RoleGroups = FILE, handle: str = "@cab") -> None:
    """The edge of a platform has asked which groups there are."""
    home = Home(town.organisation, town.platform, town.workspace)
    await policy_groups.settle(town.store, home, on(town.platform, file), {CAB: handle}, town.clock.at)


@pytest.fixture
def slack(store: Store) -> Town:
    return Town(store, platform=Platform.SLACK)


async def test_s10_the_policy_holds_roles_groups(slack: Town) -> None:
    await settle(slack)
    assert held(slack) == {("@cab", Role.CAB_MEMBER, True), ("@cab", Role.ON_CALL, True)}
    assert "St" not in holders(slack, Role.CAB_MEMBER)  # nobody holds it before the group was read
    read(slack, CAB, "st")
    assert holders(slack, Role.CAB_MEMBER) == ["Bo", "Cy", "Dee", "St"]
    assert slack.look(lambda records: records.people.roles(slack.people["st"])) == {Role.CAB_MEMBER, Role.ON_CALL}


async def test_s10_every_change_by_the_file_is_an_audit_entry(slack: Town) -> None:
    await settle(slack)
    await policy_groups.withdraw(slack.store, RoleGroups(cab_member=(CAB,)), slack.clock.at)
    told = [(each.command, each.subject, each.after, each.why) for each in slack.journal()]
    why = "[roles] of policy.toml"
    assert told == [
        ("group grant", "roles", {"group": "@cab", "id": CAB, "granted": "cab_member"}, why),
        ("group grant", "roles", {"group": "@cab", "id": CAB, "granted": "on_call"}, why),
        ("group revoke", "roles", {"group": "@cab", "id": CAB, "revoked": "on_call"}, why),
    ]


async def test_a_group_of_another_workspace_gives_nothing(slack: Town) -> None:
    other = Town(slack.store, platform=Platform.SLACK)
    await settle(slack)
    home = Home(other.organisation, other.platform, other.workspace)
    await policy_groups.settle(other.store, home, on(Platform.SLACK, FILE), {"S0999XYZ9": "@cab"}, other.clock.at)
    assert held(slack)
    assert not held(other)


async def test_the_same_again_writes_nothing(slack: Town) -> None:
    await settle(slack)
    before = slack.journal()
    await settle(slack)
    assert slack.journal() == before


async def test_another_handle_is_shown_from_then_on(slack: Town) -> None:
    await settle(slack)
    read(slack, CAB, "st")
    await settle(slack, handle="@board")
    assert {each.name for each in slack.look(grants)} == {"@board"}
    assert "St" in holders(slack, Role.CAB_MEMBER)


async def test_s10_what_the_file_no_longer_names_is_gone_before_anybody_is_served(slack: Town) -> None:
    await settle(slack)
    read(slack, CAB, "st")
    await policy_groups.withdraw(slack.store, RoleGroups(on_call=(CAB,)), slack.clock.at)
    assert holders(slack, Role.CAB_MEMBER) == ["Bo", "Cy", "Dee"]
    assert "St" in holders(slack, Role.ON_CALL)
    await policy_groups.withdraw(slack.store, RoleGroups(), slack.clock.at)
    assert not held(slack)
    assert slack.look(lambda records: records.groups.members(Platform.SLACK, slack.workspace, CAB)) == []


async def test_what_was_granted_in_chat_stays_when_the_file_says_nothing(slack: Town) -> None:
    await slack.all(("own", f"group grant {CAB} cab_member"))
    await policy_groups.withdraw(slack.store, RoleGroups(), slack.clock.at)
    await settle(slack, RoleGroups())
    assert held(slack) == {(CAB, Role.CAB_MEMBER, False)}


async def test_what_was_granted_in_chat_is_the_files_once_it_says_the_same(slack: Town) -> None:
    await slack.all(("own", f"group grant {CAB} cab_member"))
    read(slack, CAB, "st")
    await settle(slack, RoleGroups(cab_member=(CAB,)))
    assert held(slack) == {("@cab", Role.CAB_MEMBER, True)}
    assert "St" in holders(slack, Role.CAB_MEMBER)
    assert slack.last().after == {"group": "@cab", "id": CAB, "granted": "cab_member"}


async def test_a_new_role_of_a_group_holds_for_who_was_read_already(slack: Town) -> None:
    await settle(slack, RoleGroups(on_call=(CAB,)))
    read(slack, CAB, "st")
    await settle(slack)
    assert "St" in holders(slack, Role.CAB_MEMBER)


# ---- Teams


@pytest.fixture
def teams(store: Store) -> Town:
    return Town(store, platform=Platform.TEAMS)


async def _team(town: Town, file: RoleGroups) -> None:
    """What the edge asks for: the team's own id, whose roles are also those of its group in Entra."""
    roles = on(Platform.TEAMS, file)
    whole = roles.get(TEAM, frozenset()) | roles.get(ENTRA.lower(), frozenset())
    home = Home(town.organisation, town.platform, town.workspace)
    await policy_groups.settle(town.store, home, {TEAM: whole}, {TEAM: "the team Payments"}, town.clock.at)


@pytest.mark.parametrize("name", [TEAM, ENTRA])
async def test_s10_a_team_by_its_own_id_or_by_entras(teams: Town, name: str) -> None:
    file = RoleGroups(cab_member=(name,))
    await _team(teams, file)
    assert held(teams) == {("the team Payments", Role.CAB_MEMBER, True)}
    await policy_groups.withdraw(teams.store, file, teams.clock.at)
    assert held(teams)
    await policy_groups.withdraw(teams.store, RoleGroups(on_call=(name,)), teams.clock.at)
    assert not held(teams)


async def test_of_two_entra_groups_teams_says_which_is_gone(teams: Town) -> None:
    await _team(teams, RoleGroups(cab_member=(ENTRA,)))
    other = RoleGroups(cab_member=(ENTRA.replace("0A", "1A"),))
    await policy_groups.withdraw(teams.store, other, teams.clock.at)
    assert held(teams)  # it may still be this team; Teams is asked
    await _team(teams, other)
    assert not held(teams)


# ---- what is a group


@pytest.mark.parametrize(
    "word, platform",
    [
        (CAB, Platform.SLACK),
        ("S12", None),
        ("s0123cab1", None),
        ("@cab", None),
        ("U0123CAB1", None),
        (TEAM, Platform.TEAMS),
        ("19:a@thread.skype", Platform.TEAMS),
        ("19:a@thread.v2", None),  # a group chat
        (ENTRA, Platform.TEAMS),
        (ENTRA[:-1], None),
        ("", None),
        (f"{CAB}\n", None),
    ],
)
def test_s10_an_id_says_its_platform(word: str, platform: Platform | None) -> None:
    assert platform_of(word) is platform


def test_every_role_can_be_given() -> None:
    assert {each.name for each in fields(RoleGroups)} == {role.value for role in Role}
    every: dict[str, Any] = {role.value: (CAB, ENTRA) for role in Role}
    assert on(Platform.SLACK, replace(RoleGroups(), **every)) == {CAB: frozenset(Role)}
    assert on(Platform.TEAMS, replace(RoleGroups(), **every)) == {ENTRA.lower(): frozenset(Role)}
