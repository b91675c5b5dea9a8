from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.teams import FakeTeams
from tests.journeys import slack_stage, teams_stage
from tests.journeys.both import become_one
from tests.journeys.house import POLICY, House, opened
from tests.journeys.slack_stage import SlackStage
from tests.journeys.stage import POLICIES
from tests.journeys.teams_stage import TeamsStage


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """The stories' workspace; a payload that Slack would refuse, or would read as markup, fails the test."""
    fake = FakeSlack()
    slack_stage.populate(fake)
    async with fake.running():
        yield fake
    assert fake.violations == []


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    """The stories' tenant; what Teams would refuse, or show as something else than it is, fails the test."""
    fake = FakeTeams()
    teams_stage.populate(fake)
    async with fake.running():
        yield fake
    assert fake.violations == []


@pytest.fixture
def policy(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """The policy of the story that is told, where it has one of its own."""
    story = getattr(request.node, "callspec", None) and request.node.callspec.params.get("story")
    if story is None or story.__name__ not in POLICIES:
        return None
    path = tmp_path / "policy.toml"
    path.write_text(POLICY.read_text() + POLICIES[story.__name__])
    return path


@pytest.fixture
async def cabbot(slack: FakeSlack, sqlite_url: str, policy: Path | None) -> AsyncIterator[House]:
    """Cabbot at work, with its roles granted and its channels linked."""
    async with opened(sqlite_url, slack, policy=policy) as house:
        await slack_stage.move_in(SlackStage(house))
        yield house


@pytest.fixture
async def cabbot_on_teams(teams: FakeTeams, sqlite_url: str, policy: Path | None) -> AsyncIterator[House]:
    async with opened(sqlite_url, teams=teams, policy=policy) as house:
        await teams_stage.move_in(TeamsStage(house))
        yield house


@pytest.fixture
async def cabbot_on_both(slack: FakeSlack, teams: FakeTeams, sqlite_url: str) -> AsyncIterator[House]:
    """One organisation with a workspace of Slack's and a tenant of Teams'."""
    async with opened(sqlite_url, slack, teams) as house:
        await slack_stage.move_in(SlackStage(house))
        await become_one(SlackStage(house), TeamsStage(house))
        yield house
