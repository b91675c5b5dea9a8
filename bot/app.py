"""Cabbot as one program: the database, the door, the edges, the courier and the clock, in one aiohttp application."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.artifact import Artifacts
from bot.artifact import purposes as artifact_purposes
from bot.chat import Chat
from bot.clock import Clock, SystemClock
from bot.courier.courier import Courier
from bot.courier.errand import TIMING, Timing
from bot.courier.pace import PACES, Pace
from bot.dispatch import Door
from bot.media import Media
from bot.outbound import Outbound
from bot.policy_file import load_rules
from bot.policy_groups import withdraw
from bot.policy_trail import note
from bot.settings import Settings
from bot.slack.edge import SlackEdge
from bot.slack.guard import MOST_BODY
from bot.slack.web_api import purposes as slack_purposes
from bot.ticks import Ticks, ticks
from handlers.kit.command import catalogue
from storage.migrate import migrate
from storage.store import Store, open_store
from storage.terms import Platform

if TYPE_CHECKING:
    from bot.teams.edge import TeamsEdge

log = structlog.get_logger("cabbot.app")

COLLECT_AFTER = (10_000, 20, 20)
"""Containers made before the collector looks: a command makes a thousand and drops nearly all of them by itself."""

KEEP_ALIVE_SECONDS = 75.0
"""Longer than a usual proxy keeps its own end open; also how long somebody may take over a request's headers."""

REQUEST_SECONDS = 3.0
"""How long requests under way may take at the end: Slack's have had their answer after two."""


@dataclass(frozen=True, slots=True)
class App:
    """What was assembled. `web` starts and ends everything else with itself."""

    web: web.Application
    store: Store
    door: Door
    slack: SlackEdge
    teams: TeamsEdge | None
    courier: Courier
    media: Media
    beats: Ticks
    closing: asyncio.Event

    def close(self) -> None:
        """From now on nothing new is taken: 503, and no word from Socket Mode."""
        self.closing.set()
        self.slack.refuse()


async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    paces: Mapping[Platform, Pace] = PACES,
    timing: Timing = TIMING,
) -> App:
    """Assemble Cabbot; `web`'s start-up begins its work and its clean-up ends it. `paces` and `timing` are the courier's.

    Raises Locked when another process serves the SQLite file, WrongDatabase, and RulesError for the policy.
    """
    clock = clock or SystemClock()
    catalogue()  # found now, so that the first command doesn't wait for it
    rules = load_rules(settings.policy_file)
    store = await opened(settings)
    await note(store, rules, clock.now())
    await withdraw(store, rules.roles, clock.now())
    door = Door(store, clock, rules, settings.may_read)
    teams_room = _teams_room() if settings.teams else None
    outbound = _outbound(settings, teams_room)
    media = Media(store, clock, Artifacts(outbound, settings.may_read, settings.media_max_bytes))
    slack = SlackEdge(settings, store, door, clock, outbound)
    teams = teams_room.TeamsEdge(settings, store, door, clock, outbound) if teams_room else None
    courier = Courier(store, clock, _chats(slack, teams), paces=paces, timing=timing)
    closing = asyncio.Event()
    app = App(
        web=web.Application(client_max_size=MOST_BODY, middlewares=[_refusing(closing)]),
        store=store,
        door=door,
        slack=slack,
        teams=teams,
        courier=courier,
        media=media,
        beats=ticks(store, clock, door, media, settings.audit_anchor_file),
        closing=closing,
    )
    _wire(app, outbound)
    return app


def _wire(app: App, outbound: Outbound) -> None:
    """Every address that is answered, and what begins and ends with the server."""
    app.slack.routes(app.web)
    if app.teams is not None:
        app.teams.routes(app.web)
    app.web.router.add_routes([web.get("/healthz", _health), web.get("/readyz", _readiness(app))])
    app.web.on_response_prepare.append(_without_server)
    app.web.cleanup_ctx.append(_alive(app, outbound))


def _outbound(settings: Settings, teams_room: ModuleType | None) -> Outbound:
    """The one way out, with what each purpose may reach."""
    return Outbound(
        slack_purposes(settings.slack_api_url)
        | (teams_room.purposes(settings) if teams_room else {})
        | artifact_purposes(settings.media_origins)
    )


def _teams_room() -> ModuleType:
    """Microsoft's SDK takes half a second to load, and 60 MiB: only where Teams is served."""
    return importlib.import_module("bot.teams.edge")


def _chats(slack: SlackEdge, teams: TeamsEdge | None) -> dict[Platform, Chat]:
    return {Platform.SLACK: slack.chat} | ({Platform.TEAMS: teams.chat} if teams is not None else {})


async def opened(settings: Settings) -> Store:
    """The database, in the shape that this program needs. Its lock is held before anything in it is changed."""
    url = settings.database_url.get_secret_value()
    store = await asyncio.to_thread(open_store, url)
    try:
        await asyncio.to_thread(migrate, url)
    except BaseException:
        store.close()
        raise
    return store


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises what `build` raises, and SystemExit when the port is taken."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    app = await build(settings)
    runner = web.AppRunner(
        app.web,
        access_log=None,
        handle_signals=False,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
        shutdown_timeout=REQUEST_SECONDS,
    )
    try:
        await runner.setup()
        port = await _listening(runner, settings)
        log.info("serving", address=f"http://{settings.host}:{port}", socket_mode=settings.socket_mode)
        _spare_the_collector()
        await stop.wait()
        log.info("stopping")
        app.close()
    finally:
        await runner.cleanup()


def _spare_the_collector() -> None:
    """What was loaded stays for good, so Python's collector need not walk over it again and again under load."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


async def _listening(runner: web.AppRunner, settings: Settings) -> int:
    """The port that was taken: 0 in the settings takes any free one."""
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as taken:
        why = taken.strerror or str(taken)
        log.warning(
            "can't listen there; set CABBOT_HOST or CABBOT_PORT", host=settings.host, port=settings.port, why=why
        )
        raise SystemExit(1) from None
    return int(runner.addresses[0][1])


def _alive(app: App, outbound: Outbound) -> Callable[[web.Application], AsyncIterator[None]]:
    async def alive(_web: web.Application) -> AsyncIterator[None]:
        await app.slack.start()
        if app.teams is not None:
            await app.teams.start()
        delivering = asyncio.create_task(app.courier.run())
        app.beats.start()
        yield
        app.close()
        app.beats.stop()
        edges = [app.slack.stop()] + ([app.teams.stop()] if app.teams is not None else [])
        await asyncio.gather(*edges, app.courier.stop())
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await delivering
        await outbound.close()
        await asyncio.to_thread(app.store.close)

    return alive


def _refusing(closing: asyncio.Event) -> Middleware:
    @web.middleware
    async def refusing(request: web.Request, handler: Handler) -> web.StreamResponse:
        if closing.is_set():
            return web.Response(status=503, headers={"Retry-After": "5", "Connection": "close"})
        return await handler(request)

    return refusing


async def _health(_request: web.Request) -> web.Response:
    """The process runs its event loop: that is all that a restart could mend."""
    return web.json_response({"ok": True})


def _readiness(app: App) -> Handler:
    async def readiness(_request: web.Request) -> web.Response:
        database = await _answers(app.store)
        ready = database and app.slack.ready
        body = {"ready": ready, "database": database, "slack": app.slack.ready, "teams": app.teams is not None}
        return web.json_response(body, status=200 if ready else 503)

    return readiness


async def _answers(store: Store) -> bool:
    try:
        async with asyncio.timeout(2):
            await store.read(lambda tx: tx.raw("SELECT 1"))
    except Exception as failed:
        log.warning("the database doesn't answer", error=type(failed).__name__)
        return False
    return True


async def _without_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Nobody needs to know which version of what answers."""
    response.headers.pop("Server", None)
