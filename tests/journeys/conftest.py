from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.journeys.house import House, opened
from tests.journeys.slack_stage import SlackStage, move_in, populate
from tests.journeys.stage import POLICIES


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """The stories' workspace; a payload that Slack would refuse, or would read as markup, fails the test."""
    fake = FakeSlack()
    populate(fake)
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
    path.write_text(POLICIES[story.__name__])
    return path


@pytest.fixture
async def cabbot(slack: FakeSlack, sqlite_url: str, policy: Path | None) -> AsyncIterator[House]:
    """Cabbot at work, with its roles granted and its channels linked."""
    async with opened(sqlite_url, slack, policy=policy) as house:
        await move_in(SlackStage(house))
        yield house
