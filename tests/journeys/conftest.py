from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.slack import FakeSlack
from tests.journeys.house import House, opened
from tests.journeys.slack_stage import SlackStage, move_in, populate


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """The stories' workspace; a payload that Slack would refuse, or would read as markup, fails the test."""
    fake = FakeSlack()
    populate(fake)
    async with fake.running():
        yield fake
    assert fake.violations == []


@pytest.fixture
async def cabbot(slack: FakeSlack, sqlite_url: str) -> AsyncIterator[House]:
    """Cabbot at work, with its roles granted and its channels linked."""
    async with opened(sqlite_url, slack) as house:
        await move_in(SlackStage(house))
        yield house
