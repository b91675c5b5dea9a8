"""Slack's edge, assembled: what comes in, what goes out, and what it does by itself."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.acquaintances import DAY
from bot.behind import Behind
from bot.chat import Never, NotSent, PerhapsSent
from bot.chores import Chores
from bot.clock import Clock
from bot.dispatch import Door
from bot.groups import HOUR, Readings
from bot.outbound import Outbound
from bot.secrets import Vault
from bot.settings import Settings
from bot.slack.bolt import make_app
from bot.slack.chat import SlackChat
from bot.slack.front import Front, HttpDoor
from bot.slack.groups import Groups
from bot.slack.guard import Guard
from bot.slack.happenings import Happenings
from bot.slack.install import InstallPages
from bot.slack.installation import Installation, Installations
from bot.slack.listeners import PATIENCE_SECONDS, Listeners
from bot.slack.manifest import SLACK_PATH
from bot.slack.own_workspace import OwnWorkspace
from bot.slack.profiles import Profiles
from bot.slack.rotation import Rotation
from bot.slack.socket import Socket
from bot.slack.web_api import WebApi
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.slack")

ROTATION_SECONDS = 600.0
FINISH_SECONDS = 6.0
"""What was acknowledged and is still under way at the end has that long: a service manager waits for ten."""


class SlackEdge:
    """Made inside the event loop. Nothing here waits for Slack before the server listens."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        door: Door,
        clock: Clock,
        outbound: Outbound,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._settings, self._store, self._clock = settings, store, clock
        own_token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
        keys = [key.get_secret_value() for key in settings.encryption_key]
        vault = Vault(keys) if keys else None
        self._behind, self._chores, self._ready = Behind(), Chores("Slack"), asyncio.Event()
        self._outbound = outbound
        self._api = WebApi(outbound, settings.slack_api_url)
        self.installations = Installations(store, clock, vault=vault, own_token=own_token, zone=door.rules.zone)
        self.installations.on_change.append(lambda workspace: door.forget(Platform.SLACK, workspace))
        door.on_move.append(self._moved)
        self._own = OwnWorkspace(own_token, self._api, self.installations) if own_token else None
        self.profiles = Profiles(self._api, store, clock, self._behind, admins=settings.admins)
        self.chat = SlackChat(self._api, self.installations, store)
        self.groups = self._made_groups(door)
        self._front = self._made_front(door, patience)
        self.socket = self._made_socket()
        self._pages = self._made_pages(vault)
        self._rotation = self._made_rotation(vault)

    def routes(self, app: web.Application) -> None:
        """Add the addresses that Slack and browsers use."""
        secrets = [secret.get_secret_value() for secret in self._settings.slack_signing_secret]
        if secrets:
            app.router.add_post(SLACK_PATH, HttpDoor(Guard(secrets, self._clock), self._front).take)
        if self._pages is not None:
            app.router.add_routes(self._pages.routes())

    @property
    def ready(self) -> bool:
        """Slack's words arrive, and it is known for whom."""
        return self._ready.is_set() and (self.socket is None or self.socket.connected)

    @property
    def busy(self) -> bool:
        """Something goes on behind an acknowledgement."""
        return self._behind.busy

    async def start(self) -> None:
        """Begin what the edge does by itself. Doesn't wait for Slack, which may be away."""
        if self._own is None or await self._own.is_known():
            self._ready.set()
        if self._own is not None:
            self._chores.keep(self._know_own(self._own))
        for installation in await self.installations.all():
            if self._own is None or installation.token != self._own.token:
                self._chores.keep(self._settle_in(installation))
        self._chores.every(DAY, self._sweep_all, first=DAY)
        self._chores.every(HOUR, self._read_groups, first=HOUR)
        self._chores.every(ROTATION_SECONDS, self.check_tokens)
        if self.socket is not None:
            self._chores.keep(self.socket.run())

    async def check_tokens(self) -> None:
        """Renew what runs out soon."""
        if self._rotation is not None:
            await self._rotation.check()

    def refuse(self) -> None:
        """Take nothing more by Socket Mode; HTTP is refused by the server."""
        if self.socket is not None:
            self.socket.refuse()

    async def stop(self, within: float = FINISH_SECONDS) -> None:
        """Finish what was acknowledged, then end."""
        self.refuse()
        await self._behind.finish(within)
        await self._chores.stop()

    # ---- what it does by itself

    def _moved(self, platform: Platform, workspace: str) -> None:
        """The workspace's organisation has joined another one, in which the policy's groups get their roles anew."""
        if platform is Platform.SLACK:
            self.installations.forget(workspace)
            self._chores.keep(self._read_groups())

    async def _know_own(self, own: OwnWorkspace) -> None:
        installation = await own.known()
        self._ready.set()
        await self._settle_in(installation)

    async def _settle_in(self, installation: Installation) -> None:
        """Know who may act there: administrators first, then everybody who is no full member."""
        try:
            await self.profiles.appoint(installation)
            await self.profiles.sweep(installation)
            await self.groups.refresh(installation)
        except (Never, NotSent, PerhapsSent) as failed:
            log.warning("the workspace's members couldn't be read", workspace=installation.workspace, word=str(failed))

    async def _read_groups(self) -> None:
        for installation in await self.installations.all():
            await self.groups.refresh(installation)

    async def _sweep_all(self) -> None:
        for installation in await self.installations.all():
            await self._settle_in(installation)

    async def _welcome(self, installation: Installation, user: str) -> None:
        await self.profiles.introduce(installation, user)
        self._chores.keep(self._settle_in(installation))

    # ---- parts

    def _client(self) -> AsyncWebClient:
        """The SDK's client, for its own parts: our session, and no repetition behind our back."""
        return AsyncWebClient(
            base_url=self._settings.slack_api_url, session=self._outbound.session, retry_handlers=[], timeout=10
        )

    def _made_groups(self, door: Door) -> Groups:
        return Groups(
            self._api,
            self._store,
            self._clock,
            profiles=self.profiles,
            behind=self._behind,
            readings=Readings(self._store, self._clock, self._chores),
            policy=door.rules.roles,
        )

    def _made_front(self, door: Door, patience: float) -> Front:
        happenings = Happenings(self.installations, self.profiles, self.groups)
        listeners = Listeners(door, self._api, self.profiles, happenings, behind=self._behind, patience=patience)
        return Front(
            make_app(listeners, self._client()),
            self.installations,
            happenings,
            api=self._api,
            behind=self._behind,
            ready=self._ready,
        )

    def _made_socket(self) -> Socket | None:
        token = self._settings.slack_app_token
        return Socket(token.get_secret_value(), self._front, self._client) if token else None

    def _made_pages(self, vault: Vault | None) -> InstallPages | None:
        if vault is None or not self._settings.oauth:
            return None
        return InstallPages(self._settings, vault, self.installations, self._welcome, self._client())

    def _made_rotation(self, vault: Vault | None) -> Rotation | None:
        secret = self._settings.slack_client_secret
        if vault is None or secret is None:
            return None
        rotator = AsyncTokenRotator(
            client_id=self._settings.slack_client_id or "",
            client_secret=secret.get_secret_value(),
            client=self._client(),
        )
        return Rotation(self.installations, self._store, self._clock, vault, rotator)
