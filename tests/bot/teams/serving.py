"""Teams' edge over a real store and a real door, beside the fake Teams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web
from pydantic import SecretStr

from bot.clock import Clock, SystemClock
from bot.courier.courier import Courier
from bot.dispatch import Door
from bot.outbound import Outbound
from bot.settings import Settings
from bot.teams.edge import AGAIN_SECONDS, TeamsEdge, purposes
from bot.teams.framework import Framework, bot_framework
from handlers.policy.rules import Rules
from storage import outbox
from storage.journal import Entry
from storage.organisation import Connections
from storage.records import Records, records_now
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform
from tests.fakes.teams import APP_ID, APP_PASSWORD, TENANT, FakeTeams
from tests.fakes.teams_world import Message
from tests.journeys.house import SWIFT

T = TypeVar("T")


@dataclass
class Served:
    """A running edge with its courier, and what its database holds."""

    edge: TeamsEdge
    door: Door
    store: Store
    courier: Courier
    teams: FakeTeams

    async def records(self, read: Callable[[Records], T], tenant: str = TENANT) -> T:
        """Look into the organisation of a tenant."""

        def work(tx: Transaction) -> T:
            connection = Connections(tx).of(Platform.TEAMS, tenant)
            assert connection is not None, f"{tenant} isn't connected"
            return read(records_now(tx, connection.organisation_id))

        return await self.store.read(work)

    async def journal(self) -> list[Entry]:
        return await self.records(lambda records: list(records.journal.entries()))

    async def settled(self) -> None:
        """Wait until nothing goes on behind an answer, and everything said is shown."""
        async with asyncio.timeout(10):
            while self.edge.busy or self.courier.busy or await self._waiting():  # noqa: ASYNC110 - no event tells of all
                await asyncio.sleep(0.01)

    async def _waiting(self) -> bool:
        look = await self.store.read(lambda tx: outbox.look(tx, (Platform.TEAMS,), self.door.clock.now()))
        return bool(look.heads)

    async def says(self, user: str, where: str, text: str) -> Message:
        """Type, and see the private answer."""
        before = len(self.private(user))
        got = await self.teams.say(user, where, text)
        assert got.status == 200, got
        await self.settled()
        answers = self.private(user)[before:]
        assert len(answers) == 1, [each.words(user) for each in answers]
        return answers[0]

    def private(self, user: str) -> list[Message]:
        """What Cabbot told this person alone."""
        bot, own = self.teams.world.bot, self.teams.personal(user)
        targeted = [each for where in self.teams.world.conversations.values() for each in where.targeted(user)]
        written = [each for each in own.history if each.sender == bot]
        return sorted((*targeted, *written), key=lambda each: int(each.id))


def settings_for(teams: FakeTeams, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "teams_app_id": APP_ID,
        "teams_app_password": SecretStr(APP_PASSWORD),
        "teams_tenant_id": TENANT,
        "teams_openid_metadata_url": teams.authority.metadata_url,
        "teams_login_url": teams.authority.url,
        "teams_service_urls": (teams.service.origin,),
        "admins": ("ana@example.org",),
    } | changes
    return Settings(_env_file=None, **{name: value for name, value in values.items() if value is not None})


@asynccontextmanager
async def serving(
    teams: FakeTeams,
    store: Store,
    *,
    settings: Settings | None = None,
    door: Door | None = None,
    clock: Clock | None = None,
    framework: Framework = bot_framework,
    patience: float = 3.0,
    again: float = AGAIN_SECONDS,
) -> AsyncIterator[Served]:
    """Serve until the block is left."""
    clock = clock or SystemClock()
    settings = settings or settings_for(teams)
    door = door or Door(store, clock, Rules())
    outbound = Outbound(purposes(settings))
    edge = TeamsEdge(settings, store, door, clock, outbound, framework=framework, patience=patience, again=again)
    courier = Courier(store, clock, {Platform.TEAMS: edge.chat}, paces={}, timing=SWIFT)
    app = web.Application(client_max_size=1024 * 1024)
    edge.routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.app_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    await edge.start()
    delivering = asyncio.create_task(courier.run())
    try:
        yield Served(edge, door, store, courier, teams)
    finally:
        await runner.cleanup()
        await edge.stop(within=0.5)
        await courier.stop()
        await delivering
        await outbound.close()
