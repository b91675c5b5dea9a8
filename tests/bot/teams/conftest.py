from collections.abc import AsyncIterator, Iterator

import pytest

from bot.teams.framework import bot_framework
from storage.store import Store, open_store
from tests.bot.teams.serving import Served, serving
from tests.bot.teams.without_sdk import plain
from tests.fakes.teams import FakeTeams


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    """A tenant with a few people; what Teams would refuse fails the test."""
    fake = FakeTeams()
    fake.add_user("29:ana", "Ana Silva", email="ana@example.org")
    fake.add_user("29:ben", "Ben", email="ben@example.org", zone="Europe/London")
    fake.add_user("29:gus", "Gus Guest", email="gus@example.net", guest=True)
    for name in ("#pay", "#cab", "#announcements"):
        fake.add_channel(name)
    async with fake.running():
        yield fake
    assert fake.violations == []


@pytest.fixture
def store(sqlite_url: str) -> Iterator[Store]:
    opened = open_store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture(params=[bot_framework, plain], ids=["sdk", "without"])
async def cabbot(request: pytest.FixtureRequest, teams: FakeTeams, store: Store) -> AsyncIterator[Served]:
    """On Microsoft's SDK, and on what could follow it."""
    async with serving(teams, store, framework=request.param) as served:
        yield served
