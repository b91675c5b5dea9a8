"""Accounts that aren't full members press and type: guests, people of other workspaces, bots, strangers, the departed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.slack import Ack
from tests.journeys.house import House
from tests.journeys.played import slack_user as user_of
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import find, holds
from tests.journeys.stories.normal import BALLOT, registered_and_submitted


async def pressed(house: House, user: str, **overrides: Any) -> str:
    """A press on the ballot in #cab; what the person hears of it."""
    ballot = house.slack.channel("#cab").last
    ack: Ack = await house.slack.press(user, ballot, "Approve", **overrides)
    assert ack.status == 200
    await house.settled()
    heard = house.slack.private(user)
    return heard[-1].shown if heard else ""


async def nothing_happened(house: House, before: list[Any]) -> None:
    stage = SlackStage(house)
    assert stage.channel("cab") == before
    holds(find(stage.channel("cab"), BALLOT).words, "2 approvals missing of 2")
    await stage.trail()


@pytest.mark.parametrize(
    "account",
    [{"restricted": True}, {"team": "T0OTHER"}, {"bot": True}],
    ids=["a guest", "from another workspace", "a bot"],
)
async def test_an_account_that_is_no_member_changes_nothing(cabbot: House, account: dict[str, Any]) -> None:
    stage = SlackStage(cabbot)
    await registered_and_submitted(stage)
    before = stage.channel("cab")
    cabbot.slack.add_user("UGUS", "gus", real_name="Gus", **account)
    await cabbot.slack.event({"type": "user_change", "user": cabbot.slack.world.users["UGUS"].as_json()})
    await stage.says("marta", "role grant <@UGUS|gus> cab_member")
    before = stage.channel("cab") if "Gus" in stage.channel("cab")[-1].words else before
    holds(await pressed(cabbot, "UGUS"), "member")
    await nothing_happened(cabbot, before)


async def test_a_stranger_of_the_own_workspace_is_told_who_votes(cabbot: House) -> None:
    stage = SlackStage(cabbot)
    await registered_and_submitted(stage)
    before = stage.channel("cab")
    cabbot.slack.add_user("USTRANGER", "new")
    holds(await pressed(cabbot, "USTRANGER"), "Only members of the CAB vote on REL-1.")
    await nothing_happened(cabbot, before)


async def test_who_has_left_votes_no_more(cabbot: House) -> None:
    stage = SlackStage(cabbot)
    await registered_and_submitted(stage)
    before = stage.channel("cab")
    gone = cabbot.slack.world.users[user_of("chiara")]
    gone.deleted = True
    await cabbot.slack.event({"type": "user_change", "user": gone.as_json()})
    await cabbot.settled()
    await pressed(cabbot, gone.id)
    await nothing_happened(cabbot, before)


async def test_one_person_with_two_accounts_is_one_vote(cabbot: House) -> None:
    """Ben has a second account, by the same confirmed e-mail."""
    stage = SlackStage(cabbot)
    await registered_and_submitted(stage)
    cabbot.slack.add_user("UBEN2", "ben.o", real_name="Ben", email="ben@example.org")
    await cabbot.slack.command("UBEN2", "#releases", "/release", "list")
    await cabbot.settled()
    await stage.presses("ben", "Approve", BALLOT, "cab")
    holds(await pressed(cabbot, "UBEN2"), "Your vote on REL-1 stands already: approved.")
    holds(find(stage.channel("cab"), BALLOT).words, "1 approval missing of 2")


async def test_a_press_that_slack_repeats_is_one_press(cabbot: House) -> None:
    stage = SlackStage(cabbot)
    await registered_and_submitted(stage)
    button = cabbot.slack.channel("#cab").last.button("Approve")
    same = {"trigger_id": "1.2.3", "actions": [{**button, "block_id": "b", "action_ts": "1796029200.1"}]}
    await pressed(cabbot, user_of("ben"), **same)
    await pressed(cabbot, user_of("ben"), **same)
    holds(find(stage.channel("cab"), BALLOT).words, "1 approval missing of 2")
    assert [each for each in await stage.trail() if each.startswith("ben")] == ["ben approve REL-1"]
