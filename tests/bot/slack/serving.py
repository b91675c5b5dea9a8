"""Slack's edge over a real store and a real door, beside the fake Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.abc import AbstractResolver
from pydantic import SecretStr

from bot.clock import Clock, SystemClock
from bot.dispatch import Door
from bot.outbound import Outbound
from bot.settings import Settings
from bot.slack.edge import SlackEdge
from bot.slack.guard import MOST_BODY
from bot.slack.web_api import purposes
from handlers.policy.rules import Rules
from storage.journal import Entry
from storage.organisation import Connections
from storage.records import Records
from storage.statement import Transaction
from storage.store import Store
from storage.terms import Platform
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack

T = TypeVar("T")


@dataclass
class Served:
    """A running edge, and what its database holds."""

    edge: SlackEdge
    door: Door
    store: Store
    outbound: Outbound
    url: str

    async def records(self, read: Callable[[Records], T], team: str) -> T:
        """Look into the organisation of a workspace."""

        def work(tx: Transaction) -> T:
            connection = Connections(tx).of(Platform.SLACK, team)
            assert connection is not None, f"{team} isn't connected"
            return read(Records(tx, connection.organisation_id))

        return await self.store.read(work)

    async def journal(self, team: str) -> list[Entry]:
        return await self.records(lambda records: list(records.journal.entries()), team)


def settings_for(slack: FakeSlack, **changes: Any) -> Settings:
    """Settings of one workspace over HTTP; None takes one away."""
    values: dict[str, Any] = {
        "slack_bot_token": SecretStr(BOT_TOKEN),
        "slack_signing_secret": (SecretStr(SIGNING_SECRET),),
        "slack_api_url": slack.api_url,
    } | changes
    return Settings(_env_file=None, **{name: value for name, value in values.items() if value is not None})


SOCKET_MODE = {"slack_app_token": SecretStr(APP_TOKEN), "slack_signing_secret": None}


@asynccontextmanager
async def serving(
    slack: FakeSlack,
    store: Store,
    *,
    settings: Settings | None = None,
    door: Door | None = None,
    clock: Clock | None = None,
    patience: float = 2.0,
    resolver: AbstractResolver | None = None,
    settled: bool = True,
) -> AsyncIterator[Served]:
    """Serve until the block is left. `settled`: begin when the workspace and its members are known."""
    clock = clock or SystemClock()
    settings = settings or settings_for(slack)
    door = door or Door(store, clock, Rules())
    outbound = Outbound(purposes(settings.slack_api_url), resolver=resolver)
    edge = SlackEdge(settings, store, door, clock, outbound, patience=patience)
    app = web.Application(client_max_size=MOST_BODY)
    edge.routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.app_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    before = _walks(slack)
    await edge.start()
    try:
        if settled:
            await slack.until(lambda: edge.ready)
            wanted = before + len(await edge.installations.all())
            await slack.until(lambda: _walks(slack) >= wanted)
        yield Served(edge, door, store, outbound, slack.app_url)
    finally:
        await runner.cleanup()
        await edge.stop(within=0.5)
        await outbound.close()


def _walks(slack: FakeSlack) -> int:
    """How often the members of a workspace were read, the last thing that an edge does when it starts."""
    return len([call for call in slack.calls_of("users.list") if call.ok])
