"""Accounts that aren't full members press and type in Teams: guests, people of other tenants, bots, strangers; repeats."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes import teams_cards as cards
from tests.journeys.house import House
from tests.journeys.played import teams_user as user_of
from tests.journeys.stage import Seen, find, holds
from tests.journeys.stories.normal import BALLOT, registered_and_submitted
from tests.journeys.teams_stage import TeamsStage

GUS = "29:1gus-0Xw"


async def pressed(house: House, user: str) -> str:
    """A press on the ballot in #cab; what the person sees of it."""
    shown = await house.teams.press(user, house.teams.conversation("#cab").last, "Approve")
    assert shown.got.status == 200
    await house.settled()
    return shown.words


async def nothing_happened(stage: TeamsStage, before: list[Seen]) -> None:
    assert stage.channel("cab") == before
    holds(find(stage.channel("cab"), BALLOT).words, "2 approvals missing of 2")
    await stage.trail()


@pytest.mark.parametrize(
    "account",
    [{"guest": True, "email": "gus@other.example"}, {"tenant": "6f0b54a1-52a0-4f3e-8f3a-90a4b7c0f9d2"}],
    ids=["a guest", "from another tenant"],
)
@pytest.mark.parametrize("known", [True, False], ids=["known from the roster", "come meanwhile"])
async def test_an_account_that_is_no_member_changes_nothing(
    cabbot_on_teams: House, account: dict[str, Any], known: bool
) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    gus = teams.add_user(GUS, "Gus", **account)
    teams.world.beside.append(GUS)
    if known:
        await cabbot_on_teams.restart()
    await registered_and_submitted(stage)
    before = stage.channel("cab")
    holds(await pressed(cabbot_on_teams, gus.id), "member")
    await nothing_happened(stage, before)


async def test_a_role_makes_no_member_of_a_guest(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    teams.add_user(GUS, "Gus", guest=True, email="gus@other.example")
    await stage.says("marta", "role grant <at>Gus</at> cab_member")
    await registered_and_submitted(stage)
    holds(await pressed(cabbot_on_teams, GUS), "member")
    holds(find(stage.channel("cab"), BALLOT).words, "2 approvals missing of 2")


async def test_a_guest_with_somebodys_address_is_not_that_person(cabbot_on_teams: House) -> None:
    """A guest's address is the word of another directory."""
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    teams.add_user(GUS, "Ben", guest=True, email="ben@example.org")
    await registered_and_submitted(stage)
    before = stage.channel("cab")
    holds(await pressed(cabbot_on_teams, GUS), "member")
    await nothing_happened(stage, before)


async def test_a_stranger_of_the_own_tenant_is_told_who_votes(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    before = stage.channel("cab")
    teams.add_user("29:1nora-0Xw", "Nora", email="nora@example.org")
    holds(await pressed(cabbot_on_teams, "29:1nora-0Xw"), "Only members of the CAB vote on REL-1.")
    await nothing_happened(stage, before)


async def test_one_person_with_two_accounts_is_one_vote(cabbot_on_teams: House) -> None:
    """Ben has a second account in the tenant, by the same e-mail; already its first press is his."""
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    await stage.presses("ben", "Approve", BALLOT, "cab")
    teams.add_user("29:1ben2-0Xw", "Ben", email="ben@example.org")
    holds(await pressed(cabbot_on_teams, "29:1ben2-0Xw"), "Your vote on REL-1 stands already: approved.")
    holds(find(stage.channel("cab"), BALLOT).words, "1 approval missing of 2")


async def test_an_invoke_that_teams_repeats_is_one_press(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    await pressed(cabbot_on_teams, user_of("ben"))
    same = teams.wire.delivered[-1]
    again = await teams.invoke(user_of("ben"), teams.conversation("#cab").last, same)
    await cabbot_on_teams.settled()
    holds(again.words, "You approved REL-1")
    holds(find(stage.channel("cab"), BALLOT).words, "1 approval missing of 2")
    assert [each for each in await stage.trail() if each.startswith("ben")] == ["ben approve REL-1"]


async def test_words_that_are_delivered_twice_are_said_once(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    await stage.says("ben", "approve REL-1", "me")
    assert (await teams.wire.deliver(teams.wire.delivered[-1])).status < 300
    await cabbot_on_teams.settled()
    assert [each for each in await stage.trail() if each.startswith("ben")] == ["ben approve REL-1"]


async def test_a_press_that_somebody_forged_in_a_card_of_their_own_is_their_own(cabbot_on_teams: House) -> None:
    """Whatever a client sends as an action's data counts as words of the one who sends it, and no more."""
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    ballot = teams.conversation("#cab").last
    action = cards.action(ballot.card() or {}, "Approve")
    forged = {**action, "data": {**action["data"], "say": "role grant me cab_member", "user": user_of("marta")}}
    heard = await teams.act(user_of("sofia"), ballot, forged, {})
    await cabbot_on_teams.settled()
    holds(heard.words, "“role grant” is for the process owner.")
    assert (await stage.trail())[-1] == "sofia role grant  refused"


async def test_without_a_genuine_token_nothing_is_heard(cabbot_on_teams: House) -> None:
    stage, teams = TeamsStage(cabbot_on_teams), cabbot_on_teams.teams
    await registered_and_submitted(stage)
    before, calls = stage.channel("cab"), len(teams.service.calls)
    await stage.presses("ben", "Approve", BALLOT, "cab")
    genuine = teams.wire.delivered[-1]
    after, told = stage.channel("cab"), len(teams.service.calls)
    assert (before != after, told > calls) == (True, True)
    forged = {**genuine, "id": "f:other", "from": teams.world.users[user_of("chiara")].as_account()}
    for token in ("", "x.y.z", teams.authority.token("https://evil.example/", exp=2_000_000_000)):
        assert (await teams.wire.deliver(forged, token=token)).status == 401
    await cabbot_on_teams.settled()
    assert (stage.channel("cab"), len(teams.service.calls)) == (after, told)
