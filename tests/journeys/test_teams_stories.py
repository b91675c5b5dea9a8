"""Every story on Teams, over real HTTP with signed tokens: fair, with restarts in its middle, with Teams in trouble."""

from __future__ import annotations

import pytest

from tests.journeys.house import House
from tests.journeys.stage import Story
from tests.journeys.teams_stage import TeamsStage
from tests.journeys.test_stories import HEARD, STORIES, named
from tests.journeys.weather import TeamsStorm, restarts


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_in_fair_weather(story: Story, cabbot_on_teams: House) -> None:
    await story(TeamsStage(cabbot_on_teams))


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_with_a_restart_in_the_middle_of_everything(story: Story, cabbot_on_teams: House) -> None:
    await story(TeamsStage(cabbot_on_teams, restarts))


@pytest.mark.parametrize("story", HEARD, ids=named)
async def test_while_teams_is_in_trouble(story: Story, cabbot_on_teams: House) -> None:
    storm = TeamsStorm(cabbot_on_teams.teams)
    await story(TeamsStage(cabbot_on_teams))
    assert storm.struck > 0
