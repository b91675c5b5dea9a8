"""Tokens that end after twelve hours are renewed before, whether anybody says a word or not, by one replica only."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import Marker, NotSent, Target
from bot.clock import MovableClock
from bot.outbound import Outbound
from bot.secrets import Vault
from bot.slack.chat import SlackChat
from bot.slack.installation import Installations, Installed, Token
from bot.slack.rotation import Rotation
from bot.slack.web_api import WebApi, purposes
from messages.card import Card
from storage.store import Store
from tests.fakes.slack import TEAM, FakeSlack
from tests.fakes.slack_methods import Token as FakeToken

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

KEY = Fernet.generate_key().decode()


class Replica:
    """What one process has of an installation, and renews."""

    def __init__(self, slack: FakeSlack, store: Store, clock: MovableClock, outbound: Outbound) -> None:
        vault = Vault([KEY])
        self.installations = Installations(store, clock, vault=vault)
        client = AsyncWebClient(base_url=slack.api_url, session=outbound.session, retry_handlers=[])
        rotator = AsyncTokenRotator(client_id="111.222", client_secret="client-secret", client=client)
        self.rotation = Rotation(self.installations, store, clock, vault, rotator)
        self.chat = SlackChat(WebApi(outbound, slack.api_url), self.installations, store)

    async def token(self) -> str:
        self.installations.forget(TEAM)
        return (await self.installations.of(TEAM)).token.text


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def outbound(slack: FakeSlack) -> AsyncIterator[Outbound]:
    made = Outbound(purposes(slack.api_url))
    yield made
    await made.close()


@pytest.fixture
async def replica(slack: FakeSlack, store: Store, clock: MovableClock, outbound: Outbound) -> Replica:
    """Installed with a token that ends in twelve hours."""
    made = Replica(slack, store, clock, outbound)
    ends = clock.now() + timedelta(hours=12)
    old = FakeToken(TEAM, "U0BOT", "B0BOT", expires_at=ends.timestamp(), refresh="xoxe-1-a")
    slack.methods.tokens["xoxe.xoxb-1-old"] = slack.methods.refreshes["xoxe-1-a"] = old
    await made.installations.connect(Installed(TEAM, "Example", "U0BOT", Token("xoxe.xoxb-1-old", "xoxe-1-a", ends)))
    return made


async def test_a_token_with_time_left_is_left_alone(slack: FakeSlack, replica: Replica, clock: MovableClock) -> None:
    clock.forward(timedelta(hours=9))
    await replica.rotation.check()
    assert await replica.token() == "xoxe.xoxb-1-old"
    assert slack.calls_of("oauth.v2.access") == []


async def test_two_hours_before_its_end_it_is_renewed(slack: FakeSlack, replica: Replica, clock: MovableClock) -> None:
    clock.forward(timedelta(hours=11))
    await replica.rotation.check()
    fresh = await replica.token()
    assert fresh != "xoxe.xoxb-1-old"
    await replica.chat.send(Target(TEAM, "CCAB"), Card("hello"), Marker(1, 1), None)
    assert slack.calls_of("chat.postMessage")[0].token == fresh
    await replica.rotation.check()
    assert len(slack.calls_of("oauth.v2.access")) == 1


async def test_two_replicas_renew_it_once(
    slack: FakeSlack, replica: Replica, store: Store, clock: MovableClock, outbound: Outbound
) -> None:
    """A refresh token works once: who uses it second loses the installation."""
    others = [Replica(slack, store, clock, outbound) for _ in range(3)]
    slack.faults.latency = 0.05
    clock.forward(timedelta(hours=11))
    await asyncio.gather(*(each.rotation.check() for each in (replica, *others)))
    assert [call.ok for call in slack.calls_of("oauth.v2.access")] == [True]
    assert len({await each.token() for each in (replica, *others)}) == 1


async def test_slack_that_is_away_is_asked_again_later(slack: FakeSlack, replica: Replica, clock: MovableClock) -> None:
    clock.forward(timedelta(hours=11))
    slack.faults.order("drop_before", "oauth.v2.access")
    await replica.rotation.check()
    await replica.rotation.check()
    assert await replica.token() == "xoxe.xoxb-1-old"
    assert len(slack.calls_of("oauth.v2.access")) == 1
    clock.forward(timedelta(minutes=2))
    await replica.rotation.check()
    assert await replica.token() != "xoxe.xoxb-1-old"


async def test_a_refused_renewal_keeps_what_there_is(slack: FakeSlack, replica: Replica, clock: MovableClock) -> None:
    clock.forward(timedelta(hours=11))
    slack.methods.refreshes.clear()
    await replica.rotation.check()
    assert await replica.token() == "xoxe.xoxb-1-old"


async def test_a_token_that_ended_is_looked_up_again_and_the_message_waits(
    slack: FakeSlack, replica: Replica, store: Store, clock: MovableClock, outbound: Outbound
) -> None:
    other = Replica(slack, store, clock, outbound)
    assert await replica.token() == await other.token()
    clock.forward(timedelta(hours=11))
    await other.rotation.check()
    slack.methods.tokens["xoxe.xoxb-1-old"].expires_at = datetime.now(UTC).timestamp() - 1
    with pytest.raises(NotSent, match="token_expired"):
        await replica.chat.send(Target(TEAM, "CCAB"), Card("hello"), Marker(1, 1), None)
    await replica.chat.send(Target(TEAM, "CCAB"), Card("hello"), Marker(1, 1), None)
    assert len(slack.channel("#cab").messages) == 1


async def test_a_token_without_an_end_is_never_renewed(slack: FakeSlack, replica: Replica, clock: MovableClock) -> None:
    await replica.installations.connect(Installed(TEAM, "Example", "U0BOT", Token("xoxb-static")))
    clock.forward(timedelta(days=900))
    await replica.rotation.check()
    assert await replica.token() == "xoxb-static"
    assert slack.calls_of("oauth.v2.access") == []
