"""Roles held by chat groups: granted, read by the edges, counted wherever roles count."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from storage.conversation import Conversation
from storage.group import GroupGrant
from storage.records import Records
from storage.store import Store
from storage.terms import AccountKind, Platform, Role, State
from tests.handlers import stories
from tests.handlers.town import Town, sentence_of, told

GRANT = 'group grant "<&S777|@cab>" cab_member'


def read(town: Town, *members: str, group: str = "S777") -> None:
    """The edge has read who is in the group."""
    at, where = town.clock.at, (town.platform, town.workspace, group)
    town.write(lambda records: records.groups.read(*where, list(members), at))


def roles(town: Town, who: str) -> set[Role]:
    return set(town.look(lambda records: records.people.roles(town.people[who])))


def holders(town: Town, role: Role) -> list[str]:
    return [each.name for each in town.look(lambda records: records.people.holders(role))]


async def test_s2_a_role_of_a_group_counts_for_its_members(town: Town) -> None:
    assert sentence_of(await town.say("own", GRANT)) == (
        "The members of @cab hold the role “CAB member”, as soon as I have read who they are."
    )
    assert town.last().after == {"group": "@cab", "id": "S777", "granted": "cab_member"}
    assert holders(town, Role.CAB_MEMBER) == ["Bo", "Cy", "Dee"]
    read(town, "st", "bo", "nobody-yet")
    assert holders(town, Role.CAB_MEMBER) == ["Bo", "Cy", "Dee", "St"]
    assert roles(town, "st") == {Role.CAB_MEMBER}


async def test_s2_they_vote_by_it_and_no_longer_once_they_left(town: Town) -> None:
    await town.all(("own", GRANT))
    read(town, "st")
    await stories.submitted(town)
    assert town.heard("st", "ballot:")
    await town.all(("st", "approve REL-1"))
    read(town, "rm")
    assert (await town.say("st", "reject REL-1 late")).refused
    await town.all(("bo", "approve REL-1"))
    assert town.release().state is State.IN_REVIEW  # the vote of somebody who left counts no more
    await town.all(("rm", "approve REL-1"))
    assert town.release().state is State.APPROVED


async def test_revoked_it_is_gone_and_what_was_granted_to_the_person_stays(town: Town) -> None:
    await town.all(("own", GRANT))
    read(town, "st", "bo")
    assert sentence_of(await town.say("own", "group revoke @cab cab_member")) == (
        "@cab doesn't hold the role “CAB member” any more."
    )
    assert (roles(town, "st"), roles(town, "bo")) == (set(), {Role.CAB_MEMBER})
    assert town.last().before == {"group": "@cab", "id": "S777", "granted": "cab_member"}
    assert town.look(lambda records: records.organisation.group_grants) == 0


async def test_two_roles_of_one_group_have_the_same_members(town: Town) -> None:
    await town.all(("own", GRANT))
    read(town, "st")
    await town.all(("own", "group grant @cab ecab_member"))
    assert roles(town, "st") == {Role.CAB_MEMBER, Role.ECAB_MEMBER}
    await town.all(("own", "group revoke @cab cab_member"))
    assert roles(town, "st") == {Role.ECAB_MEMBER}


async def test_role_grant_takes_a_group_too(town: Town) -> None:
    await town.all(("own", 'role grant "<&S777|@cab>" cab_member'))
    read(town, "st")
    assert sentence_of(await town.say("own", "role revoke @st cab_member")) == (
        "St holds the role “CAB member” through a group: /release group list"
    )
    await town.all(("own", "role grant @st cab_member"), ("own", 'role revoke "<&S777|@cab>" cab_member'))
    assert roles(town, "st") == {Role.CAB_MEMBER}


@pytest.mark.parametrize("account", [{"active": False}, {"kind": AccountKind.GUEST}])
async def test_guests_and_those_who_are_gone_hold_nothing_by_it(town: Town, account: dict[str, Any]) -> None:
    town.add("gus", **account)
    await town.all(("own", GRANT))
    read(town, "gus")
    assert roles(town, "gus") == set()
    assert "Gus" not in holders(town, Role.CAB_MEMBER)


async def test_groups_of_one_organisation_are_nothing_to_another(database: Store) -> None:
    ours, theirs = Town(database), Town(database)
    await ours.all(("own", GRANT))
    await theirs.all(("own", GRANT))
    read(ours, "st")
    assert (roles(ours, "st"), roles(theirs, "st")) == ({Role.CAB_MEMBER}, set())


async def test_the_list_says_when_it_was_read_and_that_it_is_old(town: Town) -> None:
    assert "No chat group holds a role yet." in told(await town.say("st", "group list"))
    await town.all(("own", GRANT))
    assert "@cab in the playground: CAB member, not read yet, so nobody holds it" in told(
        await town.say("st", "group list")
    )
    read(town, "st", "stranger")
    text = told(await town.say("st", "group list"))
    assert "2 people, 1 of them not known to me yet, read " in text
    assert "it still holds" not in text
    town.clock.at += timedelta(days=1, minutes=1)
    assert "and not since: it still holds what was so then" in told(await town.say("st", "group list"))
    assert roles(town, "st") == {Role.CAB_MEMBER}


async def test_s2_the_matrix_says_where_each_role_comes_from(town: Town) -> None:
    await town.all(("own", GRANT), ("own", "role grant @st on_call"))
    read(town, "st", "bo")
    text = told(await town.say("ana", "role matrix"))
    assert "Bo: CAB member (granted by the installation on 2026-11-30; through @cab)" in text
    assert "St: CAB member (through @cab), On-call (granted by Own on 2026-11-30)" in text
    assert "Ana:" not in text


async def test_a_long_matrix_has_pages(town: Town) -> None:
    for number in range(20):
        town.add(f"zed{number}", Role.ON_CALL)
    first = await town.say("ana", "role matrix")
    assert "1 to 10 of 28" in told(first)
    assert "21 to 28 of 28" in told(await town.say("ana", "role matrix after=20"))


@pytest.mark.parametrize("who", ["ana", "cm", "rm"])
@pytest.mark.parametrize("line", [GRANT, "group revoke @cab cab_member", 'role grant "<&S777|@cab>" cab_member'])
async def test_only_process_owners_give_and_take(town: Town, who: str, line: str) -> None:
    assert "is for the process owner." in sentence_of(await town.say(who, line))


@pytest.mark.parametrize(
    "line, sentence",
    [
        (GRANT, "@cab holds the role “CAB member” already."),
        ("group revoke @cab on_call", "@cab doesn't hold the role “On-call”."),
        ("group grant @other cab_member",
         "I don't know a group “@other”. Mention the user group with @, or write its id, such as S0123ABCD."),
    ],
)  # fmt: skip
async def test_what_cannot_be(town: Town, line: str, sentence: str) -> None:
    await town.all(("own", GRANT))
    assert sentence_of(await town.say("own", line)) == sentence


async def test_there_is_always_a_process_owner(town: Town) -> None:
    await town.all(("own", 'group grant "<&S777|@owners>" process_owner'))
    read(town, "st")
    await town.all(("own", "role revoke me process_owner"))
    assert sentence_of(await town.say("st", "group revoke @owners process_owner")) == (
        "There must be a process owner; grant the role to somebody else first."
    )
    assert roles(town, "st") == {Role.PROCESS_OWNER}


# ---- Teams


def _kept(known: Conversation, records: Records) -> None:
    records.conversations.add(known)


@pytest.fixture
def teams(database: Store) -> Town:
    town = Town(database, platform=Platform.TEAMS)
    for external, name, team in (
        ("19:first", "General", "19:first"),
        ("releases", "Releases", "19:first"),
        ("chat", "", ""),
    ):
        known = Conversation(
            organisation_id=town.organisation, platform=Platform.TEAMS, workspace=town.workspace, external=external,
            kind="channel" if team else "group", name=name, reference=json.dumps({"team": team}), heard_at=town.clock.at,
        )  # fmt: skip
        town.write(partial(_kept, known))
    return town


@pytest.mark.parametrize("word", ["this team", "here", "Team"])
async def test_s2_a_teams_team_is_named_by_saying_it_there(teams: Town, word: str) -> None:
    assert sentence_of(await teams.say("own", f'group grant "{word}" cab_member')).startswith(
        "The members of the team of Releases hold the role"
    )
    read(teams, "st", group="19:first")
    assert roles(teams, "st") == {Role.CAB_MEMBER}


async def test_where_there_is_no_team(teams: Town) -> None:
    assert sentence_of(await teams.say("own", 'group grant "this team" cab_member', channel="chat")) == (
        "This isn't a channel of a team; say it in one whose members you mean."
    )
    assert sentence_of(await teams.say("own", "group grant @cab cab_member")) == (
        "I don't know a group “@cab”. Say “this team” in a channel of the team whose members you mean."
    )


# ---- by the policy


def by_policy(town: Town, *members: str, role: Role = Role.CAB_MEMBER) -> None:
    """The policy file gives the role to @cab, and the edge has read who is in it."""
    grant = GroupGrant(
        organisation_id=town.organisation, role=role, platform=town.platform, workspace=town.workspace,
        external="S777", name="@cab", granted_by=0, granted_at=town.clock.at,
    )  # fmt: skip
    town.write(lambda records: records.groups.grant(grant))
    read(town, *members)


async def test_s10_the_list_and_the_matrix_say_that_the_policy_gives_it(town: Town) -> None:
    by_policy(town, "st", "bo")
    assert "@cab in the playground: CAB member, by the policy, 2 people, read " in told(
        await town.say("st", "group list")
    )
    text = told(await town.say("ana", "role matrix"))
    assert "St: CAB member (through @cab, by the policy)" in text
    assert "Bo: CAB member (granted by the installation on 2026-11-30; through @cab, by the policy)" in text


async def test_s10_they_vote_by_it(town: Town) -> None:
    by_policy(town, "st", "rm")
    await stories.submitted(town)
    await town.all(("st", "approve REL-1"))
    read(town, "rm")  # who left the group has no vote any more
    await town.all(("bo", "approve REL-1"))
    assert town.release().state is State.IN_REVIEW
    await town.all(("rm", "approve REL-1"))
    assert town.release().state is State.APPROVED


@pytest.mark.parametrize("line", ["group revoke @cab cab_member", 'role revoke "<&S777|@cab>" cab_member'])
async def test_s10_it_is_not_taken_back_in_chat(town: Town, line: str) -> None:
    by_policy(town, "st")
    answer = await town.say("own", line)
    assert sentence_of(answer) == (
        "@cab holds the role “CAB member” by the policy: it stands in the policy file, under [roles]. Whoever runs Cabbot "
        "takes it out there; it's gone at the next start."
    )
    assert roles(town, "st") == {Role.CAB_MEMBER}
    assert sentence_of(await town.say("own", GRANT)) == "@cab holds the role “CAB member” already."


async def test_s10_another_role_of_the_same_group_is_given_and_taken_in_chat(town: Town) -> None:
    by_policy(town, "st")
    await town.all(("own", "group grant @cab on_call"))
    assert roles(town, "st") == {Role.CAB_MEMBER, Role.ON_CALL}
    await town.all(("own", "group revoke @cab on_call"))
    assert roles(town, "st") == {Role.CAB_MEMBER}


async def test_why_says_where_a_role_comes_from(town: Town) -> None:
    by_policy(town, "st")
    await stories.submitted(town)
    assert "Your roles: CAB member (through @cab, by the policy)." in told(await town.say("st", "why approve REL-1"))
    assert "Your roles: CAB member (granted by the installation on 2026-11-30)." in told(
        await town.say("bo", "why start REL-1")
    )
    assert "Your roles" not in told(await town.say("ana", "why approve REL-1"))
