"""The whole of Cabbot beside the fake Slack: built as `serve` builds it, on a clock that is moved by hand.

Several replicas may serve one database; the fake sends its requests to them in turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from aiohttp import web
from pydantic import SecretStr

from bot.app import App, build
from bot.clock import MovableClock
from bot.courier.errand import Timing
from bot.due_work import DueWork
from bot.settings import Settings
from storage import outbox
from storage.due import next_due
from storage.journal import Entry
from storage.organisation import Connections
from storage.records import Records
from storage.statement import Transaction
from storage.terms import Platform
from storage.verify import verify
from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, TEAM, FakeSlack

T = TypeVar("T")

OPENING = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
"""A Monday morning: ten o'clock in Berlin."""
SWIFT = Timing(request=2.0, lease=6.0, settle=0.05, poll=0.05, stop=3.0, backoff=0.01, backoff_cap=0.05)
"""As the courier's own timing, in proportion."""
PATIENCE_SECONDS = 20.0


@dataclass
class House:
    """Cabbot, and the fake Slack that it serves."""

    slack: FakeSlack
    settings: Settings
    clock: MovableClock
    replicas: int = 1
    apps: list[App] = field(default_factory=list)
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    # ---- begin, end, begin again

    async def open(self, *, settled: bool = True) -> None:
        """Build and serve every replica; `settled`: go on when all that was left over is done."""
        self.slack.app_urls = []
        for _ in range(self.replicas):
            app = await build(self.settings, clock=self.clock, paces={}, timing=SWIFT)
            url = await self._running.enter_async_context(served(app))
            self.slack.app_urls.append(f"{url}/slack/events")
            self.apps.append(app)
        await self.slack.until(lambda: all(app.slack.ready for app in self.apps))
        if settled:
            await self.settled()

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

    async def _rests(self) -> bool:
        for app in self.apps:
            if app.slack._behind._tasks:
                return False
        await self._say_due()
        return not await self._open_heads() and not any(app.courier._under_way for app in self.apps)

    async def _open_heads(self) -> list[str]:
        look = await self.look(lambda tx: outbox.look(tx, (Platform.SLACK,), self.clock.now()))
        return [f"{head.id} in {head.channel}: {head.state}" for head in look.heads]

    async def _say_due(self) -> None:
        """Every replica says what is due, as each one's clock does at the same second."""
        await asyncio.gather(*(DueWork(app.store, self.clock, app.door).run() for app in self.apps))

    # ---- what it keeps

    async def look(self, at: Callable[[Transaction], T]) -> T:
        return await self.apps[0].store.read(at)

    async def journal(self) -> list[Entry]:
        """The audit trail, once it has been found whole."""

        def read(tx: Transaction) -> list[Entry]:
            assert verify(tx) == []
            connection = Connections(tx).of(Platform.SLACK, TEAM)
            assert connection is not None
            return list(Records(tx, connection.organisation_id).journal.entries())

        return await self.look(read)


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


@asynccontextmanager
async def opened(
    database_url: str, slack: FakeSlack, *, policy: Path | None = None, replicas: int = 1, at: datetime = OPENING
) -> AsyncIterator[House]:
    """Cabbot at work on that database until the block is left."""
    settings = Settings(
        _env_file=None,
        database_url=SecretStr(database_url),
        slack_bot_token=SecretStr(BOT_TOKEN),
        slack_signing_secret=(SecretStr(SIGNING_SECRET),),
        slack_api_url=slack.api_url,
        policy_file=policy,
        admins=("marta@example.org",),
    )
    house = House(slack, settings, MovableClock(at), replicas)
    slack.clock = lambda: house.clock.now().timestamp()
    await house.open()
    try:
        yield house
    finally:
        await house.close()
