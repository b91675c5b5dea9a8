"""One organisation with a Slack workspace and a Teams tenant: one release, one ballot, one vote a person."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack_faults import Fault
from tests.fakes.teams import FakeTeams
from tests.journeys.both import MixedStory, joined
from tests.journeys.house import House, opened
from tests.journeys.played import slack_user, teams_user
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import find, holds
from tests.journeys.stories import mixed
from tests.journeys.stories.normal import BALLOT, NEW
from tests.journeys.teams_stage import TeamsStage, move_in
from tests.journeys.weather import Storm, TeamsStorm, restarts

STORIES: tuple[MixedStory, ...] = (
    mixed.approved_half_here_half_there,
    mixed.one_person_is_one_vote,
    mixed.the_coordinator_nowhere_votes,
    mixed.notices_go_where_one_wants_them,
    mixed.changed_here_void_there,
)


def named(story: MixedStory) -> str:
    return story.__name__.replace("_", " ")


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_in_fair_weather(story: MixedStory, cabbot_on_both: House) -> None:
    await story(SlackStage(cabbot_on_both), TeamsStage(cabbot_on_both))


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_with_restarts_while_both_platforms_are_in_trouble(story: MixedStory, cabbot_on_both: House) -> None:
    storms = Storm(cabbot_on_both.slack), TeamsStorm(cabbot_on_both.teams)
    await story(SlackStage(cabbot_on_both, restarts), TeamsStage(cabbot_on_both, restarts))
    assert all(storm.struck for storm in storms)


async def test_who_is_known_from_teams_votes_with_their_first_press_in_slack(
    slack: FakeSlack, teams: FakeTeams, sqlite_url: str
) -> None:
    """Slack joins the organisation that Teams began: roles and people are there already."""
    async with opened(sqlite_url, slack, teams) as house:
        here, there = TeamsStage(house), SlackStage(house)
        await move_in(here)
        await joined(here, there)
        await here.says("ana", NEW)
        await here.says("ana", "submit REL-1")
        heard = await there.presses("ben", "Approve", BALLOT, "cab")
        holds(heard.words, "You approved REL-1")
        heard = await there.presses("ana", "Approve", BALLOT, "cab")
        holds(heard.words, "You coordinate or requested REL-1")
        holds(find(here.channel("cab"), BALLOT).words, "Ben approved", "1 approval missing of 2")
        assert [each for each in await here.trail() if "approve" in each] == [
            "ben approve REL-1",
            "ana approve REL-1 refused",
        ]


def gone(_method: str, _arguments: dict[str, Any]) -> Fault:
    return Fault("ratelimited", retry_after="0")


async def test_one_platform_that_is_away_holds_up_nothing_on_the_other(cabbot_on_both: House) -> None:
    """The CAB decides in Slack while Teams takes nothing; when Teams is back, its copies lose their buttons."""
    slack, teams = SlackStage(cabbot_on_both), TeamsStage(cabbot_on_both)
    await slack.says("ana", NEW)
    await slack.says("ana", "submit REL-1")
    cabbot_on_both.teams.service.faults.weather = gone
    ballot = cabbot_on_both.slack.channel("#cab").last
    for who in ("ben", "chiara"):
        assert (await cabbot_on_both.slack.press(slack_user(who), ballot, "Approve")).status == 200
    await cabbot_on_both.slack.until(lambda: not ballot.buttons)
    holds(ballot.shown, "Ben approved", "Chiara approved")
    stale = find(teams.channel("cab"), BALLOT)
    assert stale.buttons[0] == "Approve"
    late = await cabbot_on_both.teams.press(
        teams_user("devika"), cabbot_on_both.teams.conversation("#cab").last, "Approve"
    )
    holds(late.words, "That round is over")
    cabbot_on_both.teams.service.faults.clear()
    await cabbot_on_both.settled()
    seen = find(teams.channel("cab"), BALLOT)
    holds(seen.words, "Ben approved", "Chiara approved")
    assert seen.buttons == ()


async def test_both_presses_of_one_person_at_the_same_moment_are_one_vote(cabbot_on_both: House) -> None:
    slack, teams = SlackStage(cabbot_on_both), TeamsStage(cabbot_on_both)
    await slack.says("ana", NEW)
    await slack.says("ana", "submit REL-1")
    here, there = cabbot_on_both.slack, cabbot_on_both.teams
    await asyncio.gather(
        here.press(slack_user("ben"), here.channel("#cab").last, "Approve"),
        there.press(teams_user("ben"), there.conversation("#cab").last, "Approve"),
    )
    await cabbot_on_both.settled()
    for stage in (slack, teams):
        holds(find(stage.channel("cab"), BALLOT).words, "Ben approved", "1 approval missing of 2")
    votes = [each for each in await slack.trail() if each.startswith("ben")]
    assert sorted(votes) == ["ben approve REL-1", "ben approve REL-1 refused"]
