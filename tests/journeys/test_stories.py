"""Every story on Slack, over real HTTP, in every weather: fair, with restarts in its middle, with Slack in trouble."""

from __future__ import annotations

import pytest

from tests.journeys.house import House
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import Story
from tests.journeys.stories import clock, crowd, emergency, gates, media, normal, parts, plans, record
from tests.journeys.weather import Storm, restarts

STORIES: tuple[Story, ...] = (
    normal.approved_and_deployed,
    normal.written_in_the_form,
    normal.rejected_edited_approved,
    normal.changed_after_approval,
    normal.rolled_back,
    gates.what_blocks_us,
    plans.plans_are_lines_that_come_back,
    record.everybody_writes_down_their_part,
    parts.each_does_their_part,
    media.artifacts_are_read,
    emergency.authorised_with_one_press,
    emergency.paged_until_somebody_decides,
    emergency.deployed_first,
    emergency.not_for_everybody,
    crowd.ten_press_at_once,
    crowd.those_who_may_not,
    crowd.old_cards,
    crowd.a_vote_that_is_changed,
    crowd.held_and_resumed,
    clock.silence_in_the_cab,
    clock.escalated_and_then_decided,
    clock.status_across_summer_time,
    clock.switched_off_overnight,
    clock.told_late,
    clock.told_too_late,
)


def named(story: Story) -> str:
    return story.__name__.replace("_", " ")


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_in_fair_weather(story: Story, cabbot: House) -> None:
    await story(SlackStage(cabbot))


@pytest.mark.parametrize("story", STORIES, ids=named)
async def test_with_a_restart_in_the_middle_of_everything(story: Story, cabbot: House) -> None:
    await story(SlackStage(cabbot, restarts))


HEARD = [story for story in STORIES if story is not emergency.not_for_everybody]
"""The stories in which something is posted."""


@pytest.mark.parametrize("story", HEARD, ids=named)
async def test_while_slack_is_in_trouble(story: Story, cabbot: House) -> None:
    storm = Storm(cabbot.slack)
    await story(SlackStage(cabbot))
    assert storm.struck > 0
