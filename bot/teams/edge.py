"""Teams' edge, assembled: what comes in, what goes out, and what it does by itself."""

from __future__ import annotations

import asyncio

import structlog
from aiohttp import web

from bot.acquaintances import DAY
from bot.behind import Behind
from bot.chat import Never
from bot.chores import Chores
from bot.clock import Clock
from bot.dispatch import Door
from bot.groups import HOUR, Readings
from bot.outbound import Outbound, Place
from bot.settings import Settings
from bot.teams import sdk
from bot.teams.chat import TeamsChat
from bot.teams.clients import connector_purposes
from bot.teams.connector import Connector
from bot.teams.credentials import Credentials, login_purposes
from bot.teams.envelope import Activity, Answered
from bot.teams.framework import Framework, bot_framework
from bot.teams.groups import Groups
from bot.teams.guard import MessagesDoor
from bot.teams.happenings import Happenings
from bot.teams.keys import Keys
from bot.teams.keys import purposes as key_purposes
from bot.teams.listeners import PATIENCE_SECONDS, Listeners
from bot.teams.profiles import Profiles
from bot.teams.reader import Means
from bot.teams.references import References
from bot.teams.service_hosts import ServiceHosts
from bot.teams.tenants import Tenants
from bot.teams.tokens import Verifier
from storage.statement import Unavailable
from storage.store import Store
from storage.terms import Platform

log = structlog.get_logger("cabbot.teams")

PATH = "/api/messages"
FINISH_SECONDS = 6.0
"""What was answered and is still under way at the end has that long: a service manager waits for ten."""

AGAIN_SECONDS = 60.0
"""After that it is tried anew to learn who may act: until then a guest who never spoke isn't known for one."""


def purposes(settings: Settings) -> dict[str, tuple[Place, ...]]:
    """The addresses that Teams' edge may reach: where keys are published, where it logs in, and Teams' services."""
    hosts = ServiceHosts(settings.teams_service_urls)
    return {
        **key_purposes(settings.teams_openid_metadata_url),
        **login_purposes(settings.teams_login_url),
        **connector_purposes(hosts.allows, settings.teams_service_urls),
    }


class TeamsEdge:
    """Made inside the event loop, when `settings.teams` says that Teams is served. Waits for nobody before it listens.

    Raises WrongSdk when the installed SDK isn't the one that this edge was written for.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        door: Door,
        clock: Clock,
        outbound: Outbound,
        *,
        framework: Framework = bot_framework,
        patience: float = PATIENCE_SECONDS,
        again: float = AGAIN_SECONDS,
    ) -> None:
        sdk.check()
        self._again = again
        self._settings, self._behind, self._chores = settings, Behind(), Chores("Teams")
        app_id, tenant = settings.teams_app_id or "", settings.teams_tenant_id or ""
        self._hosts = ServiceHosts(settings.teams_service_urls)
        self.tenants = Tenants(store, clock, own=tenant, bot=f"28:{app_id}", zone=door.rules.zone)
        door.on_move.append(self._moved)
        credentials = _credentials(settings, outbound)
        self._turns, service = framework(outbound, credentials, self._hosts.allows, app_id)
        self._connector = Connector(service, clock, app_id)
        self._references = References(store, clock, self._connector, self.tenants.organisation)
        self.profiles = Profiles(self._connector, self.tenants, store, clock, self._behind, admins=settings.admins)
        self.chat = TeamsChat(self._connector, self._references, store)
        self.groups = self._made_groups(store, clock, door)
        self._listeners = self._made_listeners(store, door, patience)
        self._keys = None if settings.teams_insecure_local else Keys(outbound, settings.teams_openid_metadata_url)
        self._verifier = _verifier(settings, self._keys, clock)

    def routes(self, app: web.Application) -> None:
        """Add the address that Teams uses."""
        tenant = self._settings.teams_tenant_id or ""
        door = MessagesDoor(self._verifier, self._hosts, tenant=tenant, take=self.take)
        app.router.add_post(PATH, door.take)

    async def take(self, activity: Activity) -> Answered:
        """Carry out what the guard let in, inside a turn of the SDK's."""
        return await self._turns.take(activity, self._listeners.take)

    @property
    def busy(self) -> bool:
        """Something goes on behind an answer."""
        return self._behind.busy

    async def start(self) -> None:
        """Begin what the edge does by itself. Doesn't wait for Teams, which may be away."""
        if self._verifier is None:
            log.warning(
                "TEAMS' AUTHENTICATION IS OFF (CABBOT_TEAMS_INSECURE_LOCAL): whoever reaches this machine's own"
                " address can speak as anybody; never use it beyond a local trial"
            )
        if self._keys is not None:
            self._chores.keep(self._keys.begin())
        self._chores.keep(self._settle_in())
        self._chores.every(HOUR, self._read_groups)

    async def stop(self, within: float = FINISH_SECONDS) -> None:
        """Finish what was answered, then end."""
        await self._behind.finish(within)
        await self._chores.stop()

    # ---- what it does by itself

    def _moved(self, platform: Platform, workspace: str) -> None:
        """The tenant's organisation has joined another one, in which the policy's groups get their roles anew."""
        if platform is Platform.TEAMS:
            self.tenants.forget(workspace)
            self._chores.keep(self._read_groups())

    async def _settle_in(self) -> None:
        """Know who may act there: at the start and once a day, and soon again where that failed."""
        while True:
            known = await self._everybody_known()
            await asyncio.sleep(DAY if known else self._again)

    async def _everybody_known(self) -> bool:
        try:
            await self.tenants.begin()
            return all([await self.profiles.sweep(tenant) for tenant in await self.tenants.all()])
        except Unavailable as failed:
            log.warning("the tenants' people couldn't be kept", error=str(failed))
            return False

    async def _read_groups(self) -> None:
        """Who is in the teams that hold a role, hour by hour."""
        try:
            for tenant in await self.tenants.all():
                await self.groups.refresh(tenant)
        except (Never, Unavailable) as failed:
            log.warning("the teams that hold a role couldn't be read", error=str(failed))

    # ---- parts

    def _made_groups(self, store: Store, clock: Clock, door: Door) -> Groups:
        return Groups(
            self._connector,
            self.tenants,
            store,
            clock,
            profiles=self.profiles,
            behind=self._behind,
            readings=Readings(store, clock, self._chores),
            policy=door.rules.roles,
        )

    def _made_listeners(self, store: Store, door: Door, patience: float) -> Listeners:
        return Listeners(
            door,
            Means(self._connector, self._references, store),
            self.tenants,
            self.profiles,
            Happenings(self._references, self.profiles, self.groups, self._behind),
            behind=self._behind,
            patience=patience,
        )


def _credentials(settings: Settings, outbound: Outbound) -> Credentials | None:
    """None for a local trial: nothing is signed then."""
    if settings.teams_app_id is None or settings.teams_app_password is None or settings.teams_tenant_id is None:
        return None
    return Credentials(
        outbound,
        settings.teams_app_id,
        settings.teams_app_password.get_secret_value(),
        settings.teams_tenant_id,
        login_url=settings.teams_login_url,
        service=settings.teams_issuer,
    )


def _verifier(settings: Settings, keys: Keys | None, clock: Clock) -> Verifier | None:
    """Without keys, in a local trial, nothing is verified."""
    return Verifier(settings.teams_app_id or "", keys, clock, issuer=settings.teams_issuer) if keys else None
