"""Workspaces that install Cabbot themselves, in a browser."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from cryptography.fernet import Fernet

from bot.secrets import Vault
from bot.slack.install import States, authorization_url
from bot.slack.manifest import SCOPES
from storage.organisation import Organisations
from storage.store import Store
from storage.terms import Platform, Role
from tests.bot.slack.installs import KEY, begun, finished, installed, oauth, offered
from tests.bot.slack.serving import Served, serving
from tests.fakes.slack import TEAM, FakeSlack
from tests.fakes.slack_methods import Token as FakeToken

# slack_sdk signs in with what aiohttp 4 will not have any more; pyproject.toml holds aiohttp below it.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
async def cabbot(slack: FakeSlack, store: Store) -> AsyncIterator[Served]:
    async with serving(slack, store, settings=oauth(slack)) as served:
        yield served


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
