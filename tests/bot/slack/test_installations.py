"""Installed workspaces: their tokens at rest, what happens when they remove Cabbot, and what is remembered of them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.secrets import Vault
from bot.slack.installation import KNOWN_SECONDS, MOST_KNOWN, Installation, Installations, Installed, Token
from storage.organisation import Connections
from storage.store import Store
from storage.terms import Platform
from tests.bot.slack.installs import KEY, installed, oauth
from tests.bot.slack.serving import Served, serving
from tests.fakes.slack import TEAM, FakeSlack

# slack_sdk signs in with what aiohttp 4 will not have any more; pyproject.toml holds aiohttp below it.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
async def cabbot(slack: FakeSlack, store: Store) -> AsyncIterator[Served]:
    async with serving(slack, store, settings=oauth(slack)) as served:
        yield served


# ---- at rest


async def test_no_token_is_readable_in_the_database(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Row 18."""
    await installed(slack, cabbot, browser)
    await installed(slack, cabbot, browser, "T0OTHER")
    await slack.command("UANA", "#pay", "/release", "new x")
    kept = await asyncio.to_thread(lambda: [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()])
    assert any(b"T0OTHER" in each for each in kept)
    assert not any(b"xoxb" in each for each in kept)


async def test_the_key_is_replaced_without_a_new_installation(
    slack: FakeSlack, store: Store, browser: aiohttp.ClientSession
) -> None:
    async with serving(slack, store, settings=oauth(slack)) as first:
        await installed(slack, first, browser)
    fresh = Fernet.generate_key().decode()
    both = oauth(slack, encryption_key=(SecretStr(fresh), SecretStr(KEY)))
    async with serving(slack, store, settings=both) as second:
        await second.edge.check_tokens()
        assert Vault([fresh]).is_current(await _secret(second))
    async with serving(slack, store, settings=oauth(slack, encryption_key=(SecretStr(fresh),))):
        ack = await slack.command("UANA", "#pay", "/release", "help")
        assert ack.message is not None
        assert "new" in ack.message.shown


async def _secret(cabbot: Served) -> str:
    found = await cabbot.store.read(lambda tx: Connections(tx).of(Platform.SLACK, TEAM))
    assert found is not None
    return found.secret


async def test_a_token_that_no_key_opens_is_no_installation(
    slack: FakeSlack, store: Store, browser: aiohttp.ClientSession
) -> None:
    async with serving(slack, store, settings=oauth(slack)) as first:
        await installed(slack, first, browser)
    lost = oauth(slack, encryption_key=(SecretStr(Fernet.generate_key().decode()),))
    async with serving(slack, store, settings=lost):
        ack = await slack.command("UANA", "#pay", "/release", "help")
        assert "isn't connected" in ack.json["text"]


# ---- gone


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}]
)
async def test_a_workspace_that_removed_the_app_is_not_served_any_more(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession, event: dict[str, Any]
) -> None:
    await installed(slack, cabbot, browser)
    assert (await slack.event(event)).status == 200
    ack = await slack.command("UANA", "#pay", "/release", "new x")
    assert "isn't connected" in ack.json["text"]
    connection = await cabbot.store.read(lambda tx: Connections(tx).of(Platform.SLACK, TEAM))
    assert connection is not None
    assert connection.removed_at is not None
    assert connection.secret == ""


async def test_a_persons_own_token_that_was_revoked_removes_nothing(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    await installed(slack, cabbot, browser)
    await slack.event({"type": "tokens_revoked", "tokens": {"oauth": ["UANA"], "bot": []}})
    ack = await slack.command("UANA", "#pay", "/release", "new x")
    assert ack.message is not None
    assert "REL-1" in ack.message.shown


# ---- the memory of it


async def test_what_another_replica_did_is_seen_within_a_minute(store: Store, cabbot: Served) -> None:
    now = [0.0]
    mine = Installations(store, cabbot.door.clock, vault=Vault([KEY]), ticks=lambda: now[0])
    theirs = cabbot.edge.installations
    assert await mine.find(("T1",)) is None
    await theirs.connect(Installed("T1", "One", "UBOT", Token("xoxb-1")))
    now[0] += KNOWN_SECONDS + 1
    found = await mine.find(("T0", "T1"))
    assert found == Installation("T1", found.organisation, "UBOT", Token("xoxb-1")) if found else False
    await theirs.remove("T1")
    assert await mine.find(("T1",)) is not None
    now[0] += KNOWN_SECONDS + 1
    assert await mine.find(("T1",)) is None


async def test_nobody_can_fill_the_memory(cabbot: Served) -> None:
    mine = cabbot.edge.installations
    for number in range(MOST_KNOWN + 100):
        await mine.find((f"T{number}",))
    assert len(mine._known) == MOST_KNOWN


def test_a_token_is_in_no_repr() -> None:
    token = Token("xoxb-secret", "xoxe-secret", datetime.now(UTC) + timedelta(hours=1))
    assert "secret" not in repr(Installation("T1", 1, "UBOT", token))
