"""Workspaces that install Cabbot themselves, their tokens at rest, and what happens when they remove it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.secrets import Vault
from bot.slack.install import States, authorization_url
from bot.slack.installation import KNOWN_SECONDS, MOST_KNOWN, Installation, Installations, Installed, Token
from bot.slack.manifest import SCOPES
from storage.organisation import Connections, Organisations
from storage.store import Store
from storage.terms import Platform, Role
from tests.bot.slack.serving import Served, serving, settings_for
from tests.fakes.slack import TEAM, FakeSlack
from tests.fakes.slack_methods import Token as FakeToken

# slack_sdk signs in with what aiohttp 4 will not have any more; pyproject.toml holds aiohttp below it.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

KEY = Fernet.generate_key().decode()
OTHER_TOKEN = "xoxb-other-workspace"
COOKIE = "slack-app-oauth-state"


def oauth(slack: FakeSlack, **changes: Any) -> Any:
    values = {
        "slack_bot_token": None,
        "slack_client_id": "111.222",
        "slack_client_secret": SecretStr("client-secret"),
        "encryption_key": (SecretStr(KEY),),
        "public_url": "https://cabbot.example.org",
    }
    return settings_for(slack, **values | changes)


def offered(slack: FakeSlack, team: str = TEAM, user: str = "UANA", **more: Any) -> None:
    """Somebody has pressed “Allow” on Slack's page: a code is worth a token."""
    token = OTHER_TOKEN if team != TEAM else "xoxb-installed"
    slack.world.teams.setdefault(team, f"Team {team}")
    slack.methods.tokens[token] = FakeToken(team, f"UBOT{team}", "B1")
    slack.methods.codes["code-1"] = {
        "access_token": token,
        "token_type": "bot",
        "scope": "commands,chat:write",
        "bot_user_id": f"UBOT{team}",
        "app_id": "A0CAB",
        "team": {"id": team, "name": f"Team <{team}>"},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": user},
    } | more


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def cabbot(slack: FakeSlack, store: Store) -> AsyncIterator[Served]:
    async with serving(slack, store, settings=oauth(slack)) as served:
        yield served


def at(cabbot: Served, path: str) -> str:
    return cabbot.url.replace("/slack/events", path)


async def begun(cabbot: Served, browser: aiohttp.ClientSession) -> tuple[str, str]:
    """Slack's page, and the state that ties it to this browser."""
    async with browser.get(at(cabbot, "/slack/install"), allow_redirects=False) as response:
        assert response.status == 302
        cookie = response.headers["Set-Cookie"]
        assert all(word in cookie for word in ("HttpOnly", "Secure", "Max-Age=600"))
        location = response.headers["Location"]
    return location, parse_qs(urlsplit(location).query)["state"][0]


async def finished(
    cabbot: Served, browser: aiohttp.ClientSession, state: str, *, cookie: str | None = None, query: str = ""
) -> tuple[int, str]:
    path = f"/slack/oauth_redirect?{query or f'code=code-1&state={state}'}"
    headers = {"Cookie": f"{COOKIE}={state if cookie is None else cookie}"}
    async with browser.get(at(cabbot, path), headers=headers) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        return response.status, await response.text()


async def installed(slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession, team: str = TEAM) -> None:
    offered(slack, team)
    _, state = await begun(cabbot, browser)
    status, page = await finished(cabbot, browser, state)
    assert (status, "Installed" in page) == (200, True), page


# ---- the way through the browser


async def test_the_page_of_slack_asks_for_what_the_manifest_asks_for(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    location, state = await begun(cabbot, browser)
    asked = parse_qs(urlsplit(location).query)
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    assert asked["redirect_uri"] == ["https://cabbot.example.org/slack/oauth_redirect"]
    assert asked["client_id"] == ["111.222"]
    assert len(state) > 60


async def test_an_installed_workspace_is_served_and_its_installer_owns_the_process(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    await installed(slack, cabbot, browser)
    ack = await slack.command("UANA", "#pay", "/release", "new x")
    assert ack.message is not None
    assert "REL-1 x" in ack.message.shown
    owners = await cabbot.records(lambda records: records.people.holders(Role.PROCESS_OWNER), TEAM)
    assert len(owners) == 1
    await slack.until(lambda: slack.calls_of("users.info"))
    first = (await cabbot.journal(TEAM))[0]
    assert (first.command, first.why) == ("role grant", "installed Cabbot")


async def test_each_workspace_is_an_organisation_of_its_own(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    await installed(slack, cabbot, browser)
    await installed(slack, cabbot, browser, "T0OTHER")
    slack.add_user("UOTTO", team="T0OTHER")
    slack.add_channel("#theirs", team="T0OTHER")
    await slack.command("UANA", "#pay", "/release", 'new "Ours"')
    ack = await slack.command("UOTTO", "#theirs", "/release", 'new "Theirs"')
    assert ack.message is not None
    assert "REL-1 Theirs" in ack.message.shown
    titles = [
        await cabbot.records(lambda r: [each.title for each in r.releases.page()], team) for team in (TEAM, "T0OTHER")
    ]
    assert titles == [["Ours"], ["Theirs"]]
    ours = await cabbot.records(lambda records: records.people.account(Platform.SLACK, "T0OTHER", "UOTTO"), TEAM)
    assert ours is None


async def test_installed_again_it_is_the_same_organisation_with_the_new_token(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    await installed(slack, cabbot, browser)
    await slack.command("UANA", "#pay", "/release", "new x")
    await slack.event({"type": "app_uninstalled"})
    await installed(slack, cabbot, browser)
    ack = await slack.command("UANA", "#pay", "/release", "new y")
    assert ack.message is not None
    assert "REL-2 y" in ack.message.shown
    assert len(await cabbot.store.read(lambda tx: Organisations(tx).all())) == 1


@pytest.mark.parametrize(
    "query, words",
    [
        ("error=access_denied", "declined"),
        ("error=%3Cscript%3Ealert(1)%3C/script%3E", "Slack ended the installation"),
        ("code=code-1", "another browser"),
        ("code=wrong&state=STATE", "confirm"),
        ("state=STATE", "Slack ended the installation"),
    ],
)
async def test_what_goes_wrong_is_told_on_the_page(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession, query: str, words: str
) -> None:
    offered(slack)
    _, state = await begun(cabbot, browser)
    status, page = await finished(cabbot, browser, state, query=query.replace("STATE", state))
    assert status < 500
    assert words in page
    assert "<script" not in page
    assert await cabbot.edge.installations.all() == []


async def test_a_state_of_another_browser_and_a_spent_one_install_nothing(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    offered(slack)
    _, state = await begun(cabbot, browser)
    assert (await finished(cabbot, browser, state, cookie="another"))[0] == 400
    forged = Vault([Fernet.generate_key().decode()]).seal({"nonce": "x"})
    assert (await finished(cabbot, browser, forged))[0] == 401
    assert (await finished(cabbot, browser, state))[0] == 200
    offered(slack)
    assert (await finished(cabbot, browser, state))[0] == 401


async def test_a_state_is_good_for_ten_minutes() -> None:
    states = States(Vault([KEY]))
    old = Fernet(KEY).encrypt_at_time(b"{}", int(datetime.now(UTC).timestamp()) - 601).decode()
    assert not await states.async_consume(old)
    fresh = await states.async_issue()
    assert [await states.async_consume(fresh), await states.async_consume(fresh)] == [True, False]


async def test_slack_that_is_away_is_told_on_the_page(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    offered(slack)
    _, state = await begun(cabbot, browser)
    slack.faults.order("drop_before", "oauth.v2.access", times=3)
    status, page = await finished(cabbot, browser, state)
    assert (status, "couldn't be reached" in page) == (502, True)


async def test_an_organisation_wide_installation_serves_its_workspaces(
    slack: FakeSlack, cabbot: Served, browser: aiohttp.ClientSession
) -> None:
    grid: dict[str, Any] = {
        "team": None,
        "enterprise": {"id": "E0ORG", "name": "Example Org"},
        "is_enterprise_install": True,
    }
    offered(slack, **grid)
    slack.methods.tokens["xoxb-installed"] = FakeToken(TEAM, "UBOT", "B1", enterprise="E0ORG", org_wide=True)
    _, state = await begun(cabbot, browser)
    assert (await finished(cabbot, browser, state))[0] == 200
    wide = {"enterprise_id": "E0ORG", "is_enterprise_install": "true"}
    ack = await slack.command("UANA", "#pay", "/release", "new x", **wide)
    assert ack.message is not None
    assert "REL-1 x" in ack.message.shown
    slack.add_user("UBO", team="T0SECOND")
    said = {"enterprise": {"id": "E0ORG", "name": "Example Org"}, "is_enterprise_install": True}
    await slack.press("UBO", ack.message, "Details" if "Details" in ack.message.buttons else "Edit", **said)
    found = await slack.until(lambda: slack.private("UBO") or slack.world.open_views("UBO"))
    assert "outside" not in str(found[-1].shown)


def test_people_are_sent_to_slack_itself_also_when_the_api_is_behind_a_proxy() -> None:
    assert authorization_url("https://slack.com/api/") == "https://slack.com/oauth/v2/authorize"
    assert authorization_url("https://slack-proxy.example.org/api/") == "https://slack.com/oauth/v2/authorize"
    assert authorization_url("https://slack-gov.com/api/") == "https://slack-gov.com/oauth/v2/authorize"
    assert authorization_url("http://127.0.0.1:9/api/") == "http://127.0.0.1:9/oauth/v2/authorize"


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
