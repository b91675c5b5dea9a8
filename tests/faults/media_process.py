"""Whoever reads artifacts and says what came of them, in a process of its own that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging

import structlog

from bot.clock import SystemClock
from bot.dispatch import Door
from bot.due_work import DueWork
from bot.media import Media
from handlers.policy.rules import Rules
from storage.statement import Unavailable
from storage.store import open_store
from tests.faults.courier_process import CourierProcess, _fork

HELD = 0.4
"""Seconds for which a row stays with a process that was killed."""


class SlowReader:
    """Takes its time; the digest is of the URI."""

    async def digest(self, uri: str) -> str:
        await asyncio.sleep(0.02)
        return digest_of(uri)


def digest_of(uri: str) -> str:
    return hashlib.sha256(uri.encode()).hexdigest()


class MediaProcess(CourierProcess):
    """Reads what waits and says what is due, over and over."""

    def __init__(self, url: str) -> None:
        self._process = _fork.Process(target=_read, args=(url,), daemon=True)
        self._process.start()


def _read(url: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    store, clock = open_store(url), SystemClock()
    media = Media(store, clock, SlowReader(), held=HELD)
    due = DueWork(store, clock, Door(store, clock, Rules()))

    async def beat() -> None:
        while True:
            with contextlib.suppress(Unavailable):
                await asyncio.gather(media.run(), due.run())
            await asyncio.sleep(0.02)

    asyncio.run(beat())
