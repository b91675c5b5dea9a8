from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from storage.store import Store, open_store
from tests.bot.slack.serving import SOCKET_MODE, Served, serving, settings_for
from tests.fakes.slack import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A workspace with a few people; a payload that Slack would refuse fails the test."""
    fake = FakeSlack()
    fake.add_user("UANA", "ana", real_name="Ana Silva", email="ana@example.org")
    fake.add_user("UBEN", "ben", real_name="Ben", email="ben@example.org")
    fake.add_user("UCHLOE", "chloe", real_name="Chloé Martin", email="chloe@example.org")
    fake.add_user("UGUEST", "gus", real_name="Gus Guest", email="gus@example.net", restricted=True)
    fake.add_user("U0BOT", "cabbot", bot=True)
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


@pytest.fixture
async def cabbot(slack: FakeSlack, store: Store) -> AsyncIterator[Served]:
    async with serving(slack, store) as served:
        yield served


@pytest.fixture(params=["http", "socket"])
async def both_ways(request: pytest.FixtureRequest, slack: FakeSlack, store: Store) -> AsyncIterator[Served]:
    """For what holds over HTTP and over Socket Mode alike."""
    changes = SOCKET_MODE if request.param == "socket" else {}
    async with serving(slack, store, settings=settings_for(slack, **changes)) as served:
        yield served


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
