"""Installing Cabbot as a browser does it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from cryptography.fernet import Fernet
from pydantic import SecretStr

from tests.bot.slack.serving import Served, settings_for
from tests.fakes.slack import TEAM, FakeSlack
from tests.fakes.slack_methods import Token as FakeToken

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
