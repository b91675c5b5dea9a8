"""How a workspace of Slack's and a tenant of Teams' become one organisation, and which story is told on both."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from tests.journeys.played import teams_user
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import CHANNELS, Stage, holds
from tests.journeys.teams_stage import TeamsStage

MixedStory = Callable[[Stage, Stage], Awaitable[None]]
"""A story over the same organisation's two stages: Slack's and Teams'."""
_CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


async def become_one(slack: SlackStage, teams: TeamsStage) -> None:
    """Marta is shown a code in Slack and types it in Teams, where the same channels are linked then."""
    await teams.teams.install(teams_user("marta"))
    await teams.house.settled()
    await joined(slack, teams)


async def joined(first: Stage, other: Stage) -> None:
    """The other platform joins the organisation of the first, and hears the same."""
    shown = await first.says("marta", "link organisation", "me")
    code = _CODE.search(shown.words)
    assert code, shown.words
    heard = await other.says("marta", f"link organisation {code[0]}", "me")
    holds(heard.words, "belongs to the organisation")
    for channel, audience in CHANNELS.items():
        await other.says("marta", f"link {audience}", channel)
