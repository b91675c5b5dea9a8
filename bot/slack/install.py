"""Workspaces that install Cabbot themselves: /slack/install leads to Slack's page, and back with a token for us."""

from __future__ import annotations

import html
import logging
import secrets
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import structlog
from aiohttp import web
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.installation_store import Installation as SdkInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound import CONNECTION_FAILURES, Origin
from bot.secrets import Unreadable, Vault
from bot.setting_rules import is_loopback
from bot.settings import Settings
from bot.slack.installation import Installation, Installations, Installed, Token
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES

log = structlog.get_logger("cabbot.slack")

STATE_AGE = timedelta(minutes=10)
MOST_SPENT = 10_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
REASONS = {
    "access_denied": "The installation was declined. Nothing was installed.",
    "invalid_browser": "This page was opened in another browser than the installation was begun in.",
    "invalid_state": "The installation took longer than ten minutes, or was finished already.",
    "invalid_code": "Slack didn't confirm the installation.",
    "unreachable": "Slack couldn't be reached.",
    "storage_error": "The installation couldn't be written down.",
}


class States(AsyncOAuthStateStore):
    """States that need no store: sealed with their time, tied to the browser by a cookie, good once in a process."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._spent: OrderedDict[str, None] = OrderedDict()

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        return self._vault.seal({"nonce": secrets.token_hex(8)})

    async def async_consume(self, state: str) -> bool:
        try:
            self._vault.open(state, younger_than=STATE_AGE)
        except Unreadable:
            return False
        if state in self._spent:
            return False
        self._spent[state] = None
        if len(self._spent) > MOST_SPENT:
            self._spent.popitem(last=False)
        return True


class Welcome(Protocol):
    """Called with an installation that was just made, and the account that made it."""

    async def __call__(self, installation: Installation, user: str) -> None: ...


class Keeper(AsyncInstallationStore):
    """Bolt's way to our installations. Each workspace is an organisation of its own; its installer owns the process."""

    def __init__(self, installations: Installations, welcome: Welcome) -> None:
        self._installations, self._welcome = installations, welcome

    async def async_save(self, installation: SdkInstallation) -> None:
        made = await self._installations.connect(installed(installation))
        await self._welcome(made, installation.user_id)
        log.info("installed in a workspace", workspace=made.workspace)


def installed(said: SdkInstallation) -> Installed:
    """What Slack said of an installation. Raises ValueError when the bot got no token."""
    workspace = said.enterprise_id if said.is_enterprise_install else said.team_id
    if not workspace or not said.bot_token:
        raise ValueError("Slack's answer names no workspace, or has no token for the bot")
    ends = datetime.fromtimestamp(said.bot_token_expires_at, UTC) if said.bot_token_expires_at else None
    name = (said.enterprise_name if said.is_enterprise_install else said.team_name) or workspace
    return Installed(workspace, name, said.bot_user_id or "", Token(said.bot_token, said.bot_refresh_token or "", ends))


class InstallPages:
    """The two addresses that a browser is sent to."""

    def __init__(
        self, settings: Settings, vault: Vault, installations: Installations, welcome: Welcome, client: AsyncWebClient
    ) -> None:
        secret = settings.slack_client_secret
        self._flow = AsyncOAuthFlow(
            client=client,
            logger=_silent(),
            settings=AsyncOAuthSettings(
                client_id=settings.slack_client_id,
                client_secret=secret.get_secret_value() if secret else None,
                scopes=sorted(SCOPES),
                redirect_uri=f"{settings.public_url}{REDIRECT_PATH}",
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                install_page_rendering_enabled=False,
                authorization_url=authorization_url(settings.slack_api_url),
                installation_store=Keeper(installations, welcome),
                state_store=States(vault),
                callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
                logger=_silent(),
            ),
        )

    def routes(self) -> list[web.RouteDef]:
        return [web.get(INSTALL_PATH, self._begin), web.get(REDIRECT_PATH, self._finish)]

    async def _begin(self, request: web.Request) -> web.Response:
        return _response(await self._flow.handle_installation(_asked(request)))

    async def _finish(self, request: web.Request) -> web.Response:
        try:
            return _response(await self._flow.handle_callback(_asked(request)))
        except (SlackClientError, *CONNECTION_FAILURES) as failed:
            log.warning("an installation failed", error=type(failed).__name__)
            return _response(_page(502, "Not installed", REASONS["unreachable"]))
        except Exception:
            log.exception("an installation failed")
            return _response(_page(500, "Not installed", REASONS["storage_error"]))


def authorization_url(api_url: str) -> str:
    """Slack's own page for people, also where the API is reached through a proxy; a fake on this machine has its own."""
    api = Origin.of(api_url)
    if is_loopback(api.host):
        return f"{api.scheme}://{api.host}:{api.port}/oauth/v2/authorize"
    gov = api.host.endswith("slack-gov.com")
    return f"https://{'slack-gov.com' if gov else 'slack.com'}/oauth/v2/authorize"


def _asked(request: web.Request) -> AsyncBoltRequest:
    cookie = request.headers.get("Cookie", "")
    return AsyncBoltRequest(body="", query=request.query_string, headers={"cookie": cookie} if cookie else {})


def _response(answer: BoltResponse) -> web.Response:
    response = web.Response(status=answer.status, text=answer.body, content_type="text/html", headers=HEADERS)
    for name in ("location", "set-cookie"):
        for value in answer.headers.get(name, ()):
            response.headers.add(name.title(), value)
    return response


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    name = args.installation.team_name or args.installation.enterprise_name or "your workspace"
    words = f"Cabbot is installed in {name}, and you hold the role of process owner. In Slack, type: /release help"
    return _page(200, "Installed", words)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("an installation failed", reason=args.reason[:64])
    why = REASONS.get(args.reason, "Slack ended the installation.")
    return _page(args.suggested_status_code, "Not installed", f"{why} Begin again at {INSTALL_PATH}.")


def _page(status: int, title: str, words: str) -> BoltResponse:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Cabbot: {html.escape(title, quote=False)}</title><style>body{{font:1.1rem/1.5 system-ui;max-width:36rem;"
        "margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style>"
        f"<h1>{html.escape(title, quote=False)}</h1><p>{html.escape(words, quote=False)}</p></html>"
    )
    return BoltResponse(status=status, body=body, headers={"content-type": "text/html; charset=utf-8"})


def _silent() -> logging.Logger:
    """Bolt writes codes into its warnings; what matters of them is logged here."""
    logger = logging.getLogger("cabbot.slack.oauth")
    logger.setLevel(logging.CRITICAL)
    return logger
