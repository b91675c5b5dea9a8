"""`cabbot demo`: the whole program on a database of its own, with the chat page as its third edge."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
import typer
from aiohttp import web
from sqlalchemy import null, update

from bot.anchor import Anchor
from bot.chat import Chat
from bot.clock import Clock, MovableClock, SystemClock
from bot.courier.courier import Courier
from bot.courier.errand import Timing
from bot.dispatch import Door
from bot.due_work import DueWork
from bot.playground import seed
from bot.playground.chat import PlaygroundChat
from bot.playground.chat_log import ChatLog
from bot.playground.guard import loopback
from bot.playground.hub import Hub
from bot.playground.pages import Pages
from bot.playground.playground import CLOCK, Playground
from bot.playground.town import TOWN, WORKSPACE
from bot.ticks import Ticks
from handlers.policy.rules import Rules
from storage import outbox
from storage.lease import LEASES
from storage.migrate import migrate
from storage.organisation import Connections
from storage.people import People
from storage.posting import POSTINGS
from storage.statement import Statement, Transaction
from storage.store import Store, open_store
from storage.terms import Platform

DATABASE, CHAT = "playground.db", "playground-chat.db"
"""The two files of a playground that is kept: Cabbot's records, and what hangs in the channels."""

TICK_SECONDS = 0.5
LOOK_SECONDS = 0.005
TIMING = Timing(breath=0.005)
"""The chat is a file beside the records: a delivery takes a millisecond, and whoever moves the clock waits for them all."""
PATIENCE_SECONDS = 10
"""How long the clock waits for deliveries before it goes on."""


async def run_demo(*, port: int, host: str = "127.0.0.1", keep: Path | None = None) -> None:
    """Serve the playground until the process is asked to stop.

    `keep` is the directory in which it goes on where it was left; without one it begins anew and leaves nothing.
    Raises NotLoopback for a host that others could reach, Locked when another process has the directory open, and
    OSError when the port is taken.
    """
    _hush()
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows raises KeyboardInterrupt instead
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
    with bound(host, port) as door, tempfile.TemporaryDirectory(prefix="cabbot-") as gone_afterwards:
        async with open_playground(keep or Path(gone_afterwards)) as house, served(house, door) as address:
            kept = f" It is kept in {keep}." if keep else ""
            typer.echo(f"The playground is open: {address}{kept} Ctrl+C closes it.")
            await stop.wait()


def _hush() -> None:
    """Only trouble is logged: the page shows all else."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("cabbot").setLevel(logging.WARNING)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket on this machine alone; port 0 takes any free one. Raises NotLoopback, and OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((loopback(host), port), family=family)


@contextlib.asynccontextmanager
async def served(house: Playground, door: socket.socket) -> AsyncIterator[str]:
    """The page, for as long as the block runs; answers its address."""
    runner = web.AppRunner(Pages(house).application(), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        host, port, *_ = door.getsockname()
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@contextlib.asynccontextmanager
async def open_playground(directory: Path, opens: datetime | None = None) -> AsyncIterator[Playground]:
    """The playground of a directory, seeded when it is new. `opens` is when its story ends, for tests."""
    log = _chat_log(directory)
    url = f"sqlite:///{directory / DATABASE}"
    store = open_store(url)
    try:
        migrate(url)
        await store.write(lambda tx: tx.execute(_FREE_LEASES))
        opens = opens or seed.opening(SystemClock().now())
        house = await _house(store, _clock(log, opens), log)
        async with _working(house):
            if not log.noted(seed.SEEDED):
                await seed.tell(house, opens)
            yield house
    finally:
        store.close()
        log.close()


_FREE_LEASES = Statement(update(LEASES.table).values(until=null()))
"""What a killed process held: nobody else serves these files, and there is no platform's limit to keep across them."""


def _chat_log(directory: Path) -> ChatLog:
    """What hangs in the channels. A story that was cut short can't be told on, so it is begun anew."""
    directory.mkdir(parents=True, exist_ok=True)
    log = ChatLog(directory / CHAT)
    if log.noted(seed.SEEDED):
        return log
    log.close()
    for name in (DATABASE, CHAT):
        for end in ("", "-wal", "-shm"):
            (directory / f"{name}{end}").unlink(missing_ok=True)
    return ChatLog(directory / CHAT)


def _clock(log: ChatLog, opens: datetime) -> MovableClock:
    left_at = log.noted(CLOCK)
    return MovableClock(datetime.fromisoformat(left_at) if left_at else opens - seed.HISTORY)


async def _house(store: Store, clock: MovableClock, log: ChatLog) -> Playground:
    def town(tx: Transaction) -> tuple[int, dict[str, int]]:
        known = Connections(tx).of(Platform.PLAYGROUND, WORKSPACE)
        number = known.organisation_id if known else seed.founded(tx, TOWN, clock.now())
        accounts = People(tx, number).in_workspace(Platform.PLAYGROUND, WORKSPACE)
        return number, {each.external: each.person_id for each in accounts}

    organisation, people = await store.write(town)
    door = Door(store, clock, Rules())
    return Playground(
        TOWN,
        organisation,
        people,
        store,
        door,
        clock,
        log,
        Hub(),
        _duties(store, door, clock),
        _delivered(store, clock),
    )


@contextlib.asynccontextmanager
async def _working(house: Playground) -> AsyncIterator[None]:
    """With the courier on its rounds and the clock's work done, until the block ends."""
    chat: Chat = PlaygroundChat(house.log, house.hub, _said_at(house))
    courier = Courier(house.store, house.clock, {Platform.PLAYGROUND: chat}, timing=TIMING)
    rounds = asyncio.create_task(courier.run())
    ticks = Ticks()
    ticks.every(TICK_SECONDS, "the demo's clock", lambda: _tick(house))
    ticks.start()
    try:
        yield
    finally:
        house.hub.close()
        ticks.stop()
        await courier.stop()
        await rounds
        house.mark_time()


async def _tick(house: Playground) -> None:
    await house.say_due()
    house.mark_time()


def _duties(store: Store, door: Door, clock: Clock) -> Callable[[], Awaitable[None]]:
    """What the clock does: all that is due, and every hour of the demo's the head of the audit trail."""
    work, anchor = DueWork(store, clock, door), Anchor(store, clock)
    dropped_at = clock.now()

    async def say_due() -> None:
        nonlocal dropped_at
        await work.run()
        if clock.now() - dropped_at >= timedelta(hours=1):
            dropped_at = clock.now()
            await anchor.drop()

    return say_due


def _delivered(store: Store, clock: Clock) -> Callable[[], Awaitable[None]]:
    async def wait() -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            look = await store.read(lambda tx: outbox.look(tx, (Platform.PLAYGROUND,), clock.now()))
            if not look.heads:
                return
            await asyncio.sleep(LOOK_SECONDS)

    return wait


def _said_at(house: Playground) -> Callable[[int], Awaitable[datetime]]:
    async def at(number: int) -> datetime:
        posting = await house.store.read(lambda tx: POSTINGS.by_id.first(tx, house.organisation, key=number))
        return posting.due_at if posting else house.clock.now()

    return at
