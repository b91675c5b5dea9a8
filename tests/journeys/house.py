"""The whole of Cabbot beside the fake Slack, the fake Teams or both: built as `serve` builds it, on a clock moved by hand.

Several replicas may serve one database; the fakes send their requests to them in turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select

from bot.app import App, build
from bot.clock import MovableClock
from bot.courier.errand import Timing
from bot.due_work import DueWork
from bot.settings import Settings
from storage import medium_reading, outbox
from storage.due import next_due
from storage.journal import Entry
from storage.organisation import Connections
from storage.posting import POSTINGS
from storage.records import Records
from storage.statement import Statement, Transaction
from storage.terms import Platform
from storage.verify import verify
from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, TEAM, FakeSlack
from tests.fakes.teams import FakeTeams
from tests.fakes.teams_authority import APP_ID, APP_PASSWORD, TENANT

T = TypeVar("T")

OPENING = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""A Monday morning: ten o'clock in Berlin."""
FAR = datetime(9999, 1, 1, tzinfo=UTC)
SWIFT = Timing(request=2.0, lease=6.0, settle=0.05, poll=0.05, stop=3.0, backoff=0.01, backoff_cap=0.05)
"""As the courier's own timing, in proportion."""
PATIENCE_SECONDS = 20.0
_POSTED = Statement(select(POSTINGS.c.message))


@dataclass
class House:
    """Cabbot, and the platforms that it serves."""

    settings: Settings
    clock: MovableClock
    on_slack: FakeSlack | None = None
    on_teams: FakeTeams | None = None
    replicas: int = 1
    apps: list[App] = field(default_factory=list)
    posted: frozenset[str] = frozenset()
    """The platforms' ids of every message that the courier had posted by the last rest; answers aren't among them."""
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def slack(self) -> FakeSlack:
        assert self.on_slack is not None, "this house has no Slack"
        return self.on_slack

    @property
    def teams(self) -> FakeTeams:
        assert self.on_teams is not None, "this house has no Teams"
        return self.on_teams

    # ---- begin, end, begin again

    async def open(self, *, settled: bool = True) -> None:
        """Build and serve every replica; `settled`: go on when all that was left over is done."""
        urls = [await self._served() for _ in range(self.replicas)]
        if self.on_slack is not None:
            self.on_slack.app_urls = [f"{url}/slack/events" for url in urls]
        if self.on_teams is not None:
            self.on_teams.wire.app_urls = [f"{url}/api/messages" for url in urls]
        end = time.monotonic() + PATIENCE_SECONDS
        while not all(app.slack.ready for app in self.apps):
            assert time.monotonic() < end, "Cabbot isn't ready"
            await asyncio.sleep(0.005)
        if settled:
            await self.settled()

    async def _served(self) -> str:
        app = await build(self.settings, clock=self.clock, paces={}, timing=SWIFT)
        self.apps.append(app)
        return await self._running.enter_async_context(served(app))

    async def close(self) -> None:
        await self._running.aclose()
        self.apps.clear()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    # ---- time

    async def forward_to(self, moment: datetime) -> None:
        """Time passes, and each thing that falls due is said at its moment."""
        while (due := await self.look(next_due)) is not None and due <= moment:
            self._move(due)
            await self.settled()
        self._move(moment)
        await self.settled()

    def _move(self, moment: datetime) -> None:
        self.clock.forward(max(timedelta(0), moment - self.clock.now()))

    # ---- until nothing is left to do

    async def settled(self) -> None:
        """Wait until everything due is said and everything said is shown, however the platform behaves."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not await self._rests():
            assert time.monotonic() < end, f"still to deliver: {await self._open_heads()}"
            await asyncio.sleep(0.005)
        self.posted = await self.look(_messages)

    async def _rests(self) -> bool:
        if any(app.slack.busy or (app.teams is not None and app.teams.busy) for app in self.apps):
            return False
        await self._say_due()
        if await self.look(lambda tx: medium_reading.waits(tx, FAR)):
            return False
        return not await self._open_heads() and not any(app.courier.busy for app in self.apps)

    async def _open_heads(self) -> list[str]:
        served = (Platform.SLACK, Platform.TEAMS)
        look = await self.look(lambda tx: outbox.look(tx, served, self.clock.now()))
        return [f"{head.id} in {head.channel}: {head.state}" for head in look.heads]

    async def _say_due(self) -> None:
        """Every replica reads and says what is due, as each one's clock does at the same second."""
        await asyncio.gather(*(app.media.run() for app in self.apps))
        await asyncio.gather(*(DueWork(app.store, self.clock, app.door).run() for app in self.apps))

    # ---- what it keeps

    async def look(self, at: Callable[[Transaction], T]) -> T:
        return await self.apps[0].store.read(at)

    async def journal(self) -> list[Entry]:
        """The audit trail, once it has been found whole."""

        def read(tx: Transaction) -> list[Entry]:
            assert verify(tx) == []
            return list(Records(tx, self._organisation(tx)).journal.entries())

        return await self.look(read)

    def _organisation(self, tx: Transaction) -> int:
        where = (Platform.SLACK, TEAM) if self.on_slack else (Platform.TEAMS, TENANT)
        connection = Connections(tx).of(*where)
        assert connection is not None
        return connection.organisation_id


def _messages(tx: Transaction) -> frozenset[str]:
    return frozenset(message for (message,) in tx.rows(_POSTED) if message)


@asynccontextmanager
async def served(app: App) -> AsyncIterator[str]:
    """The application behind a real socket; answers its address."""
    runner = web.AppRunner(app.web, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        app.close()
        await runner.cleanup()


POLICY = Path(__file__).with_name("town.toml")
"""What the town of the stories has set, unless a story has more to say."""

ARTIFACTS = Path(__file__).with_name("artifacts")
"""From where Cabbot may read the artifacts of the stories."""


@asynccontextmanager
async def opened(
    database_url: str,
    slack: FakeSlack | None = None,
    teams: FakeTeams | None = None,
    *,
    policy: Path | None = None,
    replicas: int = 1,
    at: datetime = OPENING,
    stores: tuple[str, ...] = (),
) -> AsyncIterator[House]:
    """Cabbot at work on that database until the block is left. `stores` are artifact stores that it may read from."""
    settings = Settings(
        _env_file=None,
        database_url=SecretStr(database_url),
        policy_file=policy or POLICY,
        admins=("marta@example.org",),
        media_origins=stores,
        media_folders=(str(ARTIFACTS),),
        **(_for_slack(slack) if slack else {}),
        **(_for_teams(teams) if teams else {}),
    )
    house = House(settings, MovableClock(at), slack, teams, replicas)

    def now() -> float:
        return house.clock.now().timestamp()

    if slack is not None:
        slack.clock = now
    if teams is not None:
        teams.world.clock = now
    await house.open()
    try:
        yield house
    finally:
        await house.close()


def _for_slack(slack: FakeSlack) -> dict[str, Any]:
    return {
        "slack_bot_token": SecretStr(BOT_TOKEN),
        "slack_signing_secret": (SecretStr(SIGNING_SECRET),),
        "slack_api_url": slack.api_url,
    }


def _for_teams(teams: FakeTeams) -> dict[str, Any]:
    return {
        "teams_app_id": APP_ID,
        "teams_app_password": SecretStr(APP_PASSWORD),
        "teams_tenant_id": TENANT,
        "teams_openid_metadata_url": teams.authority.metadata_url,
        "teams_login_url": teams.authority.url,
        "teams_service_urls": (teams.service.origin,),
    }
