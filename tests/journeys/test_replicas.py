"""Two replicas on one PostgreSQL: requests come to one or the other, deliveries and the clock's words from either."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.journeys.both import MixedStory, become_one
from tests.journeys.house import House, opened
from tests.journeys.slack_stage import SlackStage, move_in
from tests.journeys.stage import Story
from tests.journeys.stories import clock, crowd, emergency, mixed, normal
from tests.journeys.teams_stage import TeamsStage
from tests.journeys.test_slack_away import doubled
from tests.journeys.test_stories import named
from tests.journeys.weather import Storm, restarts

pytestmark = pytest.mark.postgres

FEW: tuple[Story, ...] = (
    normal.approved_and_deployed,
    emergency.paged_until_somebody_decides,
    crowd.ten_press_at_once,
    clock.status_across_summer_time,
)


@pytest.fixture
async def replicas(slack: FakeSlack, postgres_url: str, policy: Path | None) -> AsyncIterator[House]:
    async with opened(postgres_url, slack, policy=policy, replicas=2) as house:
        await move_in(SlackStage(house))
        yield house
    assert doubled(house) == []


@pytest.mark.parametrize("story", FEW, ids=named)
async def test_two_replicas_tell_one_story(story: Story, replicas: House) -> None:
    await story(SlackStage(replicas))


@pytest.mark.parametrize("story", [normal.approved_and_deployed], ids=named)
async def test_two_replicas_that_restart_while_slack_is_in_trouble(story: Story, replicas: House) -> None:
    Storm(replicas.slack)
    await story(SlackStage(replicas, restarts))


@pytest.fixture
async def replicas_on_both(slack: FakeSlack, teams: FakeTeams, postgres_url: str) -> AsyncIterator[House]:
    async with opened(postgres_url, slack, teams, replicas=2) as house:
        await move_in(SlackStage(house))
        await become_one(SlackStage(house), TeamsStage(house))
        yield house


@pytest.mark.parametrize(
    "story", [mixed.approved_half_here_half_there, mixed.one_person_is_one_vote], ids=lambda story: story.__name__
)
async def test_two_replicas_serve_one_organisation_on_both_platforms(
    story: MixedStory, replicas_on_both: House
) -> None:
    """The replica that didn't hear of the join finds the organisation all the same."""
    await story(SlackStage(replicas_on_both), TeamsStage(replicas_on_both))
