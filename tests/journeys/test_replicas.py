"""Two replicas on one PostgreSQL: requests come to one or the other, deliveries and the clock's words from either."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.journeys.house import House, opened
from tests.journeys.slack_stage import SlackStage, move_in
from tests.journeys.stage import Story
from tests.journeys.stories import clock, crowd, emergency, normal
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
