"""One organisation with a Slack workspace and a Teams tenant: one release, one ballot, one vote a person."""

from __future__ import annotations

import pytest

from tests.journeys.both import MixedStory
from tests.journeys.house import House
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stories import mixed
from tests.journeys.teams_stage import TeamsStage
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
